//! The board page.

use super::{
    around::{KeyBar, Presence, Tabs, tell_looks},
    closing::ClosingPanel,
    column::{ColumnView, home_currency},
    drag::Drag,
    drawer::{self, Drawer},
    face::Cast,
    filters::{Filters, at},
    fold::FoldForms,
    keyboard::{Held, Wish},
    motion,
    move_menu::{MoveForm, MoveMenu, by_digit},
    new_lead::{NewLeadDialog, NewLeadPanel},
    selection::SelectionBar,
    shown::WINDOW,
    state::BoardState,
};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::error::AppError;
use crate::leads::api::{MoveLeadTo, load_board};
use crate::leads::filter::{Filter, Sight};
use crate::leads::model::{Board, Outcome, Stage};
use crate::live::client::{Listener, Status, use_live};
use crate::live::topic::Topic;
use crate::route::{Title, use_query_map};
use crate::ui::keys::is_typing;
use crate::ui::{
    banner::{Banner, Tone},
    empty::Empty,
    icon::Icon,
    shell::PageBar,
    skeleton::BoardSkeleton,
    toast::use_toasts,
};
use crate::values::{Currency, LeadId, StageId};
use crate::wire::{ServerAction, carried, carry};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::prelude::*;

/// What every part of the board shares.
#[derive(Clone, Copy)]
pub struct BoardContext {
    /// The cards.
    pub board: BoardState,
    /// Which leads are shown: what the address says.
    pub filter: Memo<Filter>,
    /// The stage that a phone shows.
    pub tab: RwSignal<StageId>,
    /// The company's currency.
    pub currency: Currency,
    /// Whether the form for a new lead is open, and for which stage.
    pub form: RwSignal<bool>,
    /// The stage the form begins with.
    pub form_stage: RwSignal<Option<StageId>>,
    /// Whose Move menu is open.
    pub menu: RwSignal<Option<LeadId>>,
}

impl BoardContext {
    /// The filter, with the pipeline that is shown where there are several: for what shows all of them otherwise.
    pub fn sought(self) -> Filter {
        let several = !self.board.stages_beyond().is_empty();
        let pipeline = self.board.stages().first().filter(|_| several).map(|stage| stage.pipeline);
        Filter { pipeline, ..self.filter.get() }
    }

    /// Opens the form for a new lead in that stage.
    pub fn open_form(self, stage: StageId) {
        self.form_stage.set(Some(stage));
        self.form.set(true);
    }
}

/// `/board`: every lead in reach, by stage.
#[component]
pub fn BoardPage() -> impl IntoView {
    let remade = RwSignal::new(0);
    view! {
        <Title text="Lead board" />
        // With other stages, or those of another pipeline, it is another board: nothing of the old one is patched.
        <For each=move || [remade.get()] key=|times| *times let(times)>
            <OneBoard times remade />
        </For>
    }
}

#[component]
fn OneBoard(times: u32, remade: RwSignal<u32>) -> impl IntoView {
    let query = use_query_map();
    view! {
        <Suspense fallback=|| {
            view! {
                <PageBar title="Lead board" />
                <BoardSkeleton />
            }
        }>
            {move || {
                let sight = query.with_untracked(|query| {
                    let filter = Filter::read(|name| query.get(name));
                    Sight::new(&filter, Vec::new(), query.get("all").is_some())
                });
                Suspend::new(async move {
                    let board = match carried("board").filter(|_| times == 0) {
                        Some(board) => Ok(board),
                        None => load_board(sight).await,
                    };
                    match board {
                        Ok(board) => view! { <BoardView loaded=board remade /> }.into_any(),
                        Err(error) => view! { <Unloaded error /> }.into_any(),
                    }
                })
            }}
        </Suspense>
    }
}

/// The board could not be loaded.
#[component]
fn Unloaded(error: AppError) -> impl IntoView {
    view! {
        <PageBar title="Lead board" />
        <Empty title="The board did not load" text=error.to_string()>
            <a class="btn" href="/board" rel="external">
                "Try again"
            </a>
        </Empty>
    }
}

