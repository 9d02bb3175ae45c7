//! The button that begins a chat by text with a lead who has none yet.

use crate::channels::api::begin_text;
use crate::route::use_navigate;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
use crate::values::LeadId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Opens the chat; what stands against it is said. It stands there as long as it is `wanted`, and until it has its answer:
/// that a chat is there may be heard before.
#[component]
pub fn BeginText(lead: LeadId, #[prop(into)] wanted: Signal<bool>) -> impl IntoView {
    let (navigate, toasts) = (use_navigate(), use_toasts());
    let asking = RwSignal::new(false);
    let begin = move |_| {
        if asking.get_untracked() {
            return;
        }
        asking.set(true);
        spawn_local(async move {
            let done = begin_text(lead).await;
            // Whoever has left the page meanwhile is not fetched back.
            if asking.try_set(false).is_some() {
                return;
            }
            match done {
                Ok(conversation) => navigate.to(&format!("/inbox/{conversation}?show=all")),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    };
    view! {
        <Show when=move || wanted.get() || asking.get()>
            <button class="btn max-sm:w-full" aria-busy=move || asking.get().then_some("true") on:click=begin>
                <Icon name="smartphone" />
                "Text"
            </button>
        </Show>
    }
}
