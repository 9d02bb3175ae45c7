//! Dragging with a pointer: mouse, pen or finger. Own pointer events, so that it feels the same
//! everywhere; the card that follows the pointer is a copy, moved by transform only.

use super::{
    motion::{self, closest},
    shown::Grip,
    state::{BoardState, Target},
};
use crate::values::{LeadId, StageId};
use leptos::ev::PointerEvent;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlElement};

/// A mouse that moves further than this with its button down drags.
const SLACK: f64 = 4.0;
/// A finger that moves further than this before the hold is over scrolls.
const FINGER_SLACK: f64 = 10.0;
/// A finger that stays this long picks the card up.
const HOLD: Duration = Duration::from_millis(250);
/// A card that is held over a folded column for so long opens it.
const LINGER: Duration = Duration::from_millis(700);
/// By this the copy in the page is found.
const COPY: &str = "lifted";
/// So close to an edge, things scroll by themselves.
const EDGE: f64 = 48.0;

/// A pointer that went down on a card.
#[derive(Clone)]
struct Press {
    lead: LeadId,
    pointer: i32,
    finger: bool,
    start: (f64, f64),
    hold: Option<TimeoutHandle>,
}

/// A card in the air. Its copy stays in the page, marked `data-lifted`: an element kept here would
/// bind the board to one thread, and the server lets a page go on another than it made it on.
#[derive(Clone)]
struct Lift {
    lead: LeadId,
    pointer: i32,
    /// From the card's corner to the pointer.
    grip: (f64, f64),
    at: (f64, f64),
}

/// The pointer's part in the board. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Drag {
    board: BoardState,
    press: StoredValue<Option<Press>>,
    lift: StoredValue<Option<Lift>>,
    /// The click that ends a drag is none.
    dropped: StoredValue<bool>,
}

impl Drag {
    /// Nothing pressed, nothing lifted.
    pub fn new(board: BoardState) -> Self {
        Self { board, press: StoredValue::new(None), lift: StoredValue::new(None), dropped: StoredValue::new(false) }
    }

    /// Keeps the page from scrolling under a finger that carries a card. Must not be passive, which
    /// listeners on the window are.
    pub fn keep_still(self, root: NodeRef<leptos::html::Div>) {
        Effect::new(move || {
            let Some(element) = root.get() else { return };
            let stop = Closure::<dyn Fn(web_sys::Event)>::new(move |event: web_sys::Event| {
                if self.lifted() {
                    event.prevent_default();
                }
            });
            let options = web_sys::AddEventListenerOptions::new();
            options.set_passive(false);
            let stopping = stop.as_ref().unchecked_ref();
            if element.add_event_listener_with_callback_and_add_event_listener_options("touchmove", stopping, &options).is_ok() {
                // Lives as long as the element.
                stop.forget();
            }
        });
    }

    /// Whether a card is in the air.
    pub fn lifted(self) -> bool {
        self.lift.try_with_value(|lift| lift.is_some()).unwrap_or(false)
    }

    /// Whether the click that is just happening ended a drag.
    pub fn was_drop(self) -> bool {
        self.dropped.get_value()
    }

    /// A pointer went down somewhere on the board.
    pub fn down(self, event: &PointerEvent) {
        self.dropped.set_value(false);
        let main = event.button() == 0 && event.is_primary() && !event.ctrl_key() && !event.meta_key() && !event.shift_key();
        let Some(lead) = motion::lead_at(event.target()).filter(|_| main && !self.lifted()) else { return };
        if closest(event.target(), "[data-move], button, summary").is_some() {
            return;
        }
        let finger = event.pointer_type() == "touch";
        let start = (f64::from(event.client_x()), f64::from(event.client_y()));
        let hold = finger.then(|| set_timeout_with_handle(move || self.pick_up(start), HOLD).ok()).flatten();
        self.press.set_value(Some(Press { lead, pointer: event.pointer_id(), finger, start, hold }));
    }

