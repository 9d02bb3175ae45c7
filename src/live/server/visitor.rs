//! What a visitor learns of an event: the words of their own conversation, and nothing about the
//! lead, the people or the moods behind it.

use crate::activity::model::{Event, Recorded};
use crate::conversations::model::{Author, Delivery, Owner};
use crate::files::model::Attached;
use crate::values::{ConversationId, MessageId, Timestamp};
use serde::Serialize;

/// An event as it goes to a visitor. Every field is named here: nothing is passed on by default.
#[derive(Debug, Serialize)]
pub struct ForVisitor<'a> {
    seq: i64,
    at: Timestamp,
    event: Seen<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Seen<'a> {
    MessageSent { message: Said<'a> },
    MessageMarked { conversation: ConversationId, messages: &'a [MessageId], state: Delivery },
    ControlChanged { conversation: ConversationId, control: Hand<'a> },
}

#[derive(Debug, Serialize)]
struct Said<'a> {
    id: MessageId,
    conversation: ConversationId,
    author: Author,
    name: &'a str,
    body: &'a str,
    files: &'a [Attached],
    state: Delivery,
    at: Timestamp,
    partial: bool,
    sources: &'a [String],
}

#[derive(Debug, Serialize)]
struct Hand<'a> {
    owner: Owner,
    name: Option<&'a str>,
    epoch: i32,
}

/// The visitor's version of an event; none if visitors are not told of it.
pub fn for_visitor(recorded: &Recorded) -> Option<ForVisitor<'_>> {
    if !recorded.event.for_visitors() {
        return None;
    }
    let event = match &recorded.event {
        Event::MessageSent { message, .. } => Seen::MessageSent {
            message: Said {
                id: message.id,
                conversation: message.conversation,
                author: message.author,
                name: message.shown_name(),
                body: &message.body,
                files: &message.files,
                state: message.state,
                at: message.at,
                partial: message.partial,
                sources: &message.sources,
            },
        },
        Event::MessageMarked { conversation, messages, state, .. } => {
            Seen::MessageMarked { conversation: *conversation, messages, state: *state }
        }
        Event::ControlChanged { conversation, control, .. } => Seen::ControlChanged {
            conversation: *conversation,
            control: Hand { owner: control.owner, name: control.name.as_deref(), epoch: control.epoch },
        },
        _ => return None,
    };
    Some(ForVisitor { seq: recorded.seq, at: recorded.at, event })
}
