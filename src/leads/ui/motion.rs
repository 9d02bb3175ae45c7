//! Cards in motion: where one is, and how it flies to where it now belongs. Transforms only.

use crate::values::{LeadId, StageId, Timestamp};
use leptos::prelude::*;
use std::cell::Cell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The card's element, if it is on the page.
pub fn element(lead: LeadId) -> Option<HtmlElement> {
    document().get_element_by_id(&format!("lead-{lead}"))?.dyn_into().ok()
}

/// Where a card's upper left corner is, in the window, if the card is seen.
pub fn corner(lead: LeadId) -> Option<(f64, f64)> {
    let rect = element(lead)?.get_bounding_client_rect();
    (rect.width() > 0.0).then(|| (rect.left(), rect.top()))
}

/// Cards that others move glide if they follow each other no faster than that, in milliseconds. Where more change
/// places than eyes can follow they are simply there: a card that glides costs every frame of its way, and a board on
/// which twenty move every second shall still scroll and drag smoothly.
const APART: i64 = 400;

thread_local! {
    static LATEST: Cell<Timestamp> = const { Cell::new(Timestamp(0)) };
}

/// Where a card glides from that somebody else moves, if it is to glide at all.
pub fn take_off(lead: LeadId) -> Option<(f64, f64)> {
    let (now, latest) = (Timestamp::now(), LATEST.get());
    LATEST.set(now);
    if now.0 - latest.0 < APART { None } else { corner(lead) }
}

/// Lets a card glide from there to its place, once the page has been brought up to date.
pub fn fly_from(lead: LeadId, from: Option<(f64, f64)>) {
    let Some((left, top)) = from else { return };
    request_animation_frame(move || {
        let Some(card) = element(lead) else { return };
        let rect = card.get_bounding_client_rect();
        let (x, y) = (left - rect.left(), top - rect.top());
        if (x.abs() < 1.0 && y.abs() < 1.0) || calm() {
            return;
        }
        let style = card.style();
        let set = |name: &str, value: &str| {
            // Fails only for a style that is read-only; this one is not.
            let _ = style.set_property(name, value);
        };
        set("transition", "none");
        set("transform", &format!("translate({x}px,{y}px)"));
        set("z-index", "var(--z-drag)");
        // Asking for the size makes the browser take the starting point in.
        let _ = card.offset_width();
        set("transition", "transform var(--duration-base) var(--ease-settle)");
        set("transform", "none");
        set_timeout(
            move || {
                for name in ["transition", "transform", "z-index"] {
                    let _ = card.style().remove_property(name);
                }
            },
            std::time::Duration::from_millis(260),
        );
    });
}

/// Whether the person has asked for less motion.
fn calm() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches())
}

/// The nearest element at or above `target` that matches.
pub fn closest(target: Option<web_sys::EventTarget>, selector: &str) -> Option<Element> {
    target?.dyn_into::<Element>().ok()?.closest(selector).ok().flatten()
}

/// The lead whose card `target` is in.
pub fn lead_at(target: Option<web_sys::EventTarget>) -> Option<LeadId> {
    closest(target, "[data-lead]")?.get_attribute("data-lead")?.parse().ok()
}

/// The stage whose column `target` is in.
pub fn stage_at(target: Option<web_sys::EventTarget>) -> Option<StageId> {
    closest(target, "[data-column]")?.get_attribute("data-column")?.parse().ok()
}

/// Puts the keyboard on a card: at once, so that the next key meets it however slow the frame is, and once more when it
/// has been drawn, if it was not there or has lost the keyboard by being drawn.
pub fn focus(lead: LeadId) {
    let there = element(lead).map(|card| card.focus()).is_some();
    request_animation_frame(move || {
        let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        let Some(card) = element(lead) else { return };
        if lost || !there {
            let _ = card.focus();
        }
        if document().active_element().as_ref() == Some(&card) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            options.set_inline(web_sys::ScrollLogicalPosition::Nearest);
            card.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
}
