//! `/tasks`: what one has to do, across leads.

use super::due::{Urgency, said};
use super::marks::{Due, Tick};
use crate::accounts::policy::Action;
use crate::activity::model::{Event, Recorded};
use crate::app::use_desk;
use crate::error::AppError;
use crate::live::client::{Listener, use_live};
use crate::live::topic::Topic;
use crate::route::{Title, use_query_map};
use crate::tasks::api::load_tasks;
use crate::tasks::model::{Task, TaskRow, TaskState, TasksPage};
use crate::ui::{
    clock::use_clock,
    empty::Empty,
    icon::Icon,
    moment::{provide_zone, use_zone},
    shell::PageBar,
};
use crate::values::UserId;
use crate::wire::load;
use leptos::prelude::*;

/// The page. `of` in the address names a colleague, `after` where the page before ended.
#[component]
pub fn MyTasksPage() -> impl IntoView {
    provide_zone();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| ["of", "after"].map(|name| query.get(name).unwrap_or_default())));
    let loaded = load(move || asked.get(), |[of, after]| load_tasks(of, after));
    view! {
        <Title text="Tasks" />
        <PageBar title="Tasks">
            <Colleague asked />
        </PageBar>
        <div class="flex-1 min-h-0 overflow-y-auto px-4 pb-6">
            <Transition>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(page) => view! { <List loaded=page first=asked.with_untracked(|[_, after]| after.is_empty()) /> }.into_any(),
                        Err(error) => view! { <Absent error /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Absent(error: AppError) -> impl IntoView {
    view! {
        <Empty title="These tasks cannot be shown" text=error.to_string()>
            <a class="btn" href="/tasks">
                "Your own tasks"
            </a>
        </Empty>
    }
}

/// Whose tasks are shown; for those who may see a colleague's.
#[component]
fn Colleague(asked: Memo<[String; 2]>) -> impl IntoView {
    let desk = use_desk();
    let may = desk.with_untracked(|desk| desk.may(Action::SeeOthersTasks));
    let options = move || {
        let (chosen, me) = (asked.with(|[of, _]| of.clone()), desk.with(|desk| desk.me.as_ref().map(|me| me.user)));
        desk.with(|desk| {
            desk.colleagues
                .iter()
                .map(|person| {
                    let own = Some(person.id) == me;
                    let value = if own { String::new() } else { person.id.to_string() };
                    let selected = value == chosen || (own && chosen == person.id.to_string());
                    view! {
                        <option value=value selected=selected>
                            {if own { "Mine".to_owned() } else { person.name.clone() }}
                        </option>
                    }
                })
                .collect_view()
        })
    };
    may.then(|| {
        view! {
            <form method="get" action="/tasks" class="flex gap-2">
                <span class="relative block">
                    <select name="of" class="field pr-8" aria-label="Whose tasks">
                        {options}
                    </select>
                    <span class="absolute inset-y-0 right-2 grid place-content-center pointer-events-none text-ink-faint">
                        <Icon name="chevron-down" size=14 />
                    </span>
                </span>
                <button class="btn">"Show"</button>
            </form>
        }
    })
}

/// The parts of the list, in the order in which a person's tasks stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Late,
    Today,
    Later,
    SomeTime,
}

impl Part {
    const ALL: [(Self, &str); 4] = [(Self::Late, "Overdue"), (Self::Today, "Today"), (Self::Later, "Later"), (Self::SomeTime, "No date")];
}

#[component]
fn List(loaded: TasksPage, first: bool) -> impl IntoView {
    let (desk, live, zone, now) = (use_desk(), use_live(), use_zone(), use_clock());
    let (seq, person, next) = (loaded.seq, loaded.person, loaded.next.clone());
    let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    // As the address names them: nobody is oneself.
    let of = if Some(person) == me { String::new() } else { person.to_string() };
    let after = StoredValue::new((of.clone(), first));
    let page = RwSignal::new(loaded);
    let reload = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            // A page further on is loaded by its address; what it shows is never wrong, only not the latest.
            let Some((of, true)) = after.try_get_value() else { return };
            if let Ok(fresh) = load_tasks(of, String::new()).await {
                live.caught_up(Topic::Tasks, fresh.seq);
                page.try_set(fresh);
            }
        });
    });
    let on_event = Callback::new(move |told: Recorded| match &told.event {
        Event::TaskChanged { task, about, .. } => page.update(|page| page.take_in(task, about)),
        Event::LeadRemoved { lead, .. } => page.update(|page| page.rows.retain(|row| row.task.lead != *lead)),
        Event::LeadRestored { .. } => reload.run(()),
        _ => {}
    });
    live.listen(Topic::Tasks, seq, Listener { on_event, on_pulse: Callback::new(|_| ()), on_snapshot: reload });

    let part_of = move |task: &Task| match task.due.map(|due| said(due, now.get(), |at| zone.local(at)).1) {
        Some(Urgency::Late) => Part::Late,
        Some(Urgency::Today) => Part::Today,
        Some(Urgency::Later) => Part::Later,
        None => Part::SomeTime,
    };
    let changed = move |task: Task| {
        page.try_update(|page| {
            let about = page.rows.iter().find(|row| row.task.id == task.id).map(|row| row.about.clone());
            // One that is opened again comes with its event, which names its lead.
            if about.is_some() || task.state != TaskState::Open {
                page.take_in(&task, &about.unwrap_or_default());
            }
        });
    };
    let parts = Part::ALL.map(|(part, title)| {
        let rows =
            Memo::new(move |_| page.with(|page| page.rows.iter().filter(|row| part_of(&row.task) == part).cloned().collect::<Vec<_>>()));
        view! {
            <Show when=move || rows.with(|rows| !rows.is_empty())>
                <section class="mb-5 max-w-3xl" aria-label=title>
                    <h2 class="text-sm mb-1.5 flex items-center gap-2">
                        {title}
                        <span class="num text-xs font-normal text-ink-faint">{move || rows.with(Vec::len)}</span>
                    </h2>
                    <ul class="panel divide-y divide-line">
                        <For each=move || rows.get() key=|row| (row.task.id, row.task.version) let:row>
                            <Row row changed />
                        </For>
                    </ul>
                </section>
            </Show>
        }
    });
    let of_next = if of.is_empty() { String::new() } else { format!("of={of}&") };
    let of_first = if of.is_empty() { "/tasks".to_owned() } else { format!("/tasks?of={of}") };
    view! {
        <Show when=move || page.with(|page| page.rows.is_empty())>
            <Nothing person me />
        </Show>
        {parts}
        <nav class="flex gap-2" aria-label="Pages">
            {(!first).then(|| view! { <a class="btn btn-sm" href=of_first>"From the beginning"</a> })}
            {next.map(|next| view! { <a class="btn btn-sm" href=format!("/tasks?{of_next}after={next}")>"The next 50"</a> })}
        </nav>
    }
}

#[component]
fn Nothing(person: UserId, me: Option<UserId>) -> impl IntoView {
    let text = if Some(person) == me {
        "What you have to do about your leads will stand here. Add a task on a lead's page, and its card on the board shows when it is due."
    } else {
        "This colleague has no open task."
    };
    view! {
        <Empty title="Nothing to do" text=text>
            <a class="btn" href="/board">
                "To the board"
            </a>
        </Empty>
    }
}

#[component]
fn Row<F: Fn(Task) + Copy + Send + Sync + 'static>(row: TaskRow, changed: F) -> impl IntoView {
    let TaskRow { task, about } = row;
    let (words, due) = (task.words.clone(), task.due);
    view! {
        <li class="flex items-center gap-2 px-2 py-1.5" data-task=task.id.to_string()>
            <Tick task=task.clone() then=changed />
            <a class="flex-1 min-w-0 rounded-sm px-1 hover:bg-hover" href=format!("/leads/{}#tasks", task.lead)>
                <span class="block wrap-anywhere">{words}</span>
                <span class="block text-xs text-ink-muted truncate">{about}</span>
            </a>
            {due.map(|due| view! { <Due due /> })}
        </li>
    }
}
