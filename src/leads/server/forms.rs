//! The forms of the settings of stages and fields, of the trash and of merging: plain HTML, posted to their own pages.

use super::{fields, merge, pipeline, trash};
use crate::error::AppError;
use crate::leads::fields::LeadField;
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
    Router::new()
        .route("/settings/stages", post(stages))
        .route("/settings/fields", post(fields_of_leads))
        .route("/leads/trash", post(trash))
        .route("/leads/merge", post(merge))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

async fn trash(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let lead = id.parse().map_err(|_| AppError::NotFound)?;
        let done = match verb {
            "remove" => {
                trash::remove_lead(&app, &actor, lead, form.field("version").parse().ok()).await?;
                "removed"
            }
            "restore" => {
                trash::restore_lead(&app, &actor, lead).await?;
                "restored"
            }
            "erase" if form.field("sure").is_empty() => {
                return Err(AppError::invalid("sure", "Say that you are sure: what is erased does not come back."));
            }
            "erase" => {
                trash::erase_lead(&app, &actor, lead).await?;
                "erased"
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(&format!("/leads/trash?done={done}")))
    }
    .await;
    form.answer(app, &name, done).await
}

async fn merge(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let kept = match name.strip_prefix("part:") {
            Some(gone) => merge::part_leads(&app, &actor, gone.parse().map_err(|_| AppError::NotFound)?).await?,
            None => {
                let seen = |lead, version| Ok::<_, AppError>((form.id(lead)?, form.field(version).parse().unwrap_or_default()));
                let from_other: Vec<LeadField> = form.named("other").filter_map(|name| name.parse().ok()).collect();
                let (keep, other) = (seen("keep", "keep_version")?, seen("other", "other_version")?);
                merge::merge_leads(&app, &actor, keep, other, &from_other).await?.id
            }
        };
        Ok(go(&format!("/leads/{kept}")))
    }
    .await;
    form.answer(app, &name, done).await
}

async fn fields_of_leads(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let id = || id.parse().map_err(|_| AppError::NotFound);
        let (called, choices) = (form.field("name"), form.field("choices"));
        let done = match verb {
            "add" => {
                fields::add_field(&app, &actor, called, form.field("kind"), choices).await?;
                "added"
            }
            "change" => {
                fields::change_field(&app, &actor, id()?, called, choices).await?;
                "changed"
            }
            "up" | "down" => {
                fields::shift_field(&app, &actor, id()?, verb == "up").await?;
                "moved"
            }
            "away" | "back" => {
                fields::put_away(&app, &actor, id()?, verb == "away").await?;
                verb
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(&format!("/settings/fields?done={done}")))
    }
    .await;
    form.answer(app, &name, done).await
}

async fn stages(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        // Which of several like forms is in its name: `change:ID`.
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let pipeline_id = || id.parse().map_err(|_| AppError::NotFound);
        let id = || id.parse().map_err(|_| AppError::NotFound);
        let done = match verb {
            "add" => {
                pipeline::add_stage(&app, &actor, pipeline_id()?, form.field("name")).await?;
                "added"
            }
            "add-pipeline" => {
                pipeline::add_pipeline(&app, &actor, form.field("name")).await?;
                "pipeline-added"
            }
            "rename" => {
                pipeline::rename_pipeline(&app, &actor, pipeline_id()?, form.field("name")).await?;
                "pipeline-renamed"
            }
            "up" | "down" => {
                pipeline::shift_pipeline(&app, &actor, pipeline_id()?, verb == "up").await?;
                "pipeline-moved"
            }
            "remove-pipeline" => {
                pipeline::remove_pipeline(&app, &actor, pipeline_id()?, form.field("to").parse().ok()).await?;
                "pipeline-removed"
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
