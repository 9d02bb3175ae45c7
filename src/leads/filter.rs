//! Which leads a board shows. The address of the page is the filter.

use super::model::{Card, Outcome, Source, Stage};
use crate::values::{AssistantId, Currency, Day, LeadId, PipelineId, Sentiment, StageId, Tag, Timestamp, UserId};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};

/// Whose leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Nobody's.
    Nobody,
    /// That person's.
    Person(UserId),
}

crate::text_enum! {
    /// How it is with the next step.
    Step {
        /// There is none.
        None = "none",
        /// It should have been done.
        Late = "late",
    }
}

crate::text_enum! {
    /// When the deal is expected to be made. Days are those of UTC.
    Closes {
        /// Nobody has said.
        None = "none",
        /// It should have been made, and is still open.
        Late = "late",
        /// In the seven days from today.
        Week = "week",
        /// In this month of the calendar.
        Month = "month",
        /// In this quarter of the year.
        Quarter = "quarter",
    }
}

impl Closes {
    /// The first day that is meant, and the first after it; none if no day is.
    pub fn span(self, now: Timestamp) -> Option<(Day, Day)> {
        let today = Day::of(now);
        match self {
            Closes::None => None,
            // No deal closes before there were days: see `Day`.
            Closes::Late => Some((Day::parse("1900-01-01")?, today)),
            Closes::Week => Some((today, Day::of(Timestamp(now.0 + 7 * 86_400_000)))),
            Closes::Month => Some(today.months(1)),
            Closes::Quarter => Some(today.months(3)),
        }
    }

    /// As the menu names it.
    pub fn label(self) -> &'static str {
        match self {
            Closes::None => "No day",
            Closes::Late => "Late",
            Closes::Week => "Next 7 days",
            Closes::Month => "This month",
            Closes::Quarter => "This quarter",
        }
    }
}

crate::text_enum! {
    /// What stands on top of a column.
    Sort {
        /// As people have put it.
        Manual = "manual",
        /// What happened last.
        Activity = "activity",
        /// The most promising.
        Score = "score",
        /// The most valuable; each currency by itself.
        Value = "value",
        /// What has stood in its stage the longest.
        Waiting = "waiting",
        /// What has to be done soonest; last what has no next step, or none with a date.
        Due = "due",
        /// What is expected to be made soonest; last what has no day.
        Closes = "closes",
        /// In the order of the alphabet.
        Name = "name",
        /// What has been quiet the longest.
        Quiet = "quiet",
        /// The least promising.
        LowScore = "low-score",
        /// The least valuable; each currency by itself.
        LowValue = "low-value",
        /// What has come into its stage last.
        Fresh = "fresh",
        /// What has to be done last; last what has no next step, or none with a date.
        LateDue = "late-due",
        /// What is expected to be made last; last what has no day.
        LateCloses = "late-closes",
        /// Against the order of the alphabet.
        NameBack = "name-back",
    }
}

impl Sort {
    /// As the menu names it.
    pub fn label(self) -> &'static str {
        match self {
            Sort::Manual => "By hand",
            Sort::Activity => "Last activity",
            Sort::Score => "Score",
            Sort::Value => "Value",
            Sort::Waiting => "Longest in stage",
            Sort::Due => "Next step",
            Sort::Closes => "Closing day",
            Sort::Name => "Name",
            Sort::Quiet => "Longest quiet",
            Sort::LowScore => "Lowest score",
            Sort::LowValue => "Lowest value",
            Sort::Fresh => "Latest in stage",
            Sort::LateDue => "Latest next step",
            Sort::LateCloses => "Latest closing day",
            Sort::NameBack => "Name, backwards",
        }
    }

    /// The same the other way round, for the head of a table.
    pub fn turned(self) -> Self {
        use Sort::*;
        match self {
            Manual => Manual,
            Activity => Quiet,
            Quiet => Activity,
            Score => LowScore,
            LowScore => Score,
            Value => LowValue,
            LowValue => Value,
            Waiting => Fresh,
            Fresh => Waiting,
            Due => LateDue,
            LateDue => Due,
            Closes => LateCloses,
            LateCloses => Closes,
            Name => NameBack,
            NameBack => Name,
        }
    }

    /// Which of two cards of a column stands higher. What is alike stands as people have put it.
    pub fn compare(self, a: &Card, b: &Card) -> Ordering {
        let currency = |card: &Card| Currency::ALL.iter().position(|currency| *currency == card.value.currency);
        let score = |card: &Card| card.score.map(|score| score.get());
        let due = |card: &Card| card.next_step.as_ref().and_then(|step| step.due);
        let by = match self {
            Sort::Manual => Ordering::Equal,
            Sort::Activity => b.last_activity_at.cmp(&a.last_activity_at),
            Sort::Quiet => a.last_activity_at.cmp(&b.last_activity_at),
            Sort::Score => score(b).cmp(&score(a)),
            Sort::LowScore => score(a).cmp(&score(b)),
            Sort::Value => (currency(a), Reverse(a.value.minor)).cmp(&(currency(b), Reverse(b.value.minor))),
            Sort::LowValue => (currency(a), a.value.minor).cmp(&(currency(b), b.value.minor)),
            Sort::Waiting => a.stage_entered_at.cmp(&b.stage_entered_at),
            Sort::Fresh => b.stage_entered_at.cmp(&a.stage_entered_at),
            Sort::Due => due(a).is_none().cmp(&due(b).is_none()).then_with(|| due(a).cmp(&due(b))),
            Sort::LateDue => due(b).cmp(&due(a)),
            Sort::Closes => a.closes_on.is_none().cmp(&b.closes_on.is_none()).then(a.closes_on.cmp(&b.closes_on)),
            Sort::LateCloses => b.closes_on.cmp(&a.closes_on),
            Sort::Name => a.name.to_lowercase().cmp(&b.name.to_lowercase()),
            Sort::NameBack => b.name.to_lowercase().cmp(&a.name.to_lowercase()),
        };
        by.then_with(|| (&a.rank, a.id).cmp(&(&b.rank, b.id)))
    }
}

