//! What people write about a lead, field by field: those that every lead has, and those that a company has made.

use super::card::Card;
use super::page::LeadPage;
use crate::values::{Currency, Day, FieldId, LeadId, Money, grouped};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// One thing about a lead that people write. Sent and stored as one word, or as the id of the company's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire, ToWire)]
#[serde(try_from = "String", into = "String")]
pub enum LeadField {
    /// The person's name.
    Name,
    /// Their organisation.
    Organisation,
    /// What the deal is worth.
    Value,
    /// Their address.
    Email,
    /// Their telephone.
    Phone,
    /// The day the deal is expected to be made.
    ClosesOn,
    /// One that the company has made.
    Custom(FieldId),
}

impl LeadField {
    /// Those that every lead has.
    pub const EVERY: [Self; 6] = [Self::Name, Self::Organisation, Self::Value, Self::Email, Self::Phone, Self::ClosesOn];

    /// As people call it; nothing for one of the company's own.
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Organisation => "Company",
            Self::Value => "Value",
            Self::Email => "Email",
            Self::Phone => "Phone",
            Self::ClosesOn => "Closes on",
            Self::Custom(_) => "",
        }
    }
}

impl fmt::Display for LeadField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::Organisation => "organisation",
            Self::Value => "value",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::ClosesOn => "closes_on",
            Self::Custom(id) => return id.fmt(f),
        })
    }
}

impl FromStr for LeadField {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::EVERY.into_iter().find(|field| field.to_string() == text);
        known.or_else(|| text.parse().ok().map(Self::Custom)).ok_or_else(|| format!("{text:?} is no field of a lead"))
    }
}
impl TryFrom<String> for LeadField {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
impl From<LeadField> for String {
    fn from(field: LeadField) -> String {
        field.to_string()
    }
}

crate::text_enum! {
    /// What stands in a field that a company has made.
    FieldKind {
        /// A line of text.
        Text = "text",
        /// A number.
        Number = "number",
        /// An amount in the company's currency.
        Money = "money",
        /// A day.
        Date = "date",
        /// One of a list.
        Choice = "choice",
        /// The address of a page.
        Link = "link",
    }
}

impl FieldKind {
    /// As people choose it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Number => "Number",
            Self::Money => "Money",
            Self::Date => "Date",
            Self::Choice => "Choice of a list",
            Self::Link => "Link",
        }
    }
}

/// A field that a company has made for its leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct CustomField {
    /// Which.
    pub id: FieldId,
    /// As other programs name it; stays when it is renamed.
    pub slug: String,
    /// As people call it.
    pub name: String,
    /// What stands in it.
    pub kind: FieldKind,
    /// What can be chosen, if it is a choice.
    pub choices: Vec<String>,
    /// Put away: no lead shows it. What was written in it is kept.
    pub away: bool,
}

impl CustomField {
    /// So many a company has at most, those that are put away counted.
    pub const MOST: usize = 50;
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 40;
    /// The longest text in one, in characters.
    pub const LONGEST: usize = 500;
    /// So many choices a list has at most.
    pub const MOST_CHOICES: usize = 50;

    /// What is written in it, as people read it.
    pub fn said(&self, text: &str, home: Currency) -> String {
        match self.kind {
            FieldKind::Money => Money::parse(text, home).map_or_else(|| text.to_owned(), Money::full),
            FieldKind::Date => said_day(text),
            FieldKind::Number => {
                let (minus, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("−", digits));
                let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
                format!("{minus}{}{rest}", grouped(whole))
            }
            _ => text.to_owned(),
        }
    }
}

/// A day as people read it; what is none as it stands.
pub fn said_day(text: &str) -> String {
    Day::parse(text).map_or_else(|| text.to_owned(), |day| day.to_string())
}

/// A field that is to be another. The texts are as [`LeadPage::written`] has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct FieldEdit {
    /// Which.
    pub field: LeadField,
    /// What stood there when the person began: whoever wrote something else since is not overwritten unasked.
    #[serde(default)]
    pub was: String,
    /// What shall stand there.
    #[serde(default)]
    pub to: String,
}

/// What a person changes about a lead. What is not named stays, whatever it has become since.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadEdit {
    /// Which.
    pub lead: LeadId,
    /// The version they saw, if the lead as a whole must be as they saw it.
    pub version: Option<i32>,
    /// The fields.
    pub changes: Vec<FieldEdit>,
}

/// A field that has become another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct FieldChange {
    /// Which.
    pub field: LeadField,
    /// As people called it then.
    pub label: String,
    /// What stood there, as one would type it.
    pub was: String,
    /// What stands there.
    pub now: String,
}

/// A lead whose fields were changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Edited {
    /// As the board shows it.
    pub card: Card,
    /// What is another now; what was so already is not among it.
    pub changed: Vec<FieldChange>,
}

/// An amount as one would type it; nothing if it is nothing.
pub fn typed(value: Money) -> String {
    if value.minor == 0 { String::new() } else { value.full().trim_start_matches(value.currency.sign()).to_owned() }
}

impl Card {
    /// What stands in a field of it, as one would type it; none for what a card does not have.
    pub fn written(&self, field: LeadField) -> Option<String> {
        match field {
            LeadField::Name => Some(self.name.clone()),
            LeadField::Organisation => Some(self.organisation.clone()),
            LeadField::Value => Some(typed(self.value)),
            LeadField::ClosesOn => Some(self.closes_on.map(Day::iso).unwrap_or_default()),
            LeadField::Email | LeadField::Phone | LeadField::Custom(_) => None,
        }
    }
}

impl LeadPage {
    /// What stands in a field, as one would type it.
    pub fn written(&self, field: LeadField) -> String {
        match field {
            LeadField::Email => self.email.clone(),
            LeadField::Phone => self.phone.clone(),
            LeadField::Custom(id) => self.custom.get(&id).cloned().unwrap_or_default(),
            other => self.card.written(other).unwrap_or_default(),
        }
    }

    /// Takes in what has been written in fields that a card does not have.
    pub fn take(&mut self, changed: &[FieldChange]) {
        for FieldChange { field, now, .. } in changed {
            match field {
                LeadField::Email => self.email.clone_from(now),
                LeadField::Phone => self.phone.clone_from(now),
                LeadField::Custom(id) => drop(self.custom.insert(*id, now.clone())),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_one_word() {
        for field in LeadField::EVERY.into_iter().chain([LeadField::Custom(FieldId::new())]) {
            assert_eq!(field.to_string().parse(), Ok(field));
        }
        assert!("stage".parse::<LeadField>().is_err());
    }

    #[test]
    fn what_is_written_is_said_as_people_read_it() {
        let said = |kind, text: &str| {
            let (id, choices) = (FieldId::new(), Vec::new());
            CustomField { id, slug: String::new(), name: String::new(), kind, choices, away: false }.said(text, Currency::Eur)
        };
        assert_eq!(said(FieldKind::Number, "-1234567.5"), "−1,234,567.5");
        assert_eq!(said(FieldKind::Number, "12"), "12");
        assert_eq!(said(FieldKind::Money, "84,000"), "€84,000");
        assert_eq!(said(FieldKind::Date, "2026-12-24"), "24 Dec 2026");
        assert_eq!(said(FieldKind::Text, "2026-12-24"), "2026-12-24");
    }
}
