//! Whom a key is meant for.
use leptos::ev::KeyboardEvent;
use wasm_bindgen::JsCast;

/// Whether the key was pressed inside what the selector names.
pub fn within(event: &KeyboardEvent, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.and_then(|target| target.closest(selector).ok().flatten()).is_some()
}

/// Whether a key is meant for what is being typed, or for the browser.
pub fn is_typing(event: &KeyboardEvent) -> bool {
    event.is_composing()
        || event.ctrl_key()
        || event.meta_key()
        || event.alt_key()
        || within(event, "input, textarea, select, [contenteditable='true'], dialog, [role=menu]")
}
