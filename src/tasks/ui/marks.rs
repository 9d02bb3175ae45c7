//! What stands in a task's row: the box to tick, and when it is due.

use super::due::{Urgency, said};
use crate::tasks::api::{MarkTask, mark_task};
use crate::tasks::model::{Task, TaskState};
use crate::ui::{clock::use_clock, icon::Icon, moment::use_zone, toast::Toasts, toast::use_toasts};
use crate::values::{MutationId, TaskId, Timestamp};
use crate::wire::shared;
use leptos::server_fn::ServerFn;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// When a task is due, followed by the clock.
#[component]
pub fn Due(due: Timestamp) -> impl IntoView {
    let (zone, now) = (use_zone(), use_clock());
    let said = Memo::new(move |_| said(due, now.get(), |at| zone.local(at)));
    let late = move || said.with(|(_, urgency)| *urgency == Urgency::Late);
    view! {
        <span class=move || ["tag shrink-0 ", said.with(|(_, urgency)| urgency.class())].concat()>
            {move || view! { <Icon name=if late() { "calendar-x-2" } else { "calendar" } size=13 /> }}
            <time class="num" datetime=crate::ui::marks::iso(due)>
                {move || said.with(|(words, _)| words.clone())}
            </time>
        </span>
    }
}

/// Has the server mark a task, tells `then` what it has become, and offers Undo for what ends it. The row it
/// stood in may be gone by then: the keyboard goes on to the next.
pub fn mark(task: Task, state: TaskState, toasts: Toasts, then: impl Fn(Task) + Copy + Send + Sync + 'static) {
    let next = neighbour(task.id);
    spawn_local(async move {
        match mark_task(MutationId::new(), task.id, state).await {
            Ok(marked) => {
                then(marked.clone());
                if let Some(next) = next {
                    request_animation_frame(move || focus(next));
                }
                let word = match state {
                    TaskState::Open => return,
                    TaskState::Done => "Done",
                    TaskState::Dropped => "Dropped",
                };
                let undo = Callback::new(move |()| mark(marked.clone(), TaskState::Open, toasts, then));
                toasts.undo(format!("{word}: {}", task.words), undo);
            }
            Err(error) => toasts.error(error.to_string()),
        }
    });
}

fn row(task: TaskId) -> Option<HtmlElement> {
    document().query_selector(&format!("[data-task='{task}']")).ok().flatten()?.dyn_into().ok()
}

/// The task in the row below, or above if there is none, if the keyboard is in the row of this one.
fn neighbour(task: TaskId) -> Option<TaskId> {
    let row = row(task)?;
    row.contains(document().active_element().as_deref()).then_some(())?;
    let other = row.next_element_sibling().or_else(|| row.previous_element_sibling())?;
    other.get_attribute("data-task")?.parse().ok()
}

fn focus(task: TaskId) {
    let tick = row(task).and_then(|row| row.query_selector("button").ok().flatten()).and_then(|tick| tick.dyn_into::<HtmlElement>().ok());
    // Refused only for what is in no document.
    tick.into_iter().for_each(|tick| drop(tick.focus()));
}

/// The box of a task: completes it, or opens it again. A form of its own, so that it works without script.
#[component]
pub fn Tick<F: Fn(Task) + Copy + Send + Sync + 'static>(task: Task, then: F) -> impl IntoView {
    let toasts = use_toasts();
    let done = task.state == TaskState::Done;
    let state = if done { TaskState::Open } else { TaskState::Done };
    let label = if done { format!("Open again: {}", task.words) } else { format!("Complete: {}", task.words) };
    let id = task.id;
    view! {
        <form
            method="post"
            action=MarkTask::url()
            class="flex"
            on:submit=move |event| {
                event.prevent_default();
                mark(task.clone(), state, toasts, then);
            }
        >
            <input type="hidden" name="mutation" value=shared(MutationId::new).to_string() />
            <input type="hidden" name="task" value=id.to_string() />
            <input type="hidden" name="state" value=state.as_str() />
            <button class="task-tick" aria-label=label.clone() title=if done { "Open again" } else { "Complete" } data-done=done.then_some("")>
                <span>
                    <Icon name="check" size=12 />
                </span>
            </button>
        </form>
    }
}
