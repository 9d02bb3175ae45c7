//! Several cards at once: chosen by Ctrl- or Cmd-click, Shift-click, X or the card's menu, and by plain
//! clicks once there is one; moved together, given away
//! together, and put back with one Undo.

use super::{
    board::BoardContext,
    motion::{self, closest},
    state::BoardState,
};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::areas;
use crate::error::AppError;
use crate::leads::api::{assign_lead, remove_lead, restore_lead};
use crate::ui::icon::Icon;
use crate::values::{LeadId, UserId};
use futures::future::join_all;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

impl BoardState {
    /// The chosen leads, column by column, top to bottom.
    pub fn chosen(self) -> Vec<LeadId> {
        self.inner.with_value(|inner| {
            let columns = inner.shown.stages.iter().flat_map(|stage| inner.shown.leads(stage.id));
            columns.copied().filter(|lead| inner.chosen.contains(lead)).collect()
        })
    }

    /// Whether that card is one of them.
    pub fn is_chosen(self, lead: LeadId) -> bool {
        self.inner.with_value(|inner| inner.chosen.contains(&lead))
    }

    /// What an action on that card is about: all that are chosen if it is one of them, else itself.
    pub fn meant(self, lead: LeadId) -> Vec<LeadId> {
        if self.is_chosen(lead) { self.chosen() } else { vec![lead] }
    }

    /// Chooses a card, or no longer.
    pub fn choose(self, lead: LeadId) {
        self.inner.update_value(|inner| {
            if !inner.chosen.remove(&lead) {
                inner.chosen.insert(lead);
            }
            inner.chosen_last = Some(lead);
        });
        self.show_chosen([lead]);
    }

    /// Chooses every card between the one chosen last and this, if they stand in one column.
    fn choose_to(self, lead: LeadId) {
        let between = self.inner.with_value(|inner| {
            let stage = inner.shown.cards.get(&lead)?.stage;
            let column = inner.shown.leads(stage);
            let at = |wanted: LeadId| column.iter().position(|id| *id == wanted);
            let (one, two) = (at(inner.chosen_last?)?, at(lead)?);
            Some(column[one.min(two)..=one.max(two)].to_vec())
        });
        let Some(between) = between else { return self.choose(lead) };
        self.inner.update_value(|inner| inner.chosen.extend(&between));
        self.show_chosen(between);
    }

    /// A click that chooses: with a key held, or beside others that are chosen. Says whether it was one.
    pub fn choose_by(self, event: &MouseEvent, lead: LeadId) -> bool {
        if closest(event.target(), "a, button").is_some() {
            return false;
        }
        let goes_on = self.chosen_count.get_untracked() > 0;
        match (event.shift_key(), event.ctrl_key() || event.meta_key() || goes_on) {
            (true, _) => self.choose_to(lead),
            (false, true) => self.choose(lead),
            _ => return false,
        }
        true
    }

    /// Nothing is chosen any more. Says whether something was.
    pub fn choose_none(self) -> bool {
        let chosen = self.inner.try_update_value(|inner| std::mem::take(&mut inner.chosen)).unwrap_or_default();
        let any = !chosen.is_empty();
        if any {
            self.show_chosen(chosen);
        }
        any
    }

    fn show_chosen(self, changed: impl IntoIterator<Item = LeadId>) {
        changed.into_iter().for_each(|lead| self.show(lead));
        let count = self.chosen_count.get_untracked();
        self.spoken.set(if count == 0 { "No lead chosen.".into() } else { format!("{} chosen.", leads(count)) });
    }

    /// Gives leads to somebody, or to nobody, and offers to give them back.
    fn give(self, leads: Vec<LeadId>, owner: Option<UserId>, whom: String) {
        let cards = leads.iter().filter_map(|lead| self.card(*lead)).filter(|card| card.owner != owner);
        let gifts: Vec<Gift> = cards.map(|card| Gift { lead: card.id, version: card.version, from: card.owner, to: owner }).collect();
        self.choose_none();
        leads.first().into_iter().for_each(|lead| self.focus(*lead));
        self.assign(gifts, format!("given to {whom}"), true);
    }

    /// Puts leads into the trash, and offers to bring them back.
    fn put_away(self, chosen: Vec<LeadId>) {
        let cards: Vec<_> = chosen.iter().filter_map(|lead| self.card(*lead)).collect();
        // The keyboard goes on to the next card that stays, or to the one above.
        let next = cards.first().and_then(|first| {
            let column = self.leads(first.stage);
            let (above, below) = column.split_at(column.iter().position(|lead| *lead == first.id)?);
            let stays = |lead: &&LeadId| !chosen.contains(lead);
            below.iter().find(stays).or(above.iter().rev().find(stays)).copied()
        });
        self.choose_none();
        leptos::task::spawn_local(async move {
            let asked = cards.into_iter().map(async |card| (remove_lead(card.id, card.version).await, card));
            let (mut away, mut refused) = (Vec::new(), Vec::new());
            for (answer, card) in join_all(asked).await {
                match answer {
                    Ok(()) => away.push(card.id),
                    Err(error) => refused.push((card.id, error)),
                }
            }
            // The page may have been left meanwhile.
            if self.inner.try_with_value(|_| ()).is_none() {
                return;
            }
            for lead in &away {
                self.inner.update_value(|inner| drop(inner.confirmed.take(*lead)));
                self.show(*lead);
            }
            next.into_iter().for_each(motion::focus);
            self.say_refused(&refused, "put into the trash");
            if !away.is_empty() {
                let text = format!("{} moved to the trash", leads(away.len()));
                let back = self.under_owner(|| Callback::new(move |()| self.bring_back(away.clone())));
                self.toasts.undo(text, back);
            }
        });
    }

