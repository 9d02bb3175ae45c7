//! Making two leads of one person one.

use super::fields::{CustomField, LeadField, said_day};
use super::model::Card;
use crate::values::{Currency, FieldId, LeadId, Tag, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

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
    /// What stands in the company's own fields.
    pub custom: HashMap<FieldId, String>,
    /// How many notes, tasks, answers, conversations and files it has.
    pub has: Vec<i64>,
}

impl Side {
    /// A field as people read it.
    pub fn says(&self, field: LeadField, own: &[CustomField], home: Currency) -> String {
        match field {
            LeadField::Email => self.email.clone(),
            LeadField::Phone => self.phone.clone(),
            LeadField::Value if self.card.value.minor == 0 => String::new(),
            LeadField::Value => self.card.value.full(),
            LeadField::Custom(id) => {
                let text = self.custom.get(&id).map_or("", String::as_str);
                own.iter().find(|own| own.id == id).map_or_else(|| text.to_owned(), |own| own.said(text, home))
            }
            other => said_day(&self.card.written(other).unwrap_or_default()),
        }
    }
}

/// Two leads that may become one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Pair {
    /// The one that would be kept.
    pub keep: Side,
    /// The other.
    pub other: Side,
    /// The company's own fields, in order.
    pub fields: Vec<CustomField>,
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
