//! How a board travels: each column's cards as rows without field names, people and assistants by
//! their place in a list. A page with a thousand cards carries it beside its own HTML.

use super::model::{Board, Card, Source, Stage, Totals};
use crate::tasks::model::NextStep;
use crate::values::{AssistantId, ConversationId, Currency, Day, LeadId, Money, Rank, Score, Sentiment, StageId, Tag, Timestamp, UserId};
use crate::wire::{FromWire, Value, read};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{borrow::Cow, collections::HashMap};

#[derive(Serialize, Deserialize, FromWire)]
struct Packed<'a> {
    stages: Cow<'a, [Stage]>,
    totals: Cow<'a, HashMap<StageId, Totals>>,
    cut: bool,
    seq: i64,
    owners: Vec<UserId>,
    assistants: Vec<AssistantId>,
    tags: Vec<Tag>,
    /// In the order of the stages.
    columns: Vec<Vec<Row<'a>>>,
}

#[derive(Serialize, Deserialize, FromWire)]
struct Row<'a>(
    LeadId,
    Cow<'a, str>,              // name
    Cow<'a, str>,              // organisation
    Rank,                      // in the column
    i64,                       // value, minor units
    Currency,                  // of the value
    Option<Score>,             // score
    Sentiment,                 // mood
    Option<u16>,               // assistant, in `assistants`
    Option<u16>,               // owner, in `owners`
    Cow<'a, str>,              // last message
    Timestamp,                 // last activity
    Timestamp,                 // entered its stage
    Timestamp,                 // came
    Source,                    // how
    Option<Day>,               // expected to close
    Option<ConversationId>,    // conversation
    Option<Cow<'a, NextStep>>, // next step
    Vec<u16>,                  // tags, in `tags`
    i32,                       // version
);

/// The place of a thing in a list, which it is added to if it is not there. None for none, and for
/// what would not fit, which no company has.
fn placed<T: PartialEq>(list: &mut Vec<T>, thing: Option<T>) -> Option<u16> {
    let thing = thing?;
    let at = list.iter().position(|other| *other == thing).unwrap_or_else(|| {
        list.push(thing);
        list.len() - 1
    });
    u16::try_from(at).ok()
}

impl Serialize for Board {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (mut owners, mut assistants, mut tags) = (Vec::new(), Vec::new(), Vec::new());
        let columns = self.stages.iter().map(|stage| {
            let rows = self.column(stage.id).map(|card| {
                Row(
                    card.id,
                    Cow::Borrowed(card.name.as_str()),
                    Cow::Borrowed(card.organisation.as_str()),
                    card.rank.clone(),
                    card.value.minor,
                    card.value.currency,
                    card.score,
                    card.sentiment,
                    placed(&mut assistants, card.assistant),
                    placed(&mut owners, card.owner),
                    Cow::Borrowed(card.last_message.as_str()),
                    card.last_activity_at,
                    card.stage_entered_at,
                    card.created_at,
                    card.source,
                    card.closes_on,
                    card.conversation,
                    card.next_step.as_ref().map(Cow::Borrowed),
                    card.tags.iter().filter_map(|tag| placed(&mut tags, Some(tag.clone()))).collect(),
                    card.version,
                )
            });
            rows.collect()
        });
        let columns = columns.collect();
        let (stages, totals) = (Cow::from(&self.stages), Cow::Borrowed(&self.totals));
        Packed { stages, totals, cut: self.is_cut(), seq: self.seq, owners, assistants, tags, columns }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Board {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Packed::deserialize(deserializer).map(Packed::unpacked)
    }
}

impl FromWire for Board {
    fn from_wire(json: &Value) -> Option<Self> {
        read(json).map(Packed::unpacked)
    }
}

impl Packed<'_> {
    fn unpacked(self) -> Board {
        let Packed { stages, totals, cut, seq, owners, assistants, tags, columns } = self;
        let stages = stages.into_owned();
        let ids: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
        let cards = ids.into_iter().zip(columns).flat_map(|(stage, rows)| rows.into_iter().map(move |row| (stage, row)));
        let cards = cards.map(|(stage, row)| {
            let Row(
                id,
                name,
                organisation,
                rank,
                minor,
                currency,
                score,
                sentiment,
                assistant,
                owner,
                said,
                active,
                entered,
                created_at,
                source,
                closes_on,
                talk,
                step,
                tagged,
                version,
            ) = row;
            Card {
                id,
                name: name.into_owned(),
                organisation: organisation.into_owned(),
                stage,
                rank,
                value: Money { minor, currency },
                score,
                sentiment,
                assistant: assistant.and_then(|at| assistants.get(usize::from(at)).copied()),
                owner: owner.and_then(|at| owners.get(usize::from(at)).copied()),
                last_message: said.into_owned(),
                last_activity_at: active,
                stage_entered_at: entered,
                created_at,
                source,
                closes_on,
                conversation: talk,
                next_step: step.map(Cow::into_owned),
                tags: tagged.into_iter().filter_map(|at| tags.get(usize::from(at)).cloned()).collect(),
                version,
            }
        });
        let board = Board::new(stages, cards, seq);
        if cut { board.cut(totals.into_owned()) } else { board }
    }
}
