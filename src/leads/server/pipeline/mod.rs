//! The verbs of the stages themselves.

pub(super) mod store;
#[cfg(test)]
mod tests;

use super::store as leads;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::model::{LeadMoved, Outcome, Stage, StageEdit, StageTone};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::{Rank, StageId, Timestamp};
use sqlx::PgConnection;

/// Stages of one company.
const MOST: usize = 20;

/// The stages, left to right.
pub async fn load_stages(app: &App, actor: &Actor) -> Result<Vec<Stage>, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    Ok(store::all(&mut tx).await?)
}

/// Adds an open stage, right in front of those where deals end.
pub async fn add_stage(app: &App, actor: &Actor, name: &str) -> Result<(), AppError> {
    let (mut tx, stages) = changing(app, actor).await?;
    let name = named(name, &stages, None)?;
    if stages.len() >= MOST {
        return Err(AppError::invalid("name", format!("A board has {MOST} stages at most.")));
    }
    let at = stages.iter().position(|stage| stage.outcome != Outcome::Open).unwrap_or(stages.len());
    let before = at.checked_sub(1).map_or(0, |last| stages[last].probability);
    let stage = Stage { tone: StageTone::Amber, probability: (before + 100) / 2, ..Stage::open(slug(&name), name) };
    let company = tx.company();
    store::insert(&mut tx, company, &stage, at as i16).await?;
    let mut order: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    order.insert(at, stage.id);
    store::order(&mut tx, &order).await?;
    changed(tx).await
}

/// Changes what is decided about a stage. Won and Lost keep their odds.
pub async fn change_stage(app: &App, actor: &Actor, id: StageId, edit: &StageEdit) -> Result<(), AppError> {
    let (mut tx, stages) = changing(app, actor).await?;
    let mut stage = stages.iter().find(|stage| stage.id == id).cloned().ok_or(AppError::NotFound)?;
    stage.name = named(&edit.name, &stages, Some(id))?;
    stage.tone = edit.tone.parse().map_err(|_| AppError::invalid("tone", "Choose one of the colours."))?;
    if stage.outcome == Outcome::Open {
        stage.probability = number(&edit.probability, 0..=100, "probability")?
            .ok_or_else(|| AppError::invalid("probability", "Write a whole number from 0 to 100."))? as i16;
        stage.wip_limit = number(&edit.wip_limit, 1..=9999, "wip_limit")?;
        stage.wip_hard = edit.wip_hard && stage.wip_limit.is_some();
        stage.rot_days = number(&edit.rot_days, 1..=365, "rot_days")?;
    }
    store::set(&mut tx, &stage).await?;
    changed(tx).await
}

/// Moves a stage one place to the left or to the right, among those of its kind. At the end of the
/// row nothing happens.
pub async fn shift_stage(app: &App, actor: &Actor, id: StageId, left: bool) -> Result<(), AppError> {
    let (mut tx, stages) = changing(app, actor).await?;
    let at = stages.iter().position(|stage| stage.id == id).ok_or(AppError::NotFound)?;
    let other = if left { at.checked_sub(1) } else { Some(at + 1) };
    let other = other.filter(|other| {
        let open = |at: usize| stages.get(at).map(|stage| stage.outcome == Outcome::Open);
        open(*other).is_some() && open(*other) == open(at)
    });
    let Some(other) = other else { return Ok(()) };
    let mut order: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    order.swap(at, other);
    store::order(&mut tx, &order).await?;
    changed(tx).await
}

/// Takes a stage off the board; its leads go to the end of another.
pub async fn remove_stage(app: &App, actor: &Actor, id: StageId, to: Option<StageId>) -> Result<(), AppError> {
    let (mut tx, stages) = changing(app, actor).await?;
    let stage = stages.iter().find(|stage| stage.id == id).ok_or(AppError::NotFound)?;
    if stages.iter().filter(|other| other.outcome == stage.outcome).count() < 2 {
        let kind = match stage.outcome {
            Outcome::Open => "an open stage",
            Outcome::Won => "a stage for deals that are won",
            Outcome::Lost => "a stage for deals that are lost",
        };
        return Err(AppError::invalid("to", format!("A board needs {kind}, and {} is the only one.", stage.name)));
    }
    let leaving = leads::column(&mut tx, id).await?;
    if !leaving.is_empty() {
        let to = to.filter(|to| *to != id && stages.iter().any(|stage| stage.id == *to));
        let to = to.ok_or_else(|| AppError::invalid("to", format!("Say where the {} leads of {} go.", leaving.len(), stage.name)))?;
        let staying = leads::column(&mut tx, to).await?;
        let now = Timestamp::now();
        let ranks = Rank::spread(staying.len() + leaving.len());
        for (card, rank) in staying.into_iter().chain(leaving).zip(ranks) {
            // Being numbered afresh is no activity, and nobody's change.
            let (version, at) = if card.stage == id { (card.version + 1, now) } else { (card.version, card.last_activity_at) };
            if card.stage == to && card.rank == rank {
                continue;
            }
            let moved = LeadMoved { lead: card.id, from: card.stage, to, rank, after: None, version, at };
            leads::set_place(&mut tx, &moved).await?;
            record(&mut tx, Event::LeadMoved(moved), Audience::of_lead(card.assistant, card.owner));
        }
    }
    store::remove(&mut tx, id).await?;
    changed(tx).await
}

/// Begins a change of the stages: nobody drops a card, and nobody else changes them, until it ends.
async fn changing(app: &App, actor: &Actor) -> Result<(Tx, Vec<Stage>), AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    store::lock_all(&mut tx).await?;
    let stages = store::all(&mut tx).await?;
    Ok((tx, stages))
}

async fn changed(mut tx: Tx) -> Result<(), AppError> {
    announce(&mut tx).await?;
    tx.commit().await?;
    Ok(())
}

/// The stages as they stand in a transaction, left to right.
pub async fn stages(conn: &mut PgConnection) -> Result<Vec<Stage>, sqlx::Error> {
    store::all(conn).await
}

/// Tells what the stages are now.
pub async fn announce(tx: &mut Tx) -> Result<(), AppError> {
    let stages = stages(tx).await?;
    record(tx, Event::StagesChanged { stages }, Audience::everyone());
    Ok(())
}

/// A name for a stage that no other has.
fn named(name: &str, stages: &[Stage], own: Option<StageId>) -> Result<String, AppError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > 60 {
        return Err(AppError::invalid("name", "A name has 1 to 60 characters."));
    }
    if stages.iter().any(|stage| Some(stage.id) != own && stage.name.to_lowercase() == name.to_lowercase()) {
        return Err(AppError::invalid("name", "Another stage is called that."));
    }
    Ok(name)
}

/// A whole number as typed; none if nothing was.
fn number(text: &str, range: std::ops::RangeInclusive<i32>, field: &str) -> Result<Option<i32>, AppError> {
    let text = text.trim().trim_end_matches('%').trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || AppError::invalid(field, format!("Write a whole number from {} to {}.", range.start(), range.end()));
    text.parse().ok().filter(|number| range.contains(number)).map(Some).ok_or_else(wrong)
}

/// A name as it may stand in addresses: `Second call` becomes `second-call`.
fn slug(name: &str) -> String {
    let words: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    let slug = words.split_whitespace().collect::<Vec<_>>().join("-");
    let slug = slug[..slug.len().min(40)].trim_matches('-').to_owned();
    if slug.is_empty() { "stage".into() } else { slug }
}
