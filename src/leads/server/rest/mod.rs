//! REST for other programs: `/api/v1`, described by `openapi.json` beside this file. The same
//! services, the same policy; who asks is known by a key.

mod change;
mod store;
#[cfg(test)]
mod tests;

use super::{fields as own_fields, notes::rest as notes, pipeline, service};
use crate::accounts::policy::Action;
use crate::accounts::server::{actor::Actor, keys};
use crate::error::AppError;
use crate::leads::model::NewLead;
use crate::server::app::App;
use crate::values::{LeadId, MutationId, StageId};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, HashMap},
    str::FromStr,
};

/// Every route of the interface.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/api/v1/leads", get(list).post(create))
        .route("/api/v1/leads/{id}", get(one).patch(change::edit).delete(change::remove))
        .route("/api/v1/leads/{id}/move", post(change::shift))
        .route("/api/v1/leads/{id}/tags", post(change::tag))
        .route("/api/v1/leads/{id}/notes", get(notes::list).post(notes::write))
        .merge(crate::tasks::server::rest::routes())
        .route("/api/v1/stages", get(stages))
        .route("/api/v1/fields", get(fields))
        .route("/api/v1/openapi.json", get(description))
        .route("/api/v1/{*rest}", axum::routing::any(|| async { AppError::NotFound }))
}

/// So many things come at most, and as many when nothing is asked.
const MOST: i64 = 200;
const SOME: i64 = 50;

async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("openapi.json")).into_response()
}

/// An answer, or its error as JSON.
pub fn answer(result: Result<Response, AppError>) -> Response {
    result.unwrap_or_else(|error| {
        let signed_out = error == AppError::SignedOut;
        let mut response = error.into_response();
        if signed_out {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    })
}

/// The leads in reach, the newest first. `before` is the id that the page before ended with: however
/// far one has come, the next page costs what the first did.
async fn list(State(app): State<App>, headers: HeaderMap, Query(query): Query<HashMap<String, String>>) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            actor.require(Action::SeeLeads)?;
            let (limit, before) = page(&query)?;
            let mut tx = app.begin(&actor).await?;
            Ok(paged("leads", limit, &store::page(&mut tx, &actor.scope(), before, limit + 1).await?))
        }
        .await,
    )
}

async fn one(State(app): State<App>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            Ok(Json(read(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?).into_response())
        }
        .await,
    )
}

async fn read(app: &App, actor: &Actor, lead: LeadId) -> Result<store::Lead, AppError> {
    actor.require(Action::SeeLeads)?;
    store::one(&mut *app.begin(actor).await?, &actor.scope(), lead).await?.ok_or(AppError::NotFound)
}

async fn stages(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let stages = pipeline::load_stages(&app, &actor).await?;
            let stages: Vec<_> = stages
                .iter()
                .map(|stage| serde_json::json!({ "slug": stage.slug, "name": stage.name, "pipeline": stage.pipeline_name, "outcome": stage.outcome, "probability": stage.probability }))
                .collect();
            Ok(Json(serde_json::json!({ "stages": stages })).into_response())
        }
        .await,
    )
}

async fn fields(State(app): State<App>, headers: HeaderMap) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let own = own_fields::load_fields(&app, &actor).await?;
            let fields: Vec<_> = own
                .iter()
                .filter(|own| !own.away)
                .map(|own| serde_json::json!({ "slug": own.slug, "name": own.name, "kind": own.kind, "choices": own.choices }))
                .collect();
            Ok(Json(serde_json::json!({ "fields": fields })).into_response())
        }
        .await,
    )
}

/// A lead as another program sends it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    name: String,
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    phone: String,
    value_minor: Option<u32>,
    #[serde(default)]
    stage: String,
    #[serde(default)]
    closes_on: String,
    #[serde(default)]
    custom: BTreeMap<String, String>,
}

async fn create(State(app): State<App>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let sent: Sent = sent(&body)?;
            let stage = match sent.stage.as_str() {
                "" => None,
                slug => Some(stage(&app, &actor, slug).await?),
            };
            let value = sent.value_minor.map(|minor| typed(minor.into())).unwrap_or_default();
            let mutation = mutation(&actor, &headers, "", &body)?;
            let Sent { name, organisation, email, phone, closes_on, custom, .. } = sent;
            let named = change::custom(&app, &actor, custom).await?;
            let custom = named.iter().map(|(own, text)| (own.id, text.clone())).collect();
            let new = NewLead { mutation, name, organisation, email, phone, value, closes_on, custom, stage };
            let card = service::create_lead(&app, &actor, new).await.map_err(|error| change::by_slug(error, &named))?;
            let lead = read(&app, &actor, card.id).await?;
            let location = [(header::LOCATION, format!("/api/v1/leads/{}", card.id))];
            Ok((StatusCode::CREATED, location, Json(lead)).into_response())
        }
        .await,
    )
}

/// The body as it is meant.
///
/// # Errors
/// `Invalid` with what cannot be read.
pub fn sent<T: DeserializeOwned>(body: &[u8]) -> Result<T, AppError> {
    serde_json::from_slice(body).map_err(|error| AppError::invalid("", format!("The body cannot be read: {error}.")))
}

/// A page of things, which were read with one more than it holds, and where the next one begins.
pub fn paged(name: &str, limit: i64, read: &[impl Serialize]) -> Response {
    let mut things: Vec<serde_json::Value> = read.iter().map(|thing| serde_json::json!(thing)).collect();
    let more = things.len() as i64 > limit;
    things.truncate(limit as usize);
    let next = things.last().filter(|_| more).map(|thing| thing["id"].clone());
    Json(serde_json::json!({ name: things, "next": next })).into_response()
}

/// How many things are asked for, and behind which.
///
/// # Errors
/// `Invalid` on `limit` or `before`.
pub fn page<T: FromStr>(query: &HashMap<String, String>) -> Result<(i64, Option<T>), AppError> {
    let limit = match query.get("limit").map(|text| text.parse::<i64>()) {
        None => SOME,
        Some(Ok(limit @ 1..=MOST)) => limit,
        Some(_) => return Err(AppError::invalid("limit", format!("A number from 1 to {MOST}."))),
    };
    let before = query.get("before").map(|text| text.parse::<T>()).transpose();
    Ok((limit, before.map_err(|_| AppError::invalid("before", "The `next` of the page before."))?))
}

/// The stage of that slug.
async fn stage(app: &App, actor: &Actor, slug: &str) -> Result<StageId, AppError> {
    let stages = pipeline::load_stages(app, actor).await?;
    let known = stages.iter().find(|stage| stage.slug == slug);
    Ok(known.ok_or_else(|| AppError::invalid("stage", "There is no stage of that slug."))?.id)
}

/// Hundredths as a person would type the amount.
fn typed(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// What the same request sent again has the same: of its `Idempotency-Key`, what it is about and its body, for
/// each key by itself. Another body is another thing, so that none is lost to a value that is used twice.
///
/// # Errors
/// `Invalid` on a key that is too long or has a space in it.
pub fn mutation(actor: &Actor, headers: &HeaderMap, about: &str, body: &[u8]) -> Result<MutationId, AppError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(MutationId::new()) };
    match value.to_str() {
        Ok(text) if (1..=200).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) => {
            let hash = Sha256::new().chain_update(format!("{:?} {text} {about}", actor.who())).chain_update(body).finalize();
            let mut bytes = [0; 16];
            bytes.copy_from_slice(&hash[..16]);
            Ok(MutationId(uuid::Uuid::from_bytes(bytes)))
        }
        _ => Err(AppError::invalid("Idempotency-Key", "Up to 200 visible characters.")),
    }
}
