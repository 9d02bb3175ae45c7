//! Leads as a table, and changes to many of them at once.

use super::model::{Card, Stage, Totals};
use crate::values::{LeadId, StageId, Tag, UserId};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};

/// So many rows are fetched at a time.
pub const ROWS: u32 = 100;

/// The most leads that are chosen, and changed, at once.
pub const MOST_AT_ONCE: usize = 1000;

/// Some rows of the table, and what there is in all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Table {
    /// The stages, left to right.
    pub stages: Vec<Stage>,
    /// Count and sums of all rows that the filter shows.
    pub totals: Totals,
    /// How many rows come before these.
    pub skipped: u32,
    /// These.
    pub rows: Vec<Card>,
    /// The last event that is in it.
    pub seq: i64,
}

/// What shall become of a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// It goes to a stage.
    Move {
        /// Which.
        to: StageId,
        /// Right behind that lead; on top if none.
        after: Option<LeadId>,
    },
    /// It is given to somebody, or to nobody.
    Give {
        /// To whom.
        owner: Option<UserId>,
    },
    /// A tag is put on it.
    PutOn {
        /// Which.
        tag: Tag,
    },
    /// A tag is taken off.
    TakeOff {
        /// Which.
        tag: Tag,
    },
    /// It goes into the trash.
    Remove,
    /// It comes out of the trash.
    Restore,
}

/// What somebody wants of one lead among many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct Wanted {
    /// Which.
    pub lead: LeadId,
    /// The version they saw.
    pub version: i32,
    /// What.
    pub change: Change,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Changed {
    /// Which lead.
    pub lead: LeadId,
    /// What would undo it; none if nothing was changed.
    pub back: Option<Wanted>,
    /// Why it was refused, if it was.
    pub refused: Option<String>,
}
