//! The one verb.

use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::search::model::{self, Found};
use crate::server::app::App;
use std::collections::HashSet;

/// So many leads are shown.
const MOST: usize = 50;

/// Leads in reach in which every word stands: in the name, a note or a message. One line a lead.
pub async fn search(app: &App, actor: &Actor, typed: &str) -> Result<Found, AppError> {
    actor.require(Action::SeeLeads)?;
    let typed = &typed.chars().take(model::LONGEST).collect::<String>();
    let Some(query) = model::query(typed) else { return Ok(Found::default()) };
    let mut tx = app.begin(actor).await?;
    let rows = store::search(&mut tx, &actor.scope(), &query, &model::plain(typed), model::is_telling(typed), MOST as i32 + 1).await?;
    let mut seen = HashSet::new();
    let mut hits: Vec<_> = rows.into_iter().filter(|hit| seen.insert(hit.lead)).collect();
    let more = hits.len() > MOST;
    hits.truncate(MOST);
    for hit in &mut hits {
        hit.excerpt = model::excerpt(&hit.excerpt, typed);
    }
    Ok(Found { hits, more })
}
