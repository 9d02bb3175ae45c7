//! The tasks of a lead, on its page.

use super::{
    fields::Fields,
    marks::{Due, Tick, mark},
};
use crate::app::use_desk;
use crate::error::AppError;
use crate::tasks::api::{AddTask, EditTask, MarkTask};
use crate::tasks::model::{Task, TaskState};
use crate::ui::{
    avatar::Person,
    icon::Icon,
    marks::Ago,
    moment::{provide_zone, use_zone},
    toast::use_toasts,
};
use crate::values::{LeadId, MutationId, TaskId, UserId};
use crate::wire::{ActionForm, ServerAction, shared};
use leptos::server_fn::ServerFn;
use leptos::{html, prelude::*};

/// Open tasks first, a form for one more, those that are done folded away. `changed` hears of what this
/// person changed; what others change comes in `tasks`.
#[component]
pub fn TaskSection<F: Fn(Task) + Copy + Send + Sync + 'static>(
    lead: LeadId,
    tasks: Memo<Vec<Task>>,
    team: Memo<Vec<UserId>>,
    changed: F,
) -> impl IntoView {
    provide_zone();
    let edit = Editing { action: ServerAction::new(), asked: RwSignal::new(None) };
    let of = move |open: bool| {
        Memo::new(move |_| {
            tasks.with(|tasks| tasks.iter().filter(|task| (task.state == TaskState::Open) == open).cloned().collect::<Vec<_>>())
        })
    };
    let (open, done) = (of(true), of(false));
    // One that was sent without script says in the address what was wrong, and not with which task.
    let refused = move || {
        let unsent = edit.asked.with(Option::is_none);
        edit.action.value().get().and_then(Result::err).filter(|_| unsent).map(|error| format!("Not changed. {error}"))
    };
    // Where a link leads here the browser looked for this before it was there.
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get()
            && window().location().hash().is_ok_and(|hash| hash == "#tasks")
        {
            heading.scroll_into_view();
        }
    });
    view! {
        <section aria-labelledby="tasks">
            <h2 node_ref=heading class="text-sm mb-2" id="tasks">
                "Tasks"
            </h2>
            {move || refused().map(|text| view! { <p class="text-danger-ink text-xs mb-2" role="alert">{text}</p> })}
            <Show when=move || open.with(|open| !open.is_empty())>
                <ul class="panel divide-y divide-line mb-3" aria-label="Open tasks">
                    <For
                        each=move || open.get()
                        key=|task| task.id
                        children=move |task| view! { <Open id=task.id tasks team edit changed /> }
                    />
                </ul>
            </Show>
            <AddForm lead team changed />
            <Show when=move || done.with(|done| !done.is_empty())>
                <details class="group mt-3">
                    <summary class="flex items-center gap-1.5 min-h-8 max-sm:min-h-11 w-fit text-ink-muted hover:text-ink rounded-sm">
                        {move || format!("{} done", done.with(Vec::len))}
                        <span class="flex group-open:rotate-180">
                            <Icon name="chevron-down" size=14 />
                        </span>
                    </summary>
                    <ul class="mt-1.5" aria-label="Tasks that are done">
                        <For each=move || done.get() key=|task| (task.id, task.version) let:task>
                            <Done task changed />
                        </For>
                    </ul>
                </details>
            </Show>
        </section>
    }
}

/// One action for the forms of all rows: what was wrong with one that was sent without script is found in the
/// address once.
#[derive(Clone, Copy)]
struct Editing {
    action: ServerAction<EditTask>,
    /// The task whose form was sent last.
    asked: RwSignal<Option<TaskId>>,
}

impl Editing {
    /// The form of that task is being sent. What was wrong with another is no longer said.
    fn sent(self, task: TaskId) {
        self.action.clear();
        self.asked.set(Some(task));
    }
}

/// Whose it is, as a small picture.
#[component]
fn Whose(person: UserId) -> impl IntoView {
    let desk = use_desk();
    move || desk.with(|desk| desk.colleague(person).cloned()).map(|person| view! { <Person name=person.name tint=person.tint size=20 /> })
}