    /// A pointer moved, anywhere in the window.
    pub fn moved(self, event: &PointerEvent) {
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let carries = self.lift.try_update_value(|lift| {
            let lift = lift.as_mut()?;
            if lift.pointer == event.pointer_id() {
                lift.at = at;
            }
            Some(())
        });
        if carries.flatten().is_some() {
            return;
        }
        let Some(press) = self.press.get_value().filter(|press| press.pointer == event.pointer_id()) else { return };
        let far = (at.0 - press.start.0).hypot(at.1 - press.start.1);
        if press.finger && far > FINGER_SLACK {
            self.let_go();
        } else if !press.finger && far > SLACK {
            self.pick_up(press.start);
            self.lift.update_value(|lift| lift.iter_mut().for_each(|lift| lift.at = at));
        }
    }

    /// A pointer came up, anywhere in the window.
    pub fn up(self, event: &PointerEvent) {
        self.let_go();
        let at = (f64::from(event.client_x()), f64::from(event.client_y()));
        let mine = self.lift.try_update_value(|lift| {
            let lift = lift.as_mut().filter(|lift| lift.pointer == event.pointer_id())?;
            lift.at = at;
            Some(())
        });
        if mine.flatten().is_some() {
            self.drop_here();
        }
    }

    /// Puts the card back: Escape, a lost pointer, a window that lost its focus.
    pub fn cancel(self) {
        self.let_go();
        let Some(lift) = self.lift.try_update_value(Option::take).flatten() else { return };
        let from = self.land(&lift);
        self.board.release(lift.lead);
        self.board.catch_up();
        motion::fly_from(lift.lead, Some(from));
        let stage = self.board.card(lift.lead).map(|card| self.board.stage_name(card.stage)).unwrap_or_default();
        self.board.spoken.set(format!("Move cancelled, back in {stage}."));
    }

    /// Forgets a press that has not become a drag.
    fn let_go(self) {
        if let Some(Press { hold: Some(hold), .. }) = self.press.try_update_value(Option::take).flatten() {
            hold.clear();
        }
    }

    fn pick_up(self, at: (f64, f64)) {
        let Some(press) = self.press.try_update_value(Option::take).flatten() else { return };
        let Some(card) = motion::element(press.lead) else { return };
        let Some(copy) = card.clone_node_with_deep(true).ok().and_then(|node| node.dyn_into::<HtmlElement>().ok()) else { return };
        let rect = card.get_bounding_client_rect();
        for (name, value) in [
            ("position", "fixed".to_owned()),
            ("left", "0".into()),
            ("top", "0".into()),
            ("width", format!("{}px", rect.width())),
            ("height", format!("{}px", rect.height())),
            ("margin", "0".into()),
            ("pointer-events", "none".into()),
            ("transition", "none".into()),
        ] {
            // Fails only for a style that is read-only; this one is not.
            let _ = copy.style().set_property(name, &value);
        }
        copy.set_class_name(&format!("{} is-lifted", card.class_name()));
        for name in ["data-lead", "aria-label", "tabindex", "role"] {
            let _ = copy.remove_attribute(name);
        }
        let _ = copy.set_attribute("aria-hidden", "true");
        let _ = copy.set_attribute("data-lifted", "");
        copy.set_id(COPY);
        let (Some(body), Some(root)) = (document().body(), root()) else { return };
        let _ = body.append_child(&copy);
        // Nothing that is inherited: of a class on the body every element of the page would be styled anew.
        let _ = root.class_list().add_1("is-carrying");
        if let Some(home) = closest(Some(card.into()), ".col") {
            let _ = home.set_attribute("data-home", "");
        }
        if press.finger {
            window().navigator().vibrate_with_duration(12);
        }
        // Whatever the pointer passes over, its events come here, and the click at the end too.
        let _ = root.set_pointer_capture(press.pointer);
        let grip = (at.0 - rect.left(), at.1 - rect.top());
        self.lift.set_value(Some(Lift { lead: press.lead, pointer: press.pointer, grip, at }));
        let hand = self.board.grasp(press.lead);
        if hand > 1 {
            let _ = copy.set_attribute("data-hand", &hand.to_string());
        }
        self.carry_on();
    }

