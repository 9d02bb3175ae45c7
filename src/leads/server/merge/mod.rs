//! Two leads of one person become one, and two again. What the other had goes over to the one that is kept;
//! the other goes into the trash, and what happened to it stands in the timeline of the one that is kept.

mod store;
#[cfg(test)]
mod tests;

pub use store::{all_parts, hold_talks, merged_into, parts};

use super::{fields, intake, pipeline::store as stages, service, store as leads, trash};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::fields::LeadField;
use crate::leads::merge::{Pair, Side, tags_to_take};
use crate::leads::model::{Card, Outcome};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::tasks::server::service as tasks;
use crate::values::LeadId;
use store::{Face, Taken};

/// A lead and the version of it that whoever asks has seen.
pub type Seen = (LeadId, i32);

/// The two as they are.
pub async fn load_merge(app: &App, actor: &Actor, keep: LeadId, other: LeadId) -> Result<Pair, AppError> {
    actor.require(Action::MergeLeads)?;
    let mut tx = app.begin(actor).await?;
    if keep == other {
        return Err(AppError::NotFound);
    }
    let (keep, other) = (side(&mut tx, actor, keep).await?, side(&mut tx, actor, other).await?);
    Ok(Pair { keep, other, fields: fields::in_use(&mut tx).await? })
}

async fn side(tx: &mut Tx, actor: &Actor, lead: LeadId) -> Result<Side, AppError> {
    let card = service::in_reach(tx, actor, lead).await?;
    let details = leads::details(tx, lead).await?;
    let stage = stages::all(tx).await?.into_iter().find(|stage| stage.id == card.stage).map(|stage| stage.name).unwrap_or_default();
    Ok(Side { card, stage, email: details.email, phone: details.phone, custom: details.custom, has: store::count(tx, lead).await? })
}

/// Makes two leads one. The fields in `from_other` become those of the other lead. Asked for twice, it is done once.
///
/// # Errors
/// `Conflict` when either is not as whoever asks has seen it.
pub async fn merge_leads(app: &App, actor: &Actor, keep: Seen, other: Seen, from_other: &[LeadField]) -> Result<Card, AppError> {
    actor.require(Action::MergeLeads)?;
    if keep.0 == other.0 {
        return Err(AppError::invalid("", "A lead cannot be merged with itself."));
    }
    let mut tx = app.begin(actor).await?;
    if store::merged_into(&mut tx, other.0).await? == Some(keep.0) {
        return service::in_reach(&mut tx, actor, keep.0).await;
    }
    // Whoever speaks holds the talk before the lead.
    store::hold_talks(&mut tx, &[keep.0, other.0]).await?;
    let (one, two) = locked(&mut tx, actor, keep.0, other.0).await?;
    let (mut card, gone) = if one.id == keep.0 { (one, two) } else { (two, one) };
    for (card, version) in [(&card, keep.1), (&gone, other.1)] {
        if card.version != version {
            return Err(service::stale(&mut tx, card.clone()).await?);
        }
    }
    let before = store::face(&mut tx, &card).await?;
    let theirs = store::face(&mut tx, &gone).await?;
    let mut after = before.clone();
    for field in from_other {
        after.take(*field, &theirs);
    }
    if before.last_message.is_empty() || (theirs.last_activity_at > before.last_activity_at && !theirs.last_message.is_empty()) {
        after.last_message.clone_from(&theirs.last_message);
    }
    after.last_activity_at = before.last_activity_at.max(theirs.last_activity_at);
    after.conversation = before.conversation.or(theirs.conversation);
    let tags = tags_to_take(&card, &gone);
    card.tags.extend(tags.iter().cloned());
    card.version += 1;

    let company = tx.company();
    let rows = store::take_over(&mut tx, gone.id, card.id, None).await?;
    store::set_face(&mut tx, &mut card, &after).await?;
    let taken = Taken { rows, tags, before, after };
    store::insert(&mut tx, company, (card.id, gone.id), &actor.who(), &taken).await?;
    let (name, talks) = (gone.name.clone(), taken.rows.talks());
    // Before the other is gone: lists of talks take those over that were its.
    finish(&mut tx, &mut card, |card| Event::LeadsMerged { card, gone: gone.id, name, talks }).await?;
    trash::look_inside(&mut tx).await?;
    trash::put_away(&mut tx, actor, gone, None).await?;
    tx.commit().await?;
    Ok(card)
}

