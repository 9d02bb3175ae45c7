//! What the columns show: what the server has confirmed, this person's own moves on top, and what
//! they have in hand.

use super::paper::{Item, Look};
use crate::activity::model::Recorded;
use crate::leads::filter::{DEEPEST, Filter, Sight, Sort};
use crate::leads::model::{Board, Card, LeadMoved};
use crate::values::{LeadId, MutationId, PipelineId, StageId, Timestamp};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Cards of a column that are shown at first, and how many come on top when more are asked for: more than the
/// highest screen holds. Whatever is in the document is laid out and painted again with every move.
pub const WINDOW: usize = 20;

/// What this person has hold of.
#[derive(Clone, PartialEq)]
pub enum Grip {
    /// Nothing.
    None,
    /// A card that follows the pointer, and those that go with it; over which column, behind how many
    /// cards that are not in hand.
    Pointer { lead: LeadId, with: Vec<LeadId>, over: Option<(StageId, usize)> },
    /// A card held with the keyboard, shown where it would be dropped.
    Keys { home: (StageId, usize), tentative: LeadMoved },
}

/// A move of this person's that the server has not answered yet.
pub struct Pending {
    pub mutation: MutationId,
    pub moved: LeadMoved,
    /// On its way now.
    pub flying: bool,
    /// The server could not be reached; it will be sent again.
    pub waiting: bool,
}

pub struct Inner {
    pub confirmed: Board,
    pub shown: Board,
    pub pending: Vec<Pending>,
    /// Versions that own moves were given, for their undoing.
    pub done: HashMap<MutationId, i32>,
    pub grip: Grip,
    /// How many cards of each column are shown, from the top.
    pub windows: HashMap<StageId, usize>,
    /// Those that something will be done with.
    pub chosen: HashSet<LeadId>,
    /// The last that was chosen by itself: a range begins there.
    pub chosen_last: Option<LeadId>,
    /// What stands in the document, by column.
    pub drawn: HashMap<StageId, Vec<Item>>,
    /// How many cards of a column are asked for, where more of them are than come at first.
    pub deep: HashMap<StageId, u32>,
    /// How often the board was loaded afresh: only the latest answer counts.
    pub asked: u32,
    /// What happened while a fresh board is on its way; none while none is.
    pub told_meanwhile: Option<Vec<Recorded>>,
    /// Soon it will be loaded afresh.
    pub reload_due: bool,
    /// Which of the leads are shown.
    pub filter: Filter,
    /// Which pipeline is; for another one the board is made anew.
    pub pipeline: PipelineId,
    /// What happened while a card was in hand: nothing moves under it.
    pub held_back: Vec<Recorded>,
    /// While much is taken in at once: the columns it touches, which are brought up to date when all of it is in.
    pub gathered: Option<HashSet<StageId>>,
    /// Columns whose cards are not in the document: folded ones, but for the one that a phone shows.
    pub hidden: HashSet<StageId>,
}

impl Inner {
    /// Works out anew where one card is shown. Gives the stage it was shown in, and the one it is
    /// shown in now.
    pub fn recompute(&mut self, lead: LeadId) -> [Option<StageId>; 2] {
        let before = self.shown.take(lead).map(|card| card.stage);
        let Some(card) = self.confirmed.cards.get(&lead) else { return [before, None] };
        self.shown.put(Arc::clone(card));
        for pending in self.pending.iter().filter(|pending| pending.moved.lead == lead) {
            self.shown.apply_move(&pending.moved);
        }
        if let Grip::Keys { tentative, .. } = &self.grip
            && tentative.lead == lead
        {
            self.shown.apply_move(tentative);
        }
        // What is in hand stays in sight.
        let in_hand = self.look(lead) != Look { chosen: self.chosen.contains(&lead), ..Look::default() };
        if !in_hand && self.shown.cards.get(&lead).is_some_and(|card| !self.shows(card)) {
            self.shown.take(lead);
        }
        let now = self.shown.cards.get(&lead).map(|card| card.stage);
        [before, now.filter(|now| before != Some(*now))]
    }

    fn shows(&self, card: &Card) -> bool {
        let stage = self.shown.stage(card.stage);
        stage.is_some_and(|stage| stage.pipeline == self.pipeline) && self.filter.shows(card, stage, Timestamp::now())
    }

