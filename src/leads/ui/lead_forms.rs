//! The forms of the lead page: details, owner, notes. They work without script.

use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::{AssignLead, EditLead, WriteNote, assign_lead, edit_lead};
use crate::leads::model::Card;
use crate::leads::page::LeadPage;
use crate::ui::{
    field::{Field, Select, TextArea},
    icon::Icon,
    toast::use_toasts,
};
use crate::values::{LeadId, Money, MutationId};
use crate::wire::{ActionForm, FromWire, ServerAction, ToWire};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;

/// What is wrong with one field; None for the others.
pub fn of(error: Signal<Option<AppError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || match error.get() {
        Some(AppError::Invalid { field: bad, message }) if bad == field => Some(message),
        _ => None,
    })
}

/// What is wrong, if it is not about a field.
#[component]
pub fn Trouble(error: Signal<Option<AppError>>) -> impl IntoView {
    let text = move || match error.get()? {
        AppError::Invalid { field, message } => field.is_empty().then_some(message),
        error => Some(error.to_string()),
    };
    move || {
        text().map(|text| {
            view! {
                <p class="flex items-center gap-2 text-danger-ink text-xs" role="alert">
                    <Icon name="circle-alert" size=14 />
                    {text}
                </p>
            }
        })
    }
}

/// What something was when the form was sent, which is what Undo goes back to: by the time the answer is there
/// its event may have been heard.
pub fn as_sent<S, T>(action: ServerAction<S>, now: impl Fn() -> T + 'static) -> StoredValue<Option<T>>
where
    S: ServerFn<Error = AppError, Output: FromWire + Sync> + ToWire + 'static,
    T: Send + Sync + 'static,
{
    let before = StoredValue::new(None);
    Effect::new(move || {
        if action.pending().get() {
            before.set_value(Some(now()));
        }
    });
    before
}

/// A value as one would type it; nothing if it is nothing.
fn typed(value: Money) -> String {
    if value.minor == 0 { String::new() } else { value.full().trim_start_matches(value.currency.sign()).to_owned() }
}

/// The version that the person saw when they began.
#[component]
fn Version(#[prop(into)] version: Signal<i32>) -> impl IntoView {
    view! {
        <input
            type="hidden"
            name="version"
            value=version.get_untracked().to_string()
            prop:value=move || version.get().to_string()
        />
    }
}

/// Name, company, value, e-mail, phone.
#[component]
pub fn EditForm(lead: RwSignal<LeadPage>) -> impl IntoView {
    let toasts = use_toasts();
    let action = ServerAction::<EditLead>::new();
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let id = lead.with_untracked(|lead| lead.card.id);
    let now = move || lead.with_untracked(|lead| lead.card.version);
    // Somebody else's change since then is a conflict; told of it, one may insist.
    let version = RwSignal::new(now());
    let opened = RwSignal::new(0u32);
    let before = as_sent(action, move || lead.get_untracked());
    Effect::new(move || {
        if matches!(value.get(), Some(Err(AppError::Conflict { .. }))) {
            version.set(now());
        }
    });
    Effect::new(move || {
        if let Some(Ok(card)) = value.get() {
            let was = before.get_value();
            let saved = card.version;
            toasts.offer_undo("Details saved", move || {
                let was = was.clone();
                async move {
                    let Some(LeadPage { card, email, phone, .. }) = was else { return Ok(()) };
                    let (name, worth) = (card.name.clone(), typed(card.value));
                    edit_lead(card.id, saved, name, card.organisation.clone(), worth, email.clone(), phone.clone()).await?;
                    // Those two are told to nobody; the page may have been left.
                    lead.try_update(|lead| (lead.email, lead.phone) = (email, phone));
                    Ok(())
                }
            });
            let sent = |field| untrack(|| action.sent(field));
            lead.update(|lead| {
                if lead.card.version <= card.version {
                    lead.card = card;
                }
                if let (Some(email), Some(phone)) = (sent("email"), sent("phone")) {
                    lead.email = email.trim().to_lowercase();
                    lead.phone = phone.trim().to_owned();
                }
            });
            version.set(now());
            action.clear();
        }
    });
    let failed = value.with_untracked(|value| matches!(value, Some(Err(_))));
    // Made afresh each time it is opened, and left alone while somebody types.
    let fields = move |_| {
        let now = lead.with_untracked(Clone::clone);
        let worth = typed(now.card.value);
        view! {
            <Field name="name" label="Name" value=now.card.name required=true error=of(error, "name") />
            <Field name="organisation" label="Company" value=now.card.organisation error=of(error, "organisation") />
            <Field name="value" label="Value" value=worth error=of(error, "value") />
            <Field name="email" label="Email" kind="email" value=now.email error=of(error, "email") />
            <Field name="phone" label="Phone" kind="tel" value=now.phone error=of(error, "phone") />
        }
    };
    view! {
        <details
            open=failed
            on:toggle=move |event| {
                if event_target::<web_sys::HtmlDetailsElement>(&event).open() && value.with_untracked(|value| !matches!(value, Some(Err(_)))) {
                    version.set(now());
                    opened.update(|times| *times += 1);
                }
            }
        >
            <summary class="btn btn-sm w-full">
                <Icon name="pencil" size=14 />
                "Change details"
            </summary>
            <ActionForm action>
                <div class="flex flex-col gap-3 pt-3">
                    <Trouble error />
                    <input type="hidden" name="lead" value=id.to_string() />
                    <Version version />
                    <For each=move || [opened.get()] key=|times| *times children=fields />
                    <button class="btn" aria-busy=move || action.pending().get().then_some("true")>
                        "Save"
                    </button>
                </div>
            </ActionForm>
        </details>
    }
}

/// Whose lead it is.
#[component]
pub fn AssignForm(lead: LeadId, card: Memo<Card>) -> impl IntoView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let action = ServerAction::<AssignLead>::new();
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let before = as_sent(action, move || card.with_untracked(|card| card.owner));
    Effect::new(move || {
        if let Some(Ok(card)) = value.get() {
            let name = card.owner.and_then(|id| desk.with_untracked(|desk| desk.colleague(id).map(|owner| owner.name.clone())));
            let text = name.map_or_else(|| "Given to nobody".to_owned(), |name| format!("Given to {name}"));
            let was = before.get_value().flatten().map(|id| id.to_string()).unwrap_or_default();
            let version = card.version;
            toasts.offer_undo(text, move || {
                let given_back = assign_lead(lead, version, was.clone());
                async move { given_back.await.map(drop) }
            });
            action.clear();
        }
    });
    let owner = move || card.with(|card| card.owner.map(|id| id.to_string())).unwrap_or_default();
    let choice =
        move |owner: String| {
            let mut options = vec![(String::new(), "Nobody".to_owned())];
            options.extend(desk.with_untracked(|desk| {
                desk.colleagues.iter().map(|person| (person.id.to_string(), person.name.clone())).collect::<Vec<_>>()
            }));
            view! { <Select name="owner" label="Give it to" options value=owner error=of(error, "owner") /> }
        };
    view! {
        <ActionForm action>
            <div class="flex flex-col gap-2">
                <Trouble error />
                <input type="hidden" name="lead" value=lead.to_string() />
                <Version version=Signal::derive(move || card.with(|card| card.version)) />
                // Made afresh when the owner changes: what was chosen before must not linger.
                <For each=move || [owner()] key=|owner| owner.clone() children=choice />
                <button class="btn btn-sm self-end" aria-busy=move || action.pending().get().then_some("true")>
                    "Assign"
                </button>
            </div>
        </ActionForm>
    }
}

/// A private note.
#[component]
pub fn NoteForm(lead: LeadId) -> impl IntoView {
    let action = ServerAction::<WriteNote>::new();
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let note = RwSignal::new(MutationId::new());
    Effect::new(move || {
        if let Some(Ok(())) = value.get() {
            note.set(MutationId::new());
            action.clear();
        }
    });
    // Made afresh for each note: one that was written leaves an empty field behind.
    let text = move |_| {
        view! { <TextArea name="body" label="Note" rows=2 placeholder="Only your team sees notes" error=of(error, "body") required=true /> }
    };
    view! {
        <ActionForm action>
            <div class="flex flex-col gap-2">
                <Trouble error />
                <input type="hidden" name="lead" value=lead.to_string() />
                <input type="hidden" name="note" value=note.get_untracked().to_string() prop:value=move || note.get().to_string() />
                <For each=move || [note.get()] key=|note| *note children=text />
                <button class="btn btn-sm self-end" aria-busy=move || action.pending().get().then_some("true")>
                    "Write note"
                </button>
            </div>
        </ActionForm>
    }
}
