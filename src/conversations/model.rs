//! Conversations, messages and control, as both halves see them.

pub use super::between::{About, Note, Notice};
use crate::channels::model::Way;
use crate::files::model::Attached;
use crate::values::words::plain_lines;
use crate::values::{AssistantId, ConversationId, FileId, LeadId, MessageId, Sentiment, Timestamp, UserId};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

crate::text_enum! {
    /// Who wrote a message.
    Author { Visitor = "visitor", Assistant = "assistant", Rep = "rep" }
    /// By which way something is said.
    Channel {
        /// The widget on the company's site.
        Web = "web",
        /// Text messages.
        Sms = "sms",
    }
    /// How far a message has come. It never goes back (`Delivery::advance`).
    Delivery {
        /// On its way: from a browser to us, or as a text to the carrier.
        Pending = "pending",
        /// We have it, or the carrier.
        Sent = "sent",
        /// The carrier, or we, gave it up. One that arrives after all has arrived.
        Failed = "failed",
        /// It is there.
        Delivered = "delivered",
        /// They have seen it.
        Read = "read",
    }
    /// Who answers the visitor.
    Owner {
        /// The AI.
        Assistant = "assistant",
        /// A person, who took over.
        Person = "person",
        /// Nobody yet: a person was asked for.
        Waiting = "waiting",
    }
    /// Why the assistant asked for a person. Typed, never a magic word in the text.
    HandOff {
        CustomerRequest = "customer_request",
        MissingKnowledge = "missing_knowledge",
        UnsupportedRequest = "unsupported_request",
        PolicyRestriction = "policy_restriction",
        ToolFailure = "tool_failure",
        PendingClarification = "pending_clarification",
        UsageLimit = "usage_limit",
    }
}

/// For what was said before there were texts.
impl Default for Channel {
    fn default() -> Self {
        Self::Web
    }
}

impl Delivery {
    fn step(self) -> u8 {
        match self {
            Delivery::Pending => 0,
            Delivery::Sent => 1,
            Delivery::Failed => 2,
            Delivery::Delivered => 3,
            Delivery::Read => 4,
        }
    }
    /// The further of the two.
    pub fn advance(self, other: Delivery) -> Delivery {
        if other.step() > self.step() { other } else { self }
    }
}

impl HandOff {
    /// As the thread says it: "Nora asked for a person: …".
    pub fn reason(self) -> &'static str {
        match self {
            HandOff::CustomerRequest => "the visitor wants one",
            HandOff::MissingKnowledge => "it does not know the answer",
            HandOff::UnsupportedRequest => "it cannot do what was asked",
            HandOff::PolicyRestriction => "it is not allowed to say",
            HandOff::ToolFailure => "its language service failed",
            HandOff::PendingClarification => "it could not make out what was meant",
            HandOff::UsageLimit => "its budget is used up",
        }
    }
}

/// What a conversation is while nobody has to do anything about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rest {
    /// Its matter is done.
    Closed,
    /// It comes back by itself.
    Snoozed {
        /// When.
        until: Timestamp,
    },
}

/// One message of a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Message {
    /// Made by the writer, so that sending twice is sending once.
    pub id: MessageId,
    /// Where it was said.
    pub conversation: ConversationId,
    /// 1, 2, 3 … within the conversation; 0 while it is only pending in one browser.
    pub number: i32,
    /// Who wrote it.
    pub author: Author,
    /// Which person, if it was a rep.
    pub user: Option<UserId>,
    /// The writer's name.
    pub name: String,
    /// The text; may be empty if files go with it.
    pub body: String,
    /// Files that go with it.
    #[serde(default)]
    pub files: Vec<Attached>,
    /// By which way it came or went.
    #[serde(default)]
    pub channel: Channel,
    /// How far it has come.
    pub state: Delivery,
    /// Why it did not get there.
    #[serde(default)]
    pub failure: Option<String>,
    /// An answer that broke off half-way.
    pub partial: bool,
    /// The titles of the knowledge it rests on.
    pub sources: Vec<String>,
    /// The mood of it, once measured; visitors' messages only.
    pub sentiment: Option<Sentiment>,
    /// The mood as a figure, −100 to 100.
    pub mood: Option<i16>,
    /// When it was written.
    pub at: Timestamp,
}

impl Message {
    /// Takes it further, with the reason if it did not get there. It never goes back.
    pub fn advance(&mut self, state: Delivery, failure: Option<String>) {
        if self.state.advance(state) != self.state {
            self.state = state;
            self.failure = failure;
        }
    }

    /// The writer's name as the widget shows it: what it calls its own visitor it does not learn, which may have been said
    /// by another way.
    pub fn shown_name(&self) -> &str {
        if self.author == Author::Visitor { "" } else { &self.name }
    }

    /// The message in a line of text: what was written, else the names of the files.
    pub fn line(&self) -> Cow<'_, str> {
        if !self.body.is_empty() {
            return self.body.as_str().into();
        }
        let names: Vec<_> = self.files.iter().map(|file| file.name.as_str()).collect();
        format!("[{}]", names.join(", ")).into()
    }
}

/// Who may speak in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Control {
    /// Who answers.
    pub owner: Owner,
    /// Which person, when it is one.
    pub user: Option<UserId>,
    /// Their name, for the thread and the widget.
    pub name: Option<String>,
    /// Goes up with every change. Late AI output carries an older one and is refused.
    pub epoch: i32,
}

