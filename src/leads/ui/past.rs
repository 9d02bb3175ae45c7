//! `/board/past`: the board at any moment, and what has become of it since.

use super::column::home_currency;
use super::glyph::StageGlyph;
use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::load_past;
use crate::leads::model::{Outcome, Stage, Totals};
use crate::leads::past::{Past, PastCard, PastColumn, Sum, Turn};
use crate::route::{Title, use_navigate, use_query_map};
use crate::ui::{
    avatar::Person,
    empty::Empty,
    icon::Icon,
    marks::{Ago, ScoreRing},
    moment::{Zone, day, day_name, provide_zone, time, use_zone},
    shell::PageBar,
};
use crate::values::{PipelineId, Timestamp};
use crate::wire::load;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long after the slider's last step the board follows.
const AFTER: Duration = Duration::from_millis(120);

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The page. `at` in the address is the moment, in milliseconds since 1970; without it, it is when one
/// last looked at the board.
#[component]
pub fn PastPage() -> impl IntoView {
    provide_zone();
    let query = use_query_map();
    let at = Memo::new(move |_| query.with(|query| query.get("at").and_then(|at| at.parse().ok()).map(Timestamp)));
    let loaded = load(move || at.get_untracked(), load_past);
    view! {
        <Title text="The board, earlier" />
        <PageBar title="The board, earlier">
            <a class="btn" href="/board">
                <Icon name="columns-3" />
                "Board now"
            </a>
        </PageBar>
        <Suspense>
            {move || Suspend::new(async move {
                match loaded.await {
                    Ok(past) => view! { <Through loaded=past at /> }.into_any(),
                    Err(error) => view! { <Absent error /> }.into_any(),
                }
            })}
        </Suspense>
    }
}

