//! Unsent text, kept in this browser.

use crate::values::ConversationId;
use leptos::prelude::window;

/// Where the unsent text of a thread is kept in this browser. What was meant for the team never comes back as
/// something for the visitor.
fn key(id: ConversationId, note: bool) -> String {
    format!("spotlight.{}.{id}", if note { "note" } else { "draft" })
}

/// A browser may refuse to keep anything; then nothing is kept.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Keeps unsent text of a thread; empty text is kept no longer.
pub fn keep(id: ConversationId, note: bool, text: &str) {
    if let Some(storage) = storage() {
        let _ = if text.is_empty() { storage.remove_item(&key(id, note)) } else { storage.set_item(&key(id, note), text) };
    }
}

/// The unsent text of a thread.
pub fn kept(id: ConversationId, note: bool) -> Option<String> {
    storage()?.get_item(&key(id, note)).ok()?
}
