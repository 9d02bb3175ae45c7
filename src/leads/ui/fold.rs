//! Columns that a person has folded into strips: what folds them, and which stand open for a while. They are as
//! narrow as they are by style alone (components.css), so that the server writes them as they will be.

use super::{board::BoardContext, glyph::StageGlyph, motion::closest, state::BoardState};
use crate::leads::api::{FoldStage, fold_stage};
use crate::leads::model::Stage;
use crate::values::StageId;
use leptos::ev::KeyboardEvent;
use leptos::{prelude::*, server_fn::ServerFn};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

thread_local! {
    /// What the server is still to be told. The page of the board may be left meanwhile.
    static UNTOLD: RefCell<Vec<(StageId, bool)>> = const { RefCell::new(Vec::new()) };
}

impl BoardState {
    /// Whether that column is folded just now.
    pub fn is_folded(self, stage: StageId) -> bool {
        self.column(stage).is_some_and(|column| column.folded.get_untracked())
    }

    /// Folds a column, or unfolds it, and tells the server, in the order in which it was done. Other tabs learn of
    /// it when they are next loaded.
    fn fold(self, stage: StageId) {
        let folded = !self.is_folded(stage);
        self.desk.update(|desk| {
            desk.folded.retain(|known| *known != stage);
            desk.folded.extend(folded.then_some(stage));
        });
        // It opens at its top, and what is not seen is not chosen.
        self.column(stage).into_iter().for_each(|column| column.above.set(0));
        self.inner.update_value(|inner| {
            inner.windows.remove(&stage);
            inner.chosen.retain(|lead| !inner.shown.leads(stage).contains(lead));
        });
        self.recount();
        let before = UNTOLD.with_borrow_mut(|untold| {
            untold.push((stage, folded));
            untold.len() - 1
        });
        let toasts = self.toasts;
        if before == 0 {
            leptos::task::spawn_local(async move {
                while let Some((stage, folded)) = UNTOLD.with_borrow(|untold| untold.first().copied()) {
                    if let Err(error) = fold_stage(stage, folded).await {
                        toasts.error(format!("The board is not kept like this. {error}"));
                    }
                    UNTOLD.with_borrow_mut(|untold| untold.remove(0));
                }
            });
        }
    }

    /// Takes the cards of a column out of the document, or lets them be drawn into it.
    pub fn hide(self, stage: StageId, hidden: bool) {
        self.inner.update_value(|inner| {
            if hidden {
                inner.hidden.insert(stage);
            } else {
                inner.hidden.remove(&stage);
            }
        });
    }

    /// Lets a folded column stand open until nothing is in hand any more.
    pub fn open(self, stage: StageId) {
        if self.is_folded(stage) {
            self.opened.update(|opened| opened.push(stage));
            self.hide(stage, false);
            self.arrange(stage);
        }
    }
}

/// The mark of a stage at the head of its column: it folds the column, and is what is left of it to unfold it.
#[component]
pub fn FoldButton<'a>(stage: &'a Stage) -> impl IntoView + use<> {
    let board = expect_context::<BoardContext>().board;
    let id = stage.id;
    let folded = board.column(id)?.folded;
    Some(view! {
        <button
            class="fold"
            form=if folded.get_untracked() { "unfold" } else { "fold" }
            name="stage"
            value=id.to_string()
            aria-label=format!("Column {}", stage.name)
            aria-expanded=move || if folded.get() { "false" } else { "true" }
            aria-keyshortcuts="F"
            title=move || if folded.get() { "Unfold (F)" } else { "Fold (F)" }
            on:click=move |event| {
                event.prevent_default();
                board.fold(id);
            }
        >
            <StageGlyph stage />
        </button>
    })
}

/// What the buttons send where there is no script.
#[component]
pub fn FoldForms() -> impl IntoView {
    [("fold", "true"), ("unfold", "false")]
        .map(|(id, folded)| {
            view! {
                <form id=id method="post" action=FoldStage::url() hidden>
                    <input name="folded" value=folded />
                </form>
            }
        })
        .collect_view()
}

/// Puts the keyboard on the head of a column, when the document is as it will be.
pub fn focus(stage: StageId) {
    request_animation_frame(move || {
        let button = document().query_selector(&format!(".fold[value='{stage}']")).ok().flatten();
        button.and_then(|button| button.dyn_into::<HtmlElement>().ok()).into_iter().for_each(|button| drop(button.focus()));
    });
}

/// Folds or unfolds the column in which a key was pressed, by its button. Says whether it was in one.
pub fn by_key(event: &KeyboardEvent) -> bool {
    let button = closest(event.target(), "[data-stage]").and_then(|column| column.query_selector(".fold").ok().flatten());
    // On a phone it is not seen.
    let button = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()).filter(|button| button.offset_width() > 0);
    let Some(button) = button else { return false };
    drop(button.focus());
    button.click();
    true
}
