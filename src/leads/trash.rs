//! Leads in the trash.

use crate::values::{LeadId, Money, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// A lead in the trash, as its page lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct GoneLead {
    /// Which.
    pub lead: LeadId,
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// What the deal is worth.
    pub value: Money,
    /// The name of the stage it stood in.
    pub stage: String,
    /// Who put it there.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A page of the trash.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct TrashPage {
    /// The latest first.
    pub leads: Vec<GoneLead>,
    /// Whether there are more behind them.
    pub more: bool,
}