    /// The card in the air has come over a folded column a while ago: if it still is, the column opens.
    fn linger(self, stage: StageId) {
        let Some(lift) = self.lift.try_get_value().flatten() else { return };
        if slot(lift.at).is_some_and(|(over, _)| over == stage) {
            self.board.open(stage);
        }
    }

    /// Frame by frame, as long as a card is in the air: the copy is where the pointer is, the place where it would be
    /// dropped is shown, and near an edge columns and board scroll. However many movements a frame brings, the
    /// document is asked where things are once, before anything is changed.
    fn carry_on(self) {
        request_animation_frame(move || {
            let Some(lift) = self.lift.try_get_value().flatten() else { return };
            let at = lift.at;
            let under = document().element_from_point(at.0 as f32, at.1 as f32);
            let column = under.and_then(|under| under.closest("[data-stage]").ok().flatten());
            let list = column.and_then(|column| column.query_selector("[data-column]").ok().flatten());
            let board = root();
            let slot = list.as_ref().and_then(|list| slot_in(list, at));
            let down = list.as_ref().map_or(0, |list| {
                let rect = list.get_bounding_client_rect();
                nudge(rect.top(), rect.bottom(), at.1)
            });
            let right = board.as_ref().map_or(0, |board| {
                let rect = board.get_bounding_client_rect();
                nudge(rect.left(), rect.right(), at.0)
            });
            if let Some(copy) = copy() {
                let (x, y) = (at.0 - lift.grip.0, at.1 - lift.grip.1);
                // Fails only for a style that is read-only; this one is not.
                let _ = copy.style().set_property("translate", &format!("{x}px {y}px"));
            }
            if let Some(list) = list.filter(|_| down != 0) {
                list.set_scroll_top(list.scroll_top() + down);
            }
            if let Some(board) = board.filter(|_| right != 0) {
                board.set_scroll_left(board.scroll_left() + right);
            }
            if let Some(stage) = self.board.hover(lift.lead, slot) {
                set_timeout(move || self.linger(stage), LINGER);
            }
            self.carry_on();
        });
    }

    fn drop_here(self) {
        let Some(lift) = self.lift.try_update_value(Option::take).flatten() else { return };
        self.dropped.set_value(true);
        // A click that never comes must not swallow the next one.
        set_timeout(move || self.dropped.set_value(false), Duration::from_millis(50));
        let slot = slot(lift.at);
        let from = self.land(&lift);
        let hand = self.board.meant(lift.lead);
        self.board.release(lift.lead);
        if let Some((stage, index)) = slot {
            let others: Vec<LeadId> = self.board.leads(stage).into_iter().filter(|id| !hand.contains(id)).collect();
            let after = index.checked_sub(1).and_then(|above| others.get(above).copied());
            self.board.move_cards(hand, stage, after);
        }
        // After the drop, which was made on what was seen: if somebody else moved the card
        // meanwhile, the server says so.
        self.board.catch_up();
        motion::fly_from(lift.lead, Some(from));
    }

    /// Takes the copy away and gives the page back. Gives the corner the copy was at.
    fn land(self, lift: &Lift) -> (f64, f64) {
        if let Some(copy) = copy() {
            copy.remove();
        }
        if let Some(root) = root() {
            let _ = root.class_list().remove_1("is-carrying");
        }
        if let Ok(Some(home)) = document().query_selector("[data-home]") {
            let _ = home.remove_attribute("data-home");
        }
        (lift.at.0 - lift.grip.0, lift.at.1 - lift.grip.1)
    }
}

/// The copy that follows the pointer.
fn copy() -> Option<HtmlElement> {
    document().get_element_by_id(COPY)?.dyn_into().ok()
}

