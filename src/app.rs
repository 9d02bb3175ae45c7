//! `<App>`, the page shell and the route table.
use leptos::prelude::*;

/// The whole interface.
#[component]
pub fn App() -> impl IntoView {
    view! { <main></main> }
}
