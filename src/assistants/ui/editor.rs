//! The form of what an assistant is and what it asks. Uncontrolled fields: nothing that happens
//! elsewhere can take away what is being typed.

use super::page::Known;
use super::questions::Questions;
use crate::assistants::api::SaveAssistant;
use crate::assistants::model::Assistant;
use crate::error::AppError;
use crate::ui::field::{Field, TextArea};
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
use crate::wire::{ActionForm, ServerAction};
use leptos::{html, prelude::*};

/// The names of the fields that show their own error.
const FIELDS: [&str; 5] = ["name", "persona", "goals", "greeting", "questions"];

/// Persona, goals, greeting, questions.
#[component]
pub fn Editor(base: Assistant, known: Known) -> impl IntoView {
    let (save, toasts) = (ServerAction::<SaveAssistant>::new(), use_toasts());
    let form = NodeRef::<html::Form>::new();
    let forced = RwSignal::new(None::<i32>);
    let version = move || forced.get().unwrap_or_else(|| known.version());
    Effect::new(move || match save.value().get() {
        Some(Ok(saved)) => {
            let text = format!("{} is saved.", saved.face.name);
            known.now.set(saved.clone());
            known.base.set(saved);
            toasts.say(text);
        }
        // What was typed stays; the banner asks what to do with it.
        Some(Err(AppError::Conflict { .. })) => known.reload(),
        _ => {}
    });
    let failure = move || save.value().with(|value| value.as_ref().and_then(|value| value.as_ref().err().cloned()));
    let at = move |field: &'static str| {
        Signal::derive(move || failure().filter(|error| error.field() == Some(field)).map(|error| error.to_string()))
    };
    let elsewhere = move || {
        failure()
            .filter(|error| !matches!(error, AppError::Conflict { .. }) && !error.field().is_some_and(|field| FIELDS.contains(&field)))
            .map(|error| error.to_string())
    };
    let disabled = !known.edits;
    view! {
        <ActionForm action=save node_ref=form id="assistant" class="flex flex-col gap-3">
            <input type="hidden" name="id" value=base.face.id.to_string() />
            <input type="hidden" name="version" value=base.version prop:value=version />
            {move || {
                (known.edits && (known.is_stale() || matches!(failure(), Some(AppError::Conflict { .. }))))
                    .then(|| view! { <Conflict known form forced /> })
            }}
            {move || {
                elsewhere()
                    .map(|error| {
                        view! {
                            <p class="panel p-3 flex items-center gap-2 text-danger-ink" role="alert">
                                <Icon name="circle-alert" size=14 />
                                {error}
                            </p>
                        }
                    })
            }}
            <section class="panel" aria-labelledby="persona-head">
                <header class="panel-head">
                    <h2 id="persona-head">"Persona"</h2>
                    <span class="text-xs text-ink-faint truncate">"how it comes across"</span>
                </header>
                <div class="px-3.5 pb-3.5 flex flex-col gap-3">
                    <Field name="name" label="Name" value=base.face.name required=true autocomplete="off" disabled error=at("name") />
                    <TextArea name="persona" label="In its own words" value=base.persona rows=5 disabled error=at("persona") />
                    <TextArea
                        name="greeting"
                        label="First line"
                        value=base.greeting
                        rows=2
                        required=true
                        disabled
                        error=at("greeting")
                        hint="The visitor sees it before they write."
                    />
                </div>
            </section>
            <section class="panel" aria-labelledby="goals-head">
                <header class="panel-head">
                    <h2 id="goals-head">"Goals"</h2>
                    <span class="text-xs text-ink-faint truncate">"what it is there for"</span>
                </header>
                <div class="px-3.5 pb-3.5">
                    <TextArea name="goals" label="Goals, one a line" value=base.goals rows=4 disabled error=at("goals") />
                </div>
            </section>
            <Questions questions=base.questions disabled error=at("questions") />
        </ActionForm>
    }
}

/// Somebody saved it since: keep theirs, or save over it. What was typed is still in the form.
#[component]
fn Conflict(known: Known, form: NodeRef<html::Form>, forced: RwSignal<Option<i32>>) -> impl IntoView {
    let save_mine = move |_| {
        forced.set(Some(known.now.with_untracked(|now| now.version)));
        // After the version is in the form.
        request_animation_frame(move || {
            if let Some(form) = form.get_untracked() {
                // Refused only when a field is not filled in; the browser then says which.
                let _ = form.request_submit();
            }
            forced.set(None);
        });
    };
    let show_theirs = move |_| known.base.set(known.now.get_untracked());
    view! {
        <div class="panel p-3 flex flex-wrap items-center gap-2 bg-warning-soft! text-warning-ink" role="alert">
            <Icon name="triangle-alert" />
            <p class="flex-1 min-w-56">"Somebody saved this assistant since you opened it. What you typed is still here."</p>
            <button type="button" class="btn btn-sm" on:click=show_theirs>
                "Show theirs"
            </button>
            <button type="button" class="btn btn-sm" on:click=save_mine>
                "Save mine over it"
            </button>
        </div>
    }
}
