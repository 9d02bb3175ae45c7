//! Finding leads that are perhaps of one person: when one is added, on its page, and in a list.

mod store;
#[cfg(test)]
mod tests;

use super::{face::phone_key, service};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::leads::alike::{Alike, AlikePage, Likeness};
use crate::leads::model::{Card, NewLead};
use crate::server::app::App;
use crate::server::db::Tx;
use crate::values::{Email, LeadId};

/// Leads that a page names as alike.
const NAMED: i64 = 5;

/// Likenesses on a page of the list.
const LISTED: i64 = 50;

/// Adds a lead by hand, unless there is one in reach with the same address or number already. `anyway` adds it
/// all the same. What is out of reach is not told of.
///
/// # Errors
/// `Conflict` with the card of the other lead.
pub async fn add_lead(app: &App, actor: &Actor, new: NewLead, anyway: bool) -> Result<Card, AppError> {
    actor.require(Action::CreateLead)?;
    if !anyway {
        let email = Email::parse(&new.email).map(|email| email.as_str().to_owned()).unwrap_or_default();
        let (scope, mut tx) = (actor.scope(), app.begin(actor).await?);
        let there = store::of(&mut tx, &scope, (&email, &phone_key(&new.phone)), (None, Some(new.mutation)), 1).await?;
        if let Some(other) = there.first() {
            let card = service::in_reach(&mut tx, actor, other.lead).await?;
            let reason = format!("{} is there already: {}.", other.by, other.named());
            return Err(AppError::Conflict { reason, current: serde_json::to_value(card).ok().map(Box::new) });
        }
    }
    service::create_lead(app, actor, new).await
}

/// The leads in reach that are like that one.
pub async fn of_lead(tx: &mut Tx, actor: &Actor, lead: LeadId, email: &str, phone: &str) -> Result<Vec<Alike>, AppError> {
    Ok(store::of(tx, &actor.scope(), (email, &phone_key(phone)), (Some(lead), None), NAMED).await?)
}

/// A page of the likenesses among the leads in reach; `after` is the `next` of the page before.
pub async fn load_alike(app: &App, actor: &Actor, after: &str) -> Result<AlikePage, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    let found = store::groups(&mut tx, &actor.scope(), after, LISTED + 1).await?;
    let mut groups: Vec<(String, Likeness)> = Vec::new();
    for (key, lead) in found {
        match groups.last_mut() {
            Some((last, group)) if *last == key => group.leads.push(lead),
            _ => groups.push((key, Likeness { by: lead.by.clone(), leads: vec![lead] })),
        }
    }
    let more = groups.len() as i64 > LISTED;
    groups.truncate(LISTED as usize);
    let next = groups.last().filter(|_| more).map(|(key, _)| key.clone());
    Ok(AlikePage { groups: groups.into_iter().map(|(_, group)| group).collect(), next })
}
