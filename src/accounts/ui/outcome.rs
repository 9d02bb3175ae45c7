//! What became of a form that was posted: the server renders its page again with this in it.

use crate::error::AppError;
use crate::wire::FromWire;
use crate::wire::shared;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What became of a form that was posted. On a page that was not posted to, empty.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromWire)]
pub struct FormOutcome {
    /// Which form; a page may have several.
    pub form: String,
    /// What was typed, by field; never passwords.
    pub values: Vec<(String, String)>,
    /// Why it failed.
    pub error: Option<AppError>,
    /// What was done, as one word, where a success is answered by the page itself.
    pub notice: Option<String>,
}

impl FormOutcome {
    /// Of the form of this name; of any other, empty.
    pub fn of(&self, form: &str) -> Self {
        if self.form == form { self.clone() } else { Self::default() }
    }

    /// What was typed there, or `or`.
    pub fn value_or(&self, field: &str, or: &str) -> String {
        self.values.iter().find(|(name, _)| name == field).map_or_else(|| or.to_owned(), |(_, value)| value.clone())
    }

    /// What was typed there.
    pub fn value(&self, field: &str) -> String {
        self.value_or(field, "")
    }

    /// What is wrong with that field.
    pub fn error_at(&self, field: &str) -> Option<String> {
        self.error.as_ref().filter(|error| error.field() == Some(field)).map(ToString::to_string)
    }

    /// What is wrong with none of these fields in particular.
    pub fn error_beside(&self, fields: &[&str]) -> Option<String> {
        self.error.as_ref().filter(|error| !error.field().is_some_and(|field| fields.contains(&field))).map(say)
    }
}

/// An error as a page says it: waiting times in minutes.
fn say(error: &AppError) -> String {
    match error {
        AppError::TooMany { retry_after: ..120 } => "Too many tries. Try again in a minute or two.".into(),
        AppError::TooMany { retry_after } => format!("Too many tries. Try again in {} minutes.", retry_after.div_ceil(60)),
        other => other.to_string(),
    }
}

/// What became of the form that this page answers. The browser reads what the server rendered
/// with, so that hydration sees the same.
pub fn use_outcome() -> FormOutcome {
    shared(|| use_context::<FormOutcome>().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_stands_beside_its_own_field_only() {
        let outcome = FormOutcome { form: "a".into(), error: Some(AppError::invalid("email", "No.")), ..FormOutcome::default() };
        assert_eq!(outcome.error_at("email").as_deref(), Some("No."));
        assert_eq!(outcome.error_at("name"), None);
        assert_eq!(outcome.error_beside(&["email", "name"]), None);
        assert_eq!(outcome.error_beside(&["name"]).as_deref(), Some("No."), "a field that is not shown");
        assert_eq!(outcome.of("b"), FormOutcome::default());
    }
}
