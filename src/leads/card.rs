//! A lead as its card shows it, and how what happens changes it.

use super::fields::LeadField;
use super::model::{LeadMoved, Source};
use crate::activity::model::Event;
use crate::conversations::model::Author;
use crate::tasks::model::NextStep;
use crate::values::{AssistantId, ConversationId, Day, LeadId, Money, Rank, Score, Sentiment, StageId, Tag, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// A lead, as its card shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Card {
    /// The lead.
    pub id: LeadId,
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// The column it stands in.
    pub stage: StageId,
    /// Where in the column.
    pub rank: Rank,
    /// What the deal is worth.
    pub value: Money,
    /// How promising it is; none before anything is known.
    pub score: Option<Score>,
    /// The visitor's mood of late.
    pub sentiment: Sentiment,
    /// The assistant it came through.
    pub assistant: Option<AssistantId>,
    /// Whose lead it is.
    pub owner: Option<UserId>,
    /// What the visitor said last, its beginning; may be empty.
    pub last_message: String,
    /// When something last happened.
    pub last_activity_at: Timestamp,
    /// When it entered its stage.
    pub stage_entered_at: Timestamp,
    /// When it came.
    #[serde(default)]
    pub created_at: Timestamp,
    /// How it came.
    #[serde(default)]
    pub source: Source,
    /// The day the deal is expected to be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes_on: Option<Day>,
    /// Its conversation, if there is one.
    pub conversation: Option<ConversationId>,
    /// The first of its open tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_step: Option<NextStep>,
    /// What people have put on it, in that order.
    #[serde(default)]
    pub tags: Vec<Tag>,
    /// Goes up with every change a person makes; a drop names the version it saw.
    pub version: i32,
}

impl Card {
    /// Takes in something that happened to this lead. False if a card does not show such things.
    /// Harmless when it is taken in twice.
    pub fn hear(&mut self, event: &Event) -> bool {
        use Event::*;
        match event {
            LeadMoved(moved) => self.moved(moved),
            LeadAssigned { owner, version, .. } => {
                self.owner = *owner;
                self.version = self.version.max(*version);
            }
            LeadEdited { name, organisation, value, version, changed, .. } => {
                if let Some(change) = changed.iter().find(|change| change.field == LeadField::ClosesOn) {
                    self.closes_on = Day::parse(&change.now);
                }
                self.name.clone_from(name);
                self.organisation.clone_from(organisation);
                self.value = *value;
                self.version = self.version.max(*version);
            }
            LeadClosed { value, version, .. } => {
                self.value = *value;
                self.version = self.version.max(*version);
            }
            LeadsMerged { card, .. } | LeadsParted { card, .. } if card.version >= self.version => self.clone_from(card),
            LeadsMerged { .. } | LeadsParted { .. } => {}
            LeadTagged { tags, .. } => self.tags.clone_from(tags),
            TaskChanged { next, .. } => self.next_step.clone_from(next),
            LeadScored { score, .. } => self.score = Some(*score),
            // What we say ourselves, often a long answer, would hide what the lead wants.
            MessageSent { message, .. } if message.author == Author::Visitor => {
                self.last_message = preview(&message.line());
                self.last_activity_at = self.last_activity_at.max(message.at);
            }
            SentimentMeasured { overall, .. } => self.sentiment = *overall,
            ConversationStarted { row } => self.conversation = Some(row.id),
            _ => return false,
        }
        true
    }

    /// Changes place. A move of an older version than the card's is one that it has behind it already.
    pub fn moved(&mut self, moved: &LeadMoved) {
        if self.version > moved.version {
            return;
        }
        if self.stage != moved.to {
            self.stage_entered_at = moved.at;
        }
        self.stage = moved.to;
        self.rank = moved.rank.clone();
        self.version = moved.version;
        self.last_activity_at = self.last_activity_at.max(moved.at);
    }
}

/// The longest piece of a message that a card keeps, in characters.
const PREVIEW: usize = 140;

/// What a card shows of a message: one line of its beginning.
pub fn preview(body: &str) -> String {
    let line = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(PREVIEW) {
        Some((cut, _)) => format!("{}…", line[..cut].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{PREVIEW, preview};

    #[test]
    fn a_preview_is_one_short_line() {
        assert_eq!(preview("  two\n lines\there "), "two lines here");
        let long = preview(&"word ".repeat(100));
        assert!(long.chars().count() <= PREVIEW + 1 && long.ends_with('…'), "{long}");
        assert_eq!(preview(&"é".repeat(PREVIEW)), "é".repeat(PREVIEW));
    }
}
