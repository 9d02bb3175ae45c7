//! All assistants in one's reach.

use super::snippet::Snippet;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::assistants::api::{CreateAssistant, load_assistants};
use crate::assistants::model::Assistant;
use crate::route::{Title, use_navigate};
use crate::ui::avatar::{Bot, Person};
use crate::ui::empty::Empty;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::shell::PageBar;
use crate::ui::skeleton::Skeleton;
use crate::values::AssistantId;
use crate::wire::{ActionForm, ServerAction, load, shared};
use leptos::prelude::*;

/// The page at `/assistants`.
#[component]
pub fn AssistantsPage() -> impl IntoView {
    let desk = use_desk();
    let edits = desk.with_untracked(|desk| desk.may(Action::EditAssistants));
    let assistants = load(|| (), |()| load_assistants());
    view! {
        <Title text="Assistants" />
        <PageBar title="Assistants" />
        <div class="flex-1 min-h-0 overflow-y-auto px-4 pb-4 flex flex-col gap-3">
            <Suspense fallback=|| {
                view! {
                    <div class="late flex flex-col gap-3" role="status" aria-label="Loading assistants">
                        <Skeleton class="h-32" />
                        <Skeleton class="h-32" />
                    </div>
                }
            }>
                {move || Suspend::new(async move {
                    match assistants.await {
                        Ok(list) if list.is_empty() => {
                            let text = if edits {
                                "An assistant answers your visitors, asks what you want to know, and fetches a person. Name the first one below."
                            } else {
                                "An admin has not given you an assistant yet."
                            };
                            view! { <Empty title="No assistants here" text /> }.into_any()
                        }
                        Ok(list) => {
                            view! {
                                <ul class="grid grid-cols-1 xl:grid-cols-2 gap-3">
                                    {list.into_iter().map(|assistant| view! { <Face assistant /> }).collect_view()}
                                </ul>
                            }
                                .into_any()
                        }
                        Err(error) => {
                            view! {
                                <Empty title="The assistants could not be loaded" text=error.to_string()>
                                    <button class="btn" on:click=move |_| assistants.refetch()>
                                        "Try again"
                                    </button>
                                </Empty>
                            }
                                .into_any()
                        }
                    }
                })}
            </Suspense>
            {edits.then(|| view! { <New /> })}
        </div>
    }
}

/// One assistant in the list.
#[component]
fn Face(assistant: Assistant) -> impl IntoView {
    let desk = use_desk();
    let Assistant { face, public_key, goals, knowledge, questions, reps, .. } = assistant;
    let people = desk.with_untracked(|desk| reps.iter().filter_map(|id| desk.colleague(*id).cloned()).collect::<Vec<_>>());
    let count = |n: usize, one: &str, many: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {many}") };
    let facts = [count(knowledge.len(), "piece of knowledge", "pieces of knowledge"), count(questions.len(), "question", "questions")];
    view! {
        <li class="panel p-3.5 flex flex-col gap-3 min-w-0" data-assistant=face.id.to_string()>
            <div class="flex items-center gap-3 min-w-0">
                <span class="flex" aria-hidden="true">
                    <Bot name=face.name.clone() hue=face.hue size=40 />
                </span>
                <div class="min-w-0 flex-1">
                    <h2 class="text-sm flex items-center gap-2">
                        <a class="truncate hover:underline" href=format!("/assistants/{}", face.id) title=face.name.clone()>
                            {face.name.clone()}
                        </a>
                        <LiveTag live=face.live />
                    </h2>
                    <p class="text-xs text-ink-faint">{facts.join(", ")}</p>
                </div>
                <span class="stack">
                    {people.into_iter().take(4).map(|person| view! { <Person name=person.name tint=person.tint size=24 /> }).collect_view()}
                </span>
            </div>
            {(!goals.is_empty()).then(|| view! { <p class="text-ink-muted line-clamp-2 wrap-anywhere" title=goals.clone()>{goals.clone()}</p> })}
            <div class="mt-auto">
                <Snippet public_key />
            </div>
        </li>
    }
}

/// Live or paused, in a word.
#[component]
pub fn LiveTag(live: bool) -> impl IntoView {
    if live {
        view! {
            <span class="tag tag-beam">
                <i class="live size-1.5!"></i>
                "Live"
            </span>
        }
        .into_any()
    } else {
        view! {
            <span class="tag">
                <Icon name="pause" size=12 />
                "Paused"
            </span>
        }
        .into_any()
    }
}

/// A form for one more.
#[component]
fn New() -> impl IntoView {
    let create = ServerAction::<CreateAssistant>::new();
    let id = shared(AssistantId::new);
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(made)) = create.value().get() {
            navigate.to(&format!("/assistants/{}", made.face.id));
        }
    });
    let error = Signal::derive(move || create.value().with(|value| value.as_ref()?.as_ref().err().map(ToString::to_string)));
    view! {
        <section class="panel" aria-labelledby="new-assistant">
            <header class="panel-head">
                <h2 id="new-assistant">"Make another"</h2>
                <span class="text-xs text-ink-faint truncate">"paused until you set it live"</span>
            </header>
            <div class="px-3.5 pb-3.5">
                <ActionForm action=create>
                    <div class="flex flex-wrap items-end gap-2">
                        <input type="hidden" name="id" value=id.to_string() />
                        <div class="flex-1 min-w-56 max-w-96">
                            <Field name="name" id="new-name" label="Name" required=true error autocomplete="off" />
                        </div>
                        <button class="btn" aria-busy=move || create.pending().get().then_some("true")>
                            <Icon name="plus" size=14 />
                            "Make it"
                        </button>
                    </div>
                </ActionForm>
            </div>
        </section>
    }
}