#[component]
fn BoardView(loaded: Board, remade: RwSignal<u32>) -> impl IntoView {
    let (desk, live) = (use_desk(), use_live());
    let query = use_query_map();
    let seq = loaded.seq;
    let brought = carry("board", &loaded);
    let named = |slug: Option<String>| slug.and_then(|slug| loaded.stages.iter().find(|stage| stage.slug == slug)).map(|stage| stage.id);
    let (chosen, wanted, whole) = query.with_untracked(|query| (named(query.get("stage")), query.get("new"), query.get("all").is_some()));
    // Forms in the page: for browsers whose script has not come, and then it stays away.
    let plain = cfg!(feature = "ssr");
    let all = StoredValue::new(loaded.stages.clone());
    let on_board = move |filter: &Filter| all.with_value(|all| Stage::on_board(all, filter.pipeline));
    let filter = Memo::new(move |_| {
        let asked = query.with(|query| Filter::read(|name| query.get(name)));
        // One that is gone is the first.
        Filter { pipeline: asked.pipeline.filter(|wanted| on_board(&asked) == *wanted), ..asked }
    });
    let pipeline = filter.with_untracked(on_board);
    let stages = all.with_value(|all| Stage::of(all, pipeline).to_vec());
    let first = stages.first().map(|stage| stage.id)?;
    let cast = Memo::new(move |_| desk.with(|desk| Cast { colleagues: desk.colleagues.clone(), assistants: desk.assistants.clone() }));
    let window = if whole { usize::MAX } else { WINDOW };
    let tab = chosen.filter(|id| stages.iter().any(|stage| stage.id == *id)).unwrap_or(first);
    let form_stage = named(wanted.clone());
    let board = BoardState::new(loaded, window, tab, cast, filter.get_untracked(), remade);
    let context = BoardContext {
        board,
        filter,
        tab: RwSignal::new(tab),
        currency: desk.with_untracked(home_currency),
        form: RwSignal::new(false),
        form_stage: RwSignal::new(form_stage),
        menu: RwSignal::new(None),
    };
    Effect::new(move || {
        let filter = filter.get();
        if on_board(&filter) == pipeline {
            board.sift(filter);
        } else {
            remade.update(|times| *times += 1);
        }
    });
    provide_context(context);
    let drag = Drag::new(board);
    let held = RwSignal::new(None::<Held>);

    live.listen(
        Topic::Board,
        seq,
        Listener {
            on_event: Callback::new(move |told| board.take_in(told)),
            on_pulse: Callback::new(|_| ()),
            on_snapshot: Callback::new(move |()| board.reload()),
        },
    );
    Effect::new(move || {
        if live.status().get() == Status::Connected {
            board.retry();
        }
    });

    let (open, beside) = (drawer::opener(), drawer::beside());
    let on_key = {
        let open = open.clone();
        move |event: KeyboardEvent| match board.key(&event, held) {
            Some(Wish::Open(lead)) => open(lead),
            Some(Wish::Menu(lead)) => context.menu.set(Some(lead)),
            // Typed before the menu has come.
            None if event.key() == "Escape" => context.menu.set(None),
            None => drop(by_digit(context, &event)),
        }
    };
    let on_click = move |event: MouseEvent| {
        if drag.was_drop() || event.default_prevented() {
            return;
        }
        if let Some(stage) = motion::closest(event.target(), "[data-more]").and(motion::stage_at(event.target())) {
            event.prevent_default();
            board.show_more(stage);
            return;
        }
        let Some(lead) = motion::lead_at(event.target()) else { return };
        if motion::closest(event.target(), "[data-move]").is_some() {
            event.prevent_default();
            context.menu.set(Some(lead));
        } else if board.choose_by(&event, lead) {
            event.prevent_default();
        } else if motion::closest(event.target(), ".lead-name").is_some() && !event.ctrl_key() && !event.meta_key() && !event.shift_key() {
            event.prevent_default();
            open(lead);
        } else if motion::closest(event.target(), "a, button").is_none() {
            open(lead);
        }
    };
    window_events(drag, context, held, beside);
    tell_looks();

    // What came of a form that was sent without script stands in the address.
    let failed = ServerAction::<MoveLeadTo>::new().value().get_untracked().and_then(Result::err);
    let arrived = match query.with_untracked(|query| query.get("done")).as_deref() {
        Some("founded") => Some("Your company is set up. Make an assistant, put its chat on your site, and leads come in here."),
        Some("joined") => Some("Welcome. These are the leads you may see."),
        _ => None,
    };
    let moving = query.with_untracked(|query| query.get("move")).filter(|_| plain).and_then(|id| id.parse().ok());
    let may_create = desk.with_untracked(|desk| desk.may(Action::CreateLead));
    let columns = {
        let (open, closed): (Vec<Stage>, Vec<Stage>) = stages.iter().cloned().partition(|stage| stage.outcome == Outcome::Open);
        view! {
            {open.into_iter().map(|stage| view! { <ColumnView stage /> }).collect_view()}
            <section class="ends flex flex-col gap-2.5 min-w-0 min-h-0 max-md:contents" aria-label="Closed">
                {closed.into_iter().map(|stage| view! { <ColumnView stage /> }).collect_view()}
            </section>
        }
    };
    let past = move || at("/board/past", &Filter { pipeline: filter.with(|filter| filter.pipeline), ..Filter::default() });
    let root = NodeRef::<leptos::html::Div>::new();
    drag.keep_still(root);
    let nothing = move || board.count.get() == 0;
    let founded = Memo::new(move |_| nothing() && !board.any());
    let no_match = Memo::new(move |_| nothing() && board.any() && !filter.with(Filter::is_empty));
    Some(view! {
        {brought}
        // Behind a lead it is seen and not reached.
        <div class="contents" inert=move || beside.with(Option::is_some)>
        <PageBar title="Lead board">
            <Presence />
            <a
                class="btn btn-ghost btn-icon"
                href=move || at("/leads", &context.sought())
                aria-label="As a table"
                title="As a table"
            >
                <Icon name="table" />
            </a>
            <a class="btn btn-ghost btn-icon" href=past aria-label="The board, earlier" title="The board, earlier">
                <Icon name="clock" />
            </a>
            {may_create
                .then(|| {
                    view! {
                        <a
                            class="btn btn-primary max-sm:w-10 max-sm:p-0!"
                            href="/board?new=1"
                            aria-label="New lead"
                            on:click=move |event| {
                                event.prevent_default();
                                context.open_form(context.tab.get_untracked());
                            }
                        >
                            <Icon name="plus" />
                            <span class="max-sm:hidden">"New lead"</span>
                            <span class="max-lg:hidden" aria-hidden="true">
                                <kbd class="kbd">"N"</kbd>
                            </span>
                        </a>
                    }
                })}
        </PageBar>
        {arrived.map(|text| view! { <Banner tone=Tone::Positive>{text}</Banner> })}
        {failed.map(|error| view! { <Banner tone=Tone::Danger>{format!("Not moved. {error}")}</Banner> })}
        {(plain && wanted.is_some() && may_create).then(|| view! { <NewLeadPanel /> }.into_any())}
        {moving.map(|lead| view! { <MoveForm lead /> }.into_any())}
        <Filters path="/board" filter stages=Signal::stored(all.get_value()) />
        <Tabs stages />
        <FoldForms />
        <Show when=move || no_match.get()>
            <Empty title="No lead is like that" text="Take a condition away, or look for other words.">
                <a class="btn" href=move || at("/board", &filter.get().all())>
                    "Show all leads"
                </a>
            </Empty>
        </Show>
        <Show when=move || founded.get()>
            <Empty
                title="Your first lead will stand here"
                text="Put the chat on your site and your assistant starts answering at once. Or add the leads you have."
            >
                <a class="btn" href="/assistants">
                    "Add chat to your site"
                </a>
            </Empty>
        </Show>
        <div
            node_ref=root
            class="board select-none flex max-md:flex-col gap-2.5 md:px-4 md:pb-4 flex-1 min-h-0 md:overflow-x-auto scroll-px-4"
            data-board=""
            on:pointerdown=move |event| drag.down(&event)
            on:pointercancel=move |_| drag.cancel()
            on:dragstart=move |event| event.prevent_default()
            on:contextmenu=move |event| {
                if drag.lifted() {
                    event.prevent_default();
                }
            }
            on:keydown=on_key
            on:click=on_click
        >
            {columns}
        </div>
        </div>
        <Drawer beside />
        <MoveMenu />
        <SelectionBar />
        <ClosingPanel />
        <NewLeadDialog />
        <KeyBar held />
        <div class="sr-only" aria-live="assertive">
            {board.spoken}
        </div>
    })
}

