//! The forms of the stages' settings: plain HTML, posted to their own page.

use super::pipeline;
use crate::error::AppError;
use crate::leads::model::StageEdit;
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

/// Every form of leads.
pub fn routes() -> Router<App> {
    Router::new().route("/settings/stages", post(stages)).layer(DefaultBodyLimit::max(16 * 1024))
}

async fn stages(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        // Which of several like forms is in its name: `change:ID`.
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let id = || id.parse().map_err(|_| AppError::NotFound);
        let done = match verb {
            "add" => {
                pipeline::add_stage(&app, &actor, form.field("name")).await?;
                "added"
            }
            "change" => {
                let field = |name| form.field(name).to_owned();
                let edit = StageEdit {
                    name: field("name"),
                    tone: field("tone"),
                    probability: field("probability"),
                    wip_limit: field("wip_limit"),
                    wip_hard: !form.field("wip_hard").is_empty(),
                    rot_days: field("rot_days"),
                };
                pipeline::change_stage(&app, &actor, id()?, &edit).await?;
                "changed"
            }
            "left" | "right" => {
                pipeline::shift_stage(&app, &actor, id()?, verb == "left").await?;
                "moved"
            }
            "remove" => {
                pipeline::remove_stage(&app, &actor, id()?, form.field("to").parse().ok()).await?;
                "removed"
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(&format!("/settings/stages?done={done}")))
    }
    .await;
    form.answer(app, &name, done).await
}
