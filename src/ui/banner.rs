//! The banner under the page bar. One at a time.
use super::icon::Icon;
use leptos::prelude::*;

/// What a banner is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// It is well again.
    Positive,
    /// It works, with less: offline, sandbox.
    Warning,
    /// It does not work.
    Danger,
}

/// One line across the page, with an icon and words.
#[component]
pub fn Banner(
    tone: Tone,
    /// Another icon than the tone's own.
    #[prop(optional)]
    icon: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let (class, own) = match tone {
        Tone::Info => ("banner shrink-0 bg-info-soft text-info-ink", "lightbulb"),
        Tone::Positive => ("banner shrink-0 bg-positive-soft text-positive-ink", "circle-check"),
        Tone::Warning => ("banner shrink-0 bg-warning-soft text-warning-ink", "triangle-alert"),
        Tone::Danger => ("banner shrink-0 bg-danger-soft text-danger-ink", "triangle-alert"),
    };
    view! {
        <div class=class role="status">
            <Icon name=icon.unwrap_or(own) />
            {children()}
        </div>
    }
}
