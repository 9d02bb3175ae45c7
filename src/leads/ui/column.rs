//! A column of the board. The cards in it are `paper`'s.

use super::{board::BoardContext, fold::FoldButton, paper, state::Target};
use crate::leads::filter::Filter;
use crate::leads::model::{Fullness, Stage, Totals};
use crate::ui::icon::Icon;
use crate::values::Currency;
use leptos::prelude::*;

/// One stage with its cards. On a phone it is there only while its tab is chosen.
#[component]
pub fn ColumnView(stage: Stage) -> impl IntoView {
    let context: BoardContext = expect_context();
    let board = context.board;
    let (id, name) = (stage.id, stage.name.clone());
    let closed = board.closed(id);
    let column = board.column(id)?;
    let folded = column.folded;
    let lit = move || board.target.with(|target| target.is_some_and(|target| target.stage == id));
    let class = move || {
        [
            "col flex flex-col min-w-0 min-h-0 max-md:bg-transparent",
            if folded.get() { " is-folded" } else { "" },
            if lit() { " is-target" } else { "" },
            if context.tab.get() == id { " max-md:flex-1" } else { " max-md:hidden" },
        ]
        .concat()
    };
    let (above, new_lead) = (column.above, format!("/board?new={}", stage.slug));
    let scroll_up = move |_| {
        above.set(0);
        if let Some(list) = paper::list(id) {
            list.set_scroll_top(0);
        }
    };
    let on_scroll = move |event: leptos::ev::Event| {
        let list = event_target::<web_sys::Element>(&event);
        let top = list.scroll_top();
        // Before its end is reached.
        if top + 2 * list.client_height() > list.scroll_height() {
            board.show_more(id);
        }
        if top <= 8 && above.get_untracked() > 0 {
            above.set(0);
        }
    };
    // Where a limit is meant, a card in the air cannot go: the column dims while one is (components.css).
    let hard = stage.wip_hard.then(|| stage.clone());
    let full = move || {
        let stage = hard.as_ref().filter(|_| context.filter.with(Filter::is_empty))?;
        column.totals.with(|totals| stage.fullness(totals.count) != Fullness::Free).then_some("")
    };
    Effect::new(move || {
        board.hide(id, folded.get() && context.tab.get() != id);
        board.stand(id);
    });
    // Only the server writes them: the browser takes over what stands there.
    let cards = if cfg!(feature = "ssr") { board.written(id) } else { String::new() };
    Some(view! {
        <section class=class aria-label=name.clone() data-stage=stage.slug.clone() data-full=full>
            <div class="col-head max-md:hidden">
                <FoldButton stage=&stage />
                <h2 class="text-sm truncate" title=name.clone()>
                    {name.clone()}
                </h2>
                <Figures stage=stage.clone() />
                {(!closed)
                    .then(|| {
                        view! {
                            <a
                                class="btn btn-ghost btn-sm btn-icon size-6! -mr-1 text-ink-faint"
                                href=new_lead
                                aria-label=format!("Add a lead to {name}")
                                on:click=move |event| {
                                    event.prevent_default();
                                    context.open_form(id);
                                }
                            >
                                <Icon name="plus" size=14 />
                            </a>
                        }
                    })}
            </div>
            <Show when=move || { above.get() > 0 }>
                <button
                    type="button"
                    class="btn btn-sm absolute! top-10 left-1/2 -translate-x-1/2 z-(--z-sticky) rounded-full!"
                    on:click=scroll_up
                >
                    <Icon name="arrow-up" size=14 />
                    {move || format!("{} new above", above.get())}
                </button>
            </Show>
            <div
                class="flex flex-col gap-2 max-md:gap-2.5 px-1.5 max-md:px-4 pb-2 max-md:pb-4 pt-1 overflow-y-auto min-h-0 flex-1 scroll-py-2"
                role="list"
                aria-label=stage.name
                id=paper::column_id(id)
                data-column=id.to_string()
                on:scroll=on_scroll
                inner_html=cards
            ></div>
        </section>
    })
}

/// Count and sum of a column: with a card over it, what they would be.
#[component]
fn Figures(stage: Stage) -> impl IntoView {
    let context: BoardContext = expect_context();
    let board = context.board;
    let id = stage.id;
    let column = board.column(id)?;
    let home = context.currency;
    let joining = move || board.target.get().filter(|target| target.stage == id).filter(|target| target.joins.is_some());
    let count = move || {
        let counted = i64::from(joining().is_some_and(|target| target.counted));
        (column.totals.with(|totals| totals.count) - counted).to_string()
    };
    let sum = move || match joining() {
        Some(Target { joins: Some(value), counted: false, .. }) => column.totals.with(|totals| totals.with(value).shown(home)),
        _ => column.totals.with(|totals| totals.shown(home)),
    };
    let limit = stage.wip_limit;
    let full = {
        let stage = stage.clone();
        Memo::new(move |_| column.totals.with(|totals| stage.fullness(totals.count)))
    };
    // The limit is of all leads of the stage, the count of those that are shown.
    let limited = move || limit.filter(|_| context.filter.with(Filter::is_empty));
    let tone = move || match full.get() {
        _ if limited().is_none() => "text-xs text-ink-faint num whitespace-nowrap",
        Fullness::Free => "text-xs text-ink-faint num whitespace-nowrap",
        Fullness::Full => "text-xs text-warning-ink font-semibold num whitespace-nowrap",
        Fullness::Over => "text-xs text-danger-ink font-semibold num whitespace-nowrap",
    };
    let fullness = move || {
        limited().map(|limit| match full.get() {
            Fullness::Free => format!("{limit} leads at most"),
            Fullness::Full => format!("Full: {limit} leads at most"),
            Fullness::Over => format!("Too full: {limit} leads at most"),
        })
    };
    let weighted = move || {
        column.totals.with(|totals| {
            let sums = totals.sums.iter().map(|sum| stage.weighted(*sum)).collect();
            format!("Total value. Weighted by {} %: {}", stage.probability, Totals { count: 0, sums }.shown(home))
        })
    };
    Some(view! {
        <span class=tone title=fullness>
            {count}
            {move || limited().map(|limit| format!("/{limit}"))}
            <Show when=move || joining().is_some()>
                <span class="text-beam-ink font-semibold">" + 1"</span>
            </Show>
        </span>
        <span
            class=move || {
                let tone = if joining().is_some() { "text-ink" } else { "text-ink-muted" };
                ["ml-auto text-xs num font-medium whitespace-nowrap ", tone].concat()
            }
            title=weighted
        >
            {sum}
        </span>
    })
}

/// The currency in which nothing is shown as nothing: the company's.
pub fn home_currency(desk: &crate::accounts::model::Desk) -> Currency {
    desk.me.as_ref().map_or(Currency::Gbp, |me| me.currency)
}
