//! A private note. Behind an `@` it proposes the colleagues who may see the lead.

use super::lead_forms::{Trouble, of};
use crate::app::use_desk;
use crate::leads::api::WriteNote;
use crate::leads::mentions::begun;
use crate::ui::{avatar::Person, field::TextArea};
use crate::values::{LeadId, MutationId, UserId};
use crate::wire::{ActionForm, ServerAction};
use leptos::ev::KeyboardEvent;
use leptos::{html, prelude::*};

/// So many names are proposed at a time.
const PROPOSED: usize = 6;

/// The form. It works without script.
#[component]
pub fn NoteForm(lead: LeadId, team: Memo<Vec<UserId>>) -> impl IntoView {
    let desk = use_desk();
    let action = ServerAction::<WriteNote>::new();
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let note = RwSignal::new(MutationId::new());
    // The name that is being typed, and which of those proposed is marked.
    let (typed, marked) = (RwSignal::new(None::<String>), RwSignal::new(0usize));
    let root = NodeRef::<html::Div>::new();
    let text = move || {
        let area = root.get_untracked()?.query_selector("textarea").ok()??;
        wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlTextAreaElement>(area).ok()
    };
    let proposed = Memo::new(move |_| {
        let Some(typed) = typed.get() else { return Vec::new() };
        let typed = typed.to_lowercase();
        let fits =
            |name: &str| name.to_lowercase().split(' ').any(|part| part.starts_with(&typed)) || name.to_lowercase().starts_with(&typed);
        desk.with(|desk| {
            let there = desk.colleagues.iter().filter(|person| team.with(|team| team.contains(&person.id)) && fits(&person.name));
            there.take(PROPOSED).cloned().collect::<Vec<_>>()
        })
    });
    // What stands before the place where one writes.
    let before = move || {
        let text = text()?;
        let at = text.selection_start().ok()??;
        let units: Vec<u16> = text.value().encode_utf16().take(at as usize).collect();
        String::from_utf16(&units).ok()
    };
    let look = move || {
        let name = before().and_then(|before| begun(&before).map(str::to_owned));
        if name != typed.get_untracked() {
            marked.set(0);
            typed.set(name);
        }
    };
    let take = move |name: String| {
        let (Some(text), Some(before)) = (text(), before()) else { return };
        let Some(begun) = begun(&before) else { return };
        let units = |text: &str| text.encode_utf16().count() as u32;
        let (from, to) = (units(&before) - units(begun), units(&before));
        // Fails only for places that are not in the text; these are.
        let _ = text.set_range_text_with_start_and_end(&format!("{name} "), from, to);
        let end = from + units(&name) + 1;
        let _ = text.set_selection_range(end, end);
        let _ = text.focus();
        typed.set(None);
    };
    let on_key = move |event: KeyboardEvent| {
        let names = proposed.get_untracked();
        if names.is_empty() {
            return;
        }
        match event.key().as_str() {
            "ArrowDown" => marked.update(|at| *at = (*at + 1) % names.len()),
            "ArrowUp" => marked.update(|at| *at = (*at + names.len() - 1) % names.len()),
            "Enter" | "Tab" => names.get(marked.get_untracked()).into_iter().for_each(|person| take(person.name.clone())),
            "Escape" => typed.set(None),
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    Effect::new(move || {
        if let Some(Ok(())) = value.get() {
            note.set(MutationId::new());
            typed.set(None);
            action.clear();
        }
    });
    // Made afresh for each note: one that was written leaves an empty field behind.
    let field = move |_| {
        view! {
            <TextArea
                name="body"
                label="Note"
                rows=2
                placeholder="Only your team sees notes. @ tells a colleague."
                error=of(error, "body")
                required=true
            />
        }
    };
    let names = move || {
        let person = |(at, person): (usize, crate::accounts::model::Colleague)| {
            let name = person.name.clone();
            view! {
                <li
                    role="option"
                    aria-selected=move || if marked.get() == at { "true" } else { "false" }
                    class="menu-item aria-selected:bg-hover"
                    // Before the field loses the keyboard.
                    on:mousedown=move |event| {
                        event.prevent_default();
                        take(name.clone());
                    }
                >
                    <Person name=person.name.clone() tint=person.tint size=20 />
                    {person.name.clone()}
                </li>
            }
        };
        proposed.get().into_iter().enumerate().map(person).collect_view()
    };
    let told = move || {
        let names = proposed.get();
        names.get(marked.get()).map(|person| format!("{} of {}: {}. Enter takes it.", marked.get() + 1, names.len(), person.name))
    };
    view! {
        <ActionForm action>
            <div class="flex flex-col gap-2">
                <Trouble error />
                <input type="hidden" name="lead" value=lead.to_string() />
                <input type="hidden" name="note" value=note.get_untracked().to_string() prop:value=move || note.get().to_string() />
                <div
                    node_ref=root
                    class="relative"
                    on:input=move |_| look()
                    on:click=move |_| look()
                    on:keydown=on_key
                    on:focusout=move |_| typed.set(None)
                >
                    <For each=move || [note.get()] key=|note| *note children=field />
                    <Show when=move || proposed.with(|proposed| !proposed.is_empty())>
                        <ul
                            class="menu absolute left-0 top-full mt-1 min-w-56 z-(--z-popover)"
                            role="listbox"
                            aria-label="Colleagues"
                        >
                            {names}
                        </ul>
                    </Show>
                    <div class="sr-only" aria-live="polite">
                        {told}
                    </div>
                </div>
                <button class="btn btn-sm self-end" aria-busy=move || action.pending().get().then_some("true")>
                    "Write note"
                </button>
            </div>
        </ActionForm>
    }
}
