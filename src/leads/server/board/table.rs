//! Leads as a table, some rows at a time.

use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::leads::filter::{Filter, Sight, Sort};
use crate::leads::model::{Card, Totals};
use crate::leads::server::{pipeline::store as stages, store as leads};
use crate::leads::table::{MOST_AT_ONCE, ROWS, Table};
use crate::server::app::App;
use crate::values::{LeadId, Timestamp};
use std::collections::HashMap;

/// The rows behind the first `skipped` that the filter shows, in its order.
pub async fn load_table(app: &App, actor: &Actor, sight: &Sight, skipped: u32) -> Result<Table, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.db.snapshot(actor).await?;
    let (filter, scope, now) = (filter(sight), actor.scope(), Timestamp::now());
    let ids = store::listed(&mut tx, &scope, &filter, now, skipped.into(), ROWS.into()).await?;
    let mut cards: HashMap<LeadId, Card> = leads::cards_of(&mut tx, &ids).await?.into_iter().map(|card| (card.id, card)).collect();
    let mut totals = Totals::default();
    store::totals(&mut tx, &scope, &filter, now).await?.values().for_each(|stage| totals.join(stage));
    Ok(Table {
        stages: stages::all(&mut tx).await?,
        totals,
        skipped,
        rows: ids.iter().filter_map(|id| cards.remove(id)).collect(),
        seq: stream::newest(&mut tx).await?,
    })
}

/// The filter of a table: where nothing else is asked for, what happened last is on top. People put leads in
/// order within a stage only.
fn filter(sight: &Sight) -> Filter {
    let filter = sight.filter();
    Filter { sort: filter.sort.or(Some(Sort::Activity)), ..filter }
}

/// All leads that the filter shows with their versions, as many as can be changed at once.
pub async fn load_matching(app: &App, actor: &Actor, sight: &Sight) -> Result<Vec<(LeadId, i32)>, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.db.snapshot(actor).await?;
    let ids = store::listed(&mut tx, &actor.scope(), &filter(sight), Timestamp::now(), 0, MOST_AT_ONCE as i64).await?;
    let versions: HashMap<LeadId, i32> = leads::cards_of(&mut tx, &ids).await?.into_iter().map(|card| (card.id, card.version)).collect();
    Ok(ids.into_iter().filter_map(|id| Some((id, *versions.get(&id)?))).collect())
}