    /// The stage that a card stands in for this person, seen or not.
    pub fn stands_in(&self, lead: LeadId) -> Option<StageId> {
        let own = self.pending.iter().rev().find(|pending| pending.moved.lead == lead).map(|pending| pending.moved.to);
        own.or_else(|| self.confirmed.cards.get(&lead).map(|card| card.stage))
    }

    /// Shows the leads that `filter` shows. Every column may be another one now.
    pub fn sift(&mut self, filter: Filter) {
        self.filter = filter;
        self.shown = self.confirmed.clone();
        self.shown.sort_by(self.filter.sort);
        let leads: Vec<LeadId> = self.confirmed.cards.keys().copied().collect();
        for lead in leads {
            self.recompute(lead);
        }
    }

    /// What the columns are sorted by; none is as people have put them.
    pub fn shown_by(&self) -> Option<Sort> {
        self.filter.sort
    }

    fn look(&self, lead: LeadId) -> Look {
        Look {
            waiting: self.pending.iter().any(|pending| pending.waiting && pending.moved.lead == lead),
            ghost: matches!(&self.grip, Grip::Pointer { lead: dragged, with, .. } if *dragged == lead || with.contains(&lead)),
            held: matches!(&self.grip, Grip::Keys { tentative, .. } if tentative.lead == lead),
            chosen: self.chosen.contains(&lead),
        }
    }

    /// What a column shall show.
    pub fn arranged(&self, stage: StageId) -> Vec<Item> {
        if self.hidden.contains(&stage) {
            return Vec::new();
        }
        let window = self.window(stage);
        let mut items: Vec<Item> =
            self.shown.column(stage).take(window).map(|card| Item::Card(Arc::clone(card), self.look(card.id))).collect();
        // Counted without what is in hand, which still stands in its place.
        let mark = |items: &mut Vec<Item>, index: usize, item: Item| {
            let others = |item: &Item| !matches!(item, Item::Card(_, look) if look.ghost || look.held);
            let at = items.iter().enumerate().filter(|(_, item)| others(item)).nth(index).map_or(items.len(), |(at, _)| at);
            // Between what stays and what is in hand alike: there it would be where it is.
            if at == 0 || others(&items[at - 1]) {
                items.insert(at, item);
            }
        };
        match &self.grip {
            // Where it is dropped in a sorted column makes no difference.
            Grip::Pointer { over: Some((over, index)), .. } if *over == stage && self.shown_by().is_none() => {
                mark(&mut items, *index, Item::Line)
            }
            Grip::Keys { home: (home, index), .. } if *home == stage => mark(&mut items, *index, Item::Home),
            _ => {}
        }
        let here = self.shown.leads(stage).len();
        let left = here.saturating_sub(window) + self.shown.left(stage);
        // On a board that is here in part a column ends somewhere.
        let ends = here >= DEEPEST as usize && window >= here && self.shown.is_cut();
        items.extend((left > 0).then_some(if ends { Item::Rest(left) } else { Item::More(left) }));
        items
    }

    /// Whether that card stands where cards that are not here may belong above it.
    pub fn at_the_cut(&self, lead: LeadId) -> bool {
        let stage = self.shown.cards.get(&lead).map(|card| card.stage);
        stage.is_some_and(|stage| self.shown.left(stage) > 0 && self.shown.leads(stage).last() == Some(&lead))
    }

    /// What this person wants to see of the board.
    pub fn sight(&self) -> Sight {
        Sight::new(&self.filter, self.deep.iter().map(|(stage, deep)| (*stage, *deep)).collect(), false)
    }

    fn window(&self, stage: StageId) -> usize {
        self.windows.get(&stage).copied().unwrap_or(WINDOW)
    }

    /// Shows more of a column: at least `least` cards, or another window's worth if that is none.
    /// Says whether it did.
    pub fn grow(&mut self, stage: StageId, least: usize) -> bool {
        let (now, all) = (self.window(stage), self.shown.leads(stage).len());
        let wanted = if least == 0 { now.saturating_add(WINDOW) } else { least.next_multiple_of(WINDOW) };
        let grows = now < all && wanted > now;
        if grows {
            self.windows.insert(stage, wanted);
        }
        grows
    }
}
