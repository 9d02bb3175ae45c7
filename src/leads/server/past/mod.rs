//! The board of a past moment: folded from the events of the leads that are in reach now.

mod store;
#[cfg(test)]
mod tests;

use super::{pipeline::store as stages, trash};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::accounts::server::store::colleagues;
use crate::activity::model::Recorded;
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::leads::model::{Board, Card, Outcome, Stage};
use crate::leads::past::{Past, PastCard, PastColumn, Story, Sum, Turn, difference, is_turn};
use crate::server::app::App;
use crate::server::db::Tx;
use crate::values::{LeadId, StageId, Timestamp};
use futures::StreamExt;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;

/// Cards of a column that the page shows.
const TOP: usize = 50;

/// Turns that the page lists.
const LISTED: usize = 100;

/// A past board begins a day back for those who never looked before.
const DAY: i64 = 86_400_000;

/// Notes that whoever asks begins to look at the board, or has stopped.
pub async fn look(app: &App, actor: &Actor, begins: bool) -> Result<(), AppError> {
    actor.require(Action::SeeLeads)?;
    let Some(me) = actor.me() else { return Ok(()) };
    let mut tx = app.begin(actor).await?;
    let company = tx.company();
    store::look(&mut tx, company, me.user, begins).await?;
    tx.commit().await?;
    Ok(())
}

/// The board as it was at a moment, and what has become of it since. None is when whoever asks last looked.
pub async fn load_past(app: &App, actor: &Actor, at: Option<Timestamp>) -> Result<Past, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.db.snapshot(actor).await?;
    // What is in the trash now was on the board then.
    trash::look_inside(&mut tx).await?;
    let now = Timestamp::now();
    let looked = match actor.me() {
        Some(me) => store::last_look(&mut tx, me.user).await?,
        None => None,
    };
    let first = store::beginning(&mut tx).await?.unwrap_or(now);
    let at = at.or(looked).unwrap_or(Timestamp(now.0 - DAY)).clamp(first.min(now), now);
    let (then, newest) = (store::number_at(&mut tx, at).await?, stream::newest(&mut tx).await?);
    let (today, removed) = (stages::all(&mut tx).await?, stages::removed(&mut tx).await?);
    let people = colleagues(&mut tx).await?;

    let before = told_up_to(&mut tx, actor, then).await?;
    let mut story = before.clone();
    // The latest of what was done to each lead since.
    let mut latest: HashMap<LeadId, (Timestamp, String)> = HashMap::new();
    follow(&mut tx, actor, then, newest, |told| {
        story.hear(&told.event);
        if let Some(lead) = told.event.lead().filter(|_| is_turn(&told.event)) {
            latest.insert(lead, (told.at, told.actor.name().to_owned()));
        }
    })
    .await?;

    let past = before.board(&today, &removed, then);
    // No stage is ever deleted, so every one is among these.
    let known = |id: StageId| today.iter().chain(&removed).find(|stage| stage.id == id);
    let called = |id: StageId| known(id).map(|stage| stage.called(&today)).unwrap_or_default();
    let ends = |id: StageId| known(id).map_or(Outcome::Open, |stage| stage.outcome);
    let person = |id| people.iter().find(|person| person.id == id).map(|person| person.name.clone());
    let (mut turns, mut sum) = (Vec::new(), Sum::default());
    for (lead, (at, by)) in latest {
        let Some(card) = story.card(lead) else {
            if let Some(then) = before.card(lead) {
                turns.push(Turn { lead, name: then.name.clone(), said: vec!["Moved to the trash".into()], by, at });
            }
            continue;
        };
        sum.count(before.card(lead), card, ends);
        let said = difference(before.card(lead), card, called, person);
        if !said.is_empty() {
            turns.push(Turn { lead, name: card.name.clone(), said, by, at });
        }
    }
    turns.sort_by_key(|turn| (std::cmp::Reverse(turn.at), turn.lead.0));
    let more = turns.len().saturating_sub(LISTED) as i64;
    turns.truncate(LISTED);
    let columns = past.stages.iter().map(|stage| column(&past, stage, &story, called)).collect();
    Ok(Past { at, first, now, looked, columns, turns, more, sum })
}

fn column(past: &Board, stage: &Stage, since: &Story, called: impl Fn(StageId) -> String) -> PastColumn {
    let card = |card: &Arc<Card>| PastCard {
        lead: card.id,
        name: card.name.clone(),
        organisation: card.organisation.clone(),
        value: card.value,
        score: card.score,
        owner: card.owner,
        entered: card.stage_entered_at,
        gone_to: since.card(card.id).map(|now| now.stage).filter(|now| *now != stage.id).map(&called),
    };
    PastColumn {
        stage: stage.clone(),
        totals: past.totals.get(&stage.id).cloned().unwrap_or_default(),
        cards: past.column(stage.id).take(TOP).map(card).collect(),
    }
}

/// What had been told by then.
async fn told_up_to(tx: &mut Tx, actor: &Actor, number: i64) -> Result<Story, AppError> {
    let mut story = Story::default();
    follow(tx, actor, 0, number, |told| story.hear(&told.event)).await?;
    Ok(story)
}

/// Tells what happened behind `after` up to `upto`.
async fn follow(tx: &mut Tx, actor: &Actor, after: i64, upto: i64, mut tell: impl FnMut(Recorded)) -> Result<(), AppError> {
    let mut events = pin!(store::told(tx, &actor.scope(), after, upto));
    while let Some(told) = events.next().await {
        told?.into_iter().for_each(&mut tell);
    }
    Ok(())
}
