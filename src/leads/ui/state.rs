//! What the board shows: what the server has confirmed, with this person's own moves on top. An
//! event brings the columns it touches up to date, and `paper` changes what differs.

use super::{
    closing::Ended,
    face::Cast,
    fold, motion,
    paper::{self, Item, Setting},
    shown::{Grip, Inner},
};
use crate::accounts::model::{Desk, Me};
use crate::activity::model::{Event, Recorded};
use crate::app::use_desk;
use crate::leads::filter::Filter;
use crate::leads::model::{Applied, Board, Card, Outcome, Stage, Totals};
use crate::live::client::{Live, use_live};
use crate::ui::clock::use_clock;
use crate::ui::toast::{Toasts, use_toasts};
use crate::values::{LeadId, Money, StageId, Timestamp};
use leptos::prelude::*;
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// The head of one column.
#[derive(Clone, Copy)]
pub struct Column {
    /// Count and sums.
    pub totals: RwSignal<Totals>,
    /// New leads that came in above what is being read.
    pub above: RwSignal<u32>,
    /// Whether it is folded just now.
    pub folded: Memo<bool>,
}

/// The column that a card would be dropped on.
#[derive(Clone, Copy, PartialEq)]
pub struct Target {
    /// Which.
    pub stage: StageId,
    /// What the card is worth, if it comes from another column.
    pub joins: Option<Money>,
    /// Whether the column's totals hold it already.
    pub counted: bool,
}

/// The board of this tab. Cheap to copy.
#[derive(Clone, Copy)]
pub struct BoardState {
    pub(super) inner: StoredValue<Inner>,
    columns: StoredValue<HashMap<StageId, Column>>,
    stages: StoredValue<Vec<Stage>>,
    owner: StoredValue<Option<Owner>>,
    pub(super) me: StoredValue<Option<Me>>,
    cast: Memo<Cast>,
    pub(super) desk: RwSignal<Desk>,
    now: ReadSignal<Timestamp>,
    /// Folded columns that stand open for as long as something is in hand: it was held over them.
    pub(super) opened: RwSignal<Vec<StageId>>,
    /// What a card would be dropped on.
    pub target: RwSignal<Option<Target>>,
    /// How many leads are shown.
    pub count: RwSignal<usize>,
    /// How many are chosen.
    pub chosen_count: RwSignal<usize>,
    /// A card that this person has just put where deals end, until they have said more.
    pub ended: RwSignal<Option<Ended>>,
    /// How often the stages were changed since the page was opened: the board is made anew.
    pub remade: RwSignal<u32>,
    /// For the assertive live region.
    pub spoken: RwSignal<String>,
    pub(super) toasts: Toasts,
    pub(super) live: Live,
}

