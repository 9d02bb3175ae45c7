//! Private notes on leads.

/// Notes for other programs.
pub mod rest;
pub(super) mod store;
#[cfg(test)]
mod tests;

use super::{service as leads, store::people};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::mentions::mentions;
use crate::leads::model::Card;
use crate::server::{
    app::App,
    db::{Audience, Tx},
    mail,
};
use crate::tasks::server::service as tasks;
use crate::values::words::is_unseen;
use crate::values::{Email, LeadId, MutationId, UserId};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 4000;

/// Letters that one person's notes bring another in an hour. What they are named in beyond that stands on the lead.
const LETTERS_AN_HOUR: i64 = 20;

/// Writes a private note on a lead. The same note sent twice is written once. Colleagues whom it names get a letter.
///
/// # Errors
/// `Invalid` on `body`, also when it names somebody who cannot see the lead.
pub async fn write_note(app: &App, actor: &Actor, note: MutationId, lead: LeadId, body: String) -> Result<(), AppError> {
    actor.require(Action::EditLead)?;
    // A program has no account; the timeline names it.
    let author = actor.me().map(|me| me.user);
    let body = body.trim().to_owned();
    if is_unseen(&body) || body.chars().count() > LONGEST_NOTE {
        return Err(AppError::invalid("body", format!("A note has 1 to {LONGEST_NOTE} characters.")));
    }
    let mut tx = app.begin(actor).await?;
    let card = leads::in_reach(&mut tx, actor, lead).await?;
    let company = tx.company();
    let mentions = mentioned(&mut tx, &card, &body).await?;
    if store::insert_note(&mut tx, company, note, lead, author, &body).await? {
        let link = format!("{}/leads/{lead}", app.inner.public_url);
        let by = actor.who();
        for (_, to) in mentions.iter().filter(|(person, _)| Some(*person) != author) {
            // Nothing of the lead stands in the subject: it outlives the letter.
            let subject = format!("{} mentioned you in a note", by.name());
            if mail::written_lately(&mut tx, to, &subject).await? < LETTERS_AN_HOUR {
                mail::write(&mut tx, to, &subject, &format!("{body}\n\n{link}\n")).await?;
            }
        }
        let mentions = mentions.into_iter().map(|(person, _)| person).collect();
        record(&mut tx, Event::NoteWritten { lead, body, mentions }, Audience::of_lead(card.assistant, card.owner));
        tx.caused_by(note);
        tx.commit().await?;
    }
    Ok(())
}

/// The colleagues whom a note names, and where they are written to.
async fn mentioned(tx: &mut Tx, card: &Card, body: &str) -> Result<Vec<(UserId, Email)>, AppError> {
    if !body.contains('@') {
        return Ok(Vec::new());
    }
    let people = people(tx).await?;
    let found = mentions(body, people.iter().map(|person| (person, person.1.as_str())));
    let team = tasks::team(tx, card).await?;
    let mut named: Vec<(UserId, Email)> = Vec::new();
    for (place, (person, _, address)) in found {
        if !team.contains(person) {
            let name = &body[place][1..];
            return Err(AppError::invalid("body", format!("{name} cannot see this lead. Give it to them first, or leave out the @.")));
        }
        if named.iter().all(|(known, _)| known != person) {
            named.push((*person, address.clone()));
        }
    }
    Ok(named)
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
