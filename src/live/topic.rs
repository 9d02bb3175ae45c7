//! What a socket can listen to, and the frames that go over it.
//!
//! The format is JSON, one object a frame, its kind in `t`. It is described for strangers in
//! ARCHITECTURE.md, "The live protocol".

use crate::values::{ConversationId, LeadId, SessionId, UserId};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Something to listen to. As text: `board`, `inbox`, `tasks`, `company`, `lead:ID`, `conversation:ID`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire, ToWire)]
#[serde(try_from = "String", into = "String")]
pub enum Topic {
    /// Every change of every card in one's reach.
    Board,
    /// Every change of every conversation in one's reach.
    Inbox,
    /// Every change of every task on the leads in one's reach.
    Tasks,
    /// Changes of people, assistants, settings.
    Company,
    /// One lead's page.
    Lead(LeadId),
    /// One thread.
    Conversation(ConversationId),
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Topic::Board => f.write_str("board"),
            Topic::Inbox => f.write_str("inbox"),
            Topic::Tasks => f.write_str("tasks"),
            Topic::Company => f.write_str("company"),
            Topic::Lead(id) => write!(f, "lead:{id}"),
            Topic::Conversation(id) => write!(f, "conversation:{id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let bad = |_| format!("{text:?} is no topic");
        match text.split_once(':') {
            None if text == "board" => Ok(Topic::Board),
            None if text == "inbox" => Ok(Topic::Inbox),
            None if text == "tasks" => Ok(Topic::Tasks),
            None if text == "company" => Ok(Topic::Company),
            Some(("lead", id)) => id.parse().map(Topic::Lead).map_err(bad),
            Some(("conversation", id)) => id.parse().map(Topic::Conversation).map_err(bad),
            _ => Err(format!("{text:?} is no topic")),
        }
    }
}
impl TryFrom<String> for Topic {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
impl From<Topic> for String {
    fn from(topic: Topic) -> String {
        topic.to_string()
    }
}

/// What the browser says.
#[derive(Clone, Debug, Serialize, Deserialize, FromWire, ToWire)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ClientFrame {
    /// First frame. People are known by their cookie, visitors by this token.
    Hello {
        /// Version of the protocol: 1.
        v: u8,
        /// A visitor's token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visitor: Option<String>,
    },
    /// Listen to this; what came after `since` is told first.
    Subscribe {
        /// To what.
        topic: Topic,
        /// The last event the page already has.
        since: i64,
    },
    /// After a lost connection: listen to all of these again, from one number on.
    Resume {
        /// The last event applied.
        seq: i64,
        /// To what.
        topics: Vec<Topic>,
    },
    /// Stop listening.
    Unsubscribe {
        /// To what.
        topic: Topic,
    },
    /// Not stored: typing, presence. Told to everyone else on the topic.
    Pulse {
        /// Where.
        topic: Topic,
        /// What.
        pulse: serde_json::Value,
    },
    /// Are you there?
    Ping,
}

/// What the server says. `event` frames are made from the stream (see `activity`), so the type of
/// the event is left open here.
#[derive(Clone, Debug, Serialize, Deserialize, FromWire)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ServerFrame<E> {
    /// Answer to the first frame.
    Hello {
        /// Version of the protocol: 1.
        v: u8,
        /// The server's build; a page of another build offers to reload.
        build: String,
        /// The newest event.
        seq: i64,
        /// The sign-in this socket belongs to; none for visitors.
        session: Option<SessionId>,
    },
    /// You are listening; everything up to `seq` has been told.
    Subscribed {
        /// To what.
        topic: Topic,
        /// Up to here.
        seq: i64,
    },
    /// You may not listen to that (or it does not exist).
    Denied {
        /// To what.
        topic: Topic,
    },
    /// Too much was missed to tell it one by one: load the page's data afresh.
    SnapshotRequired {
        /// For what.
        topic: Topic,
    },
    /// Something happened.
    Event {
        /// The topics you listen to that it belongs to.
        topics: Vec<Topic>,
        /// What, with its number.
        #[serde(flatten)]
        event: E,
    },
    /// Something not stored.
    Pulse {
        /// Where.
        topic: Topic,
        /// What.
        pulse: serde_json::Value,
    },
    /// Who is looking at a topic now.
    Presence {
        /// At what.
        topic: Topic,
        /// Who.
        here: Vec<Here>,
    },
    /// Still here; everything up to `seq` has been told.
    Beat {
        /// Up to here.
        seq: i64,
    },
    /// The server ends the connection. `signed_out` and `rights_changed` want a reload.
    Bye {
        /// Why.
        reason: Bye,
    },
}

/// Somebody who is looking at a topic.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire)]
pub struct Here {
    /// Who.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// Their colour, 1 to 5.
    pub tint: u8,
}

/// Why the server ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
#[serde(rename_all = "snake_case")]
pub enum Bye {
    /// The session has ended or was revoked.
    SignedOut,
    /// The person's rights are not what they were.
    RightsChanged,
    /// The first frame did not come, or a frame could not be read.
    BadFrame,
    /// Nothing was heard for too long, or nothing was taken.
    TooSlow,
    /// The server stops; come back in a moment.
    Restart,
}
