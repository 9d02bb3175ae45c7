//! The board: cards, columns, and the pure rules by which events change it.
//!
//! The browser applies the same events with the same functions as they arrive, and applies its
//! own changes before the server has answered. See `Board::apply`.

pub use super::card::{Card, preview};
use super::filter::Sort;
pub use super::stages::{Fullness, Outcome, Stage, StageEdit, StageTone};
use crate::accounts::model::Me;
use crate::activity::model::{Event, Recorded};
use crate::values::{Currency, FieldId, LeadId, Money, MutationId, Rank, StageId, Timestamp};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

crate::text_enum! {
    /// How a lead came to us.
    Source { Manual = "manual", Widget = "widget", Api = "api", Import = "import", Form = "form", Sms = "sms" }
}

impl Source {
    /// As people read it.
    pub fn label(self) -> &'static str {
        match self {
            Source::Widget => "Chat on the site",
            Source::Manual => "Added by hand",
            Source::Api => "Another program",
            Source::Import => "A file",
            Source::Form => "Enquiry form",
            Source::Sms => "Text message",
        }
    }
}

/// For events from before cards said how their leads came.
impl Default for Source {
    fn default() -> Self {
        Self::Manual
    }
}

/// A card changes place. What the drop builds, the server function takes, the stream stores, the
/// socket carries, and every tab applies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire, ToWire)]
pub struct LeadMoved {
    /// The card.
    pub lead: LeadId,
    /// Where it came from.
    pub from: StageId,
    /// Where it goes.
    pub to: StageId,
    /// Where in the column. The browser proposes; the server's own is what is stored.
    pub rank: Rank,
    /// The card it shall stand right behind, as the mover saw it; none for the top.
    pub after: Option<LeadId>,
    /// As asked: the version the mover saw. As stored: the version the card has now.
    pub version: i32,
    /// When.
    pub at: Timestamp,
}

/// What a person types to add a lead by hand, or a program sends.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLead {
    /// Made by the form, so that a double click makes one lead.
    pub mutation: MutationId,
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// Their address; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The deal's value as typed; may be empty.
    pub value: String,
    /// The day the deal is expected to be made, as machines write it; may be empty.
    pub closes_on: String,
    /// What stands in the company's own fields.
    pub custom: Vec<(FieldId, String)>,
    /// The column to start in; the first one if none.
    pub stage: Option<StageId>,
}

/// Count and sums of one column. One sum a currency, never one over two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Totals {
    /// How many cards.
    pub count: i64,
    /// Minor units by currency, in the order of `Currency::ALL`, only those that occur.
    pub sums: Vec<Money>,
}

impl Totals {
    fn add(&mut self, value: Money, sign: i64) {
        self.count += sign;
        match self.sums.iter_mut().find(|sum| sum.currency == value.currency) {
            Some(sum) => sum.minor += sign * value.minor,
            None => self.sums.push(Money { minor: sign * value.minor, currency: value.currency }),
        }
        self.sums.sort_by_key(|sum| Currency::ALL.iter().position(|c| *c == sum.currency));
    }

    /// Adds another column's.
    pub fn join(&mut self, other: &Totals) {
        for sum in &other.sums {
            self.add(*sum, 1);
        }
        self.count += other.count - other.sums.len() as i64;
    }

    /// With one more card of that value.
    pub fn with(&self, value: Money) -> Self {
        let mut more = self.clone();
        more.add(value, 1);
        more
    }

    /// As at the head of a column: `£252k`, or `£252k + €18k`. Nothing worth anything: `£0`.
    pub fn shown(&self, home: Currency) -> String {
        let parts: Vec<String> = self.sums.iter().filter(|sum| sum.minor != 0).map(|sum| sum.short()).collect();
        if parts.is_empty() { Money { minor: 0, currency: home }.short() } else { parts.join(" + ") }
    }
}

