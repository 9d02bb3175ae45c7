//! `AppError`: everything a caller may learn when something goes wrong, one status per variant.

use crate::wire::FromWire;
use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

/// The one error on the wire. Texts are for the person who sees them.
#[derive(Clone, Debug, PartialEq, thiserror::Error, Serialize, Deserialize, FromWire)]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum AppError {
    /// 401: nobody is signed in, or the session has ended.
    #[error("Sign in to go on.")]
    SignedOut,
    /// 403: they may know that it exists, but not do this.
    #[error("{reason}")]
    Forbidden {
        /// Why, in one sentence.
        reason: String,
    },
    /// 404: it does not exist, or is out of reach; the two are never told apart.
    #[error("There is nothing here. It may have been removed, or you may not have access to it.")]
    NotFound,
    /// 409: someone else changed it since; `current` is the thing as it now stands.
    #[error("{reason}")]
    Conflict {
        /// What happened, in one sentence.
        reason: String,
        /// The current state of what was to be changed (for a card its whole card).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        current: Option<Box<serde_json::Value>>,
    },
    /// 422: one field of the input will not do.
    #[error("{message}")]
    Invalid {
        /// The name of the form field.
        field: String,
        /// What is wrong with it and what would do.
        message: String,
    },
    /// 429: too many tries; `retry_after` is in seconds.
    #[error("Too many tries. Try again in {retry_after} s.")]
    TooMany {
        /// Seconds until it is worth trying again.
        retry_after: u32,
    },
    /// 503: something this needs cannot be reached just now; nothing was lost.
    #[error("{what} cannot be reached just now. Nothing was lost; try again in a moment.")]
    Unavailable {
        /// What cannot be reached.
        what: String,
    },
    /// 500: our fault. The log has the whole story under the reference.
    #[error("Something on our side failed. Quote {reference} and we can find out what.")]
    Internal {
        /// Found in the log beside the cause.
        reference: String,
    },
}

impl AppError {
    /// One field of the input will not do.
    pub fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Invalid { field: field.into(), message: message.into() }
    }

    /// What was sent is not what it should be.
    pub fn unreadable() -> Self {
        Self::invalid("", "The request could not be read.")
    }

    /// They may know that it exists, but not do this.
    pub fn forbidden(reason: impl Into<String>) -> Self {
        Self::Forbidden { reason: reason.into() }
    }

    /// The HTTP status that goes with it.
    pub fn status(&self) -> http::StatusCode {
        use http::StatusCode;
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::Forbidden { .. } => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Conflict { .. } => StatusCode::CONFLICT,
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The name of the input field it is about, if it is about one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }
}

/// What the framework itself can report: an unreadable answer, no network, unreadable arguments.
impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => Self::Unavailable { what: "The server".into() },
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => Self::unreadable(),
            other => Self::Forbidden { reason: other.to_string() },
        }
    }
}
