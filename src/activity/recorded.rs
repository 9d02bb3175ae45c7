//! An event as it stands in the stream: with its number, its moment, and who did it.

use super::model::Event;
use crate::values::{ApiKeyId, AssistantId, EnquiryFormId, MutationId, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// Who did it, as shown in timelines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Who {
    /// A person of the company.
    Person {
        /// Who.
        id: UserId,
        /// Their name at the time.
        name: String,
    },
    /// A visitor.
    Visitor,
    /// An assistant.
    Assistant {
        /// Which.
        id: AssistantId,
        /// Its name at the time.
        name: String,
    },
    /// Another program, by a key.
    Key {
        /// Which key.
        id: ApiKeyId,
        /// What it was named at the time.
        name: String,
    },
    /// Somebody who sent an enquiry, by a form.
    Form {
        /// Which form.
        id: EnquiryFormId,
        /// What it was named at the time.
        name: String,
    },
    /// The product itself: a job, the command line.
    System {
        /// Which part.
        part: String,
    },
}

impl Who {
    /// As a timeline names them.
    pub fn name(&self) -> &str {
        match self {
            Who::Person { name, .. } | Who::Assistant { name, .. } | Who::Key { name, .. } | Who::Form { name, .. } => name,
            Who::Visitor => "Visitor",
            Who::System { .. } => "Spotlight",
        }
    }
}

/// An event as it stands in the stream and goes over the socket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Recorded {
    /// Its number in the company's stream: 1, 2, 3 … without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Who,
    /// The change that asked for it, so that its tab recognises its own echo.
    pub mutation: Option<MutationId>,
    /// What happened.
    pub event: Event,
}

impl Recorded {
    /// How long ago it happened, in words: `just now`, `20 s ago`, `3h ago`.
    pub fn how_long_ago(&self) -> String {
        let now = Timestamp::now();
        match self.at.seconds_until(now) {
            0 => "just now".into(),
            seconds @ 1..60 => format!("{seconds} s ago"),
            _ => format!("{} ago", self.at.ago(now)),
        }
    }
}
