//! Other programs change a lead: its fields, and where it stands.

use super::{answer, mutation, read, sent, stage, store, typed};
use crate::accounts::server::{actor::Actor, keys};
use crate::error::AppError;
use crate::leads::model::{LeadEdit, LeadMoved};
use crate::leads::server::{service, tags, trash};
use crate::server::app::App;
use crate::values::{LeadId, Rank, Timestamp};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;

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
}

/// Changes a lead's own fields.
pub async fn edit(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let now = read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
            let edit: Edit = sent(&body)?;
            let wanted = LeadEdit {
                lead: now.id,
                version: edit.version,
                name: edit.name.unwrap_or(now.name),
                organisation: edit.organisation.unwrap_or(now.organisation),
                value: typed(edit.value_minor.map_or(now.value_minor, i64::from)),
                email: edit.email.unwrap_or(now.email),
                phone: edit.phone.unwrap_or(now.phone),
            };
            told(&app, &actor, now.id, service::edit_lead(&app, &actor, wanted).await).await
        }
        .await,
    )
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
