//! What is proposed while one writes: behind a sign, such as `@`, what could be meant.

use super::avatar::Person;
use leptos::ev::KeyboardEvent;
use leptos::{html, prelude::*};

/// So many are proposed at a time.
const PROPOSED: usize = 6;

/// One thing that could be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What it is called.
    pub name: String,
    /// More of it; may be empty.
    pub more: String,
    /// The tint of the person that it is, if it is one.
    pub tint: Option<u8>,
    /// What stands in the text if it is taken.
    pub text: String,
}

/// A sign, and what is proposed behind it.
#[derive(Clone, Copy)]
pub struct Sign {
    /// What they are together, for a screen reader.
    pub label: &'static str,
    /// What stands at the end of a text and is being typed: from where on it would be replaced, and what is looked for.
    pub begun: fn(&str) -> Option<(usize, &str)>,
    /// Those that fit what is looked for.
    pub find: Callback<String, Vec<Proposal>>,
}

/// Tells whoever counts, keeps or looks at the text that it has changed, as if it had been typed.
pub fn typed_in(area: &web_sys::HtmlTextAreaElement) {
    let how = web_sys::EventInit::new();
    how.set_bubbles(true);
    if let Ok(event) = web_sys::Event::new_with_event_init_dict("input", &how) {
        // Fails only for an event that is on its way already.
        let _ = area.dispatch_event(&event);
    }
}

/// Around one text area. While something is proposed, arrows, Enter, Tab and Escape are for that; whoever listens
/// farther out does not hear of those.
#[component]
pub fn Proposals(
    /// The signs. Of two that fit the first counts.
    signs: Vec<Sign>,
    /// Whether the list stands above the text.
    #[prop(optional)]
    above: bool,
    children: Children,
) -> impl IntoView {
    // What is being typed behind which sign, and which of those proposed is marked.
    let (typed, marked) = (RwSignal::new(None::<(usize, String)>), RwSignal::new(0usize));
    let root = NodeRef::<html::Div>::new();
    let text = move || {
        let area = root.get_untracked()?.query_selector("textarea").ok()??;
        wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlTextAreaElement>(area).ok()
    };
    let signs = StoredValue::new(signs);
    let proposed = Memo::new(move |_| {
        let Some((sign, typed)) = typed.get() else { return Vec::new() };
        let find = signs.with_value(|signs| signs[sign].find);
        find.run(typed).into_iter().take(PROPOSED).collect::<Vec<_>>()
    });
    // What stands before the place where one writes.
    let before = move || {
        let text = text()?;
        let at = text.selection_start().ok()??;
        let units: Vec<u16> = text.value().encode_utf16().take(at as usize).collect();
        String::from_utf16(&units).ok()
    };
    let look = move || {
        let found = before().and_then(|before| {
            signs.with_value(|signs| {
                signs.iter().enumerate().find_map(|(sign, Sign { begun, .. })| begun(&before).map(|(_, typed)| (sign, typed.to_owned())))
            })
        });
        if found != typed.get_untracked() {
            marked.set(0);
            typed.set(found);
        }
    };
    let take = move |proposal: Proposal| {
        let (Some(area), Some(before), Some((sign, _))) = (text(), before(), typed.get_untracked()) else { return };
        let Some((from, _)) = signs.with_value(|signs| (signs[sign].begun)(&before)) else { return };
        let units = |text: &str| text.encode_utf16().count() as u32;
        let (from, to) = (units(&before[..from]), units(&before));
        // Fails only for places that are not in the text; these are.
        let _ = area.set_range_text_with_start_and_end(&proposal.text, from, to);
        let end = from + units(&proposal.text);
        let _ = area.set_selection_range(end, end);
        let _ = area.focus();
        typed_in(&area);
        typed.set(None);
    };
    let on_key = move |event: KeyboardEvent| {
        let there = proposed.get_untracked();
        if there.is_empty() || event.is_composing() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => marked.update(|at| *at = (*at + 1) % there.len()),
            "ArrowUp" => marked.update(|at| *at = (*at + there.len() - 1) % there.len()),
            "Enter" | "Tab" => there.get(marked.get_untracked()).into_iter().for_each(|proposal| take(proposal.clone())),
            "Escape" => typed.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let lines = move || {
        let line = |(at, proposal): (usize, Proposal)| {
            let taken = proposal.clone();
            view! {
                <li
                    role="option"
                    aria-selected=move || if marked.get() == at { "true" } else { "false" }
                    class="menu-item aria-selected:bg-hover"
                    // Before the field loses the keyboard.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        take(taken.clone());
                    }
                >
                    {proposal.tint.map(|tint| view! { <Person name=proposal.name.clone() tint size=20 /> })}
                    <span class="shrink-0 max-w-full truncate">{proposal.name}</span>
                    <span class="min-w-0 truncate text-xs text-ink-faint">{proposal.more}</span>
                </li>
            }
        };
        proposed.get().into_iter().enumerate().map(line).collect_view()
    };
    let told = move || {
        let there = proposed.get();
        there.get(marked.get()).map(|proposal| format!("{} of {}: {}. Enter takes it.", marked.get() + 1, there.len(), proposal.name))
    };
    let label = move || typed.get().map(|(sign, _)| signs.with_value(|signs| signs[sign].label));
    let place = if above { "bottom-full mb-1" } else { "top-full mt-1" };
    view! {
        <div
            node_ref=root
            class="relative"
            on:input=move |_| look()
            on:click=move |_| look()
            on:keydown=on_key
            on:focusout=move |_| typed.set(None)
        >
            {children()}
            <Show when=move || proposed.with(|proposed| !proposed.is_empty())>
                <ul
                    class=["menu absolute left-0 min-w-56 max-w-full z-(--z-popover) ", place].concat()
                    role="listbox"
                    aria-label=label
                >
                    {lines}
                </ul>
            </Show>
            <div class="sr-only" aria-live="polite">
                {told}
            </div>
        </div>
    }
}
