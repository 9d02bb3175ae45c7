//! A row of the table.

use super::{COLUMNS, rows::Rows};
use crate::app::use_desk;
use crate::leads::model::Card;
use crate::leads::ui::glyph::StageGlyph;
use crate::tasks::ui::due::said;
use crate::ui::{avatar::Person, clock::use_clock, marks::Ago, moment::here, skeleton::Skeleton};
use leptos::prelude::*;
use std::sync::Arc;

/// One lead; its place alone while it is on its way.
#[component]
pub fn Row(rows: Rows, place: u32, card: Option<Arc<Card>>) -> impl IntoView {
    let lead = card.as_ref().map(|card| card.id);
    let chosen = move || lead.is_some_and(|lead| rows.chosen.with(|chosen| chosen.iter().any(|(known, _)| *known == lead)));
    let class = move || {
        let tone = if chosen() { " bg-beam-soft" } else { " hover:bg-hover" };
        let active =
            if rows.active.get() == place { " [[role=grid]:focus-visible_&]:outline-2 outline-focus -outline-offset-2" } else { "" };
        [COLUMNS, " h-11 border-b border-line", tone, active].concat()
    };
    let inside = match card {
        Some(card) => view! { <Cells rows place card /> }.into_any(),
        None => view! { <span role="gridcell" class="col-span-full"><Skeleton class="h-4 w-full" /></span> }.into_any(),
    };
    view! {
        <div
            role="row"
            id=format!("row-{place}")
            aria-rowindex=(place + 2).to_string()
            aria-selected=move || if chosen() { "true" } else { "false" }
            data-row=lead.map(|lead| lead.to_string())
            class=class
        >
            {inside}
        </div>
    }
}

#[component]
fn Cells(rows: Rows, place: u32, card: Arc<Card>) -> impl IntoView {
    let (desk, now) = (use_desk(), use_clock());
    let (id, owner_id) = (card.id, card.owner);
    let stage = rows.stages.with_value(|stages| {
        let stage = stages.iter().find(|stage| stage.id == card.stage)?;
        let pipeline = (stage.called(stages) != stage.name).then(|| stage.pipeline_name.clone());
        Some((stage.clone(), pipeline))
    });
    let owner = move || owner_id.and_then(|id| desk.with(|desk| desk.colleague(id).cloned()));
    let step = card.next_step.clone().map(|step| {
        let due = move || step.due.map(|due| said(due, now.get(), here));
        view! {
            <span class="truncate">{step.words.clone()}</span>
            <span class=move || ["text-xs whitespace-nowrap num tag ", due().map_or("hidden", |(_, urgency)| urgency.class())].concat()>
                {move || due().map(|(words, _)| words)}
            </span>
        }
    });
    let tags = card.tags.iter().map(|tag| view! { <span class="tag">{tag.to_string()}</span> }).collect_view();
    let name = card.name.clone();
    view! {
        <span role="gridcell" class="grid place-content-center">
            <input
                type="checkbox"
                class="check"
                tabindex="-1"
                aria-label=format!("Choose {name}")
                prop:checked=move || rows.chosen.with(|chosen| chosen.iter().any(|(known, _)| *known == id))
                on:click=move |event| {
                    rows.choose(place, event.shift_key());
                }
            />
        </span>
        <span role="gridcell" class="min-w-0">
            <a class="block truncate font-medium hover:underline" href=format!("/leads/{id}") tabindex="-1" title=card.name.clone()>
                {card.name.clone()}
            </a>
            <span class="block truncate text-xs text-ink-muted leading-4">{card.organisation.clone()}</span>
        </span>
        <span role="gridcell" class="min-w-0 flex items-center gap-1.5">
            {stage
                .map(|(stage, pipeline)| {
                    view! {
                        <StageGlyph stage=&stage />
                        <span class="min-w-0">
                            <span class="block truncate">{stage.name}</span>
                            {pipeline
                                .map(|name| view! { <span class="block truncate text-xs text-ink-muted" title=name.clone()>{name.clone()}</span> })}
                        </span>
                    }
                })}
        </span>
        <span role="gridcell" class="num text-right truncate">
            {(card.value.minor != 0).then(|| card.value.full())}
        </span>
        <span role="gridcell" class="num truncate max-xl:hidden">
            {card.closes_on.map(|day| day.to_string())}
        </span>
        <span role="gridcell" class="num text-right max-md:hidden">
            {card.score.map(|score| score.get())}
        </span>
        <span role="gridcell" class="min-w-0 flex items-center gap-1.5 max-md:hidden">
            {move || {
                owner().map(|owner| {
                    view! {
                        <Person name=owner.name.clone() tint=owner.tint size=20 />
                        <span class="truncate">{owner.name}</span>
                    }
                })
            }}
        </span>
        <span role="gridcell" class="min-w-0 flex gap-1 overflow-hidden max-md:hidden">
            {tags}
        </span>
        <span role="gridcell" class="min-w-0 flex items-center gap-1.5 max-md:hidden">
            {step}
        </span>
        <span role="gridcell" class="text-xs text-ink-faint text-right max-md:hidden">
            <Ago at=card.last_activity_at />
        </span>
    }
}
