//! Other programs change a lead: its fields, and where it stands.

use super::{answer, mutation, read, sent, stage, store, typed};
use crate::accounts::server::{actor::Actor, keys};
use crate::error::AppError;
use crate::leads::fields::{self, CustomField, FieldEdit, LeadEdit, LeadField};
use crate::leads::model::LeadMoved;
use crate::leads::server::{fields as own_fields, service, tags, trash};
use crate::server::app::App;
use crate::values::{LeadId, Money, Rank, Timestamp};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is to be another; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    version: i32,
    name: Option<String>,
    organisation: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    value_minor: Option<u32>,
    closes_on: Option<String>,
    #[serde(default)]
    custom: BTreeMap<String, String>,
}

/// Changes a lead's own fields.
pub async fn edit(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let now = read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
            let edit: Edit = sent(&body)?;
            let lead = now.id;
            let was = fields::typed(Money { minor: now.value_minor, currency: now.currency });
            let every = [
                (LeadField::Name, now.name, edit.name),
                (LeadField::Organisation, now.organisation, edit.organisation),
                (LeadField::Email, now.email, edit.email),
                (LeadField::Phone, now.phone, edit.phone),
                (LeadField::Value, was, edit.value_minor.map(|minor| typed(minor.into()))),
                (LeadField::ClosesOn, now.closes_on.unwrap_or_default(), edit.closes_on),
            ];
            let named = custom(&app, &actor, edit.custom).await?;
            let mut changes: Vec<FieldEdit> =
                every.into_iter().filter_map(|(field, was, to)| Some(FieldEdit { field, was, to: to? })).collect();
            changes.extend(named.iter().map(|(own, to)| {
                let was = now.custom.0.get(&own.slug).cloned().unwrap_or_default();
                FieldEdit { field: LeadField::Custom(own.id), was, to: to.clone() }
            }));
            let wanted = LeadEdit { lead, version: Some(edit.version), changes };
            told(&app, &actor, lead, service::edit_lead(&app, &actor, wanted).await.map_err(|error| by_slug(error, &named))).await
        }
        .await,
    )
}

/// The company's own fields that are named by their slugs, and what shall stand in them.
///
/// # Errors
/// `Invalid` on one that there is not.
pub async fn custom(app: &App, actor: &Actor, sent: BTreeMap<String, String>) -> Result<Vec<(CustomField, String)>, AppError> {
    if sent.is_empty() {
        return Ok(Vec::new());
    }
    let known = own_fields::load_fields(app, actor).await?;
    let named = sent.into_iter().map(|(slug, to)| match known.iter().find(|own| !own.away && own.slug == slug) {
        Some(own) => Ok((own.clone(), to)),
        None => Err(AppError::invalid(&format!("custom.{slug}"), "There is no field of that slug.")),
    });
    named.collect()
}

/// An error that is about one of the company's own fields names it as the program did.
pub fn by_slug(error: AppError, named: &[(CustomField, String)]) -> AppError {
    match error {
        AppError::Invalid { field, message } => {
            let own = named.iter().find(|(own, _)| own.id.to_string() == field);
            AppError::Invalid { field: own.map_or(field, |(own, _)| format!("custom.{}", own.slug)), message }
        }
        other => other,
    }
}

/// Where a lead shall stand: in a stage, on top or right behind another.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    version: i32,
    stage: String,
    after: Option<LeadId>,
}

/// Moves a lead.
pub async fn shift(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let now = read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
            let Move { version, stage: to, after } = sent(&body)?;
            let mutation = mutation(&actor, &headers, &id, &body)?;
            let (from, to) = (stage(&app, &actor, &now.stage).await?, stage(&app, &actor, &to).await?);
            let rank = Rank::between(None, None);
            let wanted = LeadMoved { lead: now.id, from, to, rank, after, version, at: Timestamp::now() };
            told(&app, &actor, now.id, service::move_lead(&app, &actor, mutation, wanted).await).await
        }
        .await,
    )
}

/// What shall be on a lead, and what no longer.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Tagging {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
}

/// Puts tags on a lead and takes others off.
pub async fn tag(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let now = read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
            let Tagging { add, remove } = sent(&body)?;
            told(&app, &actor, now.id, tags::tag_lead(&app, &actor, now.id, &add, &remove).await).await
        }
        .await,
    )
}

/// Puts a lead into the trash. One that is there already is not found.
pub async fn remove(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let now = read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
            trash::remove_lead(&app, &actor, now.id, None).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        .await,
    )
}

/// The lead as it is now; also beside the reason why somebody else was faster.
async fn told<T>(app: &App, actor: &Actor, lead: LeadId, done: Result<T, AppError>) -> Result<Response, AppError> {
    let now: store::Lead = read(app, actor, lead).await?;
    match done {
        Ok(_) => Ok(Json(now).into_response()),
        Err(AppError::Conflict { reason, .. }) => Err(AppError::Conflict { reason, current: serde_json::to_value(now).ok().map(Box::new) }),
        Err(error) => Err(error),
    }
}
