//! A private note.

use super::lead_forms::{Trouble, of};
use super::mention::mention;
use crate::leads::api::WriteNote;
use crate::ui::{field::TextArea, proposals::Proposals};
use crate::values::{LeadId, MutationId, UserId};
use crate::wire::{ActionForm, ServerAction};
use leptos::prelude::*;

/// The form. It works without script.
#[component]
pub fn NoteForm(lead: LeadId, team: Memo<Vec<UserId>>) -> impl IntoView {
    let action = ServerAction::<WriteNote>::new();
    let value = action.value();
    let error = Signal::derive(move || value.get().and_then(Result::err));
    let note = RwSignal::new(MutationId::new());
    Effect::new(move || {
        if let Some(Ok(())) = value.get() {
            note.set(MutationId::new());
            action.clear();
        }
    });
    // Made afresh for each note: one that was written leaves an empty field behind.
    let field = move |_| {
        view! {
            <TextArea
                name="body"
                label="Note"
                rows=2
                placeholder="Only your team sees notes. @ tells a colleague."
                error=of(error, "body")
                required=true
            />
        }
    };
    view! {
        <ActionForm action>
            <div class="flex flex-col gap-2">
                <Trouble error />
                <input type="hidden" name="lead" value=lead.to_string() />
                <input type="hidden" name="note" value=note.get_untracked().to_string() prop:value=move || note.get().to_string() />
                <Proposals signs=vec![mention(team.into())]>
                    <For each=move || [note.get()] key=|note| *note children=field />
                </Proposals>
                <button class="btn btn-sm self-end" aria-busy=move || action.pending().get().then_some("true")>
                    "Write note"
                </button>
            </div>
        </ActionForm>
    }
}
