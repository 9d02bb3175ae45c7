//! Plain HTML forms: reading one that was posted, and answering it with a redirect, or with its own
//! page again with what was typed and what was wrong.

use crate::accounts::model::Me;
use crate::accounts::server::{actor::Actor, web::who_asks};
use crate::accounts::ui::outcome::FormOutcome;
use crate::error::AppError;
use crate::server::{app::App, render};
use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use std::convert::Infallible;

/// A form as it came in. One that cannot be read is one without fields: what is missing is then
/// said beside each.
pub struct Posted {
    /// All of the request but the form.
    pub parts: Parts,
    fields: Vec<(String, String)>,
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Infallible;

    async fn from_request(request: Request, state: &S) -> Result<Self, Infallible> {
        let (parts, body) = request.into_parts();
        let form = Form::from_request(Request::from_parts(parts.clone(), body), state).await;
        Ok(Self { parts, fields: form.map_or_else(|_| Vec::new(), |Form(fields)| fields) })
    }
}

impl Posted {
    /// What was typed there; empty when the field is missing.
    pub fn field(&self, name: &str) -> &str {
        self.given(name).unwrap_or_default()
    }

    /// What was typed there; none when the field is missing.
    pub fn given(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The fields in which that was typed.
    pub fn named<'a>(&'a self, value: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(_, typed)| typed == value).map(|(name, _)| name.as_str())
    }

    /// The id in that field.
    pub fn id<T: std::str::FromStr>(&self, name: &str) -> Result<T, AppError> {
        self.field(name).parse().map_err(|_| AppError::NotFound)
    }

    /// Who is signed in.
    pub fn me(&self) -> Option<&Me> {
        self.parts.extensions.get()
    }

    /// Who asks; a form of somebody who is not signed in is refused.
    pub fn actor(&self) -> Result<Actor, AppError> {
        who_asks(&self.parts.extensions).ok_or(AppError::SignedOut)
    }

    /// The page again, with what became of the form.
    pub async fn page(self, app: App, outcome: FormOutcome) -> Response {
        let retry_after = match outcome.error {
            Some(AppError::TooMany { retry_after }) => Some(retry_after),
            _ => None,
        };
        let mut response = render::page(app, Request::from_parts(self.parts, Body::empty()), outcome).await;
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }

    /// The answer to a form that succeeded, or its page again.
    pub async fn answer(self, app: App, form: &str, done: Result<Response, AppError>) -> Response {
        match done {
            Ok(response) => response,
            Err(AppError::SignedOut) => go(&format!("/sign-in?next={}", self.parts.uri.path())),
            Err(error) => {
                let values = self
                    .fields
                    .iter()
                    .filter(|(name, _)| !matches!(name.as_str(), "password" | "current" | "new" | "token"))
                    .cloned()
                    .collect();
                let outcome = FormOutcome { form: form.to_owned(), values, error: Some(error), notice: None };
                self.page(app, outcome).await
            }
        }
    }
}

/// Sends the browser on.
pub fn go(to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/board")]).into_response(),
    }
}