impl BoardState {
    /// From a board as it was loaded, with `window` cards of each column to begin with. A phone shows `tab`.
    pub fn new(board: Board, window: usize, tab: StageId, cast: Memo<Cast>, filter: Filter, remade: RwSignal<u32>) -> Self {
        let (desk, opened) = (use_desk(), RwSignal::new(Vec::new()));
        let stages = board.stages.clone();
        let mut inner = Inner {
            confirmed: board.clone(),
            shown: board,
            pending: Vec::new(),
            done: HashMap::new(),
            grip: Grip::None,
            windows: stages.iter().map(|stage| (stage.id, window)).collect(),
            drawn: HashMap::new(),
            chosen: HashSet::new(),
            chosen_last: None,
            deep: HashMap::new(),
            asked: 0,
            told_meanwhile: None,
            reload_due: false,
            filter: Filter::default(),
            pipeline: Stage::on_board(&stages, filter.pipeline),
            held_back: Vec::new(),
            gathered: None,
            hidden: HashSet::new(),
        };
        if filter != Filter::default() || Stage::of_several(&stages) {
            inner.sift(filter);
        }
        let columns = stages.iter().map(|stage| {
            let (id, totals) = (stage.id, inner.shown.totals.get(&stage.id).cloned().unwrap_or_default());
            let folded = Memo::new(move |_| desk.with(|desk| desk.folded.contains(&id)) && opened.with(|opened| !opened.contains(&id)));
            (id, Column { totals: RwSignal::new(totals), above: RwSignal::new(0), folded })
        });
        let columns: HashMap<_, _> = columns.collect();
        let is_hidden = |(id, column): (&StageId, &Column)| (*id != tab && column.folded.get_untracked()).then_some(*id);
        inner.hidden = columns.iter().filter_map(is_hidden).collect();
        inner.drawn = stages.iter().map(|stage| (stage.id, inner.arranged(stage.id))).collect();
        let state = Self {
            count: RwSignal::new(inner.shown.cards.len()),
            inner: StoredValue::new(inner),
            stages: StoredValue::new(stages),
            columns: StoredValue::new(columns),
            owner: StoredValue::new(Owner::current()),
            me: StoredValue::new(desk.with_untracked(|desk| desk.me.clone())),
            cast,
            desk,
            opened,
            now: use_clock(),
            target: RwSignal::new(None),
            chosen_count: RwSignal::new(0),
            ended: RwSignal::new(None),
            remade,
            spoken: RwSignal::new(String::new()),
            toasts: use_toasts(),
            live: use_live(),
        };
        // Whoever is named on the cards may be named otherwise now; and time goes by.
        Effect::new(move |before: Option<()>| {
            cast.track();
            if before.is_some() {
                state.each_drawn(paper::redraw_all);
            }
        });
        Effect::new(move || {
            let now = state.now.get();
            state.each_drawn(|stage, drawn, _| paper::tick(stage, drawn, now));
        });
        state
    }

    /// A column's cards as HTML.
    pub fn written(self, stage: StageId) -> String {
        self.inner.with_value(|inner| {
            let items = inner.drawn.get(&stage).map(Vec::as_slice).unwrap_or_default();
            self.with_setting(stage, |setting| paper::written(items, setting)).unwrap_or_default()
        })
    }

    /// The page stands: what the server did not write is drawn now. One that the browser makes is put
    /// into the document a little after it is made.
    pub fn stand(self, stage: StageId) {
        if paper::list(stage).is_none() {
            if self.inner.try_with_value(|_| ()).is_some() {
                request_animation_frame(move || self.stand(stage));
            }
            return;
        }
        self.inner.update_value(|inner| {
            let Some(drawn) = inner.drawn.get_mut(&stage) else { return };
            if !paper::stands(stage) {
                drawn.clear();
            }
        });
        self.arrange(stage);
    }

    /// Whether there is any lead, shown or not.
    pub fn any(self) -> bool {
        self.inner.with_value(|inner| inner.confirmed.is_cut() || !inner.confirmed.cards.is_empty())
    }

    pub(super) fn recount(self) {
        let count = self.inner.with_value(|inner| inner.shown.cards.len());
        if self.count.get_untracked() != count {
            self.count.set(count);
        }
        let chosen = self.chosen().len();
        if self.chosen_count.get_untracked() != chosen {
            self.chosen_count.set(chosen);
        }
    }

    /// Puts the keyboard on a card, shown or not; on the head of its column if that is folded.
    pub fn focus(self, lead: LeadId) {
        let grown = self.inner.try_update_value(|inner| {
            let stage = inner.shown.cards.get(&lead)?.stage;
            let at = inner.shown.leads(stage).iter().position(|id| *id == lead)?;
            inner.grow(stage, at + 1).then_some(stage)
        });
        grown.flatten().into_iter().for_each(|stage| self.arrange(stage));
        motion::focus(lead);
        self.card(lead).filter(|card| self.is_folded(card.stage)).into_iter().for_each(|card| fold::focus(card.stage));
    }

    /// Does something with what the cards of a column have in common.
    fn with_setting<T>(self, stage: StageId, work: impl FnOnce(&Setting) -> T) -> Option<T> {
        self.stages.with_value(|stages| {
            let stage = stages.iter().find(|known| known.id == stage)?;
            Some(self.cast.with_untracked(|cast| work(&Setting { cast, stage, now: self.now.get_untracked() })))
        })
    }

