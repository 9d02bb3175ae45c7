//! What an assistant is, as both halves see it.

use crate::values::{AssistantId, KnowledgeId, UserId};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What kind of answer a qualification question wants.
    AnswerKind { Text = "text", Number = "number", Money = "money", Date = "date", YesNo = "yes_no" }
}

/// One thing the assistant finds out about a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Stable name within the assistant, lower case.
    pub key: String,
    /// Shown beside the answer.
    pub label: String,
    /// What the visitor is asked.
    pub question: String,
    /// What kind of answer it wants.
    pub kind: AnswerKind,
}

/// An assistant, as named in the side bar and on cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistantFace {
    /// The assistant.
    pub id: AssistantId,
    /// Its name.
    pub name: String,
    /// Which of the eight lamps it wears, 0 to 7.
    pub hue: u8,
    /// Whether it answers, or is paused.
    pub live: bool,
}

/// One piece of what an assistant knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knowledge {
    /// The piece.
    pub id: KnowledgeId,
    /// Named as the source when it is used.
    pub title: String,
    /// What there is to know.
    pub body: String,
}

/// An assistant, whole, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assistant {
    /// Id, name, lamp, live or paused.
    pub face: AssistantFace,
    /// Stands in the pages that carry the widget.
    pub public_key: String,
    /// How it speaks.
    pub persona: String,
    /// What it is there for.
    pub goals: String,
    /// Its first line.
    pub greeting: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
    /// What it knows.
    pub knowledge: Vec<Knowledge>,
    /// The reps whose own it is.
    pub reps: Vec<UserId>,
    /// Goes up with every change; saving names the version it saw.
    pub version: i32,
}

/// What a person can save of an assistant at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssistantEdit {
    /// The version that was seen.
    pub version: i32,
    /// Its name, 1 to 60 characters.
    pub name: String,
    /// How it speaks.
    pub persona: String,
    /// What it is there for.
    pub goals: String,
    /// Its first line, 1 to 600 characters.
    pub greeting: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
}