/// Which leads a board shows, and what is on top. Without any condition, all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Words that stand in the name, the organisation or the last message; all of them.
    pub words: String,
    /// Whose they are.
    pub owner: Option<Whose>,
    /// Which assistant they came through.
    pub assistant: Option<AssistantId>,
    /// The visitor's mood of late.
    pub mood: Option<Sentiment>,
    /// Scored at least this.
    pub score: Option<u8>,
    /// What is on them.
    pub tag: Option<Tag>,
    /// How it is with their next step.
    pub step: Option<Step>,
    /// Which way they go; on a board none is the first.
    pub pipeline: Option<PipelineId>,
    /// Where they stand.
    pub stage: Option<StageId>,
    /// How they came.
    pub source: Option<Source>,
    /// Worth at least this, in whole pounds or what it is; nothing is of no known value.
    pub worth: Option<u32>,
    /// When they are expected to be made.
    pub closes: Option<Closes>,
    /// Come in the last so many days.
    pub came: Option<u16>,
    /// Only those that have stood in their stage for too long.
    pub stuck: bool,
    /// What stands on top; none is as people have put it.
    pub sort: Option<Sort>,
}

/// The longest words that are looked for, in characters.
const LONGEST: usize = 200;

impl Filter {
    /// Reads the parameters of an address. What is no condition is none.
    pub fn read(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let owner = parameter("owner").and_then(|text| match text.as_str() {
            "none" => Some(Whose::Nobody),
            id => id.parse().ok().map(Whose::Person),
        });
        Self {
            words: parameter("q").unwrap_or_default().chars().take(LONGEST).collect(),
            owner,
            assistant: parameter("assistant").and_then(|id| id.parse().ok()),
            mood: parameter("mood").and_then(|word| word.parse().ok()),
            score: parameter("score").and_then(|number| number.parse().ok()).filter(|score| (1..=100).contains(score)),
            tag: parameter("tag").and_then(|text| Tag::parse(&text)),
            step: parameter("step").and_then(|word| word.parse().ok()),
            pipeline: parameter("pipeline").and_then(|id| id.parse().ok()),
            stage: parameter("in").and_then(|id| id.parse().ok()),
            source: parameter("source").and_then(|word| word.parse().ok()),
            worth: parameter("value").and_then(|number| number.parse().ok()).filter(|worth| *worth <= 1_000_000_000),
            closes: parameter("closes").and_then(|word| word.parse().ok()),
            came: parameter("came").and_then(|number| number.parse().ok()).filter(|days| (1..=3660).contains(days)),
            stuck: parameter("stuck").is_some(),
            sort: parameter("sort").and_then(|word| word.parse().ok()).filter(|sort| *sort != Sort::Manual),
        }
    }

    /// The parameters it is written as, in one order.
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let owner = self.owner.map(|owner| match owner {
            Whose::Nobody => "none".to_owned(),
            Whose::Person(id) => id.to_string(),
        });
        let words = Some(self.words.clone()).filter(|words| !words.trim().is_empty());
        [
            ("q", words),
            ("owner", owner),
            ("assistant", self.assistant.map(|id| id.to_string())),
            ("mood", self.mood.map(|mood| mood.to_string())),
            ("score", self.score.map(|score| score.to_string())),
            ("tag", self.tag.as_ref().map(Tag::to_string)),
            ("step", self.step.map(|step| step.to_string())),
            ("pipeline", self.pipeline.map(|id| id.to_string())),
            ("in", self.stage.map(|id| id.to_string())),
            ("source", self.source.map(|source| source.to_string())),
            ("value", self.worth.map(|worth| worth.to_string())),
            ("closes", self.closes.map(|closes| closes.to_string())),
            ("came", self.came.map(|days| days.to_string())),
            ("stuck", self.stuck.then(|| "1".to_owned())),
            ("sort", self.sort.map(|sort| sort.to_string())),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect()
    }

