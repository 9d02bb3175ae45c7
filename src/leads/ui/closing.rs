//! How a deal ended: a small form beside the board when a card is dropped where deals end, and the
//! same on the lead's page.

use super::{
    board::BoardContext,
    lead_forms::{Trouble, of},
};
use crate::areas;
use crate::error::AppError;
use crate::leads::api::{CloseLead, take_back_closing};
use crate::leads::closing::{Closed, Closing, LostReason};
use crate::leads::fields::typed;
use crate::leads::model::{Card, Outcome};
use crate::leads::page::LeadPage;
use crate::ui::{
    field::{Field, Select, TextArea},
    icon::Icon,
    toast::{Toasts, use_toasts},
};
use crate::values::{Day, LeadId, MutationId, StageId, Timestamp};
use crate::wire::{ActionForm, ServerAction};
use leptos::{html, prelude::*};

/// A card that this person has just put where deals end.
#[derive(Clone, PartialEq)]
pub struct Ended {
    /// The lead.
    pub lead: LeadId,
    /// The move.
    pub mutation: MutationId,
    /// Where it stood before, behind which card.
    pub back: (StageId, Option<LeadId>),
}

/// Value and day of a deal that was won; reason, note and day of one that was lost.
#[component]
fn Fields(
    outcome: Outcome,
    card: Card,
    /// What was said before.
    closing: Option<Closing>,
    error: Signal<Option<AppError>>,
) -> impl IntoView {
    let day = closing.as_ref().map_or_else(|| Day::of(Timestamp::now()), |closing| closing.closed_on);
    let (reason, note) = closing.map(|closing| (closing.reason, closing.note)).unwrap_or_default();
    let of = move |field| of(error, field);
    let on = view! { <Field name="closed_on" id="closing-day" label="On" kind="date" value=day.iso() error=of("closed_on") /> };
    if outcome == Outcome::Won {
        let worth = typed(card.value);
        return view! {
            <div class="grid grid-cols-2 gap-3">
                <Field name="value" id="closing-value" label="Worth" value=worth placeholder="84,000" autocomplete="off" error=of("value") />
                {on}
            </div>
        }
        .into_any();
    }
    let mut reasons = vec![(String::new(), "Choose a reason".to_owned())];
    reasons.extend(LostReason::ALL.iter().map(|reason| (reason.as_str().to_owned(), reason.label().to_owned())));
    let reason = reason.map(LostReason::as_str).unwrap_or_default();
    view! {
        <div class="grid grid-cols-2 gap-3">
            <Select name="reason" id="closing-reason" label="Why" options=reasons value=reason error=of("reason") />
            {on}
        </div>
        <TextArea name="note" id="closing-note" label="Note" rows=2 value=note placeholder="What would have won it?" error=of("note") />
    }
    .into_any()
}

/// Beside the board, after a card was put where deals end. The move stands already; what is asked comes
/// as a part of its own when the first deal has ended.
#[component]
pub fn ClosingPanel() -> impl IntoView {
    let context: BoardContext = expect_context();
    view! {
        <For each=move || context.board.ended.get() key=|ended| ended.mutation let(ended)>
            <Suspense>{Suspend::new(areas::closing(ended))}</Suspense>
        </For>
    }
}

