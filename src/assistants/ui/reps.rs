//! Whose own assistant it is: these sales reps see its leads.

use super::page::Known;
use crate::app::use_desk;
use crate::assistants::api::SetReps;
use crate::ui::avatar::Person;
use crate::ui::icon::Icon;
use crate::ui::toast::use_toasts;
use crate::wire::{ActionForm, ServerAction};
use leptos::prelude::*;

/// Everyone in the company with a tick for those whose own it is; to read, only those.
#[component]
pub fn RepsPanel(known: Known) -> impl IntoView {
    let (set, toasts, desk) = (ServerAction::<SetReps>::new(), use_toasts(), use_desk());
    let id = known.now.with_untracked(|now| now.face.id);
    Effect::new(move || {
        if let Some(Ok(())) = set.value().get() {
            toasts.say("Its people are saved.");
            known.reload();
        }
    });
    let error = move || set.value().with(|value| value.as_ref().and_then(|value| value.as_ref().err().map(ToString::to_string)));
    let people = move || {
        let reps = known.now.with(|now| now.reps.clone());
        desk.with(|desk| {
            desk.colleagues
                .iter()
                .filter(|person| known.edits || reps.contains(&person.id))
                .enumerate()
                .map(|(n, person)| {
                    let (name, ticked) = (person.name.clone(), reps.contains(&person.id));
                    view! {
                        <li>
                            <label class="flex items-center gap-2.5 min-h-9">
                                {known
                                    .edits
                                    .then(|| {
                                        view! {
                                            <input
                                                type="checkbox"
                                                class="tick"
                                                name=format!("reps[{n}]")
                                                value=person.id.to_string()
                                                checked=ticked
                                            />
                                        }
                                    })}
                                <span class="flex" aria-hidden="true">
                                    <Person name=name.clone() tint=person.tint size=24 />
                                </span>
                                <span class="truncate" title=name.clone()>
                                    {name.clone()}
                                </span>
                            </label>
                        </li>
                    }
                })
                .collect_view()
        })
    };
    view! {
        <section class="panel" aria-labelledby="reps-head">
            <header class="panel-head">
                <h2 id="reps-head">"Its people"</h2>
                <span class="text-xs text-ink-faint truncate">"sales reps among them see its leads"</span>
            </header>
            <div class="px-3.5 pb-3.5">
                <ActionForm action=set>
                    <input type="hidden" name="id" value=id.to_string() />
                    <ul>{people}</ul>
                    {move || {
                        error()
                            .map(|error| {
                                view! {
                                    <p class="flex items-center gap-1.5 text-danger-ink text-xs" role="alert">
                                        <Icon name="circle-alert" size=14 />
                                        {error}
                                    </p>
                                }
                            })
                    }}
                    {known
                        .edits
                        .then(|| {
                            view! {
                                <button class="btn btn-sm mt-2" aria-busy=move || set.pending().get().then_some("true")>
                                    "Save its people"
                                </button>
                            }
                        })}
                </ActionForm>
            </div>
        </section>
    }
}
