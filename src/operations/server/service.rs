//! The verbs of operations.

use super::store;
use crate::accounts::{policy::Action, server::actor::Actor};
use crate::error::AppError;
use crate::operations::model::Queue;
use crate::server::app::App;

/// The company's jobs: how many wait, and which were given up.
///
/// # Errors
/// `Forbidden` to all but admins.
pub async fn load_queue(app: &App, actor: &Actor) -> Result<Queue, AppError> {
    actor.require(Action::Operate)?;
    let mut tx = app.begin(actor).await?;
    let company = tx.company();
    Ok(Queue { waiting: store::waiting(&mut tx, company).await?, dead: store::dead(&mut tx, company).await? })
}

/// Gives a dead job a fresh start.
///
/// # Errors
/// `Forbidden` to all but admins; `NotFound` when it is not dead, or another company's.
pub async fn revive_job(app: &App, actor: &Actor, id: i64) -> Result<(), AppError> {
    actor.require(Action::Operate)?;
    let mut tx = app.begin(actor).await?;
    let company = tx.company();
    store::revive(&mut tx, company, id).await?.then_some(()).ok_or(AppError::NotFound)?;
    tx.commit().await?;
    Ok(())
}
