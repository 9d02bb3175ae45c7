//! The line that puts an assistant on a page, and the way to try it.

use crate::ui::{copy::CopyLine, icon::Icon};
use leptos::prelude::*;

/// The line for the web page, with a button that copies it.
#[component]
pub fn Snippet(#[prop(into)] public_key: String) -> impl IntoView {
    let key = public_key.clone();
    let line = move |origin: &str| format!("<script src=\"{origin}/widget.js\" data-assistant=\"{key}\" async></script>");
    view! {
        <CopyLine line copied="Copied. Put it before </body> on each page." />
        <a class="inline-flex items-center gap-1.5 mt-2 text-beam-ink font-medium hover:underline min-h-6" href=format!("/w/{public_key}") rel="external" target="_blank">
            "Try it as a visitor"
            <Icon name="external-link" size=14 />
        </a>
    }
}