    fn each_drawn(self, each: impl Fn(StageId, &[Item], &Setting)) {
        let drawn = self.inner.with_value(|inner| inner.drawn.clone());
        for (stage, drawn) in &drawn {
            self.with_setting(*stage, |setting| each(*stage, drawn, setting));
        }
    }

    /// The stages of the pipeline that is shown, left to right.
    pub fn stages(self) -> Vec<Stage> {
        let pipeline = self.inner.with_value(|inner| inner.pipeline);
        self.stages.with_value(|stages| Stage::of(stages, pipeline).to_vec())
    }

    /// The stages of the other pipelines.
    pub fn stages_beyond(self) -> Vec<Stage> {
        let pipeline = self.inner.with_value(|inner| inner.pipeline);
        self.stages.with_value(|stages| stages.iter().filter(|stage| stage.pipeline != pipeline).cloned().collect())
    }

    /// The name of a stage.
    pub fn stage_name(self, id: StageId) -> String {
        self.stages.with_value(|all| all.iter().find(|stage| stage.id == id).map(|stage| stage.called(all)).unwrap_or_default())
    }

    /// What standing in that stage means for the deal.
    pub fn outcome(self, id: StageId) -> Outcome {
        self.stages.with_value(|stages| stages.iter().find(|stage| stage.id == id).map_or(Outcome::Open, |stage| stage.outcome))
    }

    /// Whether the deal is over in that stage.
    pub fn closed(self, id: StageId) -> bool {
        self.outcome(id) != Outcome::Open
    }

    /// One column.
    pub fn column(self, stage: StageId) -> Option<Column> {
        self.columns.with_value(|columns| columns.get(&stage).copied())
    }

    /// One card as it is shown.
    pub fn card(self, lead: LeadId) -> Option<Arc<Card>> {
        self.inner.with_value(|inner| inner.shown.cards.get(&lead).cloned())
    }

    /// The leads of a column as it is shown, top to bottom.
    pub fn leads(self, stage: StageId) -> Vec<LeadId> {
        self.inner.with_value(|inner| inner.shown.leads(stage).to_vec())
    }

    /// The card right above, in its column.
    pub fn above(self, lead: LeadId) -> Option<LeadId> {
        let stage = self.card(lead)?.stage;
        // In a sorted column the neighbours are not those it was put between.
        let column = match self.sorted() {
            true => self.inner.with_value(|inner| inner.confirmed.leads(stage).to_vec()),
            false => self.leads(stage),
        };
        let at = column.iter().position(|id| *id == lead)?;
        at.checked_sub(1).map(|above| column[above])
    }

    /// Whether the columns stand otherwise than people have put them.
    pub fn sorted(self) -> bool {
        self.inner.with_value(|inner| inner.shown_by().is_some())
    }

    /// Something happened.
    pub fn take_in(self, told: Recorded) {
        let holding = self.inner.with_value(|inner| inner.grip != Grip::None);
        if holding {
            self.inner.update_value(|inner| inner.held_back.push(told));
            return;
        }
        let Some(me) = self.me.get_value() else { return };
        self.inner.update_value(|inner| {
            if let Some(meanwhile) = &mut inner.told_meanwhile {
                meanwhile.push(told.clone());
            }
        });
        let own = told.mutation.filter(|mutation| {
            self.inner.with_value(|inner| {
                inner.pending.iter().any(|pending| pending.mutation == *mutation && Some(pending.moved.lead) == told.event.lead())
            })
        });
        let applied = self.inner.try_update_value(|inner| inner.confirmed.apply(&told, &me)).unwrap_or(Applied::Nothing);
        match (applied, own, &told.event) {
            (Applied::Missing, ..) => self.missing(),
            (Applied::Elsewhere, ..) if self.inner.with_value(|inner| !inner.filter.is_plain()) => self.missing(),
            (Applied::Redrawn, ..) => self.remade.update(|times| *times += 1),
            // The echo of an own move: the answer by HTTP says the same, whichever is first.
            (Applied::Changed(_), Some(mutation), Event::LeadMoved(stored)) => self.settled(mutation, stored.clone()),
            (Applied::Changed(lead), ..) => {
                let alone = self.inner.with_value(|inner| inner.gathered.is_none());
                let from = (alone && matches!(told.event, Event::LeadMoved(_))).then(|| motion::take_off(lead)).flatten();
                if matches!(told.event, Event::LeadCreated { .. }) {
                    self.count_above(lead);
                }
                self.show(lead);
                self.check_cut(lead);
                motion::fly_from(lead, from);
            }
            (Applied::Nothing | Applied::Elsewhere, ..) => {}
        }
    }

