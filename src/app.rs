//! `<App>`, the page shell and the route table.
use crate::accounts::model::Desk;
use leptos::prelude::*;

/// The desk of whoever is signed in, as every page uses it.
pub fn use_desk() -> RwSignal<Desk> {
    expect_context()
}

/// The whole interface.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
