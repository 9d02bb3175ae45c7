//! The field in which one writes.

use crate::ui::keys::is_typing;
use leptos::{html, prelude::*};

/// On a touch screen Enter is a new line: the keyboard has no Shift to hold.
pub fn touches() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// Marks the first place where that stands, so that what is typed next replaces it.
pub fn select(field: &web_sys::HtmlTextAreaElement, part: &str) {
    let text = field.value();
    let units = |text: &str| text.encode_utf16().count() as u32;
    if let Some(at) = text.find(part) {
        let from = units(&text[..at]);
        // Both fail only when the field has left the page.
        let _ = field.focus();
        let _ = field.set_selection_range(from, from + units(part));
    }
}

/// R goes to the field from anywhere on the page.
pub fn focus_by_key(field: NodeRef<html::Textarea>) {
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if !event.default_prevented()
                && event.key().eq_ignore_ascii_case("r")
                && !is_typing(&event)
                && let Some(field) = field.get_untracked()
            {
                event.prevent_default();
                let _ = field.focus();
            }
        });
        on_cleanup(move || handle.remove());
    });
}
