//! The title of the window.

use leptos::prelude::*;

/// What the pages that are open call themselves. The last one counts: a lead beside the board names
/// the window, and when it is closed the board does.
#[derive(Clone, Copy)]
struct Titles(RwSignal<Vec<Signal<String>>>);

/// Where the server finds the title that the page gave itself, to write it into the document.
#[derive(Clone)]
pub struct DocumentTitle(ArcStoredValue<String>);

impl Default for DocumentTitle {
    fn default() -> Self {
        Self(ArcStoredValue::new(in_full("")))
    }
}

impl DocumentTitle {
    /// The title.
    pub fn get(&self) -> String {
        self.0.get_value()
    }
}

/// Has the window called what the pages are called. For the root of the program.
pub fn provide_title() {
    let titles = RwSignal::new(Vec::<Signal<String>>::new());
    provide_context(Titles(titles));
    Effect::new(move || {
        // One that has just gone is followed by the next at once.
        if let Some(title) = titles.with(|titles| titles.last().and_then(|title| title.try_get())) {
            document().set_title(&in_full(&title));
        }
    });
}

/// The title of a page, while it is open.
#[component]
pub fn Title(
    /// What the page is called; the program's name follows.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    if let Some(document) = use_context::<DocumentTitle>() {
        document.0.set_value(in_full(&text.get_untracked()));
        return;
    }
    let Titles(titles) = expect_context();
    titles.update(|titles| titles.push(text));
    on_cleanup(move || {
        titles.try_update(|titles| titles.retain(|each| *each != text));
    });
}

fn in_full(title: &str) -> String {
    if title.is_empty() { "Spotlight OS".into() } else { [title, " · Spotlight OS"].concat() }
}
