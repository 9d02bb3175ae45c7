//! Words that people put on leads.

mod store;
#[cfg(test)]
mod tests;

pub use store::of_company;

use super::service as leads;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::server::{app::App, db::Audience};
use crate::values::{LeadId, Tag};

/// Puts tags on a lead and takes others off; gives those it has then. What is on it already, or not, is left
/// alone: two people who tag one lead at once both have their way.
///
/// # Errors
/// `Invalid` on `tag` for what is none, and when the lead would have too many. `NotFound` out of reach.
pub async fn tag_lead(app: &App, actor: &Actor, lead: LeadId, put_on: &[String], take_off: &[String]) -> Result<Vec<Tag>, AppError> {
    actor.require(Action::EditLead)?;
    let read = |texts: &[String]| texts.iter().map(|text| Tag::parse(text)).collect::<Option<Vec<_>>>();
    let (Some(mut put_on), Some(take_off)) = (read(put_on), read(take_off)) else {
        return Err(AppError::invalid("tag", format!("A tag has 1 to {} characters, without commas.", Tag::LONGEST)));
    };
    let mut tx = app.begin(actor).await?;
    let card = leads::locked(&mut tx, actor, lead).await?;
    let (mut tags, removed): (Vec<Tag>, Vec<Tag>) = card.tags.into_iter().partition(|tag| !take_off.iter().any(|off| off.is(tag)));
    let company = tx.company();
    // Of two who put on the same ones, each meets them in this order, and neither waits for the other in a ring.
    put_on.sort_by_key(|tag| tag.as_str().to_lowercase());
    let mut added = Vec::new();
    for tag in put_on {
        if !tags.iter().any(|known| known.is(&tag)) {
            let spelled = store::spelled(&mut tx, company, &tag).await?;
            tags.push(spelled.clone());
            added.push(spelled);
        }
    }
    if tags.len() > Tag::MOST && !added.is_empty() {
        return Err(AppError::invalid("tag", format!("A lead has {} tags at most. Take one off first.", Tag::MOST)));
    }
    if added.is_empty() && removed.is_empty() {
        return Ok(tags);
    }
    store::set(&mut tx, lead, &tags).await?;
    store::forget_unused(&mut tx, &removed).await?;
    record(&mut tx, Event::LeadTagged { lead, tags: tags.clone(), added, removed }, Audience::of_lead(card.assistant, card.owner));
    tx.commit().await?;
    Ok(tags)
}
