//! From what went wrong to what a caller may learn: the cause goes to the log under a reference,
//! the caller gets the reference.

use crate::error::AppError;

/// Logs the cause and gives the error that quotes its reference.
pub fn internal(cause: impl std::fmt::Display) -> AppError {
    let reference = format!("S-{}", &uuid::Uuid::new_v4().simple().to_string()[..8]);
    tracing::error!(%reference, %cause, "internal error");
    metrics::counter!("internal_errors_total").increment(1);
    AppError::Internal { reference }
}

impl From<sqlx::Error> for AppError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => {
                tracing::error!(cause = %error, "database out of reach");
                Self::Unavailable { what: "The database".into() }
            }
            sqlx::Error::Database(fault) if fault.code().is_some_and(|code| NOT_STORED.contains(&&*code)) => {
                Self::invalid("", "There is a sign in it that cannot be stored. Take it out.")
            }
            // Only what was asked with can be so, such as a moment before there was time.
            sqlx::Error::Encode(_) => Self::unreadable(),
            other => internal(other),
        }
    }
}

/// What Postgres answers to text with a zero in it: as text, and within JSON (appendix A of its manual,
/// `character_not_in_repertoire` and `untranslatable_character`).
const NOT_STORED: [&str; 2] = ["22021", "22P05"];

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        internal(error)
    }
}

impl From<anyhow::Error> for AppError {
    fn from(error: anyhow::Error) -> Self {
        internal(format!("{error:#}"))
    }
}

impl axum::response::IntoResponse for AppError {
    fn into_response(self) -> axum::response::Response {
        let mut response = (self.status(), axum::Json(&self)).into_response();
        if let Self::TooMany { retry_after } = self {
            response.headers_mut().insert(http::header::RETRY_AFTER, retry_after.into());
        }
        response
    }
}

/// Whether a statement broke the constraint of that name: database rules become field errors.
pub fn broke(error: &sqlx::Error, constraint: &str) -> bool {
    error.as_database_error().and_then(|e| e.constraint()) == Some(constraint)
}