/// Makes a lead that has become part of another one again: what it brought goes back with it, as far as it is still
/// there, and what has been changed since stays as it is.
///
/// # Errors
/// `NotFound` if it is part of none that is in reach. `Invalid` if that one is part of another itself, and what this
/// one brought has gone on there.
pub async fn part_leads(app: &App, actor: &Actor, gone: LeadId) -> Result<LeadId, AppError> {
    actor.require(Action::MergeLeads)?;
    let mut tx = app.begin(actor).await?;
    trash::look_inside(&mut tx).await?;
    let kept = store::merged_into(&mut tx, gone).await?.ok_or(AppError::NotFound)?;
    if store::merged_into(&mut tx, kept).await?.is_some() {
        return Err(AppError::invalid("", "The lead it is part of has become part of another since. Undo that first."));
    }
    // Where it comes back to: stages before leads.
    let stage = service::in_reach(&mut tx, actor, gone).await?.stage;
    let first = stages::all(&mut tx).await?.into_iter().find(|stage| stage.outcome == Outcome::Open).map(|stage| stage.id);
    stages::lock(&mut tx, &[stage, first.unwrap_or(stage)]).await?;
    store::hold_talks(&mut tx, &[kept, gone]).await?;
    let (one, two) = locked(&mut tx, actor, kept, gone).await?;
    let mut card = if one.id == kept { one } else { two };
    // While we waited somebody else may have done it.
    let Some((merge, taken)) =
        store::lock_merge(&mut tx, gone).await?.filter(|(_, into, _)| *into == kept).map(|(id, _, taken)| (id, taken))
    else {
        return Err(AppError::NotFound);
    };
    let mut face = store::face(&mut tx, &card).await?;
    face.give_back(&taken.before, &taken.after);
    card.tags.retain(|tag| !taken.tags.contains(tag));
    card.version += 1;
    let rows = store::take_over(&mut tx, kept, gone, Some(&taken.rows)).await?;
    store::files_follow(&mut tx, &rows.conversations, kept, gone).await?;
    store::set_face(&mut tx, &mut card, &face).await?;
    store::part(&mut tx, merge).await?;
    tasks::renewed(&mut tx, gone).await?;
    let back = service::in_reach(&mut tx, actor, gone).await?;
    trash::back_again(&mut tx, back).await?;
    let mut back = service::in_reach(&mut tx, actor, gone).await?;
    let (name, organisation, talks) = (back.name.clone(), back.organisation.clone(), taken.rows.talks());
    finish(&mut tx, &mut card, |card| Event::LeadsParted { card, back: gone, name, organisation, talks }).await?;
    intake::rescore(&mut tx, &mut back).await?;
    tx.commit().await?;
    Ok(kept)
}

/// Both, locked: everyone locks the lesser id first, and gets it first.
async fn locked(tx: &mut Tx, actor: &Actor, one: LeadId, other: LeadId) -> Result<(Card, Card), AppError> {
    Ok((service::locked(tx, actor, one.min(other)).await?, service::locked(tx, actor, one.max(other)).await?))
}

/// What follows from what a lead has now: its next step and its score; then it is told.
async fn finish(tx: &mut Tx, card: &mut Card, event: impl FnOnce(Card) -> Event) -> Result<(), AppError> {
    card.next_step = tasks::renewed(tx, card.id).await?;
    let told = card.clone();
    record(tx, event(told), Audience::of_lead(card.assistant, card.owner));
    // Whoever lists its talks by name.
    intake::edited(tx, card, Vec::new());
    intake::rescore(tx, card).await
}

impl Face {
    /// Takes a field of another.
    fn take(&mut self, field: LeadField, other: &Face) {
        match field {
            LeadField::Name => self.name.clone_from(&other.name),
            LeadField::Organisation => self.organisation.clone_from(&other.organisation),
            LeadField::Email => self.email.clone_from(&other.email),
            LeadField::Phone => self.phone.clone_from(&other.phone),
            LeadField::Value => self.value = other.value,
            LeadField::ClosesOn => self.closes_on = other.closes_on,
            LeadField::Custom(id) => drop(match other.custom.get(&id) {
                Some(text) => self.custom.insert(id, text.clone()),
                None => self.custom.remove(&id),
            }),
        }
    }

    /// Each field that is still as it became is what it was before.
    fn give_back(&mut self, before: &Face, after: &Face) {
        let own = before.custom.keys().chain(after.custom.keys()).map(|id| LeadField::Custom(*id));
        for field in LeadField::EVERY.into_iter().chain(own) {
            let mut then = self.clone();
            then.take(field, after);
            if then == *self {
                self.take(field, before);
            }
        }
        if (&self.last_message, self.last_activity_at) == (&after.last_message, after.last_activity_at) {
            (self.last_message, self.last_activity_at) = (before.last_message.clone(), before.last_activity_at);
        }
        if self.conversation == after.conversation {
            self.conversation = before.conversation;
        }
    }
}
