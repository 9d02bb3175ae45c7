//! Adding a lead by hand: in a dialog, or as a part of the page where there is no script.

use super::board::BoardContext;
use crate::areas;
use crate::error::AppError;
use crate::leads::api::CreateLead;
use crate::leads::model::{Card, Outcome};
use crate::ui::{
    dialog::Dialog,
    field::{Field, Select},
    icon::Icon,
    toast::use_toasts,
};
use crate::values::MutationId;
use crate::wire::{ActionForm, ServerAction, read};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The dialog. What is in it comes as a part of its own when it is first opened.
#[component]
pub fn NewLeadDialog() -> impl IntoView {
    let context: BoardContext = expect_context();
    view! {
        <Dialog open=context.form title="New lead">
            <Suspense fallback=|| view! { <p class="text-ink-faint">"Loading…"</p> }>{move || Suspend::new(areas::new_lead())}</Suspense>
        </Dialog>
    }
}

/// The form in the dialog, which closes when the lead is there.
pub fn new_lead() -> AnyView {
    let context: BoardContext = expect_context();
    let (toasts, create) = (use_toasts(), ServerAction::<CreateLead>::new());
    Effect::new(move || {
        if let Some(Ok(card)) = create.value().get() {
            toasts.say(format!("{} added to {}", card.name, context.board.stage_name(card.stage)));
            context.form.set(false);
            context.tab.set(card.stage);
            context.board.added(card);
        }
    });
    // It may have come later than the dialog, which looks for a field to begin with when it opens.
    request_animation_frame(|| {
        let first = document().get_element_by_id("dialog-name").and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok());
        // Fails only for a dialog that is closed again.
        let _ = first.map(|first| first.focus());
    });
    view! { <NewLeadForm create prefix="dialog" mutation=MutationId::new() /> }.into_any()
}

/// The same form as a part of the page, at `/board?new=1`: for browsers whose script has not come.
#[component]
pub fn NewLeadPanel() -> impl IntoView {
    let create = ServerAction::<CreateLead>::new();
    view! {
        <section class="panel mx-4 mb-3 p-4 max-w-lg shrink-0 overflow-y-auto" aria-labelledby="new-lead">
            <h2 class="text-md mb-3" id="new-lead">
                "New lead"
            </h2>
            <NewLeadForm create prefix="panel" mutation=MutationId::new() />
        </section>
    }
}

#[component]
fn NewLeadForm(create: ServerAction<CreateLead>, prefix: &'static str, mutation: MutationId) -> impl IntoView {
    let context: BoardContext = expect_context();
    let stages: Vec<(String, String)> = context
        .board
        .stages()
        .into_iter()
        .filter(|stage| stage.outcome == Outcome::Open)
        .map(|stage| (stage.id.to_string(), stage.name))
        .collect();
    let stage = context.form_stage.get_untracked().map(|id| id.to_string()).unwrap_or_default();
    let error = create.value();
    let of = move |field: &'static str| {
        Signal::derive(move || match error.get() {
            Some(Err(AppError::Invalid { field: bad, message })) if bad == field => Some(message),
            _ => None,
        })
    };
    let whole = move || match error.get() {
        Some(Err(AppError::Invalid { field, message })) if field.is_empty() => Some(message),
        Some(Err(AppError::Invalid { .. })) | Some(Ok(_)) | None => None,
        Some(Err(other)) => Some(other.to_string()),
    };
    // The lead that has the address or the number already.
    let there = move || match error.get() {
        Some(Err(AppError::Conflict { current, .. })) => current.and_then(|card| Some(read::<Card>(&card)?.id)),
        _ => None,
    };
    let id = move |name: &str| format!("{prefix}-{name}");
    view! {
        <ActionForm action=create>
            <div class="flex flex-col gap-3">
                {move || {
                    whole()
                        .map(|text| {
                            view! {
                                <p class="flex items-center gap-2 text-danger-ink" role="alert">
                                    <Icon name="circle-alert" />
                                    <span class="min-w-0 wrap-anywhere">{text}</span>
                                </p>
                            }
                        })
                }}
                {move || {
                    there()
                        .map(|lead| {
                            view! {
                                <div class="flex flex-wrap items-center gap-x-4 gap-y-1.5 text-sm">
                                    <a class="underline underline-offset-2" href=format!("/leads/{lead}")>
                                        "Open that lead"
                                    </a>
                                    <label class="flex items-center gap-2">
                                        <input type="checkbox" name="anyway" value="yes" />
                                        "Add this one all the same"
                                    </label>
                                </div>
                            }
                        })
                }}
                // What the server wrote here stays when the browser takes the page over.
                <input type="hidden" name="mutation" value=mutation.to_string() />
                <Field name="name" id=id("name") label="Name" autocomplete="off" required=true autofocus=true error=of("name") />
                <Field name="organisation" id=id("organisation") label="Company" autocomplete="off" error=of("organisation") />
                <div class="grid grid-cols-2 gap-3">
                    <Field name="email" id=id("email") label="Email" kind="email" autocomplete="off" error=of("email") />
                    <Field name="phone" id=id("phone") label="Phone" kind="tel" autocomplete="off" error=of("phone") />
                    <Field name="value" id=id("value") label="Value" placeholder="84,000" autocomplete="off" error=of("value") />
                    <Select name="stage" id=id("stage") label="Stage" options=stages value=stage error=of("stage") />
                </div>
                <div class="flex justify-end gap-2 pt-1">
                    <a
                        class="btn btn-ghost"
                        href="/board"
                        on:click=move |event| {
                            if context.form.get_untracked() {
                                event.prevent_default();
                                context.form.set(false);
                            }
                        }
                    >
                        "Cancel"
                    </a>
                    <button class="btn btn-primary" aria-busy=move || create.pending().get().then_some("true")>
                        "Add lead"
                    </button>
                </div>
            </div>
        </ActionForm>
    }
}
