//! Moving without dragging: a menu of stages at the card, and the same as a form for browsers
//! without script.

use super::{board::BoardContext, glyph::StageGlyph, motion, selection};
use crate::areas;
use crate::leads::api::MoveLeadTo;
use crate::leads::model::Stage;
use crate::ui::{icon::Icon, toast::use_toasts};
use crate::values::{LeadId, StageId};
use leptos::ev::{FocusEvent, KeyboardEvent};
use leptos::{html, prelude::*, server_fn::ServerFn};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The menu of stages, beside the card it was opened for. It comes as a part of its own when it is first opened.
#[component]
pub fn MoveMenu() -> impl IntoView {
    let (context, toasts) = (expect_context::<BoardContext>(), use_toasts());
    view! {
        <Show when=move || context.menu.with(Option::is_some)>
            <Suspense fallback=|| ()>
                {move || Suspend::new(async move {
                    let came = areas::move_menu().await;
                    if came.is_none() {
                        // It is fetched again when it is opened again.
                        context.menu.set(None);
                        toasts.error("The menu cannot be loaded just now. Drag the card, or try again in a moment.");
                    }
                    came
                })}
            </Suspense>
        </Show>
    }
}

/// Moves the card whose menu is open, or about to be there, to the stage of that digit. Says whether it was one.
pub fn by_digit(context: BoardContext, event: &KeyboardEvent) -> bool {
    let (Some(lead), Ok(place @ 1..)) = (context.menu.get_untracked(), event.key().parse::<usize>()) else { return false };
    if let Some(stage) = context.board.stages().get(place - 1) {
        context.menu.set(None);
        context.board.move_to_top(lead, stage.id);
    }
    true
}

/// The menu itself.
pub fn move_menu() -> AnyView {
    let context: BoardContext = expect_context();
    let (board, menu) = (context.board, context.menu);
    let root = NodeRef::<html::Div>::new();
    let close = move |back: bool| {
        if let Some(lead) = menu.get_untracked() {
            menu.set(None);
            if back {
                motion::focus(lead);
            }
        }
    };
    let choose = move |stage: StageId| {
        let Some(lead) = menu.get_untracked() else { return };
        menu.set(None);
        board.move_to_top(lead, stage);
    };
    Effect::new(move || {
        let (Some(lead), Some(root)) = (menu.get(), root.get()) else { return };
        // It stands in the document, and has its height, a little after it is made.
        request_animation_frame(move || {
            let Some(rect) = motion::element(lead).map(|card| card.get_bounding_client_rect()) else { return };
            // Under the card's own button where there is room, else above it, always inside the window.
            let inside = |wanted: f64, size: f64, all: Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>| {
                let all = all.ok().and_then(|all| all.as_f64()).unwrap_or(wanted + size);
                wanted.min(all - size - 8.0).max(8.0)
            };
            let left = inside(rect.right() - 200.0, 208.0, window().inner_width());
            let high = f64::from(root.offset_height());
            let below = rect.bottom() + 4.0;
            let room = window().inner_height().ok().and_then(|all| all.as_f64()).is_none_or(|all| below + high + 8.0 <= all);
            let top = inside(if room { below } else { rect.top() - high - 4.0 }, high, window().inner_height());
            for (name, at) in [("left", left), ("top", top)] {
                // Fails only for a style that is read-only; this one is not.
                let _ = HtmlElement::style(&root).set_property(name, &format!("{at}px"));
            }
            focus_item(&root, |_, _| 0);
        });
    });
    let on_key = move |event: KeyboardEvent| {
        let Some(root) = root.try_get_untracked().flatten() else { return };
        match event.key().as_str() {
            "Escape" => close(true),
            "ArrowDown" => focus_item(&root, |now, all| (now + 1) % all),
            "ArrowUp" => focus_item(&root, |now, all| (now + all - 1) % all),
            "Home" => focus_item(&root, |_, _| 0),
            "End" => focus_item(&root, |_, all| all - 1),
            _ if by_digit(context, &event) => {}
            _ => return,
        }
        event.prevent_default();
        event.stop_propagation();
    };
    let on_leave = move |event: FocusEvent| {
        let next: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        if root.try_get_untracked().flatten().is_some_and(|root| !root.contains(next.as_ref())) {
            close(false);
        }
    };
    view! {
            <div
                node_ref=root
                class="menu fixed w-52 max-h-[calc(100dvh-16px)] overflow-y-auto z-(--z-popover) animate-pop"
                role="menu"
                tabindex="-1"
                aria-label=move || {
                    let name = menu.get().and_then(|lead| board.card(lead)).map(|card| card.name.clone()).unwrap_or_default();
                    format!("Move {name}")
                }
                on:keydown=on_key
                on:focusout=on_leave
            >
                <div class="rule-label px-2 py-1.5 truncate" aria-hidden="true">
                    {move || {
                        let Some(lead) = menu.get() else { return String::new() };
                        let name = match board.meant(lead).len() {
                            1 => board.card(lead).map(|card| card.name.clone()).unwrap_or_default(),
                            several => selection::leads(several),
                        };
                        format!("Move {name} to")
                    }}
                </div>
                {board
                    .stages()
                    .into_iter()
                    .enumerate()
                    .map(|(place, stage)| {
                        let id = stage.id;
                        let here = move || menu.get().and_then(|lead| board.card(lead)).is_some_and(|card| card.stage == id);
                        view! {
                            <button type="button" class="menu-item max-md:h-11!" role="menuitem" on:click=move |_| choose(id)>
                                <StageGlyph stage=&stage />
                                <span class="flex-1 truncate">{stage.name}</span>
                                <Show when=here>
                                    <span class="sr-only">"(it is here)"</span>
                                    <Icon name="check" size=14 />
                                </Show>
                                <kbd class="kbd max-md:hidden!" aria-hidden="true">{place + 1}</kbd>
                            </button>
                        }
                    })
                    .collect_view()}
                {Stage::by_pipeline(&board.stages_beyond())
                    .map(|stages| {
                        let name = stages[0].pipeline_name.clone();
                        let item = |stage: &Stage| {
                            let id = stage.id;
                            view! {
                                <button type="button" class="menu-item max-md:h-11!" role="menuitem" on:click=move |_| choose(id)>
                                    <StageGlyph stage />
                                    <span class="flex-1 truncate">{stage.name.clone()}</span>
                                </button>
                            }
                        };
                        let label = name.clone();
                        view! {
                            <div role="group" aria-label=label>
                                <div class="rule-label px-2 pt-2.5 pb-1 truncate" aria-hidden="true">
                                    {name}
                                </div>
                                {stages.iter().map(item).collect_view()}
                            </div>
                        }
                    })
                    .collect_view()}
                <button
                    type="button"
                    class="menu-item max-md:h-11! border-t border-line rounded-t-none! mt-1"
                    role="menuitem"
                    on:click=move |_| {
                        let lead = menu.get_untracked();
                        close(true);
                        lead.into_iter().for_each(|lead| board.choose(lead));
                    }
                >
                    <Icon name="list-checks" size=14 />
                    <span class="flex-1">
                        {move || if menu.get().is_some_and(|lead| board.is_chosen(lead)) { "Choose no longer" } else { "Choose several" }}
                    </span>
                    <kbd class="kbd max-md:hidden!" aria-hidden="true">
                        "X"
                    </kbd>
                </button>
            </div>
    }
    .into_any()
}

