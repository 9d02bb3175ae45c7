//! The cards of a column, as they stand in the document. The server writes them as text; the
//! browser takes that text over as it is and changes only what an event changes. No component, no
//! signal and no listener a card: a board holds thousands.

use super::face::{Cast, Shade, escape, face, label, since};
use crate::leads::model::{Card, Stage};
use crate::tasks::ui::due::said;
use crate::ui::moment::here;
use crate::values::{StageId, Timestamp};
use leptos::prelude::*;
use std::{collections::HashSet, fmt::Write, sync::Arc};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// What stands in a column.
#[derive(Clone, PartialEq)]
pub enum Item {
    /// A card.
    Card(Arc<Card>, Look),
    /// Where the dragged card would land.
    Line,
    /// Where the card that is held with the keyboard came from.
    Home,
    /// So many more are not shown yet.
    More(usize),
    /// So many more, and a column does not go deeper.
    Rest(usize),
}

/// How a card is shown.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// A move of it has not reached the server.
    pub waiting: bool,
    /// It is being dragged: only its place is shown.
    pub ghost: bool,
    /// It is held with the keyboard.
    pub held: bool,
    /// It is one of several that something will be done with.
    pub chosen: bool,
}

/// What all cards of a column have in common.
pub struct Setting<'a> {
    /// Who the cards speak of.
    pub cast: &'a Cast,
    /// The column's stage.
    pub stage: &'a Stage,
    /// The present moment.
    pub now: Timestamp,
}

impl Item {
    fn card(&self) -> Option<&Card> {
        match self {
            Self::Card(card, _) => Some(card),
            Self::Line | Self::Home | Self::More(_) | Self::Rest(_) => None,
        }
    }

    /// Which thing it is, however it looks: the lead's id, or one of four that no lead has.
    fn key(&self) -> u128 {
        match self {
            Self::Card(card, _) => card.id.0.as_u128(),
            Self::Line => 0,
            Self::Home => 1,
            Self::More(_) => 2,
            Self::Rest(_) => 3,
        }
    }

    /// As HTML.
    fn write(&self, html: &mut String, setting: &Setting) {
        match self {
            Self::Card(card, look) => {
                // Writing to a String cannot fail.
                let _ = write!(
                    html,
                    "<article id=\"lead-{}\" class=\"{}\" role=\"listitem\" tabindex=\"-1\" aria-roledescription=\"Draggable lead\" \
                     aria-label=\"{}\" data-lead=\"{}\" data-version=\"{}\">",
                    card.id,
                    class(*look),
                    escape(&called(card, *look)),
                    card.id,
                    card.version
                );
                face(html, card, setting.cast, shade(setting, *look));
                html.push_str("</article>");
            }
            Self::Line => html.push_str("<div class=\"drop-line my-1 shrink-0\" role=\"presentation\"></div>"),
            Self::Home => html.push_str(
                "<div class=\"lead-ghost h-20 shrink-0 grid place-content-center text-xs text-ink-faint\" aria-hidden=\"true\">\
                 Esc puts it back here</div>",
            ),
            Self::More(left) => {
                let _ = write!(html, "<a class=\"lead-more\" href=\"/board?all=1\" data-more>{}</a>", more(*left));
            }
            Self::Rest(left) => {
                let _ = write!(html, "<p class=\"lead-rest\">{}</p>", rest(*left));
            }
        }
    }
}

fn more(left: usize) -> String {
    format!("Show {left} more")
}

fn rest(left: usize) -> String {
    format!("{left} more. Filter the board to see them.")
}

fn shade<'a>(setting: &Setting<'a>, look: Look) -> Shade<'a> {
    Shade { stage: setting.stage, waiting: look.waiting, now: setting.now }
}

/// What a screen reader says of it.
fn called(card: &Card, look: Look) -> String {
    let label = label(card);
    if look.chosen { format!("{label}, chosen") } else { label }
}

fn class(look: Look) -> &'static str {
    match look {
        Look { ghost: true, .. } => "lead lead-ghost is-ghost",
        Look { held: true, .. } => "lead is-held",
        Look { chosen: true, .. } => "lead is-chosen",
        _ => "lead",
    }
}

/// A column as HTML.
pub fn written(items: &[Item], setting: &Setting) -> String {
    let mut html = String::with_capacity(items.len() * 1300);
    items.iter().for_each(|item| item.write(&mut html, setting));
    html
}

/// The `id` of the element that holds a column's cards.
pub fn column_id(stage: StageId) -> String {
    format!("column-{stage}")
}

/// The element that holds a column's cards.
pub fn list(stage: StageId) -> Option<Element> {
    document().get_element_by_id(&column_id(stage))
}

/// Whether the document shows anything of that column yet: a page that the server did not write
/// starts with nothing.
pub fn stands(stage: StageId) -> bool {
    list(stage).is_some_and(|list| list.child_element_count() > 0)
}

