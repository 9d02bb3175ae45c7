//! The jobs page.

use super::{api, model::Queue};
use crate::accounts::ui::SettingsFrame;
use crate::error::AppError;
use crate::ui::{empty::Empty, marks::Ago};
use crate::wire::{ActionForm, ServerAction, load};
use leptos::prelude::*;

/// Jobs that were given up, and how to bring them back.
#[component]
pub fn JobsPage() -> impl IntoView {
    let revive = ServerAction::<api::ReviveJob>::new();
    let queue = load(move || revive.version().get(), |_| api::load_queue());
    view! {
        <SettingsFrame here="/settings/jobs" title="Jobs" done=None error=None>
            <Transition>{move || queue.get().map(|queue| body(queue, revive))}</Transition>
        </SettingsFrame>
    }
}

fn body(queue: Result<Queue, AppError>, revive: ServerAction<api::ReviveJob>) -> AnyView {
    let queue = match queue {
        Ok(queue) => queue,
        Err(error) => return view! { <p role="alert" class="tag tag-danger">{error.to_string()}</p> }.into_any(),
    };
    let waiting = match queue.waiting {
        0 => "No job is waiting.".to_owned(),
        1 => "1 job is waiting or being done.".to_owned(),
        n => format!("{n} jobs are waiting or being done."),
    };
    if queue.dead.is_empty() {
        return view! {
            <p class="text-ink-muted">{waiting}</p>
            <Empty title="Nothing was given up" text="A job that fails too often, or takes its process down, is kept here with its reason.">
                {().into_any()}
            </Empty>
        }
        .into_any();
    }
    view! {
        <p class="text-ink-muted pb-3">{waiting}</p>
        <div class="panel overflow-x-auto">
            <table class="table">
                <caption class="sr-only">"Jobs that were given up"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Job"</th>
                        <th scope="col">"Last error"</th>
                        <th scope="col" class="r">"Tries"</th>
                        <th scope="col" class="r">"Last try"</th>
                        <th scope="col"><span class="sr-only">"What can be done"</span></th>
                    </tr>
                </thead>
                <tbody>
                    {queue
                        .dead
                        .into_iter()
                        .map(|job| {
                            view! {
                                <tr>
                                    <td class="font-medium">{job.task.replace('_', " ")} <span class="text-ink-faint num">" "{job.id}</span></td>
                                    <td class="max-w-96 truncate" title=job.last_error.clone()>{job.last_error.clone()}</td>
                                    <td class="r">{job.tries}</td>
                                    <td class="r"><Ago at=job.at /></td>
                                    <td class="r">
                                        <ActionForm action=revive>
                                            <input type="hidden" name="id" value=job.id />
                                            <button class="btn btn-sm">"Try again"</button>
                                        </ActionForm>
                                    </td>
                                </tr>
                            }
                        })
                        .collect_view()}
                </tbody>
            </table>
        </div>
    }
    .into_any()
}
