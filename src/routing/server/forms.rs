//! The form of handing over: plain HTML, posted to its own page.

use super::service;
use crate::error::AppError;
use crate::routing::model::{Day, Routing};
use crate::server::{
    app::App,
    forms::{Posted, go},
};
use axum::{Router, extract::State, response::Response, routing::post};

/// The page that it is posted to.
pub fn routes() -> Router<App> {
    Router::new().route("/settings/routing", post(routing))
}

async fn routing(State(app): State<App>, form: Posted) -> Response {
    let done = async {
        let actor = form.actor()?;
        let minutes = |field: String| match form.field(&field) {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| AppError::invalid(&field, "Choose a time.")),
        };
        let days = (0..7).map(|day| Ok(Day { opens: minutes(format!("opens-{day}"))?, closes: minutes(format!("closes-{day}"))? }));
        let wanted = Routing {
            pickup: form.field("pickup").parse().map_err(|_| AppError::invalid("pickup", "Choose how long."))?,
            zone: form.field("zone").trim().to_owned(),
            days: days.collect::<Result<_, AppError>>()?,
            version: form.field("version").parse().unwrap_or(-1),
        };
        service::change(&app, &actor, wanted).await?;
        Ok(go("/settings/routing?done=1"))
    }
    .await;
    form.answer(app, "routing", done).await
}