/// The board itself.
fn root() -> Option<Element> {
    document().query_selector("[data-board]").ok().flatten()
}

/// How far to scroll in this frame, with the pointer there between two edges.
fn nudge(low: f64, high: f64, at: f64) -> i32 {
    let by = if at < low + EDGE {
        -((low + EDGE - at) / 4.0).min(EDGE / 4.0)
    } else if at > high - EDGE {
        ((at - high + EDGE) / 4.0).min(EDGE / 4.0)
    } else {
        0.0
    };
    by as i32
}

/// The slot under the pointer.
fn slot(at: (f64, f64)) -> Option<(StageId, usize)> {
    let under = document().element_from_point(at.0 as f32, at.1 as f32)?;
    let list = under.closest("[data-stage]").ok().flatten()?.query_selector("[data-column]").ok().flatten()?;
    slot_in(&list, at)
}

/// The stage of that column, and how many of its cards that are not in hand lie above the pointer. A card gives
/// way at half its height.
fn slot_in(list: &Element, at: (f64, f64)) -> Option<(StageId, usize)> {
    let stage = list.get_attribute("data-column")?.parse().ok()?;
    let children = list.children();
    // From the top, until one lies below: what is above the pointer is seldom more than a screenful.
    let card = |n| children.item(n).filter(|child: &Element| child.has_attribute("data-lead"));
    let above = |card: &Element| {
        let rect = card.get_bounding_client_rect();
        // In a folded column none is seen.
        rect.height() > 0.0 && rect.top() + rect.height() / 2.0 < at.1
    };
    let cards = (0..children.length()).filter_map(card);
    Some((stage, cards.take_while(above).filter(|card| !card.class_list().contains("is-ghost")).count()))
}

impl BoardState {
    /// A card is in the air, and those chosen with it: their places become ghosts, and nothing moves for
    /// others. Says how many are in hand.
    fn grasp(self, lead: LeadId) -> usize {
        let hand = self.meant(lead);
        let with = hand.iter().copied().filter(|id| *id != lead).collect();
        self.inner.update_value(|inner| inner.grip = Grip::Pointer { lead, with, over: None });
        hand.iter().for_each(|lead| self.show(*lead));
        hand.len()
    }

    /// The card in the air is over that slot. Gives the stage if it has just come over a folded column.
    fn hover(self, lead: LeadId, over: Option<(StageId, usize)>) -> Option<StageId> {
        let before = self.inner.try_update_value(|inner| match &mut inner.grip {
            Grip::Pointer { over: old, .. } if *old != over => Some(std::mem::replace(old, over)),
            _ => None,
        });
        let before = before.flatten()?;
        for (stage, _) in [before, over].into_iter().flatten() {
            self.arrange(stage);
        }
        let alone = self.meant(lead).len() == 1;
        let card = self.card(lead).filter(|_| alone);
        self.target.set(over.map(|(stage, _)| Target {
            stage,
            joins: card.filter(|card| card.stage != stage).map(|card| card.value),
            counted: false,
        }));
        let (stage, _) = over?;
        (before.map(|(stage, _)| stage) != Some(stage) && self.is_folded(stage)).then_some(stage)
    }

    /// Nothing is in hand any more.
    pub(super) fn release(self, lead: LeadId) {
        let over = self.inner.try_update_value(|inner| std::mem::replace(&mut inner.grip, Grip::None));
        self.target.set(None);
        self.opened.set(Vec::new());
        self.show(lead);
        if let Some(Grip::Pointer { with, .. }) = &over {
            with.iter().for_each(|lead| self.show(*lead));
        }
        match over {
            Some(Grip::Pointer { over: Some((stage, _)), .. }) => self.arrange(stage),
            Some(Grip::Keys { home: (stage, _), tentative }) => {
                self.arrange(stage);
                self.arrange(tentative.to);
            }
            _ => {}
        }
    }
}
