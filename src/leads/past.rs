//! The board of a past moment, folded from what happened, and what has become of it since.

use super::model::{Board, Card, Outcome, Stage, Totals};
use crate::activity::model::Event;
use crate::values::{LeadId, Money, Score, StageId, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The kinds of events that make a board what it is: those that `Card::hear` takes in, and those
/// by which leads and stages come and go.
pub const KINDS: [&str; 16] = [
    "lead_created",
    "lead_moved",
    "lead_assigned",
    "lead_edited",
    "lead_closed",
    "lead_tagged",
    "leads_merged",
    "leads_parted",
    "lead_removed",
    "lead_restored",
    "lead_scored",
    "task_changed",
    "conversation_started",
    "message_sent",
    "sentiment_measured",
    "stages_changed",
];

/// A board as it is told, event by event, from the first one on.
#[derive(Clone, Default)]
pub struct Story {
    cards: HashMap<LeadId, Card>,
    /// The stages as they were told last; none before they were.
    stages: Option<Vec<Stage>>,
}

impl Story {
    /// What happened next.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::LeadCreated { card, .. } => drop(self.cards.entry(card.id).or_insert_with(|| card.clone())),
            Event::LeadRestored { card } => drop(self.cards.insert(card.id, card.clone())),
            Event::LeadRemoved { lead, .. } => drop(self.cards.remove(lead)),
            Event::StagesChanged { stages } if !stages.is_empty() => self.stages = Some(stages.clone()),
            other => {
                if let Some(card) = other.lead().and_then(|lead| self.cards.get_mut(&lead)) {
                    card.hear(other);
                }
            }
        }
    }

    /// The card as the story has it now.
    pub fn card(&self, lead: LeadId) -> Option<&Card> {
        self.cards.get(&lead)
    }

    /// The board as the story has it now. Where nobody told of stages they are `today`'s, and those of the
    /// `removed` in which cards stand.
    pub fn board(&self, today: &[Stage], removed: &[Stage], seq: i64) -> Board {
        let mut stages = self.stages.clone().unwrap_or_else(|| today.to_vec());
        let known = || today.iter().chain(removed);
        // What was told of before there were several pipelines is a part of the one that it is in now.
        for stage in &mut stages {
            if let Some(now) = known().find(|now| now.id == stage.id) {
                stage.pipeline = now.pipeline;
                stage.pipeline_name.clone_from(&now.pipeline_name);
            }
        }
        let missing = known().filter(|stage| !stages.iter().any(|other| other.id == stage.id));
        let peopled: Vec<&Stage> = missing.filter(|stage| self.cards.values().any(|card| card.stage == stage.id)).collect();
        for stage in peopled {
            // One that was removed stood before those where deals end.
            let ends = |other: &Stage| other.pipeline == stage.pipeline && other.outcome != Outcome::Open;
            stages.insert(stages.iter().position(ends).unwrap_or(stages.len()), stage.clone());
        }
        Board::new(stages, self.cards.values().cloned(), seq)
    }
}

/// A past moment of the board, as its page shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Past {
    /// The moment.
    pub at: Timestamp,
    /// The first moment there is.
    pub first: Timestamp,
    /// When this was made.
    pub now: Timestamp,
    /// When the person looked at the board before this sitting.
    pub looked: Option<Timestamp>,
    /// Left to right.
    pub columns: Vec<PastColumn>,
    /// What has become of it since, the latest first; the longest list is cut.
    pub turns: Vec<Turn>,
    /// How many turns the list lacks.
    pub more: i64,
    /// All of them in figures.
    pub sum: Sum,
}

/// A column of a past board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct PastColumn {
    /// Its stage.
    pub stage: Stage,
    /// Of all that stood in it.
    pub totals: Totals,
    /// The topmost of them.
    pub cards: Vec<PastCard>,
}

/// A card of a past board.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct PastCard {
    /// The lead.
    pub lead: LeadId,
    /// The name it then had.
    pub name: String,
    /// Its organisation then.
    pub organisation: String,
    /// What the deal was worth.
    pub value: Money,
    /// The score it had.
    pub score: Option<Score>,
    /// Whose it was.
    pub owner: Option<UserId>,
    /// Since when it had stood there.
    pub entered: Timestamp,
    /// The name of the stage where it is now, if that is another.
    pub gone_to: Option<String>,
}

/// What has become of a lead between a moment and now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Turn {
    /// Which.
    pub lead: LeadId,
    /// What it is called now.
    pub name: String,
    /// In words, such as `New → Won` and `£0 → £84k`.
    pub said: Vec<String>,
    /// Who did the latest of it.
    pub by: String,
    /// When that was.
    pub at: Timestamp,
}

