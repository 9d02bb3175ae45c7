//! Other programs read and write notes.

use super::{load_notes, write_note};
use crate::accounts::server::keys;
use crate::error::AppError;
use crate::leads::server::rest::{answer, mutation, page, paged, sent};
use crate::server::app::App;
use axum::{
    Json,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use std::collections::HashMap;

/// The notes of a lead, the newest first.
pub async fn list(
    State(app): State<App>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Query(query): Query<HashMap<String, String>>,
) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let lead = id.parse().map_err(|_| AppError::NotFound)?;
            let (limit, before) = page(&query)?;
            Ok(paged("notes", limit, &load_notes(&app, &actor, lead, before, limit + 1).await?))
        }
        .await,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sent {
    body: String,
}

/// Writes a note.
pub async fn write(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let lead = id.parse().map_err(|_| AppError::NotFound)?;
            let note: Sent = sent(&body)?;
            let mutation = mutation(&actor, &headers, &id, &body)?;
            write_note(&app, &actor, mutation, lead, note.body).await?;
            Ok((StatusCode::CREATED, Json(serde_json::json!({ "id": mutation }))).into_response())
        }
        .await,
    )
}
