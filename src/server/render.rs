//! Renders pages.

use crate::accounts::ui::outcome::FormOutcome;
use crate::app::App as Pages;
use crate::server::app::App;
use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;

/// Renders the page at the request's path. What became of a form that was posted there is shown
/// in it, and decides the status.
pub async fn page(app: App, request: Request, outcome: FormOutcome) -> Response {
    let context = move || {
        provide_context(app.clone());
        provide_context(outcome.clone());
        if let (Some(error), Some(response)) = (&outcome.error, use_context::<ResponseOptions>()) {
            response.set_status(error.status());
        }
    };
    leptos_axum::render_app_async_with_context(context, Pages)(request).await
}