/// What follows the address. The slider stays as it is while boards come and go: one that is made anew while
/// it is being moved lets go of the pointer.
#[component]
fn Through(loaded: Past, at: Memo<Option<Timestamp>>) -> impl IntoView {
    let span = Span { start: loaded.at, first: loaded.first, now: loaded.now, looked: loaded.looked };
    let (shown, past) = (RwSignal::new(loaded.at.0), RwSignal::new(Ok(loaded)));
    // Where the slider was put, until the board of that moment is there.
    let put = RwSignal::new(None::<i64>);
    let (asked, waiting) = (StoredValue::new(0), RwSignal::new(false));
    Effect::new(move |before: Option<Option<Timestamp>>| {
        let to = at.get();
        if before.is_some_and(|before| before != to) {
            asked.update_value(|asked| *asked += 1);
            let number = asked.get_value();
            waiting.set(true);
            spawn_local(async move {
                let came = load_past(to).await;
                // Only the latest counts, and the page may have been left.
                if asked.try_get_value() != Some(number) {
                    return;
                }
                waiting.set(false);
                if put.get_untracked() == to.map(|to| to.0) {
                    put.set(None);
                }
                if let Ok(past) = &came {
                    shown.set(past.at.0);
                }
                past.set(came);
            });
        }
        to
    });
    view! {
        <div class="flex-1 min-h-0 flex flex-col" aria-busy=move || waiting.get().then_some("true")>
            <Slider span shown put />
            {move || match past.get() {
                Ok(past) => view! { <Moment past /> }.into_any(),
                Err(error) => view! { <Absent error /> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Absent(error: AppError) -> impl IntoView {
    view! {
        <Empty title="That moment cannot be shown" text=error.to_string()>
            <a class="btn" href="/board/past" rel="external">
                "Try again"
            </a>
        </Empty>
    }
}

/// The pipeline that the address asks for.
fn asked_pipeline() -> Memo<Option<PipelineId>> {
    let query = use_query_map();
    Memo::new(move |_| query.with(|query| query.get("pipeline").and_then(|id| id.parse().ok())))
}

fn address(at: i64, pipeline: Option<PipelineId>) -> String {
    let pipeline = pipeline.map(|id| format!("&pipeline={id}")).unwrap_or_default();
    format!("/board/past?at={at}{pipeline}")
}

/// A moment in the reader's own words: `Friday 20 November, 10:31`.
fn worded(zone: Zone, at: Timestamp, now: Timestamp) -> String {
    let local = zone.local(at);
    let zone_name = if zone.awake() { "" } else { " UTC" };
    format!("{}, {}{zone_name}", day_name(day(local), day(zone.local(now))), time(local))
}

/// The time that can be gone through, and where one began.
#[derive(Clone, Copy)]
struct Span {
    start: Timestamp,
    first: Timestamp,
    now: Timestamp,
    looked: Option<Timestamp>,
}

/// The way through time: a slider, steps, and the moments that one asks for most.
#[component]
fn Slider(span: Span, shown: RwSignal<i64>, put: RwSignal<Option<i64>>) -> impl IntoView {
    let Span { start, first, now, looked } = span;
    let (zone, navigate, pipeline) = (use_zone(), use_navigate(), asked_pipeline());
    let soon = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(soon) = soon.try_update_value(Option::take).flatten() {
            soon.clear();
        }
    };
    let on_input = move |event| {
        let Ok(to) = event_target_value(&event).parse::<i64>() else { return };
        put.set(Some(to));
        stop();
        soon.set_value(set_timeout_with_handle(move || navigate.replace(&address(to, pipeline.get_untracked())), AFTER).ok());
    };
    on_cleanup(stop);
    let here = move || put.get().unwrap_or(shown.get());
    let said = move || worded(zone, Timestamp(here()), now);
    // A minute a step, so that the end of the slider is the end of time.
    let (low, high) = (first.0 - first.0.rem_euclid(MINUTE), now.0);
    let step = move |by: i64, label: &'static str| {
        let to = move || (shown.get() + by).clamp(first.0, now.0);
        let gone = move || to() == shown.get();
        view! {
            <a class="btn btn-sm num" class:invisible=gone href=move || address(to(), pipeline.get()) on:click=move |_| put.set(None)>
                {label}
            </a>
        }
    };
    let moment = move |to: Timestamp, label: &'static str| {
        let to = to.max(first);
        view! {
            <a class="btn btn-sm" href=move || address(to.0, pipeline.get()) aria-current=move || (to.0 == shown.get()).then_some("true") on:click=move |_| put.set(None)>
                {label}
            </a>
        }
    };
    view! {
        <form method="get" action="/board/past" class="px-4 pb-3 shrink-0">
            <div class="panel p-3 grid gap-2">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-2">
                    <h2 class="text-lg font-semibold num mr-auto" data-moment=shown>
                        {said}
                    </h2>
                    <span class="flex gap-1.5">
                        {step(-DAY, "− 1 day")} {step(-HOUR, "− 1 hour")} {step(HOUR, "+ 1 hour")} {step(DAY, "+ 1 day")}
                    </span>
                </div>
                {move || pipeline.get().map(|id| view! { <input type="hidden" name="pipeline" value=id.to_string() /> })}
                <input
                    type="range"
                    name="at"
                    class="slider"
                    min=low
                    max=high
                    step=MINUTE
                    prop:value=move || here().to_string()
                    value=start.0
                    aria-label="Moment"
                    aria-valuetext=said
                    on:input=on_input
                />
                <div class="flex flex-wrap gap-1.5 items-center">
                    {looked.map(|looked| moment(looked, "When I last looked"))}
                    {moment(Timestamp(now.0 - DAY), "A day ago")} {moment(Timestamp(now.0 - 7 * DAY), "A week ago")}
                    {moment(first, "The beginning")}
                    <noscript>
                        <button class="btn btn-sm btn-primary">"Show"</button>
                    </noscript>
                </div>
            </div>
        </form>
    }
}

#[component]
fn Moment(past: Past) -> impl IntoView {
    let Past { at, columns, turns, more, sum, .. } = past;
    let empty = columns.iter().all(|column| column.totals.count == 0);
    let all: Vec<Stage> = columns.iter().map(|column| column.stage.clone()).collect();
    let (asked, columns) = (asked_pipeline(), StoredValue::new(columns));
    let pipelines: Vec<(PipelineId, String)> = Stage::pipelines(&all).map(|stage| (stage.pipeline, stage.pipeline_name.clone())).collect();
    let shown = Memo::new(move |_| Stage::on_board(&all, asked.get()));
    let choice = (pipelines.len() > 1).then(|| {
        let link = |(id, name): (PipelineId, String)| {
            view! {
                <a class="btn btn-sm" href=address(at.0, Some(id)) aria-current=move || (shown.get() == id).then_some("true")>
                    {name}
                </a>
            }
        };
        view! {
            <nav class="flex flex-wrap gap-1.5 px-4 pb-3" aria-label="Pipeline">
                {pipelines.into_iter().map(link).collect_view()}
            </nav>
        }
    });
    let drawn = move |outcome: fn(Outcome) -> bool| {
        let of = move |column: &&PastColumn| column.stage.pipeline == shown.get() && outcome(column.stage.outcome);
        columns
            .with_value(|columns| columns.iter().filter(of).map(|column| view! { <Column column=column.clone() now=at /> }).collect_view())
    };
    view! {
        {choice}
        <div class="flex-1 min-h-0 flex max-md:flex-col max-md:overflow-y-auto gap-3 md:px-4 md:pb-4">
            <div class="flex-1 min-w-0 max-md:order-2 flex gap-2.5 overflow-x-auto max-md:px-4 max-md:pb-6 max-md:snap-x" data-past="">
                {if empty {
                    view! { <Empty title="Nobody was here yet" text="At that moment no lead that you may see stood on the board." /> }.into_any()
                } else {
                    view! {
                        {move || drawn(|outcome| outcome == Outcome::Open)}
                        <section class="flex flex-col gap-2.5 flex-1 min-h-0 max-md:contents" aria-label="Closed">
                            {move || drawn(|outcome| outcome != Outcome::Open)}
                        </section>
                    }
                        .into_any()
                }}
            </div>
            <Since turns more sum />
        </div>
    }
}

#[component]
fn Column(column: PastColumn, now: Timestamp) -> impl IntoView {
    let PastColumn { stage, totals, cards } = column;
    let home = use_desk().with_untracked(home_currency);
    let left = usize::try_from(totals.count).unwrap_or(0).saturating_sub(cards.len());
    view! {
        <section
            class="col flex flex-col min-w-[190px] xl:min-w-[156px] max-md:min-w-[78vw] max-md:snap-start flex-1 min-h-0"
            aria-label=stage.name.clone()
            data-stage=stage.slug.clone()
        >
            <div class="flex items-center gap-2 h-9 px-2.5 shrink-0">
                <StageGlyph stage=&stage />
                <h2 class="text-sm truncate" title=stage.name.clone()>
                    {stage.name.clone()}
                </h2>
                <span class="text-xs text-ink-faint num">{totals.count}</span>
                <span class="ml-auto text-xs text-ink-muted num font-medium whitespace-nowrap">{totals.shown(home)}</span>
            </div>
            <ul class="flex flex-col gap-2 px-1.5 pb-2 pt-1 md:overflow-y-auto min-h-0 flex-1">
                {cards.into_iter().map(|card| view! { <Then card now /> }).collect_view()}
                {(left > 0).then(|| view! { <li class="lead-rest">{format!("{left} more")}</li> })}
            </ul>
        </section>
    }
}

/// A card as it was then.
#[component]
fn Then(card: PastCard, now: Timestamp) -> impl IntoView {
    let owner = card.owner.and_then(|id| use_desk().with_untracked(|desk| desk.colleague(id).cloned()));
    view! {
        <li>
            <a class="lead" href=format!("/leads/{}", card.lead) data-lead=card.lead.to_string()>
                <span class="lead-top">
                    <span class="flex-1 min-w-0 block">
                        <span class="lead-name">{card.name}</span>
                        <span class="lead-org block">{card.organisation}</span>
                    </span>
                    <ScoreRing score=card.score />
                </span>
                <span class="lead-foot">
                    <span class="num text-xs font-semibold">{(card.value.minor != 0).then(|| card.value.short())}</span>
                    <span class="ml-auto text-xs text-ink-faint num mr-1.5" title="In this stage at that moment">
                        {card.entered.ago(now)}
                    </span>
                    <span>{owner.map(|owner| view! { <Person name=owner.name tint=owner.tint size=20 /> })}</span>
                </span>
                {card
                    .gone_to
                    .map(|stage| {
                        view! {
                            <span class="flex gap-1 items-center mt-1.5 text-xs text-beam-ink min-w-0">
                                <Icon name="arrow-right" size=12 />
                                <span class="truncate">{format!("now in {stage}")}</span>
                            </span>
                        }
                    })}
            </a>
        </li>
    }
}

/// What has become of the board since.
#[component]
fn Since(turns: Vec<Turn>, more: i64, sum: Sum) -> impl IntoView {
    let none = turns.is_empty();
    view! {
        <section class="md:w-[250px] shrink-0 max-md:order-1 max-md:mx-4 panel flex flex-col min-h-0 max-md:max-h-[45dvh]" aria-labelledby="since">
            <div class="px-3 pt-3 pb-2 border-b border-line">
                <h2 id="since" class="text-sm font-semibold">
                    "Since then"
                </h2>
                <p class="text-xs text-ink-muted num">{summed(&sum)}</p>
            </div>
            <ul class="overflow-y-auto min-h-0 px-3" data-turns="">
                {turns.into_iter().map(|turn| view! { <TurnRow turn /> }).collect_view()}
                {none.then(|| view! { <li class="py-3 text-sm text-ink-muted">"Every lead stands where it stood."</li> })}
                {(more > 0).then(|| view! { <li class="py-2 text-xs text-ink-muted">{format!("And {more} more leads.")}</li> })}
            </ul>
        </section>
    }
}

#[component]
fn TurnRow(turn: Turn) -> impl IntoView {
    let Turn { lead, name, said, by, at } = turn;
    view! {
        <li class="py-2 border-b border-line last:border-0 text-sm">
            <a class="font-semibold hover:underline wrap-anywhere" href=format!("/leads/{lead}")>
                {name}
            </a>
            {said.into_iter().map(|words| view! { <span class="block num wrap-anywhere">{words}</span> }).collect_view()}
            <span class="block text-xs text-ink-faint">{format!("{by}, ")} <Ago at /></span>
        </li>
    }
}

/// `2 new · 3 moved · 1 won, £84k · 1 lost`.
fn summed(sum: &Sum) -> String {
    let Sum { came, moved, won, lost } = sum;
    let worth = |won: &Totals| match won.sums.first() {
        Some(first) => format!("{} won, {}", won.count, won.shown(first.currency)),
        None => String::new(),
    };
    let parts = [
        (*came > 0).then(|| format!("{came} new")),
        (*moved > 0).then(|| format!("{moved} moved")),
        (won.count > 0).then(|| worth(won)),
        (*lost > 0).then(|| format!("{lost} lost")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "Nothing came, moved or ended.".into() } else { parts.join(" · ") }
}
