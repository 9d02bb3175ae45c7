//! What people see of the search.
mod commands;
mod host;
mod page;
mod palette;

pub use host::PaletteHost;
pub use page::SearchPage;
pub use palette::Palette;

use super::model::{Hit, HitKind, marked};
use leptos::prelude::*;

/// A text with the words that were looked for in bold.
fn bold(text: &str, typed: &str) -> impl IntoView + use<> {
    marked(text, typed)
        .into_iter()
        .map(|(piece, hit)| if hit { view! { <b class="text-ink">{piece}</b> }.into_any() } else { piece.into_any() })
        .collect_view()
}

/// Where a text stands, in words; nothing for a person.
fn place(hit: &Hit) -> &'static str {
    match hit.kind {
        HitKind::Person => "",
        HitKind::Note => "Note",
        HitKind::Message => "Message",
    }
}
