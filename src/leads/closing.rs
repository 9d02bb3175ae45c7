//! How a deal ends.

use super::card::Card;
use super::stages::Outcome;
use crate::error::AppError;
use crate::values::{Day, Money};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Why a deal was lost.
    LostReason {
        Price = "price",
        Competitor = "competitor",
        Timing = "timing",
        NoBudget = "no_budget",
        NoAnswer = "no_answer",
        NotAFit = "not_a_fit",
        Other = "other",
    }
}

impl LostReason {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Price => "Price",
            Self::Competitor => "Went to a competitor",
            Self::Timing => "Not now",
            Self::NoBudget => "No budget",
            Self::NoAnswer => "No answer any more",
            Self::NotAFit => "Not a fit",
            Self::Other => "Something else",
        }
    }
}

/// How a deal ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct Closing {
    /// When.
    pub closed_on: Day,
    /// Why it was lost, if it was.
    pub reason: Option<LostReason>,
    /// In somebody's words; may be empty.
    pub note: String,
}

/// What has been said of a deal's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct Said {
    /// What it was worth.
    pub value: Money,
    /// How it ended; none if nobody has said.
    pub closing: Option<Closing>,
}

/// A deal of which somebody has said how it ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Closed {
    /// As the board shows it.
    pub card: Card,
    /// What had been said before.
    pub before: Said,
}

/// The longest note, in characters.
const LONGEST_NOTE: usize = 2000;

impl Closing {
    /// Whether it is how a deal ends that stands in such a stage: of one that was lost and then won the reason counts
    /// no longer.
    pub fn fits(&self, outcome: Outcome) -> bool {
        match outcome {
            Outcome::Open => false,
            Outcome::Won => self.reason.is_none(),
            Outcome::Lost => self.reason.is_some(),
        }
    }

    /// Reads what a person typed about a deal that was won or lost. An empty day is `today`.
    ///
    /// # Errors
    /// `Invalid`, beside the field.
    pub fn read(outcome: Outcome, closed_on: &str, reason: &str, note: &str, today: Day) -> Result<Self, AppError> {
        let closed_on = match closed_on.trim() {
            "" => today,
            text => Day::parse(text).ok_or_else(|| AppError::invalid("closed_on", "Write a day, such as 2026-11-25."))?,
        };
        if closed_on > today {
            return Err(AppError::invalid("closed_on", "A deal cannot have ended on a day to come."));
        }
        let note = note.trim().to_owned();
        if note.chars().count() > LONGEST_NOTE {
            return Err(AppError::invalid("note", format!("A note has {LONGEST_NOTE} characters at most.")));
        }
        let reason = match (outcome, reason) {
            (Outcome::Lost, "") => return Err(AppError::invalid("reason", "Say why it was lost.")),
            (Outcome::Lost, word) => Some(word.parse().map_err(|_| AppError::invalid("reason", "Choose one of the reasons."))?),
            _ => None,
        };
        if reason == Some(LostReason::Other) && note.is_empty() {
            return Err(AppError::invalid("note", "Say in a few words what it was."));
        }
        Ok(Self { closed_on, reason, note })
    }
}
