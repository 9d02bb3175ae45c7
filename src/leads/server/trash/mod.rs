//! The trash: leads that nobody sees elsewhere, until they are brought back or erased.

mod store;
#[cfg(test)]
mod tests;

use super::{merge, pipeline::store as stages, place, service};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::model::{Card, Outcome};
use crate::leads::trash::TrashPage;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::{ConversationId, LeadId, Timestamp};

pub use store::look_inside;

/// Leads that a page of the trash lists.
const LISTED: i64 = 100;

/// A page of the trash, as whoever asks may see it: what is behind that moment and lead.
pub async fn load_trash(app: &App, actor: &Actor, before: Option<(Timestamp, LeadId)>) -> Result<TrashPage, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    look_inside(&mut tx).await?;
    let mut leads = store::page(&mut tx, &actor.scope(), before, LISTED + 1).await?;
    let more = leads.len() as i64 > LISTED;
    leads.truncate(LISTED as usize);
    Ok(TrashPage { leads, more })
}

/// Puts a lead into the trash, if it is still the version that whoever asks has seen (none: whatever it is).
/// One that is there already stays there.
pub async fn remove_lead(app: &App, actor: &Actor, lead: LeadId, version: Option<i32>) -> Result<(), AppError> {
    actor.require(Action::RemoveLead)?;
    let (mut tx, card, gone) = inside(app, actor, lead).await?;
    if gone {
        return Ok(());
    }
    if version.is_some_and(|version| version != card.version) {
        return Err(service::stale(&mut tx, card).await?);
    }
    let conversation = card.conversation;
    put_away(&mut tx, actor, card, conversation).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a lead away, which the caller has locked in a transaction that looks inside, and with it that conversation.
pub async fn put_away(tx: &mut Tx, actor: &Actor, mut card: Card, conversation: Option<ConversationId>) -> Result<(), AppError> {
    card.version += 1;
    store::put(tx, &card, &actor.who(), Timestamp::now()).await?;
    let Card { id: lead, version, assistant, owner, .. } = card;
    record(tx, Event::LeadRemoved { lead, conversation, version }, Audience::of_lead(assistant, owner));
    Ok(())
}

/// Brings a lead back to where it stood; one that has become part of another is made one again. One that is not
/// in the trash stays where it is.
pub async fn restore_lead(app: &App, actor: &Actor, lead: LeadId) -> Result<(), AppError> {
    actor.require(Action::RemoveLead)?;
    if merge::merged_into(&mut *app.begin(actor).await?, lead).await?.is_some() {
        merge::part_leads(app, actor, lead).await?;
        return Ok(());
    }
    let (mut tx, card, gone) = inside(app, actor, lead).await?;
    if gone {
        restored(&mut tx, card).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Erases the person behind a lead in the trash: what is known of them, what they wrote, what happened; and so of
/// the leads that have become part of it. That somebody was erased, when and by whom, stays.
///
/// # Errors
/// `Invalid` when it is not in the trash any more, or is part of another: what it had is there.
pub async fn erase_lead(app: &App, actor: &Actor, lead: LeadId) -> Result<(), AppError> {
    actor.require(Action::EraseLead)?;
    let mut tx = app.begin(actor).await?;
    look_inside(&mut tx).await?;
    service::in_reach(&mut tx, actor, lead).await?;
    if merge::merged_into(&mut tx, lead).await?.is_some() {
        return Err(AppError::invalid(
            "",
            "This lead has become part of another, and what it had is there. Bring it back first, or erase that one.",
        ));
    }
    let mut whole = merge::all_parts(&mut tx, lead).await?;
    whole.sort_unstable();
    // Whoever speaks holds the talk before the lead.
    merge::hold_talks(&mut tx, &whole).await?;
    let mut cards = Vec::with_capacity(whole.len());
    for lead in whole {
        cards.push(service::locked(&mut tx, actor, lead).await?);
    }
    for card in cards {
        if !store::erase(&mut tx, card.id).await? {
            return Err(AppError::invalid("", "The lead is not in the trash any more. Somebody has brought it back."));
        }
        record(&mut tx, Event::LeadErased { lead: card.id }, Audience::of_lead(card.assistant, card.owner));
    }
    tx.commit().await?;
    Ok(())
}

/// Whoever is behind that lead has come back: if it is in the trash, it is brought back. The caller has locked
/// it, in a transaction that looks inside.
pub async fn back_again(tx: &mut Tx, card: Card) -> Result<(), AppError> {
    if store::is_gone(tx, card.id).await? {
        restored(tx, card).await?;
    }
    Ok(())
}

/// A transaction that looks inside, with a lead in reach, locked, and whether it is there.
async fn inside(app: &App, actor: &Actor, lead: LeadId) -> Result<(Tx, Card, bool), AppError> {
    let mut tx = app.begin(actor).await?;
    look_inside(&mut tx).await?;
    let card = service::locked(&mut tx, actor, lead).await?;
    let gone = store::is_gone(&mut tx, lead).await?;
    Ok((tx, card, gone))
}

async fn restored(tx: &mut Tx, mut card: Card) -> Result<(), AppError> {
    // Nobody who holds a stage waits for a lead in the trash, so here the lead may be locked before.
    if stages::lock(tx, &[card.stage]).await?.is_empty() {
        let first = stages::all(tx).await?.into_iter().find(|stage| stage.outcome == Outcome::Open).ok_or(AppError::NotFound)?.id;
        stages::lock(tx, &[first]).await?;
        card.rank = place::rank_in(tx, first, card.id, None, None).await?;
        (card.stage, card.stage_entered_at) = (first, Timestamp::now());
    }
    card.version += 1;
    store::take(tx, &card).await?;
    let audience = Audience::of_lead(card.assistant, card.owner);
    record(tx, Event::LeadRestored { card }, audience);
    Ok(())
}
