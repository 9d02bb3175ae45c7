//! What stands between the messages of a thread: notices of what changed, and the team's notes.

use super::model::{Owner, Rest};
use crate::activity::model::{Event, Recorded, Who};
use crate::values::Timestamp;
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What a notice in a thread tells of.
    About {
        /// A person answers since.
        Person = "person",
        /// The assistant answers since.
        Assistant = "assistant",
        /// A person is waited for since.
        Waiting = "waiting",
        /// The chat was closed.
        Closed = "closed",
        /// The chat was put off.
        Snoozed = "snoozed",
        /// The chat is open again.
        Opened = "opened",
        /// They may be texted, or not any more.
        Consent = "consent",
    }
}

/// A private note on the lead, as its threads show it. No visitor ever sees one: it is no message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Note {
    /// The number of the event it comes from.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Who,
    /// The text.
    pub body: String,
}

impl Note {
    /// The note that an event tells of.
    pub fn of(recorded: &Recorded) -> Option<Note> {
        let Event::NoteWritten { body, .. } = &recorded.event else { return None };
        Some(Note { seq: recorded.seq, at: recorded.at, by: recorded.actor.clone(), body: body.clone() })
    }
}

/// A line between the messages: who answers from here on, or that the chat was put to rest, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Notice {
    /// The number of the event it tells of.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What it tells of.
    pub about: About,
    /// In words.
    pub text: String,
}

impl Notice {
    /// The line an event leaves in the thread; none for most. A fresh load and a live tab make it with this
    /// same function.
    pub fn of(recorded: &Recorded) -> Option<Notice> {
        let actor = recorded.actor.name();
        let (about, text) = match &recorded.event {
            Event::ControlChanged { control, handoff, .. } => match (control.owner, handoff) {
                (Owner::Person, _) => {
                    let name = control.name.as_deref().unwrap_or(actor);
                    let own = matches!(&recorded.actor, Who::Person { id, .. } if control.user == Some(*id));
                    (
                        About::Person,
                        if own { format!("{name} joined, and has read the chat") } else { format!("{actor} gave the chat to {name}") },
                    )
                }
                (Owner::Assistant, _) if recorded.actor == Who::Visitor => (About::Assistant, "The assistant answers again".into()),
                (Owner::Assistant, _) => (About::Assistant, format!("{actor} handed back to the assistant")),
                (Owner::Waiting, Some(reason)) => (About::Waiting, format!("{actor} asked for a person: {}", reason.reason())),
                (Owner::Waiting, None) if matches!(&recorded.actor, Who::System { part } if part == "routing") => {
                    (About::Waiting, "Whoever was answering is not there any more: anybody can take over".into())
                }
                (Owner::Waiting, None) => (About::Waiting, format!("{actor} asked for a person")),
            },
            Event::ConversationRested { rest, .. } => match (rest, &recorded.actor) {
                (Some(Rest::Closed), _) => (About::Closed, format!("{actor} closed the chat")),
                (Some(Rest::Snoozed { .. }), _) => (About::Snoozed, format!("{actor} put the chat off")),
                (None, Who::Visitor) => (About::Opened, "They wrote again, which opened the chat".into()),
                (None, Who::System { .. }) => (About::Opened, "The time until which it was put off has come".into()),
                (None, _) => (About::Opened, format!("{actor} opened the chat again")),
            },
            Event::NobodyCame { .. } => (About::Waiting, "Nobody came in time: the managers have a letter".into()),
            Event::ConsentChanged { agreed: true, how, .. } => (About::Consent, format!("May be texted: {how}")),
            Event::ConsentChanged { agreed: false, how, .. } => (About::Consent, format!("No more texts to them: {how}")),
            _ => return None,
        };
        Some(Notice { seq: recorded.seq, at: recorded.at, about, text })
    }
}
