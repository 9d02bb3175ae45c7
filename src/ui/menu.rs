//! Drop-down menus on `<details>`: they open without script. With it they close on a choice, on
//! Escape and when focus leaves, and arrows and first letters move among the items.
use leptos::{
    ev::{FocusEvent, KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// A trigger and the menu it opens. The children are links or buttons with `role="menuitem"`
/// and the class `menu-item`.
#[component]
pub fn Menu(
    /// Name of the trigger and of the menu. Begins with the trigger's text, if it has any.
    #[prop(into)]
    label: String,
    /// What the trigger shows.
    #[prop(into)]
    trigger: ViewFn,
    /// Classes of the trigger.
    #[prop(into, default = "btn btn-ghost btn-icon".into())]
    class: String,
    /// Where the menu stands beside its trigger, and how wide it is.
    #[prop(default = "left-0 top-full mt-1 min-w-48")]
    panel: &'static str,
    /// Told whenever it is opened.
    #[prop(optional, into)]
    on_open: Option<Callback<()>>,
    children: ChildrenFn,
) -> impl IntoView {
    let root = NodeRef::<html::Details>::new();
    let on_toggle = move |_| {
        let Some(details) = root.try_get_untracked().flatten() else { return };
        if details.open() {
            on_open.into_iter().for_each(|open| open.run(()));
            focus(items(&details).first());
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        let Some(details) = root.get_untracked() else { return };
        let key = event.key();
        if !details.open() {
            if key == "ArrowDown" || key == "ArrowUp" {
                details.set_open(true);
                event.prevent_default();
            }
            return;
        }
        if key == "Escape" {
            close(&details);
            // A layer below, such as a drawer, must not close as well.
            event.stop_propagation();
            event.prevent_default();
            return;
        }
        let items = items(&details);
        let now = document().active_element().and_then(|active| items.iter().position(|item| **item == active));
        let names: Vec<String> = items.iter().map(|item| item.text_content().unwrap_or_default()).collect();
        if let Some(next) = step(&key, now, &names) {
            focus(items.get(next));
            event.prevent_default();
        }
    };
    let on_click = move |event: MouseEvent| {
        let chosen = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .and_then(|target| target.closest("[role^=menuitem]").ok().flatten());
        if let (Some(_), Some(details)) = (chosen, root.get_untracked()) {
            close(&details);
        }
    };
    // Covers the click outside: opening has moved focus into the menu.
    let on_focusout = move |event: FocusEvent| {
        // A choice may have taken the menu itself away.
        let Some(details) = root.try_get_untracked().flatten() else { return };
        let node = |target: Option<web_sys::EventTarget>| target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        let (left, next) = (node(event.target()), node(event.related_target()));
        request_animation_frame(move || {
            // An item that somebody else has taken away takes the keyboard along, and not the menu.
            if left.is_some_and(|left| !left.is_connected()) {
                focus(details.query_selector("[role=menu]").ok().flatten().and_then(|menu| menu.dyn_into().ok()).as_ref());
            } else if !details.contains(next.as_ref()) {
                details.set_open(false);
            }
        });
    };
    view! {
        <details
            node_ref=root
            class="relative"
            on:toggle=on_toggle
            on:keydown=on_keydown
            on:focusout=on_focusout
        >
            <summary class=class aria-label=label.clone()>
                {trigger.run()}
            </summary>
            <div
                class=["menu absolute z-(--z-popover) animate-pop ", panel].concat()
                role="menu"
                aria-label=label
                tabindex="-1"
                on:click=on_click
            >
                {children()}
            </div>
        </details>
    }
}

/// Closes and gives focus back to the trigger.
fn close(details: &web_sys::HtmlDetailsElement) {
    details.set_open(false);
    let trigger = details.first_element_child().and_then(|summary| summary.dyn_into().ok());
    focus(trigger.as_ref());
}

fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        // Fails only for an element that has left the page.
        let _ = element.focus();
    }
}

/// The items that can be chosen.
fn items(details: &Element) -> Vec<HtmlElement> {
    let Ok(found) = details.query_selector_all("[role^=menuitem]:not([aria-disabled=true], :disabled)") else {
        return Vec::new();
    };
    (0..found.length()).filter_map(|n| found.get(n)?.dyn_into().ok()).collect()
}

/// Which item a key leads to; None for keys that are not the menu's.
fn step(key: &str, now: Option<usize>, names: &[String]) -> Option<usize> {
    let count = names.len();
    if count == 0 {
        return None;
    }
    match key {
        "ArrowDown" => Some(now.map_or(0, |now| (now + 1) % count)),
        "ArrowUp" => Some(now.map_or(count - 1, |now| (now + count - 1) % count)),
        "Home" => Some(0),
        "End" => Some(count - 1),
        // Space is the button's own key.
        letter if letter.chars().count() == 1 && letter != " " => {
            let letter = letter.to_lowercase();
            let first = now.map_or(0, |now| now + 1);
            (first..first + count).map(|n| n % count).find(|n| names[*n].trim().to_lowercase().starts_with(&letter))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::step;

    #[test]
    fn arrows_go_round_and_letters_find_the_next() {
        let names = ["Archive", "Assign", "Book"].map(String::from);
        assert_eq!(step("ArrowDown", None, &names), Some(0));
        assert_eq!(step("ArrowDown", Some(2), &names), Some(0));
        assert_eq!(step("ArrowUp", Some(0), &names), Some(2));
        assert_eq!(step("End", Some(0), &names), Some(2));
        assert_eq!(step("a", Some(0), &names), Some(1));
        assert_eq!(step("A", Some(1), &names), Some(0));
        assert_eq!(step("z", Some(1), &names), None);
        assert_eq!(step(" ", Some(1), &names), None);
        assert_eq!(step("Tab", Some(1), &names), None);
        assert_eq!(step("Home", None, &[]), None);
    }
}
