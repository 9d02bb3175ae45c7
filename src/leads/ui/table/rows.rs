//! The rows that are here, which of them are seen, and which are chosen.

use crate::activity::model::{Event, Recorded};
use crate::leads::api::load_table;
use crate::leads::filter::{Filter, Sight};
use crate::leads::model::{Card, Stage, Totals};
use crate::leads::table::{MOST_AT_ONCE, ROWS, Table};
use crate::values::{LeadId, StageId};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::Arc,
    time::Duration,
};

/// How high a row is, in pixels.
pub const HIGH: i32 = 44;
/// So many rows beyond what is seen are in the document.
const SPARE: i32 = 8;
/// What the server shows, which knows no window.
const AT_FIRST: i32 = 40;
/// Between something that happened and the table that is fetched anew: what happens in between is fetched with it.
const AFTER: Duration = Duration::from_secs(1);

/// Between a page that did not come and asking for it again.
const AGAIN: Duration = Duration::from_secs(4);

/// A row that is in the document: its place, and its card if it is here.
pub type Visible = (u32, Option<Arc<Card>>);

/// What tells a row from another: its place, and the card as it is. It keeps the card: as long as the row is shown no
/// other card can come to lie where that one lies.
#[derive(Clone)]
pub struct Key(u32, Option<Arc<Card>>);

impl Key {
    fn address(&self) -> usize {
        self.1.as_ref().map_or(0, |card| Arc::as_ptr(card).addr())
    }
}
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.0, self.address()) == (other.0, other.address())
    }
}
impl Eq for Key {}
impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.0, self.address()).hash(state);
    }
}

/// The key of a row.
pub fn key((place, card): &Visible) -> Key {
    Key(*place, card.clone())
}

/// The table of this tab. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Rows {
    filter: StoredValue<Filter>,
    /// The stages, left to right.
    pub stages: StoredValue<Vec<Stage>>,
    /// Count and sums of all there are.
    pub totals: RwSignal<Totals>,
    cards: RwSignal<HashMap<u32, Arc<Card>>>,
    /// Those that something will be done with, in order, with the versions that were seen.
    pub chosen: RwSignal<Vec<(LeadId, i32)>>,
    /// The row that the keyboard is on.
    pub active: RwSignal<u32>,
    /// First and last row that are in the document.
    range: RwSignal<(u32, u32)>,
    /// Pages that are on their way.
    asked: StoredValue<HashSet<u32>>,
    /// How often everything was fetched anew: answers to an older question count no more.
    turn: StoredValue<u32>,
    last_chosen: StoredValue<Option<u32>>,
    due: StoredValue<bool>,
}

impl Rows {
    /// From the first rows of a table.
    pub fn new(table: Table, filter: Filter) -> Self {
        let cards = (table.skipped..).zip(table.rows.into_iter().map(Arc::new)).collect();
        Self {
            filter: StoredValue::new(filter),
            stages: StoredValue::new(table.stages),
            totals: RwSignal::new(table.totals),
            cards: RwSignal::new(cards),
            chosen: RwSignal::new(Vec::new()),
            active: RwSignal::new(0),
            range: RwSignal::new((0, AT_FIRST as u32)),
            asked: StoredValue::new(HashSet::new()),
            turn: StoredValue::new(0),
            last_chosen: StoredValue::new(None),
            due: StoredValue::new(false),
        }
    }

    /// What the filter asks for.
    pub fn sight(self) -> Sight {
        self.filter.with_value(|filter| Sight::new(filter, Vec::new(), false))
    }

    fn count(self) -> u32 {
        u32::try_from(self.totals.with(|totals| totals.count)).unwrap_or(0)
    }

    /// So much of the table is seen, in pixels.
    pub fn seen(self, top: i32, high: i32) {
        let first = (top / HIGH - SPARE).max(0) as u32;
        let range = (first, first + ((high / HIGH).max(1) + 2 * SPARE) as u32);
        if self.range.get_untracked() != range {
            self.range.set(range);
        }
    }

    /// How many rows are not in the document, above those that are and below.
    pub fn hidden(self) -> (u32, u32) {
        let ((first, last), count) = (self.range.get(), self.count());
        (first.min(count), count.saturating_sub(last))
    }

    /// The rows that are in the document.
    pub fn visible(self) -> Vec<Visible> {
        let (first, last) = self.range.get();
        self.cards.with(|cards| (first..last.min(self.count())).map(|place| (place, cards.get(&place).cloned())).collect())
    }

    /// Fetches what is seen and is not here.
    pub fn fetch(self) {
        let (first, last) = self.range.get();
        let last = last.min(self.count());
        let missing = self
            .cards
            .with(|cards| (first..last).filter(|place| !cards.contains_key(place)).map(|place| place / ROWS).collect::<HashSet<_>>());
        let fresh: Vec<u32> =
            self.asked.try_update_value(|asked| missing.into_iter().filter(|page| asked.insert(*page)).collect()).unwrap_or_default();
        fresh.into_iter().for_each(|page| self.fetch_page(page));
    }

