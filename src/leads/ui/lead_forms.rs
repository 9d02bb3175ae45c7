//! The form of the lead page that gives it to somebody. They work without script.

use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::{AssignLead, assign_lead};
use crate::leads::model::Card;
use crate::ui::{field::Select, icon::Icon, toast::use_toasts};
use crate::values::LeadId;
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
