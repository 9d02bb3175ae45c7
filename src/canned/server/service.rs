//! The verbs of canned replies. Whoever may write to visitors may use and keep them: they are the team's.

use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::canned::model::{CannedReply, clean_body, clean_name};
use crate::error::AppError;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::fault::broke;
use crate::values::CannedReplyId;

/// So many a company has at most.
const MOST: usize = 500;

/// All of them, by name.
pub async fn load(app: &App, actor: &Actor) -> Result<Vec<CannedReply>, AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    Ok(store::all(&mut tx).await?)
}

/// Keeps a new one.
///
/// # Errors
/// `Invalid` on `name` or `body`.
pub async fn add(app: &App, actor: &Actor, name: &str, body: &str) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let (name, body) = checked(name, body)?;
    let mut tx = app.begin(actor).await?;
    if store::all(&mut tx).await?.len() >= MOST {
        return Err(AppError::invalid("name", format!("A company has {MOST} replies at most. Remove one first.")));
    }
    let id = CannedReplyId::new();
    if !store::add(&mut tx, id, &name, &body).await? {
        return Err(taken(&name));
    }
    changed(tx, id, name, false).await
}

/// Changes one, unless somebody else has since `version`.
///
/// # Errors
/// `Invalid` on `name` or `body`, `Conflict` when it was changed or removed meanwhile.
pub async fn change(app: &App, actor: &Actor, id: CannedReplyId, version: i32, name: &str, body: &str) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let (name, body) = checked(name, body)?;
    let mut tx = app.begin(actor).await?;
    let known = store::all(&mut tx).await?.into_iter().find(|reply| reply.id == id).ok_or(AppError::NotFound)?;
    let done = store::change(&mut tx, &CannedReply { id, name: name.clone(), body, version }).await;
    if !done.map_err(|error| if broke(&error, "canned_replies_name") { taken(&name) } else { error.into() })? {
        let reason = format!("Somebody has changed it meanwhile. It reads now: {}", known.body);
        return Err(AppError::Conflict { reason, current: None });
    }
    changed(tx, id, name, false).await
}

/// Removes one. Removed twice it is gone.
pub async fn remove(app: &App, actor: &Actor, id: CannedReplyId) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    let name = store::remove(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    changed(tx, id, name, true).await
}

fn checked(name: &str, body: &str) -> Result<(String, String), AppError> {
    let name = clean_name(name).map_err(|reason| AppError::invalid("name", reason))?;
    Ok((name, clean_body(body).map_err(|reason| AppError::invalid("body", reason))?))
}

fn taken(name: &str) -> AppError {
    AppError::invalid("name", format!("There is a reply called “{name}” already."))
}

async fn changed(mut tx: Tx, reply: CannedReplyId, name: String, removed: bool) -> Result<(), AppError> {
    record(&mut tx, Event::CannedReplyChanged { reply, name, removed }, Audience::everyone());
    tx.commit().await?;
    Ok(())
}
