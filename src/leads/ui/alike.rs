//! Leads that are perhaps of one person: beside a lead, and all of them as a list.

use super::details::about;
use crate::accounts::ui::{Panel, SettingsFrame, loaded};
use crate::leads::alike::{Alike, AlikePage as Page};
use crate::leads::api::load_alike;
use crate::route::use_query_map;
use crate::ui::{empty::Empty, icon::Icon, marks::Ago};
use crate::values::LeadId;
use crate::wire::load;
use leptos::prelude::*;

/// Beside a lead: those that are like it. Nothing if none is.
#[component]
pub fn AlikeNotice(lead: LeadId, alike: Memo<Vec<Alike>>) -> impl IntoView {
    view! {
        <Show when=move || alike.with(|alike| !alike.is_empty())>
            <section class="panel p-3" aria-labelledby="alike">
                <h2 id="alike" class="text-sm flex items-center gap-1.5 mb-1.5">
                    <Icon name="copy" size=14 />
                    "Perhaps the same person"
                </h2>
                <ul class="flex flex-col gap-2">{move || alike.get().into_iter().map(|other| view! { <Other other keep=Some(lead) /> }).collect_view()}</ul>
            </section>
        </Show>
    }
}

#[component]
fn Other(other: Alike, keep: Option<LeadId>) -> impl IntoView {
    let Alike { lead, name, organisation, value, stage, last_activity_at, by } = other;
    let called = name.clone();
    view! {
        <li class="text-sm" data-alike=lead.to_string()>
            <a class="font-medium hover:underline wrap-anywhere" href=format!("/leads/{lead}")>
                {name}
            </a>
            <span class="block text-xs text-ink-muted num wrap-anywhere">{about(organisation, value, stage)}</span>
            <span class="block text-xs text-ink-faint wrap-anywhere">{by} ", " <Ago at=last_activity_at /></span>
            {keep
                .map(|keep| {
                    view! {
                        <a class="text-xs underline underline-offset-2" href=format!("/leads/merge?keep={keep}&other={lead}")>
                            "Merge" <span class="sr-only">{called}</span>
                        </a>
                    }
                })}
        </li>
    }
}

/// `/leads/alike`: every likeness among the leads in reach. `after` in the address is where the page begins.
#[component]
pub fn AlikePage() -> impl IntoView {
    let query = use_query_map();
    let page = load(move || query.with(|query| query.get("after").unwrap_or_default()), load_alike);
    view! {
        <SettingsFrame here="/leads/alike" title="Duplicates">
            {loaded(page, "Duplicates cannot be shown", |page| view! { <Groups page /> }.into_any())}
        </SettingsFrame>
    }
}

#[component]
fn Groups(page: Page) -> impl IntoView {
    let Page { groups, next } = page;
    if groups.is_empty() {
        return view! {
            <Empty title="No duplicates" text="No two leads that you may see have the same e-mail address or telephone number.">
                <a class="btn" href="/board">
                    "To the board"
                </a>
            </Empty>
        }
        .into_any();
    }
    let groups = groups
        .into_iter()
        .map(|group| {
            // Into the one that was active last.
            let first = group.leads.first().map(|first| first.lead);
            view! {
                <li class="py-3 border-b border-line last:border-0">
                    <h3 class="text-sm font-semibold mb-1.5 wrap-anywhere">{group.by}</h3>
                    <ul class="grid sm:grid-cols-2 gap-x-6 gap-y-2.5">
                        {group.leads.into_iter().map(|other| view! { <Other keep=Some(first).filter(|first| *first != Some(other.lead)).flatten() other /> }).collect_view()}
                    </ul>
                </li>
            }
        })
        .collect_view();
    view! {
        <Panel title="Perhaps the same person">
            <p class="text-ink-muted">
                "These leads have an e-mail address or a telephone number in common. Merging brings two of them together, shows before what will become of what, and can be undone."
            </p>
            <ul data-groups="">{groups}</ul>
        </Panel>
        {next
            .map(|next| {
                view! {
                    <form method="get" action="/leads/alike">
                        <input type="hidden" name="after" value=next />
                        <button class="btn btn-sm">"The next 50"</button>
                    </form>
                }
            })}
    }
    .into_any()
}
