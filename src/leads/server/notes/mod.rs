//! Private notes on leads.

/// Notes for other programs.
pub mod rest;
pub(super) mod store;

use super::service as leads;
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
    // A program has no account; the timeline names it.
    let author = actor.me().map(|me| me.user);
    let body = body.trim().to_owned();
    if body.is_empty() || body.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid("body", format!("A note has 1 to {LONGEST_NOTE} characters.")));
    }
    let mut tx = app.begin(actor).await?;
    let card = leads::in_reach(&mut tx, actor, lead).await?;
    let company = tx.company();
    if store::insert_note(&mut tx, company, note, lead, author, &body).await? {
        record(&mut tx, Event::NoteWritten { lead, body }, Audience::of_lead(card.assistant, card.owner));
        tx.caused_by(note);
        tx.commit().await?;
    }
    Ok(())
}

/// The notes of a lead, the newest first, or those that are older than `before`.
///
/// # Errors
/// `NotFound` when the lead is out of reach.
pub async fn load_notes(
    app: &App,
    actor: &Actor,
    lead: LeadId,
    before: Option<MutationId>,
    limit: i64,
) -> Result<Vec<store::Note>, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    leads::in_reach(&mut tx, actor, lead).await?;
    Ok(store::notes(&mut tx, lead, before, limit).await?)
}
