//! A line that belongs on somebody's own site, with a button that copies it.

use super::icon::Icon;
use super::toast::use_toasts;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Begins to put a text on the clipboard; none where the browser has no clipboard for this page
/// (it is there only over https and on one's own machine).
fn write(text: &str) -> Option<Promise> {
    let clipboard = Reflect::get(&window().navigator(), &"clipboard".into()).ok()?;
    let write: Function = Reflect::get(&clipboard, &"writeText".into()).ok()?.dyn_into().ok()?;
    write.call1(&clipboard, &text.into()).ok()?.dyn_into().ok()
}

/// The line, with a button that copies it.
#[component]
pub fn CopyLine(
    /// The line, by where this is served from: `https://spotlight.example`.
    line: impl Fn(&str) -> String + Send + Sync + 'static,
    /// Where the server believes that to be. Only the browser knows for sure.
    #[prop(optional, into)]
    origin: String,
    /// What the button copies, for those who do not see what it stands beside.
    #[prop(optional)]
    what: Option<&'static str>,
    /// Said when it is copied.
    copied: &'static str,
) -> impl IntoView {
    let origin = RwSignal::new(origin);
    Effect::new(move || {
        if let Ok(here) = window().location().origin() {
            origin.set(here);
        }
    });
    let toasts = use_toasts();
    let line = Signal::derive(move || origin.with(|origin| line(origin)));
    let copy = move |_| {
        let text = line.get_untracked();
        spawn_local(async move {
            let done = match write(&text) {
                Some(writing) => JsFuture::from(writing).await.is_ok(),
                None => false,
            };
            if done {
                toasts.say(copied);
            } else {
                toasts.error("The browser does not let this page copy. Select the line and copy it by hand.");
            }
        });
    };
    view! {
        <div class="flex items-start gap-2">
            <code class="flex-1 min-w-0 rounded-md border border-line bg-sunken px-2.5 py-1.5 text-xs font-mono wrap-anywhere select-all">
                {line}
            </code>
            <button type="button" class="btn btn-sm shrink-0" aria-label=what on:click=copy>
                <Icon name="copy" size=14 />
                "Copy"
            </button>
        </div>
    }
}
