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
    // A form sent without script is answered by a redirect that carries the error back to its
    // page; with another status the browser would not follow it.
    let by_form = use_context::<http::request::Parts>().is_some_and(|parts| {
        let accept = parts.headers.get(http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
        parts.method == http::Method::POST && accept.is_some_and(|accept| accept.contains("text/html"))
    });
    if let (Err(error), false, Some(response)) = (&outcome, by_form, use_context::<leptos_axum::ResponseOptions>()) {
        response.set_status(error.status());
    }
    outcome
}

/// Who a request is from, where it is no server function: the live socket.
pub fn who_asks(extensions: &http::Extensions) -> Option<Actor> {
    extensions.get::<Me>().cloned().map(Actor::user)
}
