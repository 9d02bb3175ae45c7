//! The two lines that put an assistant on a page, and the way to try it.

use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
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

/// The line for the web page, with a button that copies it.
#[component]
pub fn Snippet(#[prop(into)] public_key: String) -> impl IntoView {
    // Where this is served from only the browser knows for sure.
    let origin = RwSignal::new(String::new());
    Effect::new(move || origin.set(window().location().origin().unwrap_or_default()));
    let toasts = use_toasts();
    let key = public_key.clone();
    let line = Signal::derive(move || format!("<script src=\"{}/widget.js\" data-assistant=\"{key}\" async></script>", origin.get()));
    let copy = move |_| {
        let text = line.get_untracked();
        spawn_local(async move {
            let copied = match write(&text) {
                Some(writing) => JsFuture::from(writing).await.is_ok(),
                None => false,
            };
            if copied {
                toasts.say("Copied. Put it before </body> on each page.");
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
            <button type="button" class="btn btn-sm shrink-0" on:click=copy>
                <Icon name="copy" size=14 />
                "Copy"
            </button>
        </div>
        <a class="inline-flex items-center gap-1.5 mt-2 text-beam-ink font-medium hover:underline min-h-6" href=format!("/w/{public_key}") rel="external" target="_blank">
            "Try it as a visitor"
            <Icon name="external-link" size=14 />
        </a>
    }
}
