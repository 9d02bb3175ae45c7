//! Forms for enquiries: pages that anybody can open, and whose entries become leads.

use crate::leads::model::Stage;
use crate::values::{AssistantId, EnquiryFormId, StageId, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// Whether a form asks for something.
    Asked { No = "no", Optional = "optional", Required = "required" }
    /// What became of a form.
    FormChange { Made = "made", Changed = "changed", Removed = "removed" }
}

impl Asked {
    /// As admins choose it.
    pub fn label(self) -> &'static str {
        match self {
            Asked::No => "Not asked",
            Asked::Optional => "May be left empty",
            Asked::Required => "Must be filled in",
        }
    }
}

/// A form, as admins have made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct EnquiryForm {
    /// Which.
    pub id: EnquiryFormId,
    /// Stands in its address: whoever has it may open the form.
    pub public_key: String,
    /// What the company calls it. Timelines name it by this; visitors are not shown it.
    pub name: String,
    /// What visitors read above it.
    pub heading: String,
    /// A few lines below that; may be empty.
    pub intro: String,
    /// Whether the organisation is asked for.
    pub organisation: Asked,
    /// Whether a telephone number is.
    pub phone: Asked,
    /// Whether a message is.
    pub message: Asked,
    /// What has to be agreed to; empty is nothing.
    pub consent: String,
    /// What visitors read when they have sent it.
    pub thanks: String,
    /// The page that they go on to; empty: they are thanked here.
    pub redirect: String,
    /// Where its leads begin; the first stage if none.
    pub stage: Option<StageId>,
    /// The assistant that its leads are on.
    pub assistant: Option<AssistantId>,
    /// Whose its leads are.
    pub owner: Option<UserId>,
    /// Whether enquiries are taken.
    pub live: bool,
    /// How many enquiries came by it.
    pub submissions: i64,
    /// When the last one came.
    pub last_at: Option<Timestamp>,
}

impl EnquiryForm {
    /// The longest message, in characters. With what was agreed to it is one note.
    pub const LONGEST_MESSAGE: usize = 3500;
    /// The longest text that has to be agreed to, in characters.
    pub const LONGEST_CONSENT: usize = 400;
}

/// The page of one form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct EnquiryFormPage {
    /// The form.
    pub form: EnquiryForm,
    /// The stages of the board, left to right.
    pub stages: Vec<Stage>,
    /// The address that this server believes it is reached at.
    pub origin: String,
}

/// A form was made, changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct FormChanged {
    /// Which.
    pub form: EnquiryFormId,
    /// What it is called.
    pub name: String,
    /// What became of it.
    pub change: FormChange,
}
