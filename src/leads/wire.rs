//! How the cards of a board travel: as rows without field names. A board of a thousand cards is a
//! third smaller so, and the page carries it beside its own HTML.

use super::model::Card;
use crate::values::{AssistantId, ConversationId, Currency, LeadId, Money, Rank, Score, Sentiment, StageId, Timestamp, UserId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::HashMap;

#[derive(Serialize, Deserialize)]
#[allow(clippy::type_complexity)] // the shape of a row is what this file is about
struct Row(
    (LeadId, String, String, StageId, Rank, i64, Currency, Option<Score>),
    (Sentiment, Option<AssistantId>, Option<UserId>, String, Timestamp, Timestamp, Option<ConversationId>, i32),
);

/// Writes the cards as rows.
pub fn serialize<S: Serializer>(cards: &HashMap<LeadId, Card>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(cards.values().cloned().map(|card| {
        Row(
            (card.id, card.name, card.organisation, card.stage, card.rank, card.value.minor, card.value.currency, card.score),
            (
                card.sentiment,
                card.assistant,
                card.owner,
                card.last_message,
                card.last_activity_at,
                card.stage_entered_at,
                card.conversation,
                card.version,
            ),
        )
    }))
}

/// Reads them back.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<HashMap<LeadId, Card>, D::Error> {
    let rows = Vec::<Row>::deserialize(deserializer)?;
    Ok(rows
        .into_iter()
        .map(|Row(who, what)| {
            let (id, name, organisation, stage, rank, minor, currency, score) = who;
            let (sentiment, assistant, owner, last_message, last_activity_at, stage_entered_at, conversation, version) = what;
            let value = Money { minor, currency };
            let card = Card {
                id,
                name,
                organisation,
                stage,
                rank,
                value,
                score,
                sentiment,
                assistant,
                owner,
                last_message,
                last_activity_at,
                stage_entered_at,
                conversation,
                version,
            };
            (id, card)
        })
        .collect())
}
