//! Leads brought in as a file: what each column is, and how far it has come.

use super::fields::CustomField;
use crate::values::{FieldId, ImportId, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

crate::text_enum! {
    /// What a column of the file is.
    Field {
        /// Nothing of ours.
        Skip = "",
        /// The person's whole name.
        Name = "name",
        /// Their given name.
        FirstName = "first_name",
        /// Their family name.
        LastName = "last_name",
        /// Their organisation.
        Organisation = "organisation",
        /// Their address.
        Email = "email",
        /// Their telephone.
        Phone = "phone",
        /// What the deal is worth.
        Value = "value",
        /// The day it is expected to be made.
        ClosesOn = "closes_on",
        /// In which currency.
        Currency = "currency",
        /// The stage, by its name.
        Stage = "stage",
        /// A colleague, by address or name.
        Owner = "owner",
        /// An assistant, by its name.
        Assistant = "assistant",
        /// Where the lead is from; kept in the note.
        Source = "source",
        /// A private note.
        Note = "note",
    }
    /// How far an import has come.
    ImportState {
        /// The file is still coming in.
        Receiving = "receiving",
        /// Somebody is to say what the columns are.
        Mapping = "mapping",
        /// Its rows are being looked at; nothing is stored.
        Checking = "checking",
        /// Every row's fate is known.
        Checked = "checked",
        /// Its rows become leads.
        Importing = "importing",
        /// Somebody stopped that. What came in stays; it can go on.
        Stopped = "stopped",
        /// Every row has been read.
        Done = "done",
    }
    /// Why a row makes no lead.
    Fate {
        /// Something in it will not do.
        Bad = "bad",
        /// The lead is there already.
        Duplicate = "duplicate",
    }
}

impl Field {
    /// As people choose it.
    pub fn label(self) -> &'static str {
        match self {
            Field::Skip => "Do not import",
            Field::Name => "Name",
            Field::FirstName => "First name",
            Field::LastName => "Last name",
            Field::Organisation => "Organisation",
            Field::Email => "E-mail",
            Field::Phone => "Phone",
            Field::Value => "Value",
            Field::ClosesOn => "Closes on",
            Field::Currency => "Currency",
            Field::Stage => "Stage",
            Field::Owner => "Owner",
            Field::Assistant => "Assistant",
            Field::Source => "Source (into the note)",
            Field::Note => "Note",
        }
    }
}

/// What a column of the file is: something that every lead has, or a field of the company's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
#[serde(try_from = "String", into = "String")]
pub enum Column {
    /// What every lead has, or nothing of ours.
    Every(Field),
    /// A field of the company's own.
    Custom(FieldId),
}

impl FromStr for Column {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self::Every).or_else(|unknown| text.parse().map(Self::Custom).map_err(|_| unknown))
    }
}
impl TryFrom<String> for Column {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
impl From<Column> for String {
    fn from(column: Column) -> String {
        match column {
            Column::Every(field) => field.to_string(),
            Column::Custom(id) => id.to_string(),
        }
    }
}

impl ImportState {
    /// Whether something is being done with the file just now.
    pub fn busy(self) -> bool {
        matches!(self, ImportState::Receiving | ImportState::Checking | ImportState::Importing)
    }

    /// In a few words.
    pub fn label(self) -> &'static str {
        match self {
            ImportState::Receiving => "Coming in",
            ImportState::Mapping => "Columns to be chosen",
            ImportState::Checking => "Being checked",
            ImportState::Checked => "Checked",
            ImportState::Importing => "Being imported",
            ImportState::Stopped => "Stopped",
            ImportState::Done => "Imported",
        }
    }
}

/// An import, as a list names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct ImportRow {
    /// Which.
    pub id: ImportId,
    /// What the file is called.
    pub file_name: String,
    /// How far it has come.
    pub state: ImportState,
    /// Who brought it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// How many leads it made, or would make.
    pub added: i64,
    /// Rows whose lead was there already.
    pub duplicates: i64,
    /// Rows in which something will not do.
    pub bad: i64,
}

/// An import, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct ImportPage {
    /// As a list names it.
    pub row: ImportRow,
    /// How much of the file has been read, in percent.
    pub percent: u8,
    /// No row has been read for so long that something must have happened to whoever read them.
    pub stuck: bool,
    /// Names of the columns.
    pub header: Vec<String>,
    /// The first rows.
    pub samples: Vec<Vec<String>>,
    /// What each column is.
    pub mapping: Vec<Column>,
    /// The company's own fields, which columns may be too.
    pub fields: Vec<CustomField>,
    /// Rows of the fate that was asked for, in the order of the file.
    pub rejected: Vec<Rejected>,
    /// The line that the next page goes on behind; none if this is the last.
    pub next: Option<i64>,
}

/// A row that makes no lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Rejected {
    /// The line of the file in which it begins, from 1.
    pub line: i64,
    /// Why, in one sentence.
    pub reason: String,
    /// What it says.
    pub cells: Vec<String>,
}
