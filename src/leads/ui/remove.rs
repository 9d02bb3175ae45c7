//! Putting the lead of a page into the trash, and back with Undo.

use crate::leads::api::{remove_lead, restore_lead};
use crate::leads::model::Card;
use crate::route::use_navigate;
use crate::ui::{icon::Icon, toast::use_toasts};
use crate::values::LeadId;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The button. Without script it is a form that comes out at the trash. `leaving` is true once it was pressed.
#[component]
pub fn RemoveButton(lead: LeadId, card: Memo<Card>, leaving: RwSignal<bool>) -> impl IntoView {
    let (toasts, navigate) = (use_toasts(), use_navigate());
    let version = move || card.with(|card| card.version);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        let (name, seen) = card.with_untracked(|card| (card.name.clone(), card.version));
        spawn_local(async move {
            match remove_lead(lead, seen).await {
                Ok(()) => {
                    toasts.offer_undo(format!("{name} is in the trash"), move || async move {
                        restore_lead(lead).await?;
                        navigate.to(&format!("/leads/{lead}"));
                        Ok(())
                    });
                    navigate.to("/board");
                }
                Err(error) => {
                    leaving.try_set(false);
                    toasts.error(format!("{name} was not put into the trash. {error}"));
                }
            }
        });
    };
    view! {
        <form method="post" action="/leads/trash" on:submit=on_submit>
            <input type="hidden" name="form" value=format!("remove:{lead}") />
            <input type="hidden" name="version" value=card.with_untracked(|card| card.version).to_string() prop:value=move || version().to_string() />
            <button class="btn btn-sm btn-ghost w-full" prop:disabled=leaving>
                <Icon name="trash-2" size=14 />
                "Move to the trash"
            </button>
        </form>
    }
}
