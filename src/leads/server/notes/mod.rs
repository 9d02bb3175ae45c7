//! Private notes on leads.

mod store;

use super::store as leads;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::server::{app::App, db::Audience};
use crate::values::{LeadId, MutationId};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 4000;

/// Writes a private note on a lead. The same note sent twice is written once.
pub async fn write_note(app: &App, actor: &Actor, note: MutationId, lead: LeadId, body: String) -> Result<(), AppError> {
    actor.require(Action::EditLead)?;
    let author = actor.require_person()?.user;
    let body = body.trim().to_owned();
    if body.is_empty() || body.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid("body", format!("A note has 1 to {LONGEST_NOTE} characters.")));
    }
    let mut tx = app.begin(actor).await?;
    let card = leads::card(&mut tx, &actor.scope(), lead).await?.ok_or(AppError::NotFound)?;
    let company = tx.company();
    if store::insert_note(&mut tx, company, note, lead, author, &body).await? {
        record(&mut tx, Event::NoteWritten { lead, body }, Audience::of_lead(card.assistant, card.owner));
        tx.caused_by(note);
        tx.commit().await?;
    }
    Ok(())
}
