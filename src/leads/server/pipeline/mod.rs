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
use crate::leads::model::{Card, LeadMoved, Outcome, Stage, StageEdit, StageTone};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::words::{is_plain_line, is_unseen};
use crate::values::{PipelineId, Rank, StageId, Timestamp};
use sqlx::PgConnection;

/// Stages of one pipeline.
const MOST: usize = 20;

/// Pipelines of one company.
const MOST_PIPELINES: usize = 10;

/// What the pipeline is called that a company begins with.
pub const FIRST: &str = "Sales";

/// The stages, pipeline by pipeline, left to right.
pub async fn load_stages(app: &App, actor: &Actor) -> Result<Vec<Stage>, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    Ok(store::all(&mut tx).await?)
}

/// Adds an open stage to a pipeline, right in front of those where deals end.
pub async fn add_stage(app: &App, actor: &Actor, pipeline: PipelineId, name: &str) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    let stages = of(&all, pipeline)?;
    let name = named(name, stages, None)?;
    if stages.len() >= MOST {
        return Err(AppError::invalid("name", format!("A pipeline has {MOST} stages at most.")));
    }
    let at = stages.iter().position(|stage| stage.outcome != Outcome::Open).unwrap_or(stages.len());
    let before = at.checked_sub(1).map_or(0, |last| stages[last].probability);
    let stage = Stage { pipeline, tone: StageTone::Amber, probability: (before + 100) / 2, ..Stage::open(slug(&name), name) };
    let company = tx.company();
    store::insert(&mut tx, company, &stage, at as i16).await?;
    let mut order: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    order.insert(at, stage.id);
    store::order(&mut tx, &order).await?;
    changed(tx).await
}

/// Changes what is decided about a stage. Won and Lost keep their odds.
pub async fn change_stage(app: &App, actor: &Actor, id: StageId, edit: &StageEdit) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    let (stages, at) = beside(&all, id)?;
    let mut stage = stages[at].clone();
    stage.name = named(&edit.name, stages, Some(id))?;
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
    let (mut tx, all) = changing(app, actor).await?;
    let (stages, at) = beside(&all, id)?;
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
    let (mut tx, all) = changing(app, actor).await?;
    let (stages, at) = beside(&all, id)?;
    let stage = &stages[at];
    if stages.iter().filter(|other| other.outcome == stage.outcome).count() < 2 {
        let kind = match stage.outcome {
            Outcome::Open => "an open stage",
            Outcome::Won => "a stage for deals that are won",
            Outcome::Lost => "a stage for deals that are lost",
        };
        return Err(AppError::invalid("to", format!("A pipeline needs {kind}, and {} is the only one.", stage.name)));
    }
    let leaving = leads::column(&mut tx, id).await?;
    if !leaving.is_empty() {
        let to = to.filter(|to| *to != id && all.iter().any(|stage| stage.id == *to));
        let to = to.ok_or_else(|| AppError::invalid("to", format!("Say where the {} leads of {} go.", leaving.len(), stage.name)))?;
        put_behind(&mut tx, leaving, to).await?;
    }
    store::remove(&mut tx, id).await?;
    changed(tx).await
}

/// Adds a pipeline, with the stages that a company begins with.
pub async fn add_pipeline(app: &App, actor: &Actor, name: &str) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    let name = pipeline_named(name, &all, None)?;
    if Stage::pipelines(&all).count() >= MOST_PIPELINES {
        return Err(AppError::invalid("name", format!("A company has {MOST_PIPELINES} pipelines at most.")));
    }
    begin(&mut tx, &name).await?;
    changed(tx).await
}

/// Calls a pipeline otherwise.
pub async fn rename_pipeline(app: &App, actor: &Actor, id: PipelineId, name: &str) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    of(&all, id)?;
    let name = pipeline_named(name, &all, Some(id))?;
    store::name_pipeline(&mut tx, id, &name).await?;
    changed(tx).await
}

/// Moves a pipeline one place up or down. In the first one leads begin that nobody put elsewhere. At the end of the row
/// nothing happens.
pub async fn shift_pipeline(app: &App, actor: &Actor, id: PipelineId, up: bool) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    let mut order: Vec<PipelineId> = Stage::pipelines(&all).map(|stage| stage.pipeline).collect();
    let at = order.iter().position(|other| *other == id).ok_or(AppError::NotFound)?;
    let other = if up { at.checked_sub(1) } else { Some(at + 1).filter(|other| *other < order.len()) };
    let Some(other) = other else { return Ok(()) };
    order.swap(at, other);
    store::order_pipelines(&mut tx, &order).await?;
    changed(tx).await
}

