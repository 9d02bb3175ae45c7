//! Placeholders while slices land.
use leptos::prelude::*;
macro_rules! page { ($($n:ident),*) => {$(#[component] pub fn $n() -> impl IntoView { view! { <p>{stringify!($n)}</p> } })*} }
page!(BoardPage, LeadPage, AssistantPage, AssistantsPage);