    /// Says what was not done to the first of them, and why.
    fn say_refused(self, refused: &[(LeadId, AppError)], what: &str) {
        let Some((lead, error)) = refused.first() else { return };
        let name = self.card(*lead).map_or_else(|| "A lead".into(), |card| card.name.clone());
        let others = if refused.len() > 1 { format!(" Nor were {} others.", refused.len() - 1) } else { String::new() };
        self.toasts.error(format!("{name} was not {what}. {error}{others}"));
    }

    fn bring_back(self, away: Vec<LeadId>) {
        leptos::task::spawn_local(async move {
            let answers = join_all(away.into_iter().map(restore_lead)).await;
            let back = answers.iter().filter(|answer| answer.is_ok()).count();
            if let Some(error) = answers.into_iter().find_map(Result::err) {
                self.toasts.error(format!("Not all were brought back. {error}"));
            }
            if back > 0 {
                self.toasts.say(format!("{} brought back", leads(back)));
            }
        });
    }

    fn assign(self, gifts: Vec<Gift>, done: String, undo: bool) {
        leptos::task::spawn_local(async move {
            let asked = gifts.into_iter().map(async |gift| {
                let owner = gift.to.map(|id| id.to_string()).unwrap_or_default();
                (gift, assign_lead(gift.lead, gift.version, owner).await)
            });
            let answers = join_all(asked).await;
            // The page may have been left meanwhile.
            if self.inner.try_with_value(|_| ()).is_none() {
                return;
            }
            let (mut back, mut refused) = (Vec::new(), Vec::new());
            for (gift, answer) in answers {
                match answer {
                    Ok(card) => {
                        // Undo names the version that this made: what somebody else does after is not overrun.
                        back.push(Gift { version: card.version, from: gift.to, to: gift.from, ..gift });
                        self.inner.update_value(|inner| {
                            if inner.confirmed.cards.get(&gift.lead).is_some_and(|old| old.version <= card.version) {
                                inner.confirmed.put(card);
                            }
                        });
                        self.show(gift.lead);
                    }
                    Err(error) => refused.push((gift.lead, error)),
                }
            }
            self.say_refused(&refused, "given away");
            if back.is_empty() {
                return;
            }
            let text = format!("{} {done}", leads(back.len()));
            if undo {
                let back = self.under_owner(|| Callback::new(move |()| self.assign(back.clone(), "given back".into(), false)));
                self.toasts.undo(text, back);
            } else {
                self.toasts.say(text);
            }
        });
    }
}

/// A lead that goes from one person to another.
#[derive(Clone, Copy)]
struct Gift {
    lead: LeadId,
    /// The version that whoever gives it has seen.
    version: i32,
    from: Option<UserId>,
    to: Option<UserId>,
}

/// `1 lead`, `3 leads`.
pub fn leads(count: usize) -> String {
    format!("{count} {}", if count == 1 { "lead" } else { "leads" })
}

/// What can be done with the chosen cards. It comes as a part of its own when the first is chosen.
#[component]
pub fn SelectionBar() -> impl IntoView {
    let context: BoardContext = expect_context();
    view! {
        <Show when=move || { context.board.chosen_count.get() > 0 }>
            <Suspense fallback=|| ()>{move || Suspend::new(areas::selection_bar())}</Suspense>
        </Show>
    }
}

/// The bar itself.
pub fn selection_bar() -> AnyView {
    let context: BoardContext = expect_context();
    let (board, desk) = (context.board, use_desk());
    let may_assign = desk.with_untracked(|desk| desk.may(Action::AssignLead));
    let select = NodeRef::<leptos::html::Select>::new();
    let give = move |_| {
        let Some(id) = select.get_untracked().map(|select| select.value()) else { return };
        let whom = desk.with_untracked(|desk| {
            let named = id.parse().ok().and_then(|id| desk.colleague(id).map(|person| person.name.clone()));
            named.unwrap_or_else(|| "nobody".into())
        });
        board.give(board.chosen(), id.parse().ok(), whom);
    };
    view! {
            <div
                class="fixed left-1/2 -translate-x-1/2 bottom-6 max-md:bottom-20 toast pr-3! z-(--z-sticky) whitespace-nowrap max-w-[calc(100vw-24px)]"
                role="toolbar"
                aria-label="Chosen leads"
                data-selection=""
            >
                <b class="num">{move || leads(board.chosen_count.get())}</b>
                <button
                    type="button"
                    class="btn btn-sm"
                    on:click=move |_| {
                        let first = board.chosen().into_iter().find(|lead| motion::element(*lead).is_some());
                        context.menu.set(first);
                    }
                >
                    <Icon name="arrow-right" size=14 />
                    "Move to…"
                </button>
                {may_assign
                    .then(|| {
                        view! {
                            <select node_ref=select class="input h-8! w-auto! py-0! text-sm" aria-label="Whom to give them to">
                                {desk
                                    .with_untracked(|desk| desk.colleagues.clone())
                                    .into_iter()
                                    .map(|person| view! { <option value=person.id.to_string()>{person.name}</option> })
                                    .collect_view()}
                                <option value="">"Nobody"</option>
                            </select>
                            <button type="button" class="btn btn-sm" on:click=give>
                                "Give"
                            </button>
                        }
                    })}
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-icon text-current!"
                    aria-label="Move to the trash"
                    title="Move to the trash"
                    on:click=move |_| board.put_away(board.chosen())
                >
                    <Icon name="trash-2" size=14 />
                </button>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-icon text-current!"
                    aria-label="Choose none"
                    on:click=move |_| {
                        board.choose_none();
                    }
                >
                    <Icon name="x" size=14 />
                </button>
            </div>
    }
    .into_any()
}
