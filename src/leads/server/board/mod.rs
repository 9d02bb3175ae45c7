//! Loading a board: whole while it is small enough, else the top of each column, with the figures of
//! all of it.

mod store;
/// Leads as a table.
pub mod table;

use super::{pipeline::store as stages, store as leads};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::leads::filter::{DEEPEST, Filter, Sight};
use crate::leads::model::{Board, Stage};
use crate::server::app::App;
use crate::values::Timestamp;

/// Up to so many leads a board is sent whole, and the browser filters and sorts it at once.
pub const WHOLE: i64 = 2000;

/// Cards of a column that come first when the board is not sent whole.
const TOP: i64 = 100;

/// The board of whoever asks.
pub async fn load_board(app: &App, actor: &Actor, sight: &Sight) -> Result<Board, AppError> {
    load(app, actor, sight, WHOLE, TOP).await
}

async fn load(app: &App, actor: &Actor, sight: &Sight, whole: i64, top: i64) -> Result<Board, AppError> {
    actor.require(Action::SeeLeads)?;
    // From one moment: the cards, the figures, and the number of the last event that is in them.
    let mut tx = app.db.snapshot(actor).await?;
    let seq = stream::newest(&mut tx).await?;
    let columns = stages::all(&mut tx).await?;
    let scope = actor.scope();
    if !store::more_than(&mut tx, &scope, whole).await? {
        return Ok(Board::new(columns, leads::cards(&mut tx, &scope).await?, seq));
    }
    let (filter, now) = (sight.filter(), Timestamp::now());
    let pipeline = Stage::on_board(&columns, filter.pipeline);
    let filter = Filter { pipeline: Some(pipeline), ..filter };
    let seen = columns.iter().filter(|stage| stage.pipeline == pipeline);
    let deep: Vec<_> = seen.map(|stage| (stage.id, sight.depth(stage.id, top, DEEPEST))).collect();
    let ids = store::topmost(&mut tx, &scope, &filter, now, &deep).await?;
    let cards = leads::cards_of(&mut tx, &ids).await?;
    let totals = store::totals(&mut tx, &scope, &filter, now).await?;
    Ok(Board::new(columns, cards, seq).cut(totals))
}

#[cfg(test)]
mod tests;
