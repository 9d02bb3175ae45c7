//! Making two leads of one person one.

use super::model::Card;
use crate::values::{LeadId, Tag, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// A field of which only one of two can be kept.
    Part {
        /// The person's name.
        Name = "name",
        /// Their organisation.
        Organisation = "organisation",
        /// Their address.
        Email = "email",
        /// Their telephone.
        Phone = "phone",
        /// What the deal is worth.
        Value = "value",
    }
}

impl Part {
    /// As people call it.
    pub fn label(self) -> &'static str {
        match self {
            Part::Name => "Name",
            Part::Organisation => "Company",
            Part::Email => "E-mail",
            Part::Phone => "Phone",
            Part::Value => "Value",
        }
    }
}

/// One of the two, as it is before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Side {
    /// As the board shows it.
    pub card: Card,
    /// The name of its stage.
    pub stage: String,
    /// Their address; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// How many notes, tasks, answers and conversations it has.
    pub has: Vec<i64>,
}

impl Side {
    /// A field as people read it.
    pub fn says(&self, part: Part) -> String {
        match part {
            Part::Name => self.card.name.clone(),
            Part::Organisation => self.card.organisation.clone(),
            Part::Email => self.email.clone(),
            Part::Phone => self.phone.clone(),
            Part::Value if self.card.value.minor == 0 => String::new(),
            Part::Value => self.card.value.full(),
        }
    }
}

/// The tags that a lead takes over from another: those it lacks, as far as it has room.
pub fn tags_to_take(keep: &Card, other: &Card) -> Vec<Tag> {
    let room = Tag::MOST.saturating_sub(keep.tags.len());
    other.tags.iter().filter(|tag| !keep.tags.contains(tag)).take(room).cloned().collect()
}

/// A lead that has become part of another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Merged {
    /// Which.
    pub lead: LeadId,
    /// What it was called.
    pub name: String,
    /// Who did it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}
