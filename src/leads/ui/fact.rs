//! A fact of a lead that can be changed where it stands. Works without script.

use super::details::Detail;
use super::lead_forms::Trouble;
use crate::error::AppError;
use crate::leads::api::{EditLead, edit_lead};
use crate::leads::fields::{FieldEdit, LeadField};
use crate::leads::page::LeadPage;
use crate::ui::{
    field::{Field, Select},
    icon::Icon,
    toast::use_toasts,
};
use crate::wire::{ActionForm, ServerAction};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How a fact is typed.
#[derive(Clone, PartialEq)]
pub enum Entry {
    /// In an input of that type.
    Input(&'static str),
    /// As one of these.
    Choice(Vec<String>),
}

/// One line of facts. Whoever may change it is offered to; `children` is what it says.
#[component]
pub fn Fact(
    lead: RwSignal<LeadPage>,
    field: LeadField,
    #[prop(into)] label: String,
    #[prop(default = Entry::Input("text"))] entry: Entry,
    may_edit: bool,
    children: Children,
) -> impl IntoView {
    let change = may_edit.then(|| view! { <Change lead field label=label.clone() entry /> });
    view! {
        <Detail label>
            <div class="relative pr-8 min-h-7 max-md:min-h-10 max-md:pr-11 grid content-center" data-fact=field.to_string()>
                <div>{children()}</div>
                {change}
            </div>
        </Detail>
    }
}

#[component]
fn Change(lead: RwSignal<LeadPage>, field: LeadField, label: String, entry: Entry) -> impl IntoView {
    let toasts = use_toasts();
    let action = ServerAction::<EditLead>::new();
    let value = action.value();
    let id = lead.with_untracked(|lead| lead.card.id);
    let now = move || lead.with_untracked(|lead| lead.written(field));
    let name = StoredValue::new(field.to_string());
    // What somebody else has written there since is in the error; told of it, one may insist.
    let overtaken = move |error: &AppError| match error {
        AppError::Conflict { current: Some(current), .. } => Some(current.get(name.get_value())?.as_str().unwrap_or_default().to_owned()),
        _ => None,
    };
    // Without script every line of the page is told what went wrong with one; what is about none stands at the first.
    let error = Signal::derive(move || {
        let error = value.get().and_then(Result::err)?;
        let mine = match &error {
            AppError::Invalid { field, .. } if !field.is_empty() => name.with_value(|name| name == field),
            AppError::Conflict { current: Some(_), .. } => overtaken(&error).is_some(),
            _ => field == LeadField::Name || action.sent("lead").is_some(),
        };
        mine.then_some(error)
    });
    let beside = Signal::derive(move || match error.get()? {
        AppError::Invalid { field, message } if !field.is_empty() => Some(message),
        AppError::Conflict { reason, .. } => Some(reason),
        _ => None,
    });
    let trouble = Signal::derive(move || error.get().filter(|_| beside.with(Option::is_none)));
    let was = RwSignal::new(error.get_untracked().as_ref().and_then(overtaken).unwrap_or_else(now));
    let opened = RwSignal::new(0u32);
    let place = NodeRef::<html::Details>::new();
    let failed = error.with_untracked(Option::is_some);
    let close = move || {
        if let Some(details) = place.get_untracked() {
            details.set_open(false);
            let summary =
                details.query_selector("summary").ok().flatten().and_then(|summary| summary.dyn_into::<web_sys::HtmlElement>().ok());
            summary.into_iter().for_each(|summary| drop(summary.focus()));
        }
    };
    let said = StoredValue::new(label.clone());
    Effect::new(move || match value.get() {
        Some(Ok(done)) => {
            let back: Vec<FieldEdit> = done
                .changed
                .iter()
                .map(|change| FieldEdit { field: change.field, was: change.now.clone(), to: change.was.clone() })
                .collect();
            lead.update(|lead| {
                lead.take(&done.changed);
                if lead.card.version <= done.card.version {
                    lead.card = done.card;
                }
            });
            close();
            action.clear();
            if !back.is_empty() {
                toasts.offer_undo(format!("{} changed", said.get_value()), move || {
                    let back = back.clone();
                    async move {
                        let undone = edit_lead(id, back).await?;
                        lead.try_update(|lead| lead.take(&undone.changed));
                        Ok(())
                    }
                });
            }
        }
        Some(Err(error)) => {
            if let Some(now) = overtaken(&error) {
                was.set(now);
            }
        }
        None => {}
    });
    let on_toggle = move |event: leptos::ev::Event| {
        let details: web_sys::HtmlDetailsElement = event_target(&event);
        if !details.open() || error.with_untracked(Option::is_some) {
            return;
        }
        was.set(now());
        opened.update(|times| *times += 1);
        // The field is made afresh first.
        request_animation_frame(move || {
            let entry = details.query_selector("input:not([type=hidden]), select").ok().flatten();
            let entry = entry.and_then(|entry| entry.dyn_into::<web_sys::HtmlElement>().ok());
            entry.into_iter().for_each(|entry| drop(entry.focus()));
        });
    };
    let on_key = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            event.prevent_default();
            event.stop_propagation();
            action.clear();
            close();
        }
    };
    let input = {
        let label = label.clone();
        // Made afresh each time it is opened, and left alone while somebody types.
        move |_| {
            let (label, value) = (label.clone(), now());
            let id = format!("fact-{field}");
            match &entry {
                Entry::Input(kind) => {
                    view! { <Field name="changes[0][to]" id label kind=*kind value error=beside required=field == LeadField::Name autocomplete="off" /> }.into_any()
                }
                Entry::Choice(choices) => {
                    let mut options = vec![(String::new(), "–".to_owned())];
                    // One that is offered no more stays where it was chosen.
                    options.extend(Some(&value).filter(|value| !value.is_empty() && !choices.contains(value)).map(|value| (value.clone(), value.clone())));
                    options.extend(choices.iter().map(|choice| (choice.clone(), choice.clone())));
                    view! { <Select name="changes[0][to]" id label options value error=beside /> }.into_any()
                }
            }
        }
    };
    view! {
        <details node_ref=place open=failed on:toggle=on_toggle on:keydown=on_key class="col-span-full -mr-8 max-md:-mr-11">
            <summary class="btn btn-ghost btn-icon btn-sm absolute right-0 top-0 text-ink-faint!" aria-label=format!("Change {label}") title=format!("Change {label}")>
                <Icon name="pencil" size=14 />
            </summary>
            <ActionForm action>
                <div class="flex flex-col gap-2 pt-0.5 pb-3 [&_label]:sr-only">
                    <Trouble error=trouble />
                    <input type="hidden" name="lead" value=id.to_string() />
                    <input type="hidden" name="changes[0][field]" value=field.to_string() />
                    <input type="hidden" name="changes[0][was]" value=was.get_untracked() prop:value=move || was.get() />
                    <For each=move || [opened.get()] key=|times| *times children=input />
                    <button class="btn btn-sm self-end" aria-busy=move || action.pending().get().then_some("true")>
                        "Save"
                    </button>
                </div>
            </ActionForm>
        </details>
    }
}
