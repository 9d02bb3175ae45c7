//! Columns of the board that a person has folded. Each person's are their own, on all their devices.

mod store;
#[cfg(test)]
mod tests;

pub use store::of_person;

use super::pipeline;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::server::app::App;
use crate::values::StageId;

/// Folds a column of one's own board, or unfolds it. Asked for twice, it is done once.
///
/// # Errors
/// `NotFound` for a stage that is not on the board.
pub async fn fold_stage(app: &App, actor: &Actor, stage: StageId, folded: bool) -> Result<(), AppError> {
    actor.require(Action::SeeLeads)?;
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    if pipeline::stages(&mut tx).await?.iter().all(|known| known.id != stage) {
        return Err(AppError::NotFound);
    }
    let company = tx.company();
    if folded {
        store::fold(&mut tx, company, me.user, stage).await?;
    } else {
        store::unfold(&mut tx, me.user, stage).await?;
    }
    tx.commit().await?;
    Ok(())
}