/// Takes a pipeline away. Its leads go to the end of stages of another: where deals stand as they do, of the same name if
/// there is one.
pub async fn remove_pipeline(app: &App, actor: &Actor, id: PipelineId, to: Option<PipelineId>) -> Result<(), AppError> {
    let (mut tx, all) = changing(app, actor).await?;
    let stages = of(&all, id)?;
    let name = &stages[0].pipeline_name;
    if stages.len() == all.len() {
        return Err(AppError::invalid("to", format!("A company needs a pipeline, and {name} is the only one.")));
    }
    let to = to.filter(|to| *to != id).and_then(|to| of(&all, to).ok());
    for stage in stages {
        let leaving = leads::column(&mut tx, stage.id).await?;
        if !leaving.is_empty() {
            let to = to.ok_or_else(|| AppError::invalid("to", format!("Say where the leads of {name} go.")))?;
            let mut alike = to.iter().filter(|other| other.outcome == stage.outcome);
            let same = alike.clone().find(|other| other.name.to_lowercase() == stage.name.to_lowercase());
            let to = same.or_else(|| alike.next()).ok_or(AppError::NotFound)?;
            put_behind(&mut tx, leaving, to.id).await?;
        }
        store::remove(&mut tx, stage.id).await?;
    }
    store::remove_pipeline(&mut tx, id).await?;
    changed(tx).await
}

/// Puts leads that leave their stage behind those of another, in their order.
async fn put_behind(tx: &mut Tx, leaving: Vec<Card>, to: StageId) -> Result<(), AppError> {
    let staying = leads::column(tx, to).await?;
    let now = Timestamp::now();
    let ranks = Rank::spread(staying.len() + leaving.len());
    for (card, rank) in staying.into_iter().chain(leaving).zip(ranks) {
        // Being numbered afresh is no activity, and nobody's change.
        let (version, at) = if card.stage == to { (card.version, card.last_activity_at) } else { (card.version + 1, now) };
        if card.stage == to && card.rank == rank {
            continue;
        }
        let moved = LeadMoved { lead: card.id, from: card.stage, to, rank, after: None, version, at };
        leads::set_place(tx, &moved).await?;
        record(tx, Event::LeadMoved(moved), Audience::of_lead(card.assistant, card.owner));
    }
    Ok(())
}

/// Makes a pipeline, behind all others, with the stages of every beginning.
pub async fn begin(tx: &mut Tx, name: &str) -> Result<(), AppError> {
    let (company, pipeline) = (tx.company(), PipelineId::new());
    store::insert_pipeline(tx, company, pipeline, name).await?;
    for ((slug, name, outcome, tone, probability), place) in Stage::FIRST.into_iter().zip(1..) {
        let stage = Stage { pipeline, outcome, tone, probability, ..Stage::open(slug.into(), name.into()) };
        store::insert(tx, company, &stage, place).await?;
    }
    Ok(())
}

/// The stages of one pipeline, left to right: at least one, or it is not found.
fn of(all: &[Stage], pipeline: PipelineId) -> Result<&[Stage], AppError> {
    Some(Stage::of(all, pipeline)).filter(|stages| !stages.is_empty()).ok_or(AppError::NotFound)
}

/// The stages of the pipeline that a stage is a part of, and its place among them.
fn beside(all: &[Stage], id: StageId) -> Result<(&[Stage], usize), AppError> {
    let stage = all.iter().find(|stage| stage.id == id).ok_or(AppError::NotFound)?;
    let stages = of(all, stage.pipeline)?;
    let at = stages.iter().position(|stage| stage.id == id).ok_or(AppError::NotFound)?;
    Ok((stages, at))
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

/// The stages as they stand in a transaction, pipeline by pipeline, left to right.
pub async fn stages(conn: &mut PgConnection) -> Result<Vec<Stage>, sqlx::Error> {
    store::all(conn).await
}

/// Tells what the stages are now.
pub async fn announce(tx: &mut Tx) -> Result<(), AppError> {
    let stages = stages(tx).await?;
    record(tx, Event::StagesChanged { stages }, Audience::everyone());
    Ok(())
}

/// A name for a stage that no other of its pipeline has.
fn named(name: &str, stages: &[Stage], own: Option<StageId>) -> Result<String, AppError> {
    let others = stages.iter().filter(|stage| Some(stage.id) != own).map(|stage| stage.name.as_str());
    unlike(name, others, "stage")
}

/// A name for a pipeline that no other has.
fn pipeline_named(name: &str, all: &[Stage], own: Option<PipelineId>) -> Result<String, AppError> {
    let others = Stage::pipelines(all).filter(|stage| Some(stage.pipeline) != own).map(|stage| stage.pipeline_name.as_str());
    unlike(name, others, "pipeline")
}

fn unlike<'a>(name: &str, mut others: impl Iterator<Item = &'a str>, what: &str) -> Result<String, AppError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_unseen(&name) || !is_plain_line(&name) || name.chars().count() > 60 {
        return Err(AppError::invalid("name", "A name has 1 to 60 characters."));
    }
    if others.any(|other| other.to_lowercase() == name.to_lowercase()) {
        return Err(AppError::invalid("name", format!("Another {what} is called that.")));
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
