//! Own moves: shown at once, told to the server after, taken back if it refuses.
//!
//! Moves of one card go out one after the other, since each must name the version that the one
//! before it made. A move that could not be sent stays, marked, and is sent again with the same
//! mutation id: the server does it once, however often it hears of it.

use super::{
    closing::Ended,
    motion, selection,
    shown::{Grip, Pending},
    state::BoardState,
};
use crate::error::AppError;
use crate::leads::api::move_lead;
use crate::leads::model::{Card, LeadMoved};
use crate::values::{LeadId, MutationId, StageId, Timestamp};
use crate::wire::read;
use leptos::prelude::*;
use std::time::Duration;

/// How long after a failed try the next one is made, if the connection does not come back sooner.
const AGAIN: Duration = Duration::from_secs(4);

impl BoardState {
    /// Moves cards behind `after` in `to` (to the top if none), one behind the other, offers one Undo for
    /// all, and tells the server. Those that stand there already are left alone. In sorted columns only
    /// the stage counts, and a card goes to the top of it.
    pub fn move_cards(self, leads: Vec<LeadId>, to: StageId, after: Option<LeadId>) {
        let sorted = self.sorted();
        // As they stand, before any of them is moved: put back in this order, each finds the one above it.
        let places: Vec<_> = leads.iter().filter_map(|lead| self.card(*lead)).map(|card| (card.stage, self.above(card.id), card)).collect();
        let (mut after, mut moved) = (after.filter(|_| !sorted), Vec::new());
        for (stage, above, card) in places {
            let stays = (stage, above) == (to, after) || (sorted && stage == to);
            if !stays {
                let mutation = self.send(card.id, to, after, card.version);
                moved.push((mutation, card.clone(), (stage, above)));
            }
            after = Some(card.id).filter(|_| !sorted);
        }
        let Some((mutation, card, back)) = moved.first().cloned() else { return };
        let what = if moved.len() == 1 { card.name.clone() } else { selection::leads(moved.len()) };
        let within = moved.iter().all(|(.., (stage, _))| *stage == to);
        let text = format!("{what} moved {} {}", if within { "within" } else { "to" }, self.stage_name(to));
        let alone = moved.len() == 1;
        let ends = alone && self.closed(to) && self.outcome(to) != self.outcome(back.0);
        // Belongs to the board, not to the menu that may have asked for the move and is gone by now.
        let undo = self.under_owner(|| {
            Callback::new(move |()| moved.iter().for_each(|(mutation, card, back)| self.put_back_to(*mutation, card.id, *back)))
        });
        self.toasts.undo(text, undo);
        self.choose_none();
        if ends {
            self.ended.set(Some(Ended { lead: card.id, mutation, back }));
        } else {
            self.not_ended(card.id);
        }
    }

    /// Puts a card back to where it was before that move, if the move was not refused meanwhile.
    /// It names the version the move made: when somebody else has moved the card since, the
    /// server says so and nothing is overrun.
    pub fn put_back_to(self, mutation: MutationId, lead: LeadId, (stage, after): (StageId, Option<LeadId>)) {
        self.not_ended(lead);
        let under_way = self.inner.with_value(|inner| inner.pending.iter().any(|pending| pending.mutation == mutation));
        let version = match self.inner.with_value(|inner| inner.done.get(&mutation).copied()) {
            Some(version) => version,
            // It may have gone to where it is not seen.
            None if under_way => self.inner.with_value(|inner| inner.confirmed.cards.get(&lead).map_or(0, |card| card.version)),
            None => return,
        };
        let from = motion::corner(lead);
        self.send(lead, stage, after, version);
        motion::fly_from(lead, from);
        let name = self.card(lead).map(|card| card.name.clone()).unwrap_or_default();
        self.spoken.set(format!("{name} put back in {}.", self.stage_name(stage)));
    }

    /// That card no longer stands where this person put it: there is nothing more to say.
    fn not_ended(self, lead: LeadId) {
        if self.ended.with_untracked(|ended| ended.as_ref().is_some_and(|ended| ended.lead == lead)) {
            self.ended.set(None);
        }
    }