/// An open task: its row, and behind it the form to change it. Others' changes show in the row; what somebody
/// types in the form stays.
#[component]
fn Open<F: Fn(Task) + Copy + Send + Sync + 'static>(
    id: TaskId,
    tasks: Memo<Vec<Task>>,
    team: Memo<Vec<UserId>>,
    edit: Editing,
    changed: F,
) -> impl IntoView {
    let (toasts, zone) = (use_toasts(), use_zone());
    let now = Memo::new(move |_| tasks.with(|tasks| tasks.iter().find(|task| task.id == id).cloned()));
    let seen = move || now.with_untracked(|task| task.as_ref().map_or(0, |task| task.version));
    let (version, mutation) = (RwSignal::new(seen()), RwSignal::new(shared(MutationId::new)));
    let mine = move || edit.asked.get() == Some(id);
    let answer = move || edit.action.value().get().filter(|_| mine());
    let error = Signal::derive(move || answer().and_then(Result::err));
    let details = NodeRef::<html::Details>::new();
    let opened = RwSignal::new(0u32);
    Effect::new(move || match answer() {
        Some(Ok(task)) => {
            changed(task);
            mutation.set(MutationId::new());
            edit.action.clear();
            details.get_untracked().into_iter().for_each(|details| details.set_open(false));
        }
        // Somebody else was faster; told of it, one may insist.
        Some(Err(AppError::Conflict { .. })) => {
            mutation.set(MutationId::new());
            version.set(seen());
        }
        _ => {}
    });
    let on_toggle = move |_| {
        if details.get_untracked().is_some_and(|details| details.open()) {
            version.set(seen());
            opened.update(|times| *times += 1);
        }
    };
    let dropped = format!("drop-{id}");
    let form = dropped.clone();
    view! {
        <li class="flex items-start gap-1 px-2 py-1" data-task=id.to_string()>
            {move || now.get().map(|task| view! { <Tick task then=changed /> })}
            <details class="group flex-1 min-w-0" node_ref=details on:toggle=on_toggle>
                <summary class="flex items-center gap-2 min-h-8 max-sm:min-h-11 px-1 rounded-sm hover:bg-hover">
                    <span class="flex flex-1 min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
                    {move || {
                        now.get()
                            .map(|task| {
                                view! {
                                    <span class="flex-1 min-w-40 wrap-anywhere">{task.words}</span>
                                    {task.due.map(|due| view! { <Due due /> })}
                                    <Whose person=task.person />
                                }
                            })
                    }}
                    </span>
                    <span class="flex text-ink-faint group-open:rotate-180">
                        <Icon name="chevron-down" size=14 />
                    </span>
                </summary>
                <div class="px-1 pt-2 pb-3" on:submit:capture=move |_| edit.sent(id)>
                    <ActionForm action=edit.action>
                        <div class="flex flex-col gap-3">
                            <Trouble error />
                            <input type="hidden" name="mutation" value=mutation.get_untracked().to_string() prop:value=move || mutation.get().to_string() />
                            <input type="hidden" name="task" value=id.to_string() />
                            <input type="hidden" name="version" value=version.get_untracked().to_string() prop:value=move || version.get().to_string() />
                            // Made afresh when it is opened, and when the browser is awake: then the
                            // reader's zone is known.
                            <For
                                each=move || [(opened.get(), zone.awake())]
                                key=|made| *made
                                children=move |(_, awake)| {
                                    view! { <Fields id=format!("task-{id}") task=now.get_untracked() awake team error /> }
                                }
                            />
                            <div class="flex gap-2">
                                <button class="btn btn-sm" aria-busy=move || (mine() && edit.action.pending().get()).then_some("true")>
                                    "Save"
                                </button>
                                <button class="btn btn-sm btn-ghost btn-danger ml-auto" form=form>
                                    <Icon name="trash-2" size=14 />
                                    "Drop"
                                </button>
                            </div>
                        </div>
                    </ActionForm>
                    <form
                        id=dropped
                        method="post"
                        action=MarkTask::url()
                        on:submit=move |event| {
                            event.prevent_default();
                            if let Some(task) = now.get_untracked() {
                                mark(task, TaskState::Dropped, toasts, changed);
                            }
                        }
                    >
                        <input type="hidden" name="mutation" value=shared(MutationId::new).to_string() />
                        <input type="hidden" name="task" value=id.to_string() />
                        <input type="hidden" name="state" value=TaskState::Dropped.as_str() />
                    </form>
                </div>
            </details>
        </li>
    }
}

/// A task that is done: when, and how to open it again.
#[component]
fn Done<F: Fn(Task) + Copy + Send + Sync + 'static>(task: Task, changed: F) -> impl IntoView {
    let words = task.words.clone();
    let (id, person, at) = (task.id, task.person, task.settled_at);
    view! {
        <li class="flex items-center gap-2 px-2 py-1" data-task=id.to_string()>
            <Tick task then=changed />
            <span class="flex-1 min-w-0 text-ink-muted line-through wrap-anywhere">{words}</span>
            <span class="text-xs text-ink-faint">{at.map(|at| view! { <Ago at /> })}</span>
            <Whose person />
        </li>
    }
}

/// A form for one more.
#[component]
fn AddForm<F: Fn(Task) + Copy + Send + Sync + 'static>(lead: LeadId, team: Memo<Vec<UserId>>, changed: F) -> impl IntoView {
    let add = ServerAction::<AddTask>::new();
    let value = add.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let id = RwSignal::new(shared(TaskId::new));
    let root = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(Ok(task)) = value.get() {
            changed(task);
            id.set(TaskId::new());
            add.clear();
            // Ready for the next one.
            request_animation_frame(move || {
                let first = root.get_untracked().and_then(|root| root.query_selector("input[name=words]").ok().flatten());
                let first = first.and_then(|first| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(first).ok());
                first.into_iter().for_each(|first| drop(first.focus()));
            });
        }
    });
    view! {
        <ActionForm action=add>
            <div class="flex flex-col gap-3" node_ref=root>
                <Trouble error />
                <input type="hidden" name="lead" value=lead.to_string() />
                // Made afresh for each: one that was added leaves empty fields behind.
                <For
                    each=move || [id.get()]
                    key=|id| *id
                    children=move |id| {
                        view! {
                            <input type="hidden" name="task" value=id.to_string() />
                            <Fields id="new-task".to_owned() task=None awake=false team error />
                        }
                    }
                />
                <button class="btn btn-sm self-end" aria-busy=move || add.pending().get().then_some("true")>
                    <Icon name="plus" size=14 />
                    "Add task"
                </button>
            </div>
        </ActionForm>
    }
}

/// What is wrong, if it is not about a field.
#[component]
fn Trouble(error: Signal<Option<AppError>>) -> impl IntoView {
    move || {
        let text = match error.get()? {
            AppError::Invalid { field, message } => field.is_empty().then_some(message)?,
            error => error.to_string(),
        };
        Some(view! {
            <p class="flex items-center gap-2 text-danger-ink text-xs" role="alert">
                <Icon name="circle-alert" size=14 />
                {text}
            </p>
        })
    }
}
