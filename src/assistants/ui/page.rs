//! One assistant: its editor for admins, the same to read for everyone else.

use super::editor::Editor;
use super::knowledge::KnowledgePanel;
use super::list::LiveTag;
use super::reps::RepsPanel;
use super::snippet::Snippet;
use crate::accounts::policy::Action;
use crate::activity::model::Event;
use crate::app::use_desk;
use crate::assistants::api::{SetLive, load_assistant};
use crate::assistants::model::Assistant;
use crate::error::AppError;
use crate::live::client::{Listener, use_live};
use crate::live::topic::Topic;
use crate::route::{Title, use_params_map};
use crate::ui::avatar::Bot;
use crate::ui::empty::Empty;
use crate::ui::skeleton::Skeleton;
use crate::ui::toast::use_toasts;
use crate::values::AssistantId;
use crate::wire::{ActionForm, ServerAction, load};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// An assistant as this page knows it.
#[derive(Clone, Copy)]
pub struct Known {
    /// As it stands now.
    pub now: RwSignal<Assistant>,
    /// As it stood when the editor was opened.
    pub base: RwSignal<Assistant>,
    /// Whether the reader may change it.
    pub edits: bool,
}

impl Known {
    fn new(assistant: Assistant, edits: bool) -> Self {
        Self { now: RwSignal::new(assistant.clone()), base: RwSignal::new(assistant), edits }
    }

    /// Loads it afresh, without touching what is being typed.
    pub fn reload(self) {
        let Some(id) = self.now.try_with_untracked(|now| now.face.id) else { return };
        spawn_local(async move {
            // An error leaves what is shown.
            if let Ok(fresh) = load_assistant(id).await
                && self.now.try_with_untracked(|now| now.version <= fresh.version) == Some(true)
            {
                self.now.set(fresh);
            }
        });
    }

    /// Whether somebody saved another text since the editor was opened.
    pub fn is_stale(self) -> bool {
        let text = |a: &Assistant| (a.face.name.clone(), a.persona.clone(), a.goals.clone(), a.greeting.clone(), a.questions.clone());
        self.now.with(text) != self.base.with(text)
    }

    /// The version that a save names: the newest, unless somebody saved another text since.
    pub fn version(self) -> i32 {
        if self.is_stale() { self.base.with(|base| base.version) } else { self.now.with(|now| now.version) }
    }
}

/// The page at `/assistants/:id`.
#[component]
pub fn AssistantPage() -> impl IntoView {
    let params = use_params_map();
    let wanted = Memo::new(move |_| params.with(|params| params.get("id").and_then(|id| id.parse::<AssistantId>().ok())));
    move || match wanted.get() {
        Some(id) => view! { <Loading id /> }.into_any(),
        None => view! { <Gone /> }.into_any(),
    }
}

#[component]
fn Loading(id: AssistantId) -> impl IntoView {
    let edits = use_desk().with_untracked(|desk| desk.may(Action::EditAssistants));
    let assistant = load(|| (), move |()| load_assistant(id));
    view! {
        <Suspense fallback=|| {
            view! {
                <div class="late p-4 grid lg:grid-cols-2 gap-3" role="status" aria-label="Loading the assistant">
                    <Skeleton class="h-80" />
                    <Skeleton class="h-80" />
                </div>
            }
        }>
            {move || Suspend::new(async move {
                match assistant.await {
                    Ok(assistant) => view! { <Shown assistant edits /> }.into_any(),
                    Err(AppError::NotFound) => view! { <Gone /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Empty title="The assistant could not be loaded" text=error.to_string()>
                                <button class="btn" on:click=move |_| assistant.refetch()>
                                    "Try again"
                                </button>
                            </Empty>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <Empty title="There is no such assistant" text="It may have been removed, or you may not have access to it.">
            <a class="btn" href="/assistants">
                "All assistants"
            </a>
        </Empty>
    }
}

#[component]
fn Shown(assistant: Assistant, edits: bool) -> impl IntoView {
    let known = Known::new(assistant, edits);
    let (id, key) = known.now.with_untracked(|now| (now.face.id, now.public_key.clone()));
    let seq = use_desk().with_untracked(|desk| desk.seq);
    let listener = Listener {
        on_event: Callback::new(move |told: crate::activity::model::Recorded| {
            if matches!(&told.event, Event::AssistantChanged { assistant, .. } if *assistant == id) {
                known.reload();
            }
        }),
        on_pulse: Callback::new(|_| {}),
        on_snapshot: Callback::new(move |()| known.reload()),
    };
    use_live().listen(Topic::Company, seq, listener);
    let face = Memo::new(move |_| known.now.with(|now| now.face.clone()));
    view! {
        <Title text=move || face.get().name />
        <header class="h-(--h-bar) shrink-0 flex items-center gap-3 px-4">
            {move || view! { <span class="flex" aria-hidden="true"><Bot name=face.get().name hue=face.get().hue size=26 /></span> }}
            <h1 class="text-md font-semibold truncate" title=move || face.get().name>
                {move || face.get().name}
            </h1>
            {move || view! { <LiveTag live=face.get().live /> }}
            <div class="ml-auto flex items-center gap-2">
                {edits.then(|| view! { <LiveSwitch known /> })}
                {edits
                    .then(|| {
                        view! {
                            <button class="btn btn-primary" form="assistant">
                                "Save"
                            </button>
                        }
                    })}
            </div>
        </header>
        <div class="flex-1 min-h-0 overflow-y-auto p-4 pt-1">
            <div class="grid grid-cols-1 lg:grid-cols-2 gap-3 items-start max-w-[1400px]">
                <div class="flex flex-col gap-3 min-w-0">
                    // Opened anew when the reader wants to see what somebody else saved.
                    {move || {
                        let base = known.base.get();
                        view! { <Editor base known /> }
                    }}
                </div>
                <div class="flex flex-col gap-3 min-w-0">
                    <section class="panel" aria-labelledby="where">
                        <header class="panel-head">
                            <h2 id="where">"Where it works"</h2>
                            <span class="text-xs text-ink-faint truncate">"put this line on a page"</span>
                        </header>
                        <div class="px-3.5 pb-3.5">
                            <Snippet public_key=key />
                        </div>
                    </section>
                    <KnowledgePanel known />
                    <RepsPanel known />
                </div>
            </div>
        </div>
    }
}

/// Live or paused: acts at once, as a plain form too.
#[component]
fn LiveSwitch(known: Known) -> impl IntoView {
    let (set, toasts) = (ServerAction::<SetLive>::new(), use_toasts());
    let id = known.now.with_untracked(|now| now.face.id);
    // What was asked for and is not confirmed is shown at once.
    let wish = Memo::new(move |_| set.sent("live").map(|live| live == "true"));
    let pending = set.pending();
    let live = move || if pending.get() { wish.get() } else { None }.unwrap_or_else(|| known.now.with(|now| now.face.live));
    Effect::new(move || match set.value().get() {
        Some(Ok(())) => {
            if let Some(live) = wish.get_untracked() {
                known.now.update(|now| now.face.live = live);
            }
        }
        Some(Err(error)) => toasts.error(error.to_string()),
        None => {}
    });
    view! {
        <ActionForm action=set>
            <input type="hidden" name="id" value=id.to_string() />
            <input type="hidden" name="live" value=(!known.now.with_untracked(|now| now.face.live)).to_string() prop:value=move || (!live()).to_string() />
            <button class="btn" role="switch" aria-checked=move || if live() { "true" } else { "false" } aria-label="Answers visitors">
                {move || if live() { "Pause" } else { "Set live" }}
            </button>
        </ActionForm>
    }
}