/// Brings the document from what it shows of a column to what it shall show. Touches only what
/// differs; the card that has the keyboard keeps it.
pub fn lay(stage: StageId, shown: &mut Vec<Item>, wanted: Vec<Item>, setting: &Setting) {
    if *shown == wanted {
        return;
    }
    let Some(list) = list(stage) else { return };
    let children = list.children();
    let node = |at: usize| children.item(at as u32);
    let focused = document().active_element().filter(|element| list.contains(Some(element)));
    // Most of the time nothing comes, goes or changes places, and if so, in a few places.
    let same = |(one, two): (&Item, &Item)| one.key() == two.key();
    let head = shown.iter().zip(&wanted).take_while(|pair| same(*pair)).count();
    let left = shown.len().min(wanted.len()) - head;
    let tail = shown.iter().rev().zip(wanted.iter().rev()).take(left).take_while(|pair| same(*pair)).count();
    let end = wanted.len() - tail;
    let kept: HashSet<u128> = wanted[head..end].iter().map(Item::key).collect();
    for at in (head..shown.len() - tail).rev() {
        if !kept.contains(&shown[at].key()) {
            node(at).into_iter().for_each(|node| node.remove());
            shown.remove(at);
        }
    }
    for (at, item) in wanted.into_iter().enumerate() {
        let behind = shown.len() - tail;
        match shown[at..behind.max(at)].iter().position(|other| other.key() == item.key()) {
            None if at < end => {
                // Without it the two would no longer be of one length.
                let Some(fresh) = made(&item, setting) else { return };
                // Refused only for an element that is in no document; the list is in one.
                let _ = list.insert_before(&fresh, node(at).as_deref());
                shown.insert(at, item);
                continue;
            }
            // What stands here has gone further down.
            Some(1) => {
                let _ = node(at).map(|gone| list.insert_before(&gone, node(behind).as_deref()));
                let gone = shown.remove(at);
                shown.insert(behind - 1, gone);
            }
            Some(ahead @ 2..) => {
                let _ = node(at + ahead).map(|moved| list.insert_before(&moved, node(at).as_deref()));
                let moved = shown.remove(at + ahead);
                shown.insert(at, moved);
            }
            _ => {}
        }
        if shown[at] != item {
            match (node(at), &item) {
                (Some(node), Item::Card(card, look)) => redraw(&node, card, *look, setting),
                (Some(node), Item::More(left)) => node.set_text_content(Some(&more(*left))),
                (Some(node), Item::Rest(left)) => node.set_text_content(Some(&rest(*left))),
                _ => {}
            }
            shown[at] = item;
        }
    }
    // An element that is put elsewhere loses the keyboard.
    if let Some(focused) = focused.filter(|element| element.is_connected() && document().active_element().as_ref() != Some(element)) {
        keyboard_to(&focused);
    }
}

fn keyboard_to(element: &Element) {
    let options = web_sys::FocusOptions::new();
    options.set_prevent_scroll(true);
    element.dyn_ref::<HtmlElement>().into_iter().for_each(|element| drop(element.focus_with_options(&options)));
}

/// Draws every card of a column anew: whom they speak of has changed.
pub fn redraw_all(stage: StageId, shown: &[Item], setting: &Setting) {
    let Some(children) = list(stage).map(|list| list.children()) else { return };
    for (at, item) in shown.iter().enumerate() {
        if let (Some(node), Item::Card(card, look)) = (children.item(at as u32), item) {
            redraw(&node, card, *look, setting);
        }
    }
}

/// Time has passed: says how long ago things happened.
pub fn tick(stage: StageId, shown: &[Item], now: Timestamp) {
    let Some(list) = list(stage) else { return };
    let Ok(times) = list.query_selector_all("time") else { return };
    // The nth card's is the nth.
    for (at, card) in shown.iter().filter_map(Item::card).enumerate() {
        let ago = since(card, now);
        if let Some(time) = times.item(at as u32).filter(|time| time.text_content().as_deref() != Some(&ago)) {
            time.set_text_content(Some(&ago));
        }
    }
    let Ok(dues) = list.query_selector_all("[data-due]") else { return };
    // So here, among the cards that have a next step.
    for (at, step) in shown.iter().filter_map(|item| item.card()?.next_step.as_ref()).enumerate() {
        let Some(due) = dues.item(at as u32) else { return };
        let Some((words, urgency)) = step.due.map(|due| said(due, now, here)) else { continue };
        if due.text_content().as_deref() != Some(&words) {
            due.set_text_content(Some(&words));
            due.parent_element().into_iter().for_each(|tag| tag.set_class_name(&["lead-next tag ", urgency.class()].concat()));
        }
    }
}

/// A new element for it.
fn made(item: &Item, setting: &Setting) -> Option<Element> {
    let mut html = String::new();
    item.write(&mut html, setting);
    let holder = document().create_element("div").ok()?;
    holder.set_inner_html(&html);
    holder.first_element_child()
}

fn redraw(node: &Element, card: &Card, look: Look, setting: &Setting) {
    let mut html = String::with_capacity(1300);
    face(&mut html, card, setting.cast, shade(setting, look));
    node.set_class_name(class(look));
    for (name, value) in [("aria-label", called(card, look)), ("data-version", card.version.to_string())] {
        // Fails only for a name that is none.
        let _ = node.set_attribute(name, &value);
    }
    let inside = document().active_element().filter(|element| element != node && node.contains(Some(element)));
    node.set_inner_html(&html);
    // The link that had the keyboard is another one now.
    if let Some(link) = inside.and_then(|link| node.query_selector(&format!(".{}", link.class_name())).ok().flatten()) {
        keyboard_to(&link);
    }
}