    /// The board's address with it.
    pub fn address(&self) -> String {
        format!("/board{}", self.query())
    }

    /// The board's address with it, and a lead beside the board.
    pub fn beside(&self, lead: LeadId) -> String {
        let address = self.address();
        let and = if address.contains('?') { '&' } else { '?' };
        format!("{address}{and}lead={lead}")
    }

    /// The part of an address that says it; empty without any condition.
    pub fn query(&self) -> String {
        let encoded = |text: &str| {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
                    other => format!("%{other:02X}"),
                })
                .collect::<String>()
        };
        let pairs: Vec<String> = self.parameters().iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
    }

    /// Whether it shows everything.
    pub fn is_empty(&self) -> bool {
        self.all().parameters() == self.parameters()
    }

    /// Whether every lead of its pipeline is shown as people have put them.
    pub fn is_plain(&self) -> bool {
        self.is_empty() && self.sort.is_none()
    }

    /// The same pipeline in the same order, without any condition.
    pub fn all(&self) -> Self {
        Self { pipeline: self.pipeline, sort: self.sort, ..Self::default() }
    }

    /// Whether it shows that card, which stands in `stage`.
    pub fn shows(&self, card: &Card, stage: Option<&Stage>, now: Timestamp) -> bool {
        let owner = match self.owner {
            None => true,
            Some(Whose::Nobody) => card.owner.is_none(),
            Some(Whose::Person(id)) => card.owner == Some(id),
        };
        owner
            && self.assistant.is_none_or(|id| card.assistant == Some(id))
            && self.mood.is_none_or(|mood| card.sentiment == mood)
            && self.score.is_none_or(|least| card.score.is_some_and(|score| score.get() >= least))
            && self.tag.as_ref().is_none_or(|tag| card.tags.contains(tag))
            && self.step.is_none_or(|step| match step {
                Step::None => card.next_step.is_none(),
                Step::Late => card.next_step.as_ref().is_some_and(|step| step.due.is_some_and(|due| due <= now)),
            })
            && self.pipeline.is_none_or(|id| stage.is_some_and(|stage| stage.pipeline == id))
            && self.stage.is_none_or(|id| card.stage == id)
            && self.source.is_none_or(|source| card.source == source)
            && self.worth.is_none_or(|worth| match i64::from(worth) * 100 {
                0 => card.value.minor == 0,
                least => card.value.minor >= least,
            })
            && self.closes.is_none_or(|closes| match closes.span(now) {
                None => card.closes_on.is_none(),
                Some((from, to)) => {
                    let open = || stage.is_some_and(|stage| stage.outcome == Outcome::Open);
                    card.closes_on.is_some_and(|day| from <= day && day < to) && (closes != Closes::Late || open())
                }
            })
            && self.came.is_none_or(|days| card.created_at.0 > now.0 - i64::from(days) * 86_400_000)
            && (!self.stuck || stage.is_some_and(|stage| stage.rotten(card.stage_entered_at, now).is_some()))
            && self.says(card)
    }

    fn says(&self, card: &Card) -> bool {
        if self.words.trim().is_empty() {
            return true;
        }
        let text = format!("{}\n{}\n{}", card.name, card.organisation, card.last_message).to_lowercase();
        self.words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// The most cards of one column of a board that is not sent whole, however deep somebody looks.
pub const DEEPEST: i64 = 2000;

/// What somebody wants to see of a board. A board that is sent whole has all of it anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromWire, ToWire)]
pub struct Sight {
    /// The filter, as its parameters.
    conditions: Vec<(String, String)>,
    deep: Vec<(StageId, u32)>,
    all: bool,
}

impl Sight {
    /// The leads that `filter` shows, so deep; or as many as there may be, for a page without script.
    pub fn new(filter: &Filter, deep: Vec<(StageId, u32)>, all: bool) -> Self {
        let conditions = filter.parameters().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Self { conditions, deep, all }
    }

    /// How many cards of a column: `first`, unless somebody has asked for more, `most` at most.
    pub fn depth(&self, stage: StageId, first: i64, most: i64) -> i64 {
        let asked = self.deep.iter().find(|(known, _)| *known == stage).map_or(first, |(_, deep)| i64::from(*deep));
        if self.all { most } else { asked.clamp(first, most) }
    }

    /// Which leads.
    pub fn filter(&self) -> Filter {
        Filter::read(|name| self.conditions.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::model::tests::card;
    use crate::values::*;

    #[test]
    fn the_address_is_the_filter() {
        let all = Filter {
            words: "roof & Söhne".into(),
            owner: Some(Whose::Person(UserId::new())),
            assistant: Some(AssistantId::new()),
            mood: Some(Sentiment::Negative),
            score: Some(75),
            tag: Tag::parse("public sector"),
            step: Some(Step::Late),
            pipeline: Some(PipelineId::new()),
            stage: Some(StageId::new()),
            source: Some(Source::Api),
            worth: Some(10_000),
            closes: Some(Closes::Quarter),
            came: Some(30),
            stuck: true,
            sort: Some(Sort::Value),
        };
        for filter in [
            all,
            Filter { sort: Some(Sort::Score), ..Filter::default() },
            Filter { owner: Some(Whose::Nobody), ..Filter::default() },
            Filter::default(),
        ] {
            let parameters = filter.parameters();
            let read = Filter::read(|name| parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()));
            assert_eq!(read, filter);
        }
        assert_eq!(Filter { words: "roof & Söhne".into(), ..Filter::default() }.address(), "/board?q=roof%20%26%20S%C3%B6hne");
        let garbage = Filter::read(|_| Some("<script>".into()));
        assert_eq!(garbage, Filter { words: "<script>".into(), tag: Tag::parse("<script>"), stuck: true, ..Filter::default() });
    }

    #[test]
    fn every_condition_leaves_out_what_it_should() {
        let (owner, assistant) = (UserId::new(), AssistantId::new());
        let stage = Stage { rot_days: Some(7), ..Stage::open("new".into(), "New".into()) };
        let card = Card {
            name: "Inês Carvalho".into(),
            organisation: "Linden School Trust".into(),
            score: Some(Score::new(74)),
            sentiment: Sentiment::Positive,
            assistant: Some(assistant),
            owner: Some(owner),
            last_message: "Governors liked it.".into(),
            tags: vec![Tag::parse("school").unwrap()],
            closes_on: Day::parse("1970-01-08"),
            ..card(7, StageId::new(), 100, Currency::Gbp)
        };
        let now = Timestamp(8 * 86_400_000);
        let shows = |filter: Filter| filter.shows(&card, Some(&stage), now);
        let none = Filter::default;
        for shown in [
            none(),
            Filter { words: "  INÊS  governors ".into(), ..none() },
            Filter { owner: Some(Whose::Person(owner)), assistant: Some(assistant), mood: Some(Sentiment::Positive), ..none() },
            Filter { score: Some(74), stuck: true, ..none() },
            Filter { tag: Tag::parse("school"), ..none() },
            Filter { step: Some(Step::None), ..none() },
            Filter { stage: Some(card.stage), source: Some(Source::Manual), worth: Some(1), came: Some(9), ..none() },
            Filter { closes: Some(Closes::Late), ..none() },
            Filter { closes: Some(Closes::Month), ..none() },
            Filter { pipeline: Some(stage.pipeline), ..none() },
        ] {
            assert!(shows(shown.clone()), "{shown:?}");
        }
        for hidden in [
            Filter { words: "inês council".into(), ..none() },
            Filter { owner: Some(Whose::Nobody), ..none() },
            Filter { owner: Some(Whose::Person(UserId::new())), ..none() },
            Filter { assistant: Some(AssistantId::new()), ..none() },
            Filter { mood: Some(Sentiment::Neutral), ..none() },
            Filter { score: Some(75), ..none() },
            Filter { tag: Tag::parse("schools"), ..none() },
            Filter { step: Some(Step::Late), ..none() },
            Filter { stage: Some(StageId::new()), ..none() },
            Filter { pipeline: Some(PipelineId::new()), ..none() },
            Filter { source: Some(Source::Widget), ..none() },
            Filter { worth: Some(2), ..none() },
            Filter { worth: Some(0), ..none() },
            Filter { closes: Some(Closes::None), ..none() },
            Filter { closes: Some(Closes::Week), ..none() },
            Filter { came: Some(7), ..none() },
        ] {
            assert!(!shows(hidden.clone()), "{hidden:?}");
        }
        let won = Stage { outcome: Outcome::Won, ..stage.clone() };
        assert!(!Filter { closes: Some(Closes::Late), ..none() }.shows(&card, Some(&won), now), "it is late no longer");
        assert!(!Filter { stuck: true, ..none() }.shows(&card, Some(&stage), Timestamp(6 * 86_400_000)));
    }
}