    fn fetch_page(self, page: u32) {
        let (sight, turn) = (self.sight(), self.turn.get_value());
        spawn_local(async move {
            let answer = load_table(sight, page * ROWS).await;
            // The page may have been left meanwhile.
            if self.turn.try_get_value() != Some(turn) {
                return;
            }
            self.asked.update_value(|asked| {
                asked.remove(&page);
            });
            let Ok(table) = answer else {
                // Unreachable now: what is seen and still missing is asked for again.
                let again = move || {
                    self.range.try_update(|_| ());
                };
                return set_timeout(again, AGAIN);
            };
            self.stages.set_value(table.stages);
            self.cards.update(|cards| {
                cards.retain(|place, _| place / ROWS != page);
                cards.extend((table.skipped..).zip(table.rows.into_iter().map(Arc::new)));
            });
            if self.totals.with_untracked(|totals| *totals != table.totals) {
                self.totals.set(table.totals);
            }
        });
    }

    /// Fetches what is seen anew, and forgets the rest.
    pub fn refresh(self) {
        self.turn.update_value(|turn| *turn += 1);
        self.asked.update_value(HashSet::clear);
        let (first, last) = self.range.get_untracked();
        let pages = first / ROWS..=last.max(1).saturating_sub(1) / ROWS;
        self.cards.update(|cards| cards.retain(|place, _| pages.contains(&(place / ROWS))));
        self.asked.update_value(|asked| asked.extend(pages.clone()));
        pages.for_each(|page| self.fetch_page(page));
    }

    /// Something happened. A row changes at once; where it belongs now, and whether, the server says a little later,
    /// and not while leads are chosen: what is about to be changed stays where it is.
    pub fn hear(self, told: &Recorded) {
        let place = told.event.lead().and_then(|lead| self.place_of(lead));
        if let Some(place) = place {
            self.cards.update(|cards| {
                if let Some(card) = cards.get_mut(&place) {
                    let mut fresh = Card::clone(card);
                    if fresh.hear(&told.event) {
                        *card = Arc::new(fresh);
                    }
                }
            });
        }
        // Talk in leads that are not here changes no order that is seen.
        let elsewhere = place.is_none() && matches!(told.event, Event::MessageSent { .. } | Event::SentimentMeasured { .. });
        if !elsewhere && !self.due.get_value() {
            self.due.set_value(true);
            set_timeout(move || self.settle(), AFTER);
        }
    }

    fn settle(self) {
        match self.chosen.try_with_untracked(Vec::is_empty) {
            // The page was left.
            None => {}
            Some(false) => set_timeout(move || self.settle(), AFTER),
            Some(true) => {
                self.due.set_value(false);
                self.refresh();
            }
        }
    }

    fn place_of(self, lead: LeadId) -> Option<u32> {
        self.cards.with_untracked(|cards| cards.iter().find(|(_, card)| card.id == lead).map(|(place, _)| *place))
    }

    fn card(self, place: u32) -> Option<Arc<Card>> {
        self.cards.with_untracked(|cards| cards.get(&place).cloned())
    }

    /// The version of a chosen lead: as it is shown, or as it was when it was chosen.
    pub fn version(self, lead: LeadId, then: i32) -> i32 {
        self.place_of(lead).and_then(|place| self.card(place)).map_or(then, |card| card.version)
    }

    /// Whether a lead stands in that stage, as far as it is shown.
    pub fn stands_in(self, lead: LeadId, stage: StageId) -> bool {
        self.place_of(lead).and_then(|place| self.card(place)).is_some_and(|card| card.stage == stage)
    }

    /// The lead that the keyboard is on.
    pub fn active_lead(self) -> Option<LeadId> {
        self.card(self.active.get_untracked()).map(|card| card.id)
    }

    /// Moves the keyboard by so many rows. Gives the row it is on then.
    pub fn step(self, by: i32) -> u32 {
        let last = self.count().saturating_sub(1);
        let place = self.active.get_untracked().saturating_add_signed(by).min(last);
        self.active.set(place);
        place
    }

    /// Chooses the lead of a row, or no longer; or every one between the one before and this.
    pub fn choose(self, place: u32, range: bool) {
        self.active.set(place);
        let from = self.last_chosen.get_value().filter(|_| range).unwrap_or(place);
        self.last_chosen.set_value(Some(place));
        let cards: Vec<_> = (from.min(place)..=from.max(place)).filter_map(|place| self.card(place)).collect();
        self.chosen.update(|chosen| {
            for card in cards {
                match chosen.iter().position(|(lead, _)| *lead == card.id) {
                    Some(at) if !range => {
                        chosen.remove(at);
                    }
                    Some(_) => {}
                    None if chosen.len() < MOST_AT_ONCE => chosen.push((card.id, card.version)),
                    None => {}
                }
            }
        });
    }

    /// Chooses none any more.
    pub fn choose_none(self) {
        if self.chosen.with_untracked(|chosen| !chosen.is_empty()) {
            self.chosen.set(Vec::new());
        }
    }
}
