//! What stands around the board: who is here, the tabs of a phone, the bar of keys.

use super::{board::BoardContext, filters::at, glyph::StageGlyph, keyboard::Held};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::leads::api::look;
use crate::leads::model::{Outcome, Stage, Totals};
use crate::live::client::use_live;
use crate::live::topic::Topic;
use crate::ui::avatar::Person;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// Who else looks at the board.
#[component]
pub fn Presence() -> impl IntoView {
    let here = use_live().presence(Topic::Board);
    view! {
        <Show when=move || here.with(|here| !here.is_empty())>
            <span
                class="stack max-sm:hidden mr-1 items-center"
                role="group"
                aria-label=move || {
                    let names: Vec<String> = here.with(|here| here.iter().map(|person| person.name.clone()).collect());
                    format!("Here now: {}", names.join(", "))
                }
            >
                {move || {
                    here.with(|here| {
                        here.iter()
                            .take(3)
                            .map(|person| view! { <Person name=person.name.clone() tint=person.tint /> })
                            .collect_view()
                    })
                }}
                {move || {
                    let more = here.with(Vec::len).saturating_sub(3);
                    (more > 0).then(|| view! { <span class="person size-6 text-[10px] bg-pressed text-ink-muted!">{format!("+{more}")}</span> })
                }}
            </span>
        </Show>
    }
}

/// On a phone, one stage at a time.
#[component]
pub fn Tabs(stages: Vec<Stage>) -> impl IntoView {
    let context: BoardContext = expect_context();
    let board = context.board;
    // How many leads there are; what those still open are worth, and are likely to bring.
    let total = move || {
        let (mut count, mut open, mut likely) = (0, Totals::default(), Totals::default());
        for stage in board.stages() {
            let Some(column) = board.column(stage.id) else { continue };
            column.totals.with(|totals| {
                count += totals.count;
                if stage.outcome == Outcome::Open {
                    open.join(totals);
                    likely.join(&Totals { count: 0, sums: totals.sums.iter().map(|sum| stage.weighted(*sum)).collect() });
                }
            });
        }
        (Totals { count, ..open }, likely)
    };
    let words = |totals: &Totals| format!("{} {}, ", totals.count, if totals.count == 1 { "lead" } else { "leads" });
    let currency = context.currency;
    let tabs = stages
        .iter()
        .cloned()
        .map(|stage| {
            let id = stage.id;
            let count = board.column(id).map(|column| column.totals);
            let class = move || {
                let tone =
                    if context.tab.get() == id { "bg-beam-soft border-beam-line text-ink" } else { "bg-raised border-line text-ink-muted" };
                ["shrink-0 inline-flex items-center gap-1.5 h-11 px-3.5 rounded-full border text-sm font-medium ", tone].concat()
            };
            view! {
                <a
                    class=class
                    href=format!("/board?stage={}", stage.slug)
                    aria-current=move || (context.tab.get() == id).then_some("true")
                    on:click=move |event| {
                        event.prevent_default();
                        context.tab.set(id);
                    }
                >
                    <StageGlyph stage=&stage />
                    {stage.name}
                    <span class="text-xs text-ink-faint num">{move || count.map(|totals| totals.with(|totals| totals.count))}</span>
                </a>
            }
        })
        .collect_view();
    let may_import = use_desk().with_untracked(|desk| desk.may(Action::ImportLeads));
    let nav = NodeRef::<leptos::html::Nav>::new();
    Effect::new(move || {
        let _ = context.tab.get();
        let Some(nav) = nav.get() else { return };
        // After the mark has moved; the chosen tab may be outside of what is seen.
        request_animation_frame(move || {
            if let Ok(Some(tab)) = nav.query_selector("[aria-current]") {
                let options = web_sys::ScrollIntoViewOptions::new();
                options.set_inline(web_sys::ScrollLogicalPosition::Center);
                options.set_block(web_sys::ScrollLogicalPosition::Nearest);
                tab.scroll_into_view_with_scroll_into_view_options(&options);
            }
        });
    });
    view! {
        <nav node_ref=nav class="md:hidden flex gap-1.5 px-4 pb-2.5 overflow-x-auto shrink-0 [scrollbar-width:none]" aria-label="Stage">
            {tabs}
        </nav>
        {stages
            .into_iter()
            .map(|stage| {
                let id = stage.id;
                let totals = move || board.column(id).map(|column| column.totals.get()).unwrap_or_default();
                let class = move || {
                    let hidden = if context.tab.get() == id { "" } else { " hidden" };
                    ["md:hidden px-4 pb-1 text-xs text-ink-muted num", hidden].concat()
                };
                view! {
                    <p class=class>
                        {move || words(&totals())}
                        <b class="text-ink">{move || totals().shown(currency)}</b>
                    </p>
                }
            })
            .collect_view()}
        <p class="max-md:hidden px-4 pb-3 -mt-1 shrink-0 text-xs text-ink-muted num">
            {move || words(&total().0)}
            <b class="text-ink">{move || total().0.shown(currency)}</b>
            " open, "
            <b class="text-ink">{move || total().1.shown(currency)}</b>
            " weighted"
            // The browser fetches it; the page stays.
            <a
                class="ml-2 underline decoration-line-strong underline-offset-2 hover:text-ink"
                href=move || at("/leads.csv", &context.sought())
                rel="external"
                download="leads.csv"
            >
                "Download CSV"
            </a>
            {may_import
                .then(|| {
                    view! {
                        <a class="ml-2 underline decoration-line-strong underline-offset-2 hover:text-ink" href="/leads/import">
                            "Import"
                        </a>
                    }
                })}
            <a class="ml-2 underline decoration-line-strong underline-offset-2 hover:text-ink" href="/leads/trash">
                "Trash"
            </a>
        </p>
    }
}

/// The keys that work while a card is held.
#[component]
pub fn KeyBar(held: RwSignal<Option<Held>>) -> impl IntoView {
    let key = |name: &'static str| view! { <kbd class="kbd bg-transparent! text-current! border-current/35!">{name}</kbd> };
    view! {
        <Show when=move || held.with(Option::is_some)>
            <div class="fixed left-1/2 -translate-x-1/2 bottom-6 max-md:bottom-20 toast pr-5! gap-5! z-(--z-drag) whitespace-nowrap max-w-[calc(100vw-24px)]">
                <span class="min-w-0 truncate">
                    <b>{move || held.with(|held| held.as_ref().map(|held| held.name.clone()))}</b>
                    {move || {
                        held.with(|held| held.as_ref().map(|held| format!(" in {}, {} of {}", held.stage, held.position, held.of)))
                    }}
                </span>
                <span class="shrink-0 flex items-center gap-1.5">{key("←")}{key("→")}"stage"</span>
                <span class="shrink-0 flex items-center gap-1.5">{key("↑")}{key("↓")}"place"</span>
                <span class="shrink-0 flex items-center gap-1.5">{key("Space")}"drop"</span>
                <span class="shrink-0 flex items-center gap-1.5">{key("Esc")}"cancel"</span>
            </div>
        </Show>
    }
}

/// Tells the server when somebody begins to look at the board and when they have stopped: what changes after
/// that is new to them. Nobody is told when this cannot be: they lose nothing by it.
pub fn tell_looks() {
    let tell = |begins| spawn_local(async move { drop(look(begins).await) });
    Effect::new(move || {
        tell(true);
        let seen = window_event_listener_untyped("visibilitychange", move |_| {
            tell(document().visibility_state() == web_sys::VisibilityState::Visible);
        });
        on_cleanup(move || {
            seen.remove();
            tell(false);
        });
    });
}
