//! One lead, whole, as its page shows it, and how events change it.

use super::alike::Alike;
use super::closing::Closing;
use super::fields::CustomField;
use super::merge::Merged;
use super::model::{Board, Card, Stage, preview};
use super::scoring::ScoreReason;
use crate::accounts::model::Me;
use crate::activity::model::{Event, Recorded};
use crate::conversations::model::{Answer, Author, Control, Owner};
use crate::files::model::{self as files, LeadFile};
use crate::tasks::model::{self as tasks, Task};
use crate::values::{AssistantId, ConversationId, FieldId, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

/// One lead, whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct LeadPage {
    /// As the board shows it.
    pub card: Card,
    /// Their address; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The company's own fields, in order.
    pub fields: Vec<CustomField>,
    /// What stands in them.
    pub custom: HashMap<FieldId, String>,
    /// How the deal ended, if somebody said so. It may be open again.
    pub closing: Option<Closing>,
    /// The stages it can stand in, left to right.
    pub stages: Vec<Stage>,
    /// What has been found out, in the order it was.
    pub answers: Vec<Answer>,
    /// Why the score is what it is.
    pub score_reasons: Vec<ScoreReason>,
    /// Its conversations, newest first.
    pub conversations: Vec<Talk>,
    /// What is to be done, the earliest first, then what is done, the latest first.
    pub tasks: Vec<Task>,
    /// Its files, the newest first.
    pub files: Vec<LeadFile>,
    /// Who may see it, and so may be given a task on it.
    pub team: Vec<UserId>,
    /// Leads in reach that are perhaps of the same person.
    pub alike: Vec<Alike>,
    /// Leads that have become part of it, the latest first.
    pub merged: Vec<Merged>,
    /// What happened, newest first.
    pub timeline: Vec<Recorded>,
    /// The last event that is in it.
    pub seq: i64,
}

/// A conversation, as the lead page names it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Talk {
    /// The conversation.
    pub id: ConversationId,
    /// The assistant in front.
    pub assistant: AssistantId,
    /// Who answers.
    pub owner: Owner,
    /// The newest message's beginning.
    pub last_message: String,
    /// Who wrote it.
    pub last_author: Author,
    /// When.
    pub last_at: Timestamp,
}

/// The most lines a timeline keeps.
pub const LONGEST_TIMELINE: usize = 100;

impl LeadPage {
    /// Takes in something that happened. Harmless when it is in the page already. False when the
    /// lead is no longer in reach.
    pub fn apply(&mut self, told: &Recorded, me: &Me) -> bool {
        if told.event.lead() != Some(self.card.id) {
            return true;
        }
        self.seq = self.seq.max(told.seq);
        if !self.timeline.iter().any(|known| known.seq == told.seq) {
            self.timeline.insert(0, told.clone());
            self.timeline.truncate(LONGEST_TIMELINE);
        }
        match &told.event {
            Event::LeadEdited { changed, .. } => self.take(changed),
            Event::LeadScored { reasons, .. } => self.score_reasons.clone_from(reasons),
            Event::AnswersFound { answers, .. } => self.learn(answers),
            Event::MessageSent { message, .. } => {
                if let Some(talk) = self.conversations.iter_mut().find(|talk| talk.id == message.conversation) {
                    talk.last_message = preview(&message.body);
                    talk.last_author = message.author;
                    talk.last_at = message.at;
                }
            }
            Event::ControlChanged { conversation, control: Control { owner, .. }, .. } => {
                if let Some(talk) = self.conversations.iter_mut().find(|talk| talk.id == *conversation) {
                    talk.owner = *owner;
                }
            }
            Event::FileChanged { file, change, .. } => files::take_in(&mut self.files, file, *change),
            Event::TaskChanged { task, .. } => tasks::take_in(&mut self.tasks, task),
            Event::LeadAssigned { owner: Some(owner), .. } if !self.team.contains(owner) => self.team.push(*owner),
            Event::LeadClosed { closing, .. } => self.closing.clone_from(closing),
            Event::ConversationStarted { row } if self.conversations.iter().all(|talk| talk.id != row.id) => {
                let talk = Talk {
                    id: row.id,
                    assistant: row.assistant,
                    owner: row.control.owner,
                    last_message: preview(&row.last_message),
                    last_author: row.last_author,
                    last_at: row.last_at,
                };
                self.conversations.insert(0, talk);
            }
            _ => {}
        }
        // The card follows the rules of the board: this is a board of one card.
        let mut board = Board::new(Vec::new(), [self.card.clone()], 0);
        board.apply(told, me);
        match board.take(self.card.id) {
            Some(card) => self.card = Arc::unwrap_or_clone(card),
            None => return false,
        }
        true
    }

    fn learn(&mut self, answers: &[Answer]) {
        for answer in answers {
            let Some(value) = &answer.value else { continue };
            match answer.key.as_str() {
                "email" => self.email.clone_from(value),
                "phone" => self.phone.clone_from(value),
                _ => {}
            }
            match self.answers.iter_mut().find(|known| known.key == answer.key) {
                Some(known) => known.value = Some(value.clone()),
                None => self.answers.push(answer.clone()),
            }
        }
    }
}
