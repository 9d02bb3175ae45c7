//! Other programs read, add and change tasks.

use super::service::{self, Wanted, within_reason};
use crate::accounts::server::keys;
use crate::error::AppError;
use crate::leads::server::rest::{answer, mutation, page, paged, sent};
use crate::server::app::App;
use crate::tasks::model::{Task, TaskState};
use crate::ui::marks::iso;
use crate::values::{TaskId, Timestamp, UserId};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::{get, patch},
};
use chrono::DateTime;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;

/// Every route of tasks.
pub fn routes() -> Router<App> {
    Router::new().route("/api/v1/leads/{id}/tasks", get(list).post(add)).route("/api/v1/tasks/{id}", patch(change))
}

/// A task as other programs read it.
fn shown(task: &Task) -> serde_json::Value {
    serde_json::json!({
        "id": task.id,
        "lead": task.lead,
        "words": task.words,
        "due": task.due.map(iso),
        "person": task.person,
        "made_by": task.made_by.name(),
        "state": task.state,
        "settled_at": task.settled_at.map(iso),
        "version": task.version,
    })
}

fn read_due(text: &str) -> Result<Timestamp, AppError> {
    within_reason(DateTime::parse_from_rfc3339(text).ok().map(|due| Timestamp(due.timestamp_millis())))
}

/// The tasks of a lead, whatever their state, in an order that stays.
async fn list(
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
            let tasks = service::all_of_lead(&app, &actor, lead, before, limit + 1).await?;
            Ok(paged("tasks", limit, &tasks.iter().map(shown).collect::<Vec<_>>()))
        }
        .await,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    words: String,
    due: Option<String>,
    person: Option<UserId>,
}

async fn add(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let lead = id.parse().map_err(|_| AppError::NotFound)?;
            let New { words, due, person } = sent(&body)?;
            let task = TaskId(mutation(&actor, &headers, &id, &body)?.0);
            let wanted = Wanted { words, due: due.as_deref().map(read_due).transpose()?, person };
            let task = service::add_task(&app, &actor, task, lead, wanted).await?;
            Ok((StatusCode::CREATED, Json(shown(&task))).into_response())
        }
        .await,
    )
}

/// What is to be another: words, due moment and person, with the version that was seen; or the state.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    version: Option<i32>,
    words: Option<String>,
    /// Left out it stays; null takes it away.
    #[serde(default, deserialize_with = "given")]
    due: Option<Option<String>>,
    person: Option<UserId>,
    state: Option<TaskState>,
}

fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

async fn change(State(app): State<App>, Path(id): Path<String>, headers: HeaderMap, body: Bytes) -> Response {
    answer(
        async {
            let actor = keys::of_request(&app, &headers).await?;
            let task = id.parse().map_err(|_| AppError::NotFound)?;
            let mutation = mutation(&actor, &headers, &id, &body)?;
            let now = service::load_task(&app, &actor, task).await?;
            let done = match sent(&body)? {
                Change { version, words: None, due: None, person: None, state: Some(state) } => {
                    service::mark_task(&app, &actor, mutation, task, version, state).await
                }
                Change { version: Some(version), words, due, person, state: None } => {
                    let due = match due {
                        None => now.due,
                        Some(due) => due.as_deref().map(read_due).transpose()?,
                    };
                    let wanted = Wanted { words: words.unwrap_or(now.words), due, person };
                    service::edit_task(&app, &actor, mutation, task, version, wanted).await
                }
                Change { state: None, .. } => Err(AppError::invalid("version", "Say which version you saw.")),
                _ => Err(AppError::invalid("state", "Change the state, or the rest, not both at once.")),
            };
            match done {
                Ok(task) => Ok(Json(shown(&task)).into_response()),
                Err(AppError::Conflict { reason, .. }) => {
                    let current = shown(&service::load_task(&app, &actor, task).await?);
                    Err(AppError::Conflict { reason, current: Some(Box::new(current)) })
                }
                Err(error) => Err(error),
            }
        }
        .await,
    )
}
