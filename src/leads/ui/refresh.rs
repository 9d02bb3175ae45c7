//! Loading the board afresh: after a gap in what was told, and, on a board that is not here whole, for
//! another filter, for more of a column, and when something happened to a card that is not here.

use super::{shown::WINDOW, state::BoardState};
use crate::leads::api::load_board;
use crate::leads::filter::{DEEPEST, Filter};
use crate::leads::model::Board;
use crate::live::topic::Topic;
use crate::values::{LeadId, StageId};
use leptos::prelude::*;
use std::time::Duration;

/// How long what calls for a fresh board is gathered: in a busy company it does not stop.
const GATHERED: Duration = Duration::from_millis(1500);

impl BoardState {
    /// Shows the leads that `filter` shows.
    pub fn sift(self, filter: Filter) {
        let other = self.inner.try_update_value(|inner| {
            let other = inner.filter != filter;
            if other {
                inner.deep.clear();
                inner.sift(filter);
            }
            (other, inner.confirmed.is_cut())
        });
        if let Some((true, cut)) = other {
            self.arrange_all();
            if cut {
                self.reload();
            }
        }
    }

    /// Shows more of a column, if there is more.
    pub fn show_more(self, stage: StageId) {
        let Some((grown, ask)) = self.inner.try_update_value(|inner| {
            let grown = inner.grow(stage, 0);
            let here = inner.shown.leads(stage).len();
            let ask = !grown && (here as i64) < DEEPEST && inner.shown.left(stage) > 0 && inner.told_meanwhile.is_none();
            if ask {
                // Twice as many each time: a long way down takes few steps.
                inner.deep.insert(stage, u32::try_from(here.max(WINDOW) * 2).unwrap_or(u32::MAX));
            }
            (grown, ask)
        }) else {
            return;
        };
        if grown {
            self.arrange(stage);
        } else if ask {
            self.inner.update_value(|inner| {
                inner.windows.entry(stage).and_modify(|window| *window = window.saturating_add(WINDOW));
            });
            self.reload();
        }
    }

    /// Something happened to a card that is not here.
    pub(super) fn missing(self) {
        if !self.inner.with_value(|inner| inner.confirmed.is_cut()) {
            return self.reload();
        }
        let first = self.inner.try_update_value(|inner| !std::mem::replace(&mut inner.reload_due, true));
        if first == Some(true) {
            set_timeout(
                move || {
                    let due = self.inner.try_update_value(|inner| std::mem::take(&mut inner.reload_due));
                    due.filter(|due| *due).into_iter().for_each(|_| self.reload());
                },
                GATHERED,
            );
        }
    }

    /// A card has come to where those end that are here: others may belong above it.
    pub(super) fn check_cut(self, lead: LeadId) {
        if self.inner.with_value(|inner| inner.at_the_cut(lead)) {
            self.missing();
        }
    }

    /// Loads the board afresh.
    pub fn reload(self) {
        let Some((ask, sight)) = self.inner.try_update_value(|inner| {
            inner.asked += 1;
            inner.told_meanwhile.get_or_insert_default();
            (inner.asked, inner.sight())
        }) else {
            return;
        };
        leptos::task::spawn_local(async move {
            let answer = load_board(sight).await;
            // The page may have been left meanwhile, or asked for something else.
            if self.inner.try_with_value(|inner| inner.asked == ask) != Some(true) {
                return;
            }
            match answer {
                Ok(board) => {
                    self.live.caught_up(Topic::Board, board.seq);
                    self.renew(board);
                }
                // Unreachable now; the socket asks again when it is back.
                Err(_) => self.inner.update_value(|inner| inner.told_meanwhile = None),
            }
        });
    }

    fn renew(self, mut board: Board) {
        let Some(me) = self.me.get_value() else { return };
        self.inner.update_value(|inner| {
            // What was told on the way is newer than the answer.
            let seq = board.seq;
            for told in inner.told_meanwhile.take().unwrap_or_default().iter().filter(|told| told.seq > seq) {
                board.apply(told, &me);
            }
            inner.confirmed = board;
            inner.sift(inner.filter.clone());
        });
        self.arrange_all();
    }

    fn arrange_all(self) {
        self.stages().iter().for_each(|stage| self.arrange(stage.id));
        self.recount();
    }
}