/// The board of one person: the stages, and the cards in their reach: all of them, or the top of each
/// column where they are too many.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Board {
    /// Left to right.
    pub stages: Vec<Stage>,
    /// The cards that are here, in any order; `column` is sorted. Shared, so that a copy of the board is cheap.
    pub cards: HashMap<LeadId, Arc<Card>>,
    /// By stage, as the server counted them when the board was loaded, carried forward by events.
    pub totals: HashMap<StageId, Totals>,
    /// The last event that is in it.
    pub seq: i64,
    /// The leads of each stage, top to bottom.
    order: HashMap<StageId, Vec<LeadId>>,
    /// What they are sorted by; none is as people have put them.
    sort: Option<Sort>,
    /// Not all cards are here: the totals are of those that the filter shows, here or not.
    cut: bool,
}

impl Board {
    /// A board of these cards.
    pub fn new(stages: Vec<Stage>, cards: impl IntoIterator<Item = Card>, seq: i64) -> Self {
        let mut board = Self { stages, seq, ..Self::default() };
        for card in cards {
            board.totals.entry(card.stage).or_default().add(card.value, 1);
            board.order.entry(card.stage).or_default().push(card.id);
            board.cards.insert(card.id, Arc::new(card));
        }
        board.sort_by(None);
        board
    }

    /// The same, of which only these cards are here. The totals are of all that the filter shows.
    pub fn cut(self, totals: HashMap<StageId, Totals>) -> Self {
        Self { totals, cut: true, ..self }
    }

    /// Whether cards in reach may be missing.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// How many cards of a column are not here.
    pub fn left(&self, stage: StageId) -> usize {
        let all = self.totals.get(&stage).map_or(0, |totals| totals.count);
        usize::try_from(all).unwrap_or(0).saturating_sub(self.leads(stage).len()) * usize::from(self.cut)
    }

    /// Sorts the columns otherwise, now and from now on.
    pub fn sort_by(&mut self, sort: Option<Sort>) {
        self.sort = sort;
        for column in self.order.values_mut() {
            column.sort_by(|a, b| compare(sort, &self.cards[a], &self.cards[b]));
        }
    }

    /// The cards of one column, top to bottom.
    pub fn column(&self, stage: StageId) -> impl ExactSizeIterator<Item = &Arc<Card>> {
        self.leads(stage).iter().map(|id| &self.cards[id])
    }

    /// The leads of one column, top to bottom.
    pub fn leads(&self, stage: StageId) -> &[LeadId] {
        self.order.get(&stage).map_or(&[], Vec::as_slice)
    }

