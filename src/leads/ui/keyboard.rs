//! The board by keyboard: arrows walk, Space picks up and drops, M moves by name.

use super::{
    fold, motion,
    shown::Grip,
    state::{BoardState, Target},
};
use crate::leads::model::LeadMoved;
use crate::ui::keys::is_typing;
use crate::values::{LeadId, StageId, Timestamp};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

/// What a key asks for that the board does not do by itself.
pub enum Wish {
    /// Open the lead's page.
    Open(LeadId),
    /// Show the Move menu of that card.
    Menu(LeadId),
}

/// What is held, for the bar that shows the keys: name, stage, position, count.
#[derive(Clone, PartialEq)]
pub struct Held {
    /// The lead's name.
    pub name: String,
    /// The stage it would be dropped in.
    pub stage: String,
    /// Where in it, from 1.
    pub position: usize,
    /// Of how many.
    pub of: usize,
}

impl BoardState {
    /// A key on the board. `held` is what the bar of keys shows.
    pub fn key(self, event: &KeyboardEvent, held: RwSignal<Option<Held>>) -> Option<Wish> {
        if is_typing(event) {
            return None;
        }
        let holding = self.inner.with_value(|inner| match &inner.grip {
            Grip::Keys { tentative, .. } => Some(tentative.lead),
            _ => None,
        });
        let key = event.key();
        if let Some(lead) = holding {
            match key.as_str() {
                "ArrowLeft" => self.carry(lead, -1, 0, held),
                "ArrowRight" => self.carry(lead, 1, 0, held),
                "ArrowUp" => self.carry(lead, 0, -1, held),
                "ArrowDown" => self.carry(lead, 0, 1, held),
                " " | "Enter" => self.put_down(lead, held),
                "Escape" => self.put_back(lead, held),
                _ => return None,
            }
            event.prevent_default();
            event.stop_propagation();
            return None;
        }
        // A link in the card does what links do.
        let on_link = motion::closest(event.target(), "a, button").is_some();
        let lead = motion::lead_at(event.target());
        match (key.as_str(), lead) {
            ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown", None) => {
                let mut open = self.stages().into_iter().filter(|stage| !self.is_folded(stage.id));
                let first = open.find_map(|stage| self.leads(stage.id).first().copied());
                first.into_iter().for_each(|lead| self.focus(lead));
            }
            ("ArrowLeft", Some(lead)) => self.walk(lead, -1, 0),
            ("ArrowRight", Some(lead)) => self.walk(lead, 1, 0),
            ("ArrowUp", Some(lead)) => self.walk(lead, 0, -1),
            ("ArrowDown", Some(lead)) => self.walk(lead, 0, 1),
            (" ", Some(lead)) => self.pick_up(lead, held),
            ("x" | "X", Some(lead)) => self.choose(lead),
            ("Escape", _) if self.choose_none() => {}
            ("f" | "F", _) if fold::by_key(event) => {}
            ("Enter", Some(lead)) if !on_link => {
                event.prevent_default();
                return Some(Wish::Open(lead));
            }
            ("m" | "M", Some(lead)) => {
                event.prevent_default();
                return Some(Wish::Menu(lead));
            }
            // One stop a column: on to the next from its last link, back from its first.
            ("Tab", Some(lead)) => {
                let links = motion::element(lead)
                    .and_then(|card| card.closest("[data-column]").ok().flatten())
                    .and_then(|list| list.query_selector_all("[data-lead] a:not([tabindex])").ok());
                if let Some(links) = links {
                    let edge = if event.shift_key() { 0 } else { links.length().saturating_sub(1) };
                    let link = links.get(edge).and_then(|node| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(node).ok());
                    // From here the browser itself goes on to what is next.
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    link.into_iter().for_each(|link| drop(link.focus_with_options(&options)));
                }
                return None;
            }
            _ => return None,
        }
        event.prevent_default();
        None
    }

    /// Columns that have cards, left to right, but for folded ones. On a phone the card may be in one of them.
    fn walk(self, lead: LeadId, sideways: i32, down: i32) {
        let columns = self.stages().into_iter().map(|stage| (self.is_folded(stage.id), self.leads(stage.id)));
        let columns = columns.filter(|(folded, column)| !column.is_empty() && (!folded || column.contains(&lead)));
        let columns: Vec<Vec<LeadId>> = columns.map(|(_, column)| column).collect();
        let Some((column, row)) = columns.iter().enumerate().find_map(|(n, column)| Some((n, column.iter().position(|id| *id == lead)?)))
        else {
            return;
        };
        let column = column.saturating_add_signed(sideways as isize).min(columns.len() - 1);
        let row = row.saturating_add_signed(down as isize).min(columns[column].len() - 1);
        self.focus(columns[column][row]);
    }

    fn pick_up(self, lead: LeadId, held: RwSignal<Option<Held>>) {
        let Some(card) = self.card(lead) else { return };
        let column = self.leads(card.stage);
        let Some(at) = column.iter().position(|id| *id == lead) else { return };
        let after = at.checked_sub(1).map(|above| column[above]);
        let tentative = LeadMoved {
            lead,
            from: card.stage,
            to: card.stage,
            rank: card.rank.clone(),
            after,
            version: card.version,
            at: card.last_activity_at,
        };
        self.inner.update_value(|inner| inner.grip = Grip::Keys { home: (card.stage, at), tentative });
        self.show(lead);
        let stage = self.stage_name(card.stage);
        self.spoken.set(format!("{} picked up from {stage}, position {} of {}.", card.name, at + 1, column.len()));
        held.set(Some(Held { name: card.name.clone(), stage, position: at + 1, of: column.len() }));
        self.aim(lead);
        self.focus(lead);
    }

    /// Shows the held card one stage further, or one place up or down.
    fn carry(self, lead: LeadId, sideways: i32, down: i32, held: RwSignal<Option<Held>>) {
        let Some(card) = self.card(lead) else { return };
        let stages = self.stages();
        let Some(now) = stages.iter().position(|stage| stage.id == card.stage) else { return };
        let Some(row) = self.leads(card.stage).iter().position(|id| *id == lead) else { return };
        let to = stages[now.saturating_add_signed(sideways as isize).min(stages.len() - 1)].id;
        let others: Vec<LeadId> = self.leads(to).into_iter().filter(|id| *id != lead).collect();
        let sorted = self.sorted();
        if sorted && sideways == 0 {
            self.spoken.set("The columns are sorted: only the stage can be changed.".into());
            return;
        }
        let row = row.saturating_add_signed(down as isize).min(others.len());
        let after = row.checked_sub(1).map(|above| others[above]).filter(|_| !sorted);
        self.inner.update_value(|inner| {
            let rank = inner.shown.rank_after(lead, to, after);
            if let Grip::Keys { tentative, .. } = &mut inner.grip {
                tentative.to = to;
                tentative.after = after;
                tentative.rank = rank;
                tentative.at = Timestamp::now();
            }
        });
        let from = motion::corner(lead);
        self.open(to);
        self.show(lead);
        let (stage, of) = (self.stage_name(to), others.len() + 1);
        let row = if sorted { self.leads(to).iter().position(|id| *id == lead).unwrap_or(row) } else { row };
        self.spoken.set(format!("Over {stage}, position {} of {of}.", row + 1));
        held.set(Some(Held { name: card.name.clone(), stage, position: row + 1, of }));
        self.aim(lead);
        motion::fly_from(lead, from);
        self.focus(lead);
    }

    /// Lights the column that the held card is over.
    fn aim(self, lead: LeadId) {
        let target = self.inner.with_value(|inner| match &inner.grip {
            Grip::Keys { home: (home, _), tentative } if tentative.lead == lead => {
                let value = inner.shown.cards.get(&lead).map(|card| card.value);
                Some(Target { stage: tentative.to, joins: value.filter(|_| tentative.to != *home), counted: true })
            }
            _ => None,
        });
        self.target.set(target);
    }

    fn put_down(self, lead: LeadId, held: RwSignal<Option<Held>>) {
        let place = self.inner.with_value(|inner| match &inner.grip {
            Grip::Keys { tentative, .. } => Some((tentative.to, tentative.after)),
            _ => None,
        });
        let Some((to, after)) = place else { return };
        held.set(None);
        self.release(lead);
        self.move_cards(vec![lead], to, after);
        self.catch_up();
        let column = self.leads(to);
        let position = column.iter().position(|id| *id == lead).map_or(1, |at| at + 1);
        self.spoken.set(format!("Dropped in {}, position {position} of {}.", self.stage_name(to), column.len()));
        self.focus(lead);
    }

    /// Puts the held card back where it was picked up.
    pub fn put_back(self, lead: LeadId, held: RwSignal<Option<Held>>) {
        let from = motion::corner(lead);
        held.set(None);
        self.release(lead);
        self.catch_up();
        let stage = self.card(lead).map(|card| self.stage_name(card.stage)).unwrap_or_default();
        self.spoken.set(format!("Move cancelled, back in {stage}."));
        motion::fly_from(lead, from);
        self.focus(lead);
    }

    /// Moves a card to the top of a stage, as the Move menu does.
    pub fn move_to_top(self, lead: LeadId, to: StageId) {
        let from = motion::corner(lead);
        self.move_cards(self.meant(lead), to, None);
        motion::fly_from(lead, from);
        let column = self.leads(to);
        let position = column.iter().position(|id| *id == lead).map_or(1, |at| at + 1);
        self.spoken.set(format!("Dropped in {}, position {position} of {}.", self.stage_name(to), column.len()));
        self.focus(lead);
    }
}
