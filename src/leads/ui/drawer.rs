//! A lead beside the board, which stays as it is behind it: `/board?lead=ID`. J and K go through the
//! column, Escape and Back close it.

use super::board::BoardContext;
use crate::areas;
use crate::route::{use_navigate, use_query_map};
use crate::ui::icon::Icon;
use crate::ui::keys::{is_typing, within};
use crate::ui::skeleton::Skeleton;
use crate::values::LeadId;
use leptos::ev::KeyboardEvent;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// Told to the lead's page: it stands beside the board.
#[derive(Clone, Copy)]
pub struct Beside {
    close: Callback<()>,
}

impl Beside {
    /// What stands at its top instead of the way back.
    pub fn bar(self, lead: LeadId) -> impl IntoView {
        view! {
            <div class="flex items-center gap-1 -ml-2">
                <button type="button" class="btn btn-ghost btn-sm" on:click=move |_| self.close.run(())>
                    <Icon name="x" size=14 />
                    "Close"
                </button>
                <a class="btn btn-ghost btn-sm" href=format!("/leads/{lead}")>
                    <Icon name="arrow-right" size=14 />
                    "Open as a page"
                </a>
                <span class="ml-auto text-xs text-ink-faint max-lg:hidden" aria-hidden="true">
                    <kbd class="kbd">"J"</kbd>
                    " "
                    <kbd class="kbd">"K"</kbd>
                    " next, previous"
                </span>
            </div>
        }
    }
}

/// Opens a lead beside the board; where there is no room beside it, its page.
pub fn opener() -> impl Fn(LeadId) + Clone + 'static {
    let (context, navigate) = (expect_context::<BoardContext>(), use_navigate());
    move |lead| {
        let room = window().match_media("(min-width: 48rem)").ok().flatten().is_some_and(|query| query.matches());
        let address = if room { context.filter.with_untracked(|filter| filter.beside(lead)) } else { format!("/leads/{lead}") };
        navigate.to(&address);
    }
}

/// Which lead stands beside the board: what the address says. The server writes the board alone.
pub fn beside() -> Memo<Option<LeadId>> {
    let (query, hydrated) = (use_query_map(), RwSignal::new(false));
    Effect::new(move || hydrated.set(true));
    Memo::new(move |_| query.with(|query| query.get("lead")?.parse().ok()).filter(|_| hydrated.get()))
}

/// Makes what stands around the page out of reach, or within it again.
fn behind(out_of_reach: bool) {
    if cfg!(feature = "ssr") {
        return;
    }
    if let Ok(Some(sidebar)) = document().query_selector("[data-behind]") {
        // Fails only for a name that is none.
        let _ = sidebar.toggle_attribute_with_force("inert", out_of_reach);
    }
}

/// The lead, if there is one.
#[component]
pub fn Drawer(beside: Memo<Option<LeadId>>) -> impl IntoView {
    let (context, navigate) = (expect_context::<BoardContext>(), use_navigate());
    let board = context.board;
    let go = move |address: String| {
        navigate.replace(&address);
    };
    let close = Callback::new(move |()| go(context.filter.with_untracked(|filter| filter.address())));
    // Whether by button, key or the browser's own way back: the keyboard returns to the card.
    Effect::new(move |before: Option<Option<LeadId>>| {
        let now = beside.get();
        if let (Some(Some(lead)), None) = (before, now) {
            match board.card(lead) {
                Some(_) => board.focus(lead),
                // Out of reach meanwhile.
                None => drop(
                    document()
                        .get_element_by_id("main")
                        .and_then(|main| main.dyn_into::<web_sys::HtmlElement>().ok())
                        .map(|main| main.focus()),
                ),
            }
        }
        now
    });
    let step = move |lead: LeadId, by: isize| {
        let column = board.card(lead).map(|card| board.leads(card.stage)).unwrap_or_default();
        let at = column.iter().position(|id| *id == lead).and_then(|at| at.checked_add_signed(by));
        if let Some(next) = at.and_then(|at| column.get(at)) {
            go(context.filter.with_untracked(|filter| filter.beside(*next)));
        }
    };
    let panel = NodeRef::<html::Section>::new();
    let keys = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        let Some(lead) = beside.get_untracked() else { return };
        // A dialog above it has Escape first.
        if event.default_prevented() || within(&event, "dialog") {
            return;
        }
        match event.key().as_str() {
            // What is being typed is not thrown away: the first Escape leaves the field.
            "Escape" if is_typing(&event) => drop(panel.get_untracked().map(|panel| panel.focus())),
            "Escape" => close.run(()),
            _ if is_typing(&event) => {}
            "j" => step(lead, 1),
            "k" => step(lead, -1),
            _ => {}
        }
    });
    on_cleanup(move || keys.remove());
    Effect::new(move || {
        if beside.get().is_some() {
            request_animation_frame(move || drop(panel.get_untracked().map(|panel| panel.focus())));
        }
    });
    Effect::new(move || behind(beside.get().is_some()));
    on_cleanup(|| behind(false));
    provide_context(Beside { close });
    view! {
        <Show when=move || beside.get().is_some()>
            <div class="fixed inset-0 bg-scrim z-(--z-drawer)" on:click=move |_| close.run(())></div>
            <section
                node_ref=panel
                class="absolute inset-y-2 right-2 left-auto w-[min(800px,calc(100%-16px))] z-(--z-drawer) rounded-xl bg-surface shadow-overlay flex flex-col overflow-hidden outline-none"
                role="dialog"
                aria-modal="true"
                aria-label="Lead"
                tabindex="-1"
                data-drawer=""
            >
                {move || {
                    beside
                        .get()
                        .map(|lead| {
                            view! {
                                <Suspense fallback=|| view! { <Skeleton class="m-5 h-32" /> }>
                                    {Suspend::new(areas::beside(lead))}
                                </Suspense>
                            }
                        })
                }}
            </section>
        </Show>
    }
}