/// Pointer and keys that are not on the board: the rest of a drag, and the page's own keys.
fn window_events(drag: Drag, context: BoardContext, held: RwSignal<Option<Held>>, beside: Memo<Option<LeadId>>) {
    let toasts = use_toasts();
    let moved = window_event_listener(leptos::ev::pointermove, move |event| drag.moved(&event));
    let up = window_event_listener(leptos::ev::pointerup, move |event| drag.up(&event));
    let blur = window_event_listener(leptos::ev::blur, move |_| drag.cancel());
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.key() == "Escape" && drag.lifted() {
            drag.cancel();
            event.prevent_default();
            return;
        }
        if held.with_untracked(Option::is_none) && toasts.undo_by(&event) {
            return;
        }
        if held.with_untracked(Option::is_some) {
            // Between two places the held card loses the keyboard for a moment; the key counts.
            if motion::closest(event.target(), "[data-board]").is_none() {
                context.board.key(&event, held);
            }
            return;
        }
        if is_typing(&event) || beside.with_untracked(Option::is_some) {
            return;
        }
        match event.key().as_str() {
            "n" | "N" => {
                event.prevent_default();
                context.open_form(context.tab.get_untracked());
            }
            // From the page itself the arrows lead onto the board.
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown"
                if motion::closest(event.target(), "[data-board], nav, aside, header").is_none() =>
            {
                context.board.key(&event, held);
            }
            _ => {}
        }
    });
    on_cleanup(move || {
        drag.cancel();
        context.board.leave();
        moved.remove();
        up.remove();
        blur.remove();
        keys.remove();
    });
}
