//! Choosing between light, dark and the system's theme.
use super::icon::Icon;
use leptos::prelude::*;

/// Three buttons in a form, so that it works without script. The server stores the choice and
/// puts `data-theme` on the page.
#[component]
pub fn ThemeToggle(
    /// What is chosen now: `light`, `dark` or `system`.
    #[prop(into)]
    current: String,
) -> impl IntoView {
    let choice = |value: &'static str, label: &'static str, icon: &'static str| {
        let pressed = if current == value { "true" } else { "false" };
        view! {
            <button name="theme" value=value aria-pressed=pressed>
                <Icon name=icon size=14 />
                {label}
            </button>
        }
    };
    view! {
        <form method="post" action="/settings/theme">
            <div class="seg" role="group" aria-label="Theme">
                {choice("light", "Light", "sun")}
                {choice("dark", "Dark", "moon")}
                {choice("system", "System", "monitor")}
            </div>
        </form>
    }
}
