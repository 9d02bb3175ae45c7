//! What is asked of a task, in both of its forms.

use crate::app::use_desk;
use crate::error::AppError;
use crate::tasks::model::Task;
use crate::ui::field::{Field, Select};
use crate::ui::marks::iso;
use crate::ui::moment::{ahead_at, here};
use crate::values::{Timestamp, UserId};
use leptos::prelude::*;

/// What is to be done, by when, and by whom. Times are the reader's; without script they are in UTC.
#[component]
pub fn Fields(
    /// Tells the inputs of several forms apart.
    id: String,
    /// What it is now; none for a new one.
    task: Option<Task>,
    /// Whether the browser is awake, and its zone known.
    awake: bool,
    team: Memo<Vec<UserId>>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let desk = use_desk();
    let of = move |field: &'static str| {
        Signal::derive(move || match error.get() {
            Some(AppError::Invalid { field: bad, message }) if bad == field => Some(message),
            _ => None,
        })
    };
    let due = task.as_ref().and_then(|task| task.due).map(|due| typed(if awake { here(due) } else { due })).unwrap_or_default();
    let ahead = RwSignal::new(if awake { ahead_at(&due) } else { 0 });
    let person = match &task {
        Some(task) => Some(task.person),
        None => desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user)),
    };
    let options = desk.with_untracked(|desk| {
        let mut people = team.get_untracked();
        // Whoever has it may keep it.
        people.extend(person.filter(|person| !people.contains(person)));
        people.iter().filter_map(|id| Some((id.to_string(), desk.colleague(*id)?.name.clone()))).collect::<Vec<_>>()
    });
    let words = task.map(|task| task.words).unwrap_or_default();
    view! {
        <Field name="words" id=format!("{id}-words") label="What is to be done" value=words placeholder="Call back about the roof" autocomplete="off" required=true error=of("words") />
        <div class="grid sm:grid-cols-2 gap-3">
            <div on:input=move |event| ahead.set(ahead_at(&event_target_value(&event)))>
                <Field name="due" id=format!("{id}-due") label="Due" kind="datetime-local" value=due error=of("due") />
                <noscript>"In UTC."</noscript>
            </div>
            <Select name="person" id=format!("{id}-person") label="For" options value=person.map(|id| id.to_string()).unwrap_or_default() error=of("person") />
        </div>
        <input type="hidden" name="ahead" value=ahead.get_untracked().to_string() prop:value=move || ahead.get().to_string() />
    }
}

/// A local moment as an input of type `datetime-local` has it.
fn typed(local: Timestamp) -> String {
    iso(local)[..16].to_owned()
}
