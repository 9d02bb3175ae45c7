//! Leads that are perhaps of one person: with the same e-mail address, or the same telephone number however it
//! is written.

use crate::values::{LeadId, Money, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// A lead that another one is like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Alike {
    /// Which.
    pub lead: LeadId,
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// What the deal is worth.
    pub value: Money,
    /// The name of the stage it stands in.
    pub stage: String,
    /// When something last happened.
    pub last_activity_at: Timestamp,
    /// What they have in common: the address, or the number as this lead has it.
    pub by: String,
}

impl Alike {
    /// As a sentence names it: `Ada Byron, Engines, in Qualified`.
    pub fn named(&self) -> String {
        let parts = [self.name.as_str(), self.organisation.as_str(), &format!("in {}", self.stage)];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
    }
}

/// Leads with something in common.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Likeness {
    /// What: an address, or a number as one of them has it.
    pub by: String,
    /// The latest active first.
    pub leads: Vec<Alike>,
}

/// A page of the list of likenesses.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct AlikePage {
    /// By what they have in common, in its order.
    pub groups: Vec<Likeness>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}
