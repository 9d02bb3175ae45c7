//! The stages of a board, and what a company decides about them.

use crate::values::{Money, PipelineId, StageId, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What standing in a stage means for the deal.
    Outcome { Open = "open", Won = "won", Lost = "lost" }
    /// The colour of a stage, from cool to lit.
    StageTone { Slate = "slate", Blue = "blue", Teal = "teal", Amber = "amber", Green = "green", Red = "red" }
}

/// For stages that were told of when a company had but one pipeline.
impl Default for PipelineId {
    fn default() -> Self {
        Self(uuid::Uuid::nil())
    }
}

/// A column of the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Stage {
    /// The stage.
    pub id: StageId,
    /// The pipeline it is a part of.
    #[serde(default)]
    pub pipeline: PipelineId,
    /// What that is called.
    #[serde(default)]
    pub pipeline_name: String,
    /// Stable name for addresses and automation.
    pub slug: String,
    /// Shown at the head of the column.
    pub name: String,
    /// What standing here means for the deal.
    pub outcome: Outcome,
    /// Its colour.
    pub tone: StageTone,
    /// How far along it is: 1 to 4 bars of the dimmer are lit.
    pub lit: i16,
    /// How likely a lead that stands here is won, in percent.
    pub probability: i16,
    /// So many leads at most; none is no limit.
    pub wip_limit: Option<i32>,
    /// The limit refuses, instead of warning.
    pub wip_hard: bool,
    /// A lead that has stood here for more days than these is marked.
    pub rot_days: Option<i32>,
}

impl Stage {
    /// The board that a company begins with: slug, name, what standing there means, colour, odds.
    pub const FIRST: [(&str, &str, Outcome, StageTone, i16); 6] = [
        ("new", "New", Outcome::Open, StageTone::Slate, 10),
        ("contacted", "Contacted", Outcome::Open, StageTone::Blue, 25),
        ("qualified", "Qualified", Outcome::Open, StageTone::Teal, 50),
        ("proposal", "Proposal", Outcome::Open, StageTone::Amber, 75),
        ("won", "Won", Outcome::Won, StageTone::Green, 100),
        ("lost", "Lost", Outcome::Lost, StageTone::Red, 0),
    ];

    /// An open stage about which nothing is decided yet.
    pub fn open(slug: String, name: String) -> Self {
        Self {
            id: StageId::new(),
            pipeline: PipelineId::default(),
            pipeline_name: String::new(),
            slug,
            name,
            outcome: Outcome::Open,
            tone: StageTone::Slate,
            lit: 0,
            probability: 0,
            wip_limit: None,
            wip_hard: false,
            rot_days: None,
        }
    }

    /// How full it is with that many leads in it.
    pub fn fullness(&self, count: i64) -> Fullness {
        match self.wip_limit.map(i64::from) {
            Some(limit) if count > limit => Fullness::Over,
            Some(limit) if count == limit => Fullness::Full,
            _ => Fullness::Free,
        }
    }

    /// How many days a lead has stood here since `entered`, if that is longer than it should.
    pub fn rotten(&self, entered: Timestamp, now: Timestamp) -> Option<i64> {
        let days = entered.seconds_until(now) / 86_400;
        self.rot_days.is_some_and(|most| days > i64::from(most)).then_some(days)
    }

    /// What a sum of deals in this stage is worth, weighted by its probability, to whole minor units.
    pub fn weighted(&self, sum: Money) -> Money {
        Money { minor: sum.minor * i64::from(self.probability) / 100, ..sum }
    }

    /// Lights the dimmers of these stages, pipeline by pipeline, left to right: the first open one has one bar, the last four.
    pub fn light(stages: &mut [Stage]) {
        for stages in stages.chunk_by_mut(|one, next| one.pipeline == next.pipeline) {
            let open = stages.iter().filter(|stage| stage.outcome == Outcome::Open).count() as i16;
            for (place, stage) in (0i16..).zip(stages.iter_mut().filter(|stage| stage.outcome == Outcome::Open)) {
                stage.lit = if open < 2 { 4 } else { 1 + (place * 3 + (open - 1) / 2) / (open - 1) };
            }
        }
    }

    /// What it is called where stages of several pipelines may be meant: outside the first one its pipeline goes before it.
    /// `all` are the company's, in their order.
    pub fn called(&self, all: &[Stage]) -> String {
        let first = all.first().is_none_or(|first| first.pipeline == self.pipeline);
        if first { self.name.clone() } else { format!("{}: {}", self.pipeline_name, self.name) }
    }

    /// These stages pipeline by pipeline, in their order.
    pub fn by_pipeline(all: &[Stage]) -> impl Iterator<Item = &[Stage]> {
        all.chunk_by(|one, next| one.pipeline == next.pipeline)
    }

    /// The pipelines of these stages, in their order: the first stage of each stands for it.
    pub fn pipelines(all: &[Stage]) -> impl Iterator<Item = &Stage> {
        Self::by_pipeline(all).filter_map(<[Stage]>::first)
    }

    /// Whether they are of several pipelines.
    pub fn of_several(all: &[Stage]) -> bool {
        Self::pipelines(all).nth(1).is_some()
    }

    /// The stages of one pipeline, left to right; none if there is none of that id.
    pub fn of(all: &[Stage], pipeline: PipelineId) -> &[Stage] {
        Self::by_pipeline(all).find(|stages| stages[0].pipeline == pipeline).unwrap_or_default()
    }

    /// The pipeline that a board shows when it is asked for `wanted`: the first one if there is none of that id.
    pub fn on_board(all: &[Stage], wanted: Option<PipelineId>) -> PipelineId {
        let known = wanted.filter(|wanted| all.iter().any(|stage| stage.pipeline == *wanted));
        known.or(all.first().map(|stage| stage.pipeline)).unwrap_or_default()
    }
}

/// How full a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fullness {
    /// There is room, or no limit.
    Free,
    /// At its limit.
    Full,
    /// Above its limit.
    Over,
}

/// What an admin decides about a stage, as the form sends it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageEdit {
    /// Shown at the head of the column.
    pub name: String,
    /// A word of `StageTone`.
    pub tone: String,
    /// Percent, as typed.
    pub probability: String,
    /// As typed; empty is no limit.
    pub wip_limit: String,
    /// The limit refuses.
    pub wip_hard: bool,
    /// Days, as typed; empty is never.
    pub rot_days: String,
}
