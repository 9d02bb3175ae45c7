//! The forms of the company's numbers: plain HTML, posted to their own page.

use super::service::{self, Wanted};
use crate::error::AppError;
use crate::server::{
    app::App,
    forms::{Posted, go},
};
use crate::values::ChannelId;
use axum::{Router, extract::State, response::Response, routing::post};

/// The page that they are posted to.
pub fn routes() -> Router<App> {
    Router::new().route("/settings/texts", post(texts))
}

async fn texts(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let (verb, id) = name.split_once(':').unwrap_or((&name, ""));
        let id = || id.parse::<ChannelId>().map_err(|_| AppError::NotFound);
        let hour = |field: &str| form.field(field).trim().parse().map_err(|_| AppError::invalid(field, "An hour, 0 to 24."));
        let done = match verb {
            "connect" | "try" | "change" => {
                let (id, version) = match verb {
                    "change" => (id()?, form.field("version").parse().unwrap_or(-1)),
                    _ => (ChannelId::new(), 0),
                };
                let wanted = Wanted {
                    id,
                    version,
                    number: form.field("number").to_owned(),
                    account: form.field("account").to_owned(),
                    token: form.field("token").to_owned().into(),
                    assistant: form
                        .field("assistant")
                        .parse()
                        .map_err(|_| AppError::invalid("assistant", "Choose the assistant that answers."))?,
                    day_from: hour("day_from")?,
                    day_until: hour("day_until")?,
                    zone: form.field("zone").trim().to_owned(),
                    sandbox: verb == "try",
                };
                let id = service::connect(&app, &actor, wanted).await?;
                // It is kept whatever the provider says now; what that is stands beside it.
                match service::test(&app, &actor, id).await {
                    Ok(()) => "connected",
                    Err(AppError::Invalid { .. }) => "kept",
                    Err(error) => return Err(error),
                }
            }
            "test" => {
                service::test(&app, &actor, id()?).await?;
                "tested"
            }
            "disconnect" => {
                service::disconnect(&app, &actor, id()?).await?;
                "disconnected"
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(&format!("/settings/texts?done={done}")))
    }
    .await;
    form.answer(app, &name, done).await
}