    /// Makes something reactive that lives as long as the board, whoever asks for it.
    pub(super) fn under_owner<T>(self, make: impl FnOnce() -> T) -> T {
        match self.owner.get_value() {
            Some(owner) => owner.with(make),
            None => make(),
        }
    }

    /// The page is left: its moves can no longer be undone from their toasts.
    pub fn leave(self) {
        while self.toasts.take_undo().is_some() {}
    }

    /// A lead that this person has just added. Its event says so again, to no effect.
    pub fn added(self, card: Card) {
        let lead = card.id;
        self.inner.update_value(|inner| {
            if !inner.confirmed.cards.contains_key(&lead) {
                inner.confirmed.put(card);
            }
        });
        self.show(lead);
    }

    /// Nothing is held any more: what happened meanwhile happens now.
    pub(super) fn catch_up(self) {
        let waiting = self.inner.try_update_value(|inner| std::mem::take(&mut inner.held_back)).unwrap_or_default();
        if waiting.is_empty() {
            return;
        }
        self.inner.update_value(|inner| inner.gathered = Some(HashSet::new()));
        waiting.into_iter().for_each(|told| self.take_in(told));
        let touched = self.inner.try_update_value(|inner| inner.gathered.take()).flatten();
        touched.into_iter().flatten().for_each(|stage| self.arrange(stage));
        self.recount();
    }

    /// Brings one card, and the columns it left and came to, up to date.
    pub(super) fn show(self, lead: LeadId) {
        let Some(stages) = self.inner.try_update_value(|inner| inner.recompute(lead)) else { return };
        let stages = stages.into_iter().flatten();
        let later = self.inner.try_update_value(|inner| inner.gathered.as_mut().map(|gathered| gathered.extend(stages.clone())));
        if later.flatten().is_none() {
            stages.for_each(|stage| self.arrange(stage));
            self.recount();
        }
    }

    /// Brings a column's cards, line and ghost, and its figures, up to date.
    pub(super) fn arrange(self, stage: StageId) {
        let Some(column) = self.column(stage) else { return };
        // Nothing is locked while the document changes: that can move the keyboard, which is heard.
        let Some((wanted, mut drawn, totals)) = self.inner.try_update_value(|inner| {
            let drawn = inner.drawn.get_mut(&stage).map(std::mem::take).unwrap_or_default();
            (inner.arranged(stage), drawn, inner.shown.totals.get(&stage).cloned().unwrap_or_default())
        }) else {
            return;
        };
        self.with_setting(stage, |setting| paper::lay(stage, &mut drawn, wanted, setting));
        self.inner.update_value(|inner| {
            inner.drawn.insert(stage, drawn);
        });
        if column.totals.with_untracked(|old| *old != totals) {
            column.totals.set(totals);
        }
    }

    /// A lead came in at the top of a column that is scrolled down: what is being read stays put,
    /// and the head of the column says how many came.
    fn count_above(self, lead: LeadId) {
        // Where it stands in a sorted column is another matter.
        if self.sorted() {
            return;
        }
        let Some(stage) = self.inner.with_value(|inner| inner.confirmed.cards.get(&lead).map(|card| card.stage)) else { return };
        let Some(column) = self.column(stage) else { return };
        if paper::list(stage).is_some_and(|list| list.scroll_top() > 8) {
            column.above.update(|above| *above += 1);
        }
    }
}