    fn send(self, lead: LeadId, to: StageId, after: Option<LeadId>, version: i32) -> MutationId {
        let mutation = MutationId::new();
        self.inner.update_value(|inner| {
            let from = inner.stands_in(lead).unwrap_or(to);
            let rank = inner.shown.rank_after(lead, to, after);
            let moved = LeadMoved { lead, from, to, rank, after, version, at: Timestamp::now() };
            inner.pending.push(Pending { mutation, moved, flying: false, waiting: false });
        });
        self.show(lead);
        self.dispatch(lead);
        mutation
    }

    /// Sends the oldest move of that card, unless one is on its way.
    fn dispatch(self, lead: LeadId) {
        let next = self.inner.try_update_value(|inner| {
            let oldest = inner.pending.iter_mut().find(|pending| pending.moved.lead == lead)?;
            if oldest.flying {
                return None;
            }
            oldest.flying = true;
            Some((oldest.mutation, oldest.moved.clone()))
        });
        let Some((mutation, moved)) = next.flatten() else { return };
        leptos::task::spawn_local(async move {
            let answer = move_lead(mutation, moved).await;
            // The page may have been left meanwhile.
            if self.inner.try_with_value(|_| ()).is_some() {
                self.answered(mutation, lead, answer);
            }
        });
    }

    fn answered(self, mutation: MutationId, lead: LeadId, answer: Result<LeadMoved, AppError>) {
        match answer {
            Ok(stored) => self.settled(mutation, stored),
            Err(AppError::Unavailable { .. } | AppError::TooMany { .. }) => {
                self.mark(mutation, true);
                self.show(lead);
                set_timeout(move || self.retry(), AGAIN);
            }
            Err(error) => self.refused(mutation, lead, error),
        }
    }

    fn mark(self, mutation: MutationId, waiting: bool) {
        self.inner.update_value(|inner| {
            for pending in inner.pending.iter_mut().filter(|pending| pending.mutation == mutation) {
                pending.waiting = waiting;
                pending.flying = false;
            }
        });
    }

    /// Sends whatever could not be sent. Called when the connection is back, and after a while.
    pub fn retry(self) {
        let leads = self.inner.try_with_value(|inner| {
            inner.pending.iter().filter(|pending| pending.waiting && !pending.flying).map(|pending| pending.moved.lead).collect::<Vec<_>>()
        });
        leads.unwrap_or_default().into_iter().for_each(|lead| self.dispatch(lead));
    }

    /// The server has done it: by its answer or by its echo, whichever came first. The second of
    /// the two finds nothing to do.
    pub(super) fn settled(self, mutation: MutationId, stored: LeadMoved) {
        let lead = stored.lead;
        self.inner.update_value(|inner| {
            inner.confirmed.apply_move(&stored);
            inner.pending.retain(|pending| pending.mutation != mutation);
            // What this person did to the card next was done to the version just made.
            if let Some(next) = inner.pending.iter_mut().find(|pending| pending.moved.lead == lead) {
                next.moved.version = next.moved.version.max(stored.version);
                next.moved.from = stored.to;
            }
            if let Grip::Keys { tentative, .. } = &mut inner.grip
                && tentative.lead == lead
            {
                tentative.version = tentative.version.max(stored.version);
            }
            inner.done.insert(mutation, stored.version);
        });
        self.show(lead);
        self.check_cut(lead);
        self.dispatch(lead);
    }

    /// The server refused it: that move is taken back, and what this person did to the card since.
    fn refused(self, mutation: MutationId, lead: LeadId, error: AppError) {
        let from = motion::corner(lead);
        let known = self.inner.try_update_value(|inner| {
            let known = inner.pending.iter().any(|pending| pending.mutation == mutation);
            if let AppError::Conflict { current: Some(current), .. } = &error
                && let Some(card) = read::<Card>(current)
                && inner.confirmed.cards.get(&lead).is_none_or(|old| old.version <= card.version)
            {
                inner.confirmed.put(card);
            }
            if error == AppError::NotFound {
                inner.confirmed.take(lead);
            }
            inner.pending.retain(|pending| pending.moved.lead != lead);
            known
        });
        let name = self.card(lead).map_or_else(|| "The lead".into(), |card| card.name.clone());
        self.not_ended(lead);
        self.show(lead);
        motion::fly_from(lead, from);
        if known == Some(true) {
            self.toasts.error(format!("{name} was not moved. {error}"));
            self.spoken.set(format!("{name} was not moved. {error}"));
        }
    }
}