/// Puts the keyboard on the item that `to` works out from the present one and their number.
fn focus_item(root: &HtmlElement, to: impl Fn(usize, usize) -> usize) {
    let Ok(items) = root.query_selector_all("[role='menuitem']") else { return };
    let all = items.length() as usize;
    if all == 0 {
        return;
    }
    let active = document().active_element();
    let item = |n: usize| items.get(n as u32).and_then(|node| node.dyn_into::<HtmlElement>().ok());
    let now = (0..all).find(|n| item(*n).map(|item| item.into()) == active).unwrap_or(0);
    if let Some(item) = item(to(now, all)) {
        let _ = item.focus();
    }
}

/// The same without script: a form that stands above the board.
#[component]
pub fn MoveForm(lead: LeadId) -> impl IntoView {
    let context: BoardContext = expect_context();
    let board = context.board;
    board.card(lead).map(|card| {
        view! {
            <form
                class="panel mx-4 mb-3 p-3 flex flex-wrap items-center gap-2"
                method="post"
                action=MoveLeadTo::url()
                aria-label=format!("Move {}", card.name)
            >
                <b class="mr-2">{format!("Move {} to", card.name)}</b>
                <input type="hidden" name="lead" value=lead.to_string() />
                <input type="hidden" name="version" value=card.version />
                {[board.stages(), board.stages_beyond()]
                    .concat()
                    .into_iter()
                    .map(|stage| {
                        view! {
                            <button class="btn btn-sm" name="stage" value=stage.id.to_string() disabled=stage.id == card.stage>
                                <StageGlyph stage=&stage />
                                {board.stage_name(stage.id)}
                            </button>
                        }
                    })
                    .collect_view()}
                <a class="btn btn-ghost btn-sm" href="/board">
                    "Leave it there"
                </a>
            </form>
        }
    })
}
