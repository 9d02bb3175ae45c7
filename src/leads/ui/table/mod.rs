//! Leads as a table. Only the rows that are seen are in the document; others are fetched when they are scrolled to.

mod bulk;
mod row;
mod rows;

use super::filters::{Filters, at};
use crate::app::use_desk;
use crate::leads::api::load_table;
use crate::leads::filter::{Filter, Sight, Sort};
use crate::leads::model::Stage;
use crate::leads::table::Table;
use crate::live::client::{Listener, use_live};
use crate::live::topic::Topic;
use crate::route::{Title, use_navigate, use_query_map};
use crate::ui::{empty::Empty, icon::Icon, shell::PageBar, skeleton::Skeleton};
use crate::wire::load;
use bulk::BulkBar;
use leptos::ev::KeyboardEvent;
use leptos::{html, prelude::*};
use row::Row;
use rows::{HIGH, Rows};

/// The columns of a row: what can be chosen, name, stage, value, when it closes, score, owner, tags, next step, last activity.
const COLUMNS: &str = "grid items-center gap-x-3 px-4 grid-cols-[20px_minmax(0,1fr)_88px_92px] \
     md:grid-cols-[20px_minmax(160px,2fr)_120px_96px_52px_minmax(110px,1fr)_minmax(100px,1.2fr)_minmax(120px,1.2fr)_72px] \
     xl:grid-cols-[20px_minmax(160px,2fr)_120px_96px_92px_52px_minmax(110px,1fr)_minmax(100px,1.2fr)_minmax(120px,1.2fr)_72px]";