    /// The stage of that id.
    pub fn stage(&self, id: StageId) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.id == id)
    }

    /// The rank a card would get right behind `after` in `stage` (at the top if none), the card
    /// itself left out of the reckoning.
    pub fn rank_after(&self, card: LeadId, stage: StageId, after: Option<LeadId>) -> Rank {
        let column: Vec<&Arc<Card>> = self.column(stage).filter(|other| other.id != card).collect();
        let at = after.and_then(|after| column.iter().position(|other| other.id == after)).map_or(0, |i| i + 1);
        Rank::between(at.checked_sub(1).map(|i| &column[i].rank), column.get(at).map(|next| &next.rank))
    }

    /// Puts a card in, or replaces it, keeping order and totals right.
    pub fn put(&mut self, card: impl Into<Arc<Card>>) {
        let card = card.into();
        self.take(card.id);
        self.totals.entry(card.stage).or_default().add(card.value, 1);
        let column = self.order.entry(card.stage).or_default();
        let at = column.partition_point(|id| compare(self.sort, &self.cards[id], &card).is_lt());
        column.insert(at, card.id);
        self.cards.insert(card.id, card);
    }

    /// Takes a card out, keeping order and totals right.
    pub fn take(&mut self, id: LeadId) -> Option<Arc<Card>> {
        let card = self.cards.remove(&id)?;
        self.totals.entry(card.stage).or_default().add(card.value, -1);
        if let Some(column) = self.order.get_mut(&card.stage) {
            column.retain(|other| *other != id);
        }
        Some(card)
    }

    /// Changes one card by `change`, keeping order and totals right. Nothing if the card is not here.
    pub fn change(&mut self, id: LeadId, change: impl FnOnce(&mut Card)) {
        if let Some(mut card) = self.take(id) {
            change(Arc::make_mut(&mut card));
            self.put(card);
        }
    }

    /// Moves a card. Harmless when applied twice, and when it comes late: see [`Card::moved`].
    pub fn apply_move(&mut self, moved: &LeadMoved) {
        self.change(moved.lead, |card| card.moved(moved));
    }

    /// Takes in something that happened, as `me` may see it. Harmless when it is in the board
    /// already: a board is loaded with the number of an event that it may be a little ahead of.
    pub fn apply(&mut self, told: &Recorded, me: &Me) -> Applied {
        use Event::*;
        if matches!(told.event, StagesChanged { .. }) {
            // A board that was loaded since has them.
            return if told.seq > self.seq { Applied::Redrawn } else { Applied::Nothing };
        }
        if matches!(told.event, LeadsImported { .. }) {
            return if told.seq > self.seq { Applied::Missing } else { Applied::Nothing };
        }
        let Some(lead) = told.event.lead() else { return Applied::Nothing };
        self.seq = self.seq.max(told.seq);
        let elsewhere = self.cut && !self.cards.contains_key(&lead);
        match &told.event {
            LeadCreated { card, .. } if !self.cards.contains_key(&lead) => {
                self.put(card.clone());
                return Applied::Changed(lead);
            }
            // Where it stands among the cards that are not here is not known.
            LeadRemoved { .. } | LeadRestored { .. } if elsewhere => return Applied::Missing,
            LeadRestored { card } if !self.cards.contains_key(&lead) => {
                self.put(card.clone());
                return Applied::Changed(lead);
            }
            LeadRemoved { version, .. } => {
                // One that was brought back since has a higher version.
                let there = self.cards.get(&lead).is_some_and(|card| card.version <= *version);
                if there {
                    self.take(lead);
                }
                return if there { Applied::Changed(lead) } else { Applied::Nothing };
            }
            // It may belong among the cards that are here, and the totals know.
            LeadMoved(_) | LeadEdited { .. } | LeadClosed { .. } | LeadsMerged { .. } | LeadsParted { .. } if elsewhere => {
                return Applied::Missing;
            }
            LeadScored { .. } | LeadTagged { .. } | MessageSent { .. } | SentimentMeasured { .. } if elsewhere => {
                return Applied::Elsewhere;
            }
            LeadAssigned { owner, assistant, .. } => {
                let mine = me.role.sees_all_leads()
                    || *owner == Some(me.user)
                    || assistant.is_some_and(|assistant| me.assistants.contains(&assistant));
                match (mine, self.cards.contains_key(&lead)) {
                    (true, false) => return Applied::Missing,
                    (false, there) => {
                        self.take(lead);
                        return if there { Applied::Changed(lead) } else { Applied::Nothing };
                    }
                    (true, true) => {}
                }
            }
            _ => {}
        }
        let mut told_it = false;
        self.change(lead, |card| told_it = card.hear(&told.event));
        if told_it { Applied::Changed(lead) } else { Applied::Nothing }
    }
}

/// Which of two cards of a column stands higher.
fn compare(sort: Option<Sort>, a: &Card, b: &Card) -> std::cmp::Ordering {
    sort.unwrap_or(Sort::Manual).compare(a, b)
}

/// What an event did to a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// It is not about any card here.
    Nothing,
    /// This card is not as it was; it may be gone, or new.
    Changed(LeadId),
    /// A card that is not here may belong here, or the totals are others now: load the board afresh.
    Missing,
    /// A card that is not here is not as it was: of interest where cards are chosen or sorted by that.
    Elsewhere,
    /// The stages are others now: make the board anew.
    Redrawn,
}

#[cfg(test)]
pub(crate) mod tests;