/// How did it end? One says it now, or later, or puts the card back.
pub fn how_it_ended(ended: Ended) -> Option<AnyView> {
    let context: BoardContext = expect_context();
    let (board, toasts) = (context.board, use_toasts());
    let card = board.card(ended.lead)?;
    let outcome = board.outcome(card.stage);
    let title = if outcome == Outcome::Won { format!("{} is won", card.name) } else { format!("{} is lost", card.name) };
    let close = ServerAction::<CloseLead>::new();
    let value = close.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let root = NodeRef::<html::Section>::new();
    Effect::new(move || {
        if let Some(Ok(closed)) = value.get() {
            offer_undo(toasts, format!("{}: saved", closed.card.name), closed);
            board.ended.set(None);
        }
    });
    // The keyboard goes where the question is.
    Effect::new(move || {
        let Some(root) = root.get() else { return };
        request_animation_frame(move || {
            let first = root.query_selector("select, input:not([type=hidden])").ok().flatten();
            if let Some(first) = first.and_then(|first| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(first).ok()) {
                let _ = first.focus();
            }
        });
    });
    let lead = ended.lead;
    let put_back = Callback::new(move |()| {
        board.ended.set(None);
        board.put_back_to(ended.mutation, ended.lead, ended.back);
        board.focus(ended.lead);
    });
    let view = view! {
        <section
            node_ref=root
            class="panel fixed z-(--z-popover) right-6 bottom-6 w-[340px] max-md:inset-x-3 max-md:w-auto max-md:bottom-36 p-4 shadow-overlay animate-pop"
            aria-labelledby="closing-head"
            data-closing=lead.to_string()
            on:keydown=move |event| {
                if event.key() == "Escape" {
                    event.stop_propagation();
                    put_back.run(());
                }
            }
        >
            <div class="flex items-center gap-3 mb-3">
                <h2 class="text-md flex-1 min-w-0 truncate" id="closing-head" title=title.clone()>
                    {title.clone()}
                </h2>
                <button type="button" class="btn btn-ghost btn-icon btn-sm" aria-label="Say it later" on:click=move |_| board.ended.set(None)>
                    <Icon name="x" />
                </button>
            </div>
            <ActionForm action=close>
                <div class="flex flex-col gap-3">
                    <Trouble error />
                    <input type="hidden" name="lead" value=lead.to_string() />
                    <Fields outcome card=Card::clone(&card) closing=None error />
                    <div class="flex justify-end gap-2">
                        <button type="button" class="btn btn-ghost" on:click=move |_| put_back.run(())>
                            "Put it back"
                        </button>
                        <button class="btn" aria-busy=move || close.pending().get().then_some("true")>
                            "Save"
                        </button>
                    </div>
                </div>
            </ActionForm>
        </section>
    };
    Some(view.into_any())
}

/// What was said can be taken back.
fn offer_undo(toasts: Toasts, text: String, Closed { card, before }: Closed) {
    toasts.offer_undo(text, move || {
        let back = take_back_closing(card.id, card.version, before.clone());
        async move { back.await.map(drop) }
    });
}

/// On the lead's page, while it stands where deals end.
#[component]
pub fn ClosingForm(lead: RwSignal<LeadPage>) -> impl IntoView {
    let toasts = use_toasts();
    let close = ServerAction::<CloseLead>::new();
    let value = close.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    Effect::new(move || {
        if let Some(Ok(closed)) = value.get() {
            offer_undo(toasts, "Saved".into(), closed);
            close.clear();
        }
    });
    let id = lead.with_untracked(|lead| lead.card.id);
    let ended = Memo::new(move |_| {
        lead.with(|lead| {
            let outcome = lead.stages.iter().find(|stage| stage.id == lead.card.stage).map_or(Outcome::Open, |stage| stage.outcome);
            (outcome, lead.closing.clone().filter(|closing| closing.fits(outcome)))
        })
    });
    let fields = move |(outcome, closing): (Outcome, Option<Closing>)| {
        let said = closing.as_ref().map(|closing| match closing.reason {
            Some(reason) => format!("{}, {}", reason.label(), closing.closed_on),
            None => closing.closed_on.to_string(),
        });
        let (title, word) = if outcome == Outcome::Won { ("Won", "won") } else { ("Lost", "lost") };
        let card = lead.with_untracked(|lead| lead.card.clone());
        let failed = value.with_untracked(|value| matches!(value, Some(Err(_))));
        view! {
            <section data-closing=id.to_string()>
                <h2 class="text-sm mb-1">{title}</h2>
                <p class="text-ink-muted mb-2 wrap-anywhere">
                    {said.unwrap_or_else(|| format!("Nobody has said yet how it was {word}."))}
                </p>
                <details open=failed>
                    <summary class="btn btn-sm w-full">
                        <Icon name="pencil" size=14 />
                        {format!("Say how it was {word}")}
                    </summary>
                    <ActionForm action=close>
                        <div class="flex flex-col gap-3 pt-3">
                            <Trouble error />
                            <input type="hidden" name="lead" value=id.to_string() />
                            <Fields outcome card closing error />
                            <button class="btn" aria-busy=move || close.pending().get().then_some("true")>
                                "Save"
                            </button>
                        </div>
                    </ActionForm>
                </details>
            </section>
        }
    };
    // Made afresh when the outcome or what was said changes, and left alone while somebody types.
    view! {
        <For
            each=move || Some(ended.get()).filter(|(outcome, _)| *outcome != Outcome::Open)
            key=|(outcome, closing)| (outcome.as_str(), closing.as_ref().map(|closing| (closing.closed_on.iso(), closing.reason, closing.note.clone())))
            children=fields
        />
    }
}
