//! What an assistant knows: pieces of text, each named as the source when it is used.

use super::page::Known;
use crate::assistants::api::{AddKnowledge, EditKnowledge, RemoveKnowledge, add_knowledge, remove_knowledge};
use crate::assistants::model::Knowledge;
use crate::error::AppError;
use crate::ui::field::{Field, TextArea};
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
use crate::values::KnowledgeId;
use crate::wire::{ActionForm, ServerAction, shared};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;

/// The error of a field after a save, as its input shows it.
fn at<T: Send + Sync + 'static>(
    value: impl Fn() -> Option<Result<T, AppError>> + Copy + Send + Sync + 'static,
    field: &'static str,
) -> Signal<Option<String>> {
    // What is about no field stands at the last one.
    Signal::derive(move || {
        let error = value()?.err()?;
        (error.field() == Some(field) || (field == "body" && error.field() != Some("title"))).then(|| error.to_string())
    })
}

/// The pieces, and a form for one more.
#[component]
pub fn KnowledgePanel(known: Known) -> impl IntoView {
    let count = move || known.now.with(|now| now.knowledge.len());
    view! {
        <section class="panel" aria-labelledby="knowledge-head">
            <header class="panel-head">
                <h2 id="knowledge-head">"Knowledge"</h2>
                <span class="text-xs text-ink-faint num">
                    {move || if count() == 1 { "1 piece".into() } else { format!("{} pieces", count()) }}
                </span>
            </header>
            <div class="px-3.5 pb-3.5">
                {move || {
                    (count() == 0)
                        .then(|| view! { <p class="text-ink-muted mb-2">"It knows nothing yet, so it fetches a person for every question."</p> })
                }}
                <ul>
                    <For each=move || known.now.with(|now| now.knowledge.clone()) key=|piece| key(piece) let(piece)>
                        <Piece piece known />
                    </For>
                </ul>
                {known.edits.then(|| view! { <Add known /> })}
            </div>
        </section>
    }
}

/// A piece that was changed is shown anew.
fn key(piece: &Knowledge) -> (KnowledgeId, String, String) {
    (piece.id, piece.title.clone(), piece.body.clone())
}

/// One piece: its title, and behind it the text or the form to change it.
#[component]
fn Piece(piece: Knowledge, known: Known) -> impl IntoView {
    let (id, body, title) = (piece.id, piece.body.clone(), piece.title.clone());
    view! {
        <li class="border-b border-line last:border-b-0" data-knowledge=id.to_string()>
            <details class="group">
                <summary class="flex items-center gap-2 min-h-9 rounded-sm hover:bg-hover px-1 -mx-1">
                    <span class="flex text-ink-faint">
                        <Icon name="file-text" />
                    </span>
                    <span class="flex-1 truncate" title=title.clone()>
                        {title.clone()}
                    </span>
                    <span class="flex text-ink-faint group-open:rotate-180">
                        <Icon name="chevron-down" size=14 />
                    </span>
                </summary>
                {if known.edits {
                    view! { <EditPiece piece known /> }.into_any()
                } else {
                    view! { <p class="py-2 text-ink-muted whitespace-pre-wrap wrap-anywhere">{body}</p> }.into_any()
                }}
            </details>
        </li>
    }
}

#[component]
fn EditPiece(piece: Knowledge, known: Known) -> impl IntoView {
    let (save, toasts) = (ServerAction::<EditKnowledge>::new(), use_toasts());
    let assistant = known.now.with_untracked(|now| now.face.id);
    let id = piece.id;
    Effect::new(move || {
        if let Some(Ok(saved)) = save.value().get() {
            toasts.say(format!("“{}” is saved.", saved.title));
            known.reload();
        }
    });
    let value = move || save.value().get();
    let kept = StoredValue::new(piece.clone());
    // Done at once; Undo brings back the same piece.
    let on_remove = move |event: SubmitEvent| {
        event.prevent_default();
        let piece = kept.get_value();
        known.now.update(|now| now.knowledge.retain(|other| other.id != piece.id));
        spawn_local(async move {
            match remove_knowledge(assistant, piece.id).await {
                Ok(()) => {
                    let title = piece.title.clone();
                    let undo = Callback::new(move |()| {
                        let piece = piece.clone();
                        spawn_local(async move {
                            if let Err(error) = add_knowledge(assistant, piece.id, piece.title, piece.body).await {
                                toasts.error(error.to_string());
                            }
                            known.reload();
                        });
                    });
                    toasts.undo(format!("“{title}” is removed."), undo);
                }
                Err(error) => toasts.error(error.to_string()),
            }
            known.reload();
        });
    };
    let form_id = format!("forget-{id}");
    let of_form = form_id.clone();
    view! {
        <div class="py-2">
            <ActionForm action=save>
                <div class="flex flex-col gap-2">
                    <input type="hidden" name="assistant" value=assistant.to_string() />
                    <input type="hidden" name="id" value=id.to_string() />
                    <Field name="title" id=format!("title-{id}") label="Title" value=piece.title required=true error=at(value, "title") />
                    <TextArea name="body" id=format!("body-{id}") label="What there is to know" value=piece.body rows=6 required=true error=at(value, "body") />
                    <div class="flex gap-2">
                        <button class="btn btn-sm" aria-busy=move || save.pending().get().then_some("true")>
                            "Save this piece"
                        </button>
                        <button class="btn btn-sm btn-ghost btn-danger ml-auto" form=of_form>
                            <Icon name="trash-2" size=14 />
                            "Remove"
                        </button>
                    </div>
                </div>
            </ActionForm>
            <form id=form_id method="post" action=RemoveKnowledge::url() on:submit=on_remove>
                <input type="hidden" name="assistant" value=assistant.to_string() />
                <input type="hidden" name="id" value=id.to_string() />
            </form>
        </div>
    }
}

/// A form for one more piece; opened anew, with another id, after each.
#[component]
fn Add(known: Known) -> impl IntoView {
    let (add, toasts) = (ServerAction::<AddKnowledge>::new(), use_toasts());
    let assistant = known.now.with_untracked(|now| now.face.id);
    let first = shared(KnowledgeId::new);
    let (id, is_open) = (RwSignal::new(first), RwSignal::new(false));
    Effect::new(move || {
        if let Some(Ok(piece)) = add.value().get() {
            toasts.say(format!("“{}” is learned.", piece.title));
            id.set(KnowledgeId::new());
            is_open.set(false);
            known.reload();
        }
    });
    let value = move || add.value().get();
    view! {
        <details class="mt-2" prop:open=move || is_open.get()>
            <summary
                class="btn btn-sm"
                on:click=move |event| {
                    event.prevent_default();
                    is_open.update(|open| *open = !*open);
                }
            >
                <Icon name="plus" size=14 />
                "Add a piece"
            </summary>
            <ActionForm action=add>
                {move || {
                    let id = id.get();
                    view! {
                        <div class="flex flex-col gap-2 pt-3">
                            <input type="hidden" name="assistant" value=assistant.to_string() />
                            <input type="hidden" name="id" value=id.to_string() />
                            <Field name="title" id="new-title" label="Title" required=true hint="Visitors see it as the source." error=at(value, "title") />
                            <TextArea name="body" id="new-body" label="What there is to know" rows=6 required=true error=at(value, "body") />
                            <div>
                                <button class="btn btn-sm" aria-busy=move || add.pending().get().then_some("true")>
                                    "Teach it"
                                </button>
                            </div>
                        </div>
                    }
                }}
            </ActionForm>
        </details>
    }
}