/// `/leads`.
#[component]
pub fn TablePage() -> impl IntoView {
    let query = use_query_map();
    let stages = RwSignal::new(Vec::new());
    let filter = Memo::new(move |_| query.with(|query| Filter::read(|name| query.get(name))));
    let table = load(move || Sight::new(&filter.get(), Vec::new(), false), |sight| load_table(sight, 0));
    view! {
        <Title text="Leads" />
        <PageBar title="Leads">
            <a class="btn btn-ghost btn-sm" href=move || ["/leads.csv", &filter.with(Filter::query)].concat() rel="external" download="">
                <Icon name="download" size=14 />
                <span class="max-sm:hidden">"Download CSV"</span>
            </a>
            <a class="btn btn-sm" href=move || at("/board", &filter.get())>
                <Icon name="columns-3" size=14 />
                "Board"
            </a>
        </PageBar>
        <Filters path="/leads" filter stages />
        <Suspense fallback=|| {
            view! {
                <div class="late p-5 flex flex-col gap-3" role="status" aria-label="Loading leads">
                    <Skeleton class="h-8 w-full" />
                    <Skeleton class="h-8 w-full" />
                    <Skeleton class="h-8 w-full" />
                </div>
            }
        }>
            {move || Suspend::new(async move {
                match table.await {
                    Ok(table) => view! { <TableView table filter=filter.get_untracked() known=stages /> }.into_any(),
                    Err(error) => {
                        view! {
                            <Empty title="The leads did not load" text=error.to_string()>
                                <a class="btn" href="/leads" rel="external">
                                    "Try again"
                                </a>
                            </Empty>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
}

#[component]
fn TableView(table: Table, filter: Filter, known: RwSignal<Vec<Stage>>) -> impl IntoView {
    // The conditions stand above what is awaited here: the page has been taken over before they change.
    let stages = table.stages.clone();
    Effect::new(move || known.set(stages.clone()));
    let (seq, shown) = (table.seq, filter.clone());
    let rows = Rows::new(table, filter);
    let home = use_desk().with_untracked(super::column::home_currency);
    use_live().listen(
        Topic::Board,
        seq,
        Listener {
            on_event: Callback::new(move |told| rows.hear(&told)),
            on_pulse: Callback::new(|_| ()),
            on_snapshot: Callback::new(move |()| rows.refresh()),
        },
    );
    let scroller = NodeRef::<html::Div>::new();
    // What is seen of it, once it is known how high it is.
    let measure = move || {
        if let Some(element) = scroller.get_untracked() {
            rows.seen(element.scroll_top(), element.client_height());
        }
    };
    Effect::new(move || {
        scroller.track();
        measure();
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| measure());
    on_cleanup(move || resized.remove());
    Effect::new(move || rows.fetch());
    // What is not in the document has its room. Set by script: the policy of the page takes no style from the server.
    let (above, below) = (NodeRef::<html::Div>::new(), NodeRef::<html::Div>::new());
    Effect::new(move || {
        let (before, after) = rows.hidden();
        for (node, hidden) in [(above, before), (below, after)] {
            if let Some(node) = node.get() {
                // Fails only for a style that is read-only; this one is not.
                let _ = web_sys::HtmlElement::style(&node).set_property("height", &format!("{}px", i64::from(hidden) * i64::from(HIGH)));
            }
        }
    });
    let navigate = use_navigate();
    let on_key = move |event: KeyboardEvent| {
        // Not what is typed into a field of a row.
        let Some(element) = scroller.get_untracked().filter(|element| event.target().as_deref() == Some(element.as_ref())) else { return };
        let page = (element.client_height() / HIGH - 1).max(1);
        let step = match event.key().as_str() {
            "ArrowDown" | "j" => 1,
            "ArrowUp" | "k" => -1,
            "PageDown" => page,
            "PageUp" => -page,
            "Home" => i32::MIN,
            "End" => i32::MAX,
            "Enter" => {
                rows.active_lead().into_iter().for_each(|lead| navigate.to(&format!("/leads/{lead}")));
                return event.prevent_default();
            }
            " " | "x" => {
                rows.choose(rows.active.get_untracked(), event.shift_key());
                return event.prevent_default();
            }
            "Escape" => return rows.choose_none(),
            _ => return,
        };
        event.prevent_default();
        let place = rows.step(step);
        if event.shift_key() {
            rows.choose(place, true);
        }
        let (top, room) = (place as i32 * HIGH, element.client_height() - HIGH);
        if top < element.scroll_top() {
            element.set_scroll_top(top);
        } else if top + HIGH > element.scroll_top() + room {
            element.set_scroll_top(top + HIGH - room);
        }
    };
    let heads = [
        ("Name", Some(Sort::Name), ""),
        ("Stage", None, ""),
        ("Value", Some(Sort::Value), "justify-end"),
        ("Closes", Some(Sort::Closes), "max-xl:hidden"),
        ("Score", Some(Sort::Score), "max-md:hidden justify-end"),
        ("Owner", None, "max-md:hidden"),
        ("Tags", None, "max-md:hidden"),
        ("Next step", Some(Sort::Due), "max-md:hidden"),
        ("Active", Some(Sort::Activity), "max-md:hidden justify-end"),
    ]
    .map(|(name, sort, class)| view! { <Head name sort class now=shown.clone() /> })
    .into_iter()
    .collect_view();
    let count = move || rows.totals.with(|totals| totals.count);
    let sums = move || {
        rows.totals.with(|totals| format!("{} {}, {}", totals.count, if totals.count == 1 { "lead" } else { "leads" }, totals.shown(home)))
    };
    view! {
        <div class="px-4 pb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-muted min-h-8">
            <span class="num" role="status">
                {sums}
            </span>
            <BulkBar rows />
        </div>
        <Show when=move || count() == 0>
            <Empty title="No lead is like that" text="Take a condition away, or look for other words.">
                <a class="btn" href="/leads">
                    "Show all leads"
                </a>
            </Empty>
        </Show>
        <div
            node_ref=scroller
            class="flex-1 min-h-0 overflow-auto [overflow-anchor:none] border-t border-line outline-offset-[-2px]"
            class:hidden=move || count() == 0
            role="grid"
            aria-label="Leads"
            aria-multiselectable="true"
            aria-rowcount=move || count() + 1
            aria-activedescendant=move || format!("row-{}", rows.active.get())
            tabindex="0"
            on:scroll=move |_| measure()
            on:keydown=on_key
        >
            <div role="rowgroup" class="sticky top-0 z-(--z-sticky)">
                <div
                    role="row"
                    aria-rowindex="1"
                    class=[COLUMNS, " h-9 bg-surface border-b border-line text-xs text-ink-muted font-medium"].concat()
                >
                    <span role="columnheader">
                        <span class="sr-only">"Chosen"</span>
                    </span>
                    {heads}
                </div>
            </div>
            <div role="rowgroup">
                <div node_ref=above role="presentation"></div>
                <For each=move || rows.visible() key=rows::key let((place, card))>
                    <Row rows place card />
                </For>
                <div node_ref=below role="presentation"></div>
            </div>
            <noscript>
                <p class="p-4 text-ink-muted">"Without script the table ends here. Narrow it by a condition to see the others."</p>
            </noscript>
        </div>
    }
}

/// The head of a column. By which one can sort, it is a link that does, and then the other way round.
#[component]
fn Head(name: &'static str, sort: Option<Sort>, class: &'static str, now: Filter) -> impl IntoView {
    let turned = sort.map(Sort::turned);
    let here = now.sort.or(Some(Sort::Activity)).filter(|by| Some(*by) == sort || Some(*by) == turned);
    // By name from A on, by all else from the most on.
    let rising = here.map(|by| {
        (Some(by) == sort) == matches!(by, Sort::Name | Sort::NameBack | Sort::Due | Sort::LateDue | Sort::Closes | Sort::LateCloses)
    });
    let inside = sort.map(|sort| {
        let wanted = if here == Some(sort) { sort.turned() } else { sort };
        let arrow = rising.map(|rising| view! { <Icon name=if rising { "chevron-up" } else { "chevron-down" } size=13 /> });
        view! {
            <a class="inline-flex items-center gap-1 hover:text-ink" href=at("/leads", &Filter { sort: Some(wanted), ..now.clone() })>
                {name}
                {arrow}
            </a>
        }
    });
    let plain = inside.is_none().then_some(name);
    view! {
        <span
            role="columnheader"
            class=["flex min-w-0 ", class].concat()
            aria-sort=rising.map(|rising| if rising { "ascending" } else { "descending" })
        >
            {inside}
            {plain}
        </span>
    }
}
