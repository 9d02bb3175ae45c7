//! From a server function to a service: who asks, and what the answer's status is.

use super::actor::Actor;
use crate::accounts::model::Me;
use crate::error::AppError;
use crate::server::app::App;
use leptos::prelude::use_context;
use std::future::Future;

/// Runs a service for whoever is signed in. The status of an error is that of its variant.
///
/// # Errors
/// `SignedOut` when nobody is; else what the service says.
pub async fn asked<T, F>(service: impl FnOnce(App, Actor) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>> + Send,
{
    let outcome =
        match (use_context::<App>(), use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<Me>().cloned())) {
            (Some(app), Some(me)) => service(app, Actor::user(me)).await,
            (Some(_), None) => Err(AppError::SignedOut),
            (None, _) => Err(crate::server::fault::internal("no App in context")),
        };
    if let (Err(error), Some(response), false) = (&outcome, use_context::<leptos_axum::ResponseOptions>(), is_plain_form()) {
        response.set_status(error.status());
    }
    outcome
}

/// Whether a browser without scripts posted this: it is sent back to the page it came from, with
/// the error in the address, and a status of ours would keep it from going there.
fn is_plain_form() -> bool {
    use_context::<http::request::Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|value| value.to_str().ok());
        parts.method == http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    })
}

/// Runs a service for whoever holds a link, signed in or not.
///
/// # Errors
/// What the service says.
pub async fn open<T, F>(service: impl FnOnce(App) -> F) -> Result<T, AppError>
where
    F: Future<Output = Result<T, AppError>> + Send,
{
    match use_context::<App>() {
        Some(app) => service(app).await,
        None => Err(crate::server::fault::internal("no App in context")),
    }
}

/// Who a request is from, where it is no server function: the live socket.
pub fn who_asks(extensions: &http::Extensions) -> Option<Actor> {
    extensions.get::<Me>().cloned().map(Actor::user)
}
