//! Filters that people keep, by name.

use crate::values::{UserId, ViewId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// A filter that somebody has kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct View {
    /// Which.
    pub id: ViewId,
    /// As its owner calls it.
    pub name: String,
    /// The part of an address that is the filter: `?score=75`.
    pub query: String,
    /// Who keeps it.
    pub owner: UserId,
    /// Whether everyone in the company has it; else its owner alone.
    pub shared: bool,
}

impl View {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 40;
    /// The most that one person keeps.
    pub const MOST: i64 = 50;

    /// Whether it is among the views of that person.
    pub fn is_for(&self, user: UserId) -> bool {
        self.shared || self.owner == user
    }
}
