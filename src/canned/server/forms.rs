//! The forms of canned replies: plain HTML, posted to their own page.

use super::service;
use crate::error::AppError;
use crate::server::{
    app::App,
    forms::{Posted, go},
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    response::Response,
    routing::post,
};

/// The page that they are posted to.
pub fn routes() -> Router<App> {
    Router::new().route("/settings/replies", post(replies)).layer(DefaultBodyLimit::max(64 * 1024))
}

async fn replies(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let id = || id.parse().map_err(|_| AppError::NotFound);
        let (called, body) = (form.field("name"), form.field("body"));
        let done = match verb {
            "add" => {
                service::add(&app, &actor, called, body).await?;
                "added"
            }
            "change" => {
                service::change(&app, &actor, id()?, form.field("version").parse().unwrap_or_default(), called, body).await?;
                "changed"
            }
            "remove" => {
                service::remove(&app, &actor, id()?).await?;
                "removed"
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(&format!("/settings/replies?done={done}")))
    }
    .await;
    form.answer(app, &name, done).await
}