/// A conversation, as the inbox lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct ConversationRow {
    /// The conversation.
    pub id: ConversationId,
    /// Its lead.
    pub lead: LeadId,
    /// The lead's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// The assistant in front.
    pub assistant: AssistantId,
    /// Who answers.
    pub control: Control,
    /// Why a person was asked for, while one is.
    pub handoff: Option<HandOff>,
    /// Since when the visitor has been waiting for a person.
    pub waiting_since: Option<Timestamp>,
    /// The visitor's messages that no person has looked at.
    pub unread: i32,
    /// The newest message's text.
    pub last_message: String,
    /// Who wrote it.
    pub last_author: Author,
    /// When.
    pub last_at: Timestamp,
    /// The visitor's mood of late.
    pub sentiment: Sentiment,
    /// It was closed, or put off; none while it is open.
    #[serde(default)]
    pub rest: Option<Rest>,
    /// By which way they were heard last: there they are answered.
    #[serde(default)]
    pub channel: Channel,
}

/// What has been found out so far, one line a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Answer {
    /// The question's key.
    pub key: String,
    /// Shown beside the value.
    pub label: String,
    /// The answer; none while it is not known.
    pub value: Option<String>,
}

/// A thread, whole, as the inbox opens it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Thread {
    /// The row in the list.
    pub row: ConversationRow,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// Who joined, who stepped back, why a person was asked for. Oldest first; shown among the
    /// messages by time.
    pub notices: Vec<Notice>,
    /// What the team has noted about the lead, here or on its page. Oldest first; shown among the messages by time.
    pub notes: Vec<Note>,
    /// What is to go out later, the first to go first.
    pub scheduled: Vec<Scheduled>,
    /// The ways to the person.
    pub ways: Vec<Way>,
    /// Colleagues who may see the lead: whom a note can name, and to whom the chat can be given.
    pub team: Vec<UserId>,
    /// What the assistant told the person it asked for; empty while none is asked for.
    pub summary: String,
    /// The qualification so far.
    pub answers: Vec<Answer>,
    /// The last event that is in it.
    pub seq: i64,
}

/// What a person has written and is to go out at a time to come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Scheduled {
    /// The id that the message will have.
    pub id: MessageId,
    /// Whose words they are.
    pub user: UserId,
    /// Their name.
    pub name: String,
    /// The text; may be empty if files go with it.
    pub body: String,
    /// Files that go with it.
    pub files: Vec<Attached>,
    /// By which way.
    #[serde(default)]
    pub channel: Channel,
    /// When it goes out.
    pub at: Timestamp,
}

/// Text that is not stored: who is typing, who is here, what the AI has written so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pulse {
    /// Somebody is typing. Receivers forget it after 5 seconds.
    Typing {
        /// What they are.
        who: Author,
        /// Their name.
        name: String,
    },
    /// What the AI has written so far, whole. The stored message has the same id and replaces it.
    Draft {
        /// The id the message will have.
        message: MessageId,
        /// All of it so far.
        text: String,
    },
    /// The draft is withdrawn: somebody took over, or the visitor wrote on.
    DraftDropped {
        /// The id it would have had.
        message: MessageId,
    },
}

/// The inbox of one person: the conversations in their reach, newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Inbox {
    /// The newest 250 of those that are not closed; closed ones only if there is room.
    pub rows: Vec<ConversationRow>,
    /// The last event that is in it.
    pub seq: i64,
}

/// What somebody says. The id is made by the writer: sending twice is sending once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct NewMessage {
    /// The message's id.
    pub id: MessageId,
    /// Where.
    pub conversation: ConversationId,
    /// What: 1 to 4,000 characters, or none if files go with it.
    pub body: String,
    /// Files of the lead that go with it.
    #[serde(default)]
    pub files: Vec<FileId>,
    /// By which way; none is that on which they were heard last.
    #[serde(default)]
    pub channel: Option<Channel>,
}

/// The most files that go with one message.
pub const MOST_FILES: usize = 10;

/// The longest message anybody can send, in characters.
pub const LONGEST_MESSAGE: usize = 4000;

/// A message as it is stored: trimmed, without control characters but newline and tab. With that many files.
///
/// # Errors
/// A sentence for the writer when nothing is left and no file, or more than `LONGEST_MESSAGE` characters or
/// `MOST_FILES` files are.
pub fn clean_body(text: &str, files: usize) -> Result<String, String> {
    let kept = plain_lines(text);
    if files > MOST_FILES {
        return Err(format!("A message can have {MOST_FILES} files."));
    }
    match kept.chars().count() {
        0 if files > 0 => Ok(kept),
        0 => Err("Write something first.".into()),
        1..=LONGEST_MESSAGE => Ok(kept),
        long => Err(format!("That is {long} characters; a message can have {LONGEST_MESSAGE}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_trimmed_and_loses_control_characters_but_keeps_its_lines() {
        assert_eq!(clean_body("  two\r\nlines\tand a bell\u{7}\0 ", 0), Ok("two\nlines\tand a bell".into()));
        assert!(clean_body(" \n\u{0} ", 0).is_err());
        assert_eq!(clean_body(" \n\u{0} ", 1), Ok(String::new()));
        assert!(clean_body(&"ä".repeat(LONGEST_MESSAGE), MOST_FILES).is_ok());
        assert!(clean_body(&"ä".repeat(LONGEST_MESSAGE + 1), 1).is_err());
        assert!(clean_body("Here", MOST_FILES + 1).is_err());
    }

    #[test]
    fn delivery_never_goes_back() {
        assert_eq!(Delivery::Read.advance(Delivery::Delivered), Delivery::Read);
        assert_eq!(Delivery::Sent.advance(Delivery::Delivered), Delivery::Delivered);
    }
}
