//! `/leads/trash`: leads that were put away, until they are brought back or erased. Plain forms.

use super::details::about;
use crate::accounts::policy::Action;
use crate::accounts::ui::{Panel, SettingsFrame, loaded, outcome::use_outcome};
use crate::app::use_desk;
use crate::leads::api::load_trash;
use crate::leads::trash::{GoneLead, TrashPage as Trash};
use crate::route::use_query_map;
use crate::ui::{empty::Empty, icon::Icon, marks::Ago};
use crate::values::{LeadId, Timestamp};
use crate::wire::load;
use leptos::prelude::*;

/// The page. `before` and `lead` in the address name what the page before ended with.
#[component]
pub fn TrashPage() -> impl IntoView {
    let query = use_query_map();
    let done = match query.get_untracked().get("done").as_deref() {
        Some("removed") => Some("The lead is in the trash."),
        Some("restored") => Some("The lead is back on the board, where it stood."),
        Some("erased") => Some("The lead is erased, and everything that was known of the person with it."),
        _ => None,
    };
    let asked = move || {
        query.with(|query| {
            let before = query.get("before").and_then(|at| at.parse().ok()).map(Timestamp);
            (before, query.get("lead").and_then(|lead| lead.parse::<LeadId>().ok()))
        })
    };
    let trash = load(asked, |(before, lead)| load_trash(before, lead));
    view! {
        <SettingsFrame here="/leads/trash" title="Trash" done=done.map(str::to_owned) error=use_outcome().error_beside(&[])>
            {loaded(trash, "The trash cannot be shown", |trash| view! { <Leads trash /> }.into_any())}
        </SettingsFrame>
    }
}

#[component]
fn Leads(trash: Trash) -> impl IntoView {
    let Trash { leads, more } = trash;
    let next = leads.last().filter(|_| more).map(|last| format!("/leads/trash?before={}&lead={}", last.at.0, last.lead));
    if leads.is_empty() {
        return view! {
            <Empty title="The trash is empty" text="A lead that is put here leaves the board, the inbox and the search, and can be brought back whole.">
                <a class="btn" href="/board">
                    "To the board"
                </a>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Panel title="Trash">
            <p class="text-ink-muted mb-1">
                "These leads are on no board, in no list and in no search. Brought back, each stands where it stood. Whoever writes again in their chat comes back by themselves."
            </p>
            <ul data-trash="">{leads.into_iter().map(|gone| view! { <Gone gone /> }).collect_view()}</ul>
        </Panel>
        {next.map(|next| view! { <nav aria-label="Pages"><a class="btn btn-sm" href=next>"The next 100"</a></nav> })}
    }
    .into_any()
}

#[component]
fn Gone(gone: GoneLead) -> impl IntoView {
    let may_erase = use_desk().with_untracked(|desk| desk.may(Action::EraseLead));
    let GoneLead { lead, name, organisation, value, stage, by, at } = gone;
    view! {
        <li class="py-2.5 border-b border-line last:border-0" data-lead=lead.to_string()>
            <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
                <span class="flex-1 min-w-48">
                    <b class="block font-medium wrap-anywhere">{name.clone()}</b>
                    <span class="block text-xs text-ink-muted num wrap-anywhere">{about(organisation, value, stage)}</span>
                    <span class="block text-xs text-ink-faint">{format!("By {by}, ")} <Ago at /></span>
                </span>
                <form method="post" action="/leads/trash" class="max-sm:w-full">
                    <input type="hidden" name="form" value=format!("restore:{lead}") />
                    <button class="btn btn-sm max-sm:w-full" aria-label=format!("Bring back {name}")>
                        <Icon name="undo-2" size=14 />
                        "Bring back"
                    </button>
                </form>
            </div>
            {may_erase.then(|| view! { <Erase lead name /> })}
        </li>
    }
}

/// What cannot be undone is said in full, and asked for twice.
#[component]
fn Erase(lead: LeadId, name: String) -> impl IntoView {
    view! {
        <details class="mt-1">
            <summary class="text-xs text-ink-muted hover:text-ink cursor-pointer w-fit py-1">
                "Erase for good…" <span class="sr-only">{name.clone()}</span>
            </summary>
            <form method="post" action="/leads/trash" class="flex flex-col gap-2.5 pt-1.5 pb-1">
                <input type="hidden" name="form" value=format!("erase:{lead}") />
                <p class="text-sm text-ink-muted">
                    "The person, their messages, notes, tasks, answers and everything that happened are deleted here and in the search. That somebody was erased, when and by whom, stays. This cannot be undone, and a backup made before still has it."
                </p>
                <label class="flex items-start gap-2 text-sm">
                    <input type="checkbox" name="sure" value="yes" class="mt-1" required />
                    <span class="wrap-anywhere">{format!("Erase {name} for good")}</span>
                </label>
                <button class="btn btn-danger btn-sm w-fit max-sm:w-full">
                    <Icon name="trash-2" size=14 />
                    "Erase"
                </button>
            </form>
        </details>
    }
}