/// What has changed, in figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Sum {
    /// Leads that were not there.
    pub came: i64,
    /// Leads that stand in another stage where deals are open.
    pub moved: i64,
    /// Deals won since, and what they are worth.
    pub won: Totals,
    /// Deals lost since.
    pub lost: i64,
}

impl Sum {
    /// Counts a lead in.
    pub fn count(&mut self, before: Option<&Card>, now: &Card, ends: impl Fn(StageId) -> Outcome) {
        self.came += i64::from(before.is_none());
        if before.is_some_and(|before| before.stage == now.stage) {
            return;
        }
        match ends(now.stage) {
            Outcome::Won => self.won = self.won.with(now.value),
            Outcome::Lost => self.lost += 1,
            Outcome::Open => self.moved += i64::from(before.is_some()),
        }
    }
}

/// What is different about a lead, in words; nothing if nothing is that a card tells in a word. `stage` and
/// `person` name them.
pub fn difference(
    before: Option<&Card>,
    now: &Card,
    stage: impl Fn(StageId) -> String,
    person: impl Fn(UserId) -> Option<String>,
) -> Vec<String> {
    let Some(before) = before else {
        let came = format!("New in {}", stage(now.stage));
        return vec![if now.value.minor == 0 { came } else { format!("{came}, {}", now.value.short()) }];
    };
    let mut said = Vec::new();
    if before.stage != now.stage {
        said.push(format!("{} → {}", stage(before.stage), stage(now.stage)));
    }
    if before.value != now.value {
        said.push(format!("{} → {}", before.value.short(), now.value.short()));
    }
    if before.owner != now.owner {
        let name = now.owner.and_then(person);
        said.push(name.map_or("Nobody’s now".into(), |name| format!("Given to {name}")));
    }
    if before.name != now.name {
        said.push(format!("Was called {}", before.name));
    }
    said
}

/// Whether somebody did something to a lead that `difference` tells of. To be put elsewhere in its column, or
/// be numbered afresh there, is nothing of that.
pub fn is_turn(event: &Event) -> bool {
    use Event::*;
    match event {
        LeadMoved(moved) => moved.from != moved.to,
        LeadCreated { .. } | LeadAssigned { .. } | LeadEdited { .. } | LeadClosed { .. } | LeadRemoved { .. } | LeadRestored { .. } => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{KINDS, Story};
    use crate::activity::model::Event;
    use crate::leads::model::{Stage, tests::card};
    use crate::values::{Currency, PipelineId, StageId};
    use crate::wire::tests::events;

    #[test]
    fn stages_told_of_before_there_were_several_pipelines_belong_where_they_are_now() {
        let stage = |name: &str, pipeline| Stage { pipeline, pipeline_name: "Sales".into(), ..Stage::open(name.into(), name.into()) };
        let (first, other) = (PipelineId::new(), PipelineId::new());
        let today = [stage("new", first), stage("care", other)];
        // As it was written then: without a word of pipelines.
        let mut told = serde_json::to_value(Event::StagesChanged { stages: vec![today[0].clone()] }).unwrap();
        for field in ["pipeline", "pipeline_name"] {
            told["stages"][0].as_object_mut().unwrap().remove(field).unwrap();
        }
        let mut story = Story::default();
        story.hear(&serde_json::from_value(told.clone()).unwrap());
        let wire: Event = crate::wire::parse(&told.to_string()).and_then(|json| crate::wire::read(&json)).unwrap();
        assert_eq!(wire, serde_json::from_value(told).unwrap(), "the browser reads it alike");
        let board = story.board(&today, &[], 0);
        assert_eq!((board.stages.len(), board.stages[0].pipeline, board.stages[0].pipeline_name.as_str()), (1, first, "Sales"));
    }

    #[test]
    fn whatever_a_card_takes_in_is_read_for_its_past() {
        let mut card = card(1, StageId::new(), 900, Currency::Gbp);
        for event in events() {
            let comes_or_goes = matches!(
                event,
                Event::LeadCreated { .. } | Event::LeadRemoved { .. } | Event::LeadRestored { .. } | Event::StagesChanged { .. }
            );
            let counts = card.hear(&event) || comes_or_goes;
            let kind = serde_json::to_value(&event).unwrap()["kind"].as_str().unwrap().to_owned();
            // What we say ourselves is no part of a card; the query leaves it out.
            if kind != "message_sent" {
                assert_eq!(counts, KINDS.contains(&kind.as_str()), "{kind}");
            }
        }
    }
}
