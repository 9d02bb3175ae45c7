//! Where a card goes in its column. The caller holds its stage, and has locked it where the column may be
//! numbered afresh (`pipeline::store`).

mod store;

use super::store as leads;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::model::{Card, LeadMoved};
use crate::server::db::{Audience, Tx};
use crate::values::{LeadId, Rank, StageId};
pub use store::Place;

/// A rank right behind `after`, or at the top. If that card has left the column meanwhile, the
/// card goes where the rank that was proposed would stand among those who are there now. Numbers the column
/// afresh where there is no room.
pub async fn rank_in(tx: &mut Tx, stage: StageId, lead: LeadId, after: Option<LeadId>, proposed: Option<&Rank>) -> Result<Rank, AppError> {
    match room_in(tx, stage, lead, after, proposed).await? {
        Ok(rank) => Ok(rank),
        Err(above) => renumber(tx, stage, lead, above).await,
    }
}

/// The same, but nothing is numbered: where there is no room, the card above.
pub async fn room_in(
    tx: &mut Tx,
    stage: StageId,
    lead: LeadId,
    after: Option<LeadId>,
    proposed: Option<&Rank>,
) -> Result<Result<Rank, Option<Place>>, AppError> {
    let above: Option<Place> = match after.filter(|after| *after != lead) {
        None => None,
        Some(after) => match (store::place_of(tx, stage, after).await?, proposed) {
            (Some(place), _) => Some(place),
            (None, Some(proposed)) => store::last_up_to(tx, stage, lead, Some(proposed)).await?,
            (None, None) => None,
        },
    };
    let below = store::first_after(tx, stage, lead, above.as_ref()).await?;
    let top = above.as_ref().map(|(rank, _)| rank);
    let tied = top.is_some() && top == below.as_ref();
    // What was proposed is taken where it fits: of several that one person moves at once, each knows its place
    // among the others, which may not have come yet.
    let fits = |rank: &&Rank| {
        top.is_none_or(|top| top < *rank) && below.as_ref().is_none_or(|below| *rank < below) && rank.as_str().len() <= Rank::LONG
    };
    let rank = proposed.filter(fits).cloned().unwrap_or_else(|| Rank::between(top, below.as_ref()));
    Ok(if tied || rank.as_str().len() > Rank::LONG { Err(above) } else { Ok(rank) })
}

/// The lead right above, in its column.
pub async fn above(tx: &mut Tx, card: &Card) -> Result<Option<LeadId>, AppError> {
    Ok(store::last_up_to(tx, card.stage, card.id, Some(&card.rank)).await?.map(|(_, lead)| lead))
}

/// `count` ranks at the end of a column, in order.
pub async fn ranks_behind(tx: &mut Tx, stage: StageId, count: usize) -> Result<Vec<Rank>, AppError> {
    // Of leads that are not there yet.
    let fresh = LeadId::new();
    let last = store::last_up_to(tx, stage, fresh, None).await?;
    let ranks = Rank::behind(last.as_ref().map(|(rank, _)| rank), count);
    if ranks.iter().all(|rank| rank.as_str().len() <= Rank::LONG) {
        return Ok(ranks);
    }
    let free = renumber(tx, stage, fresh, last).await?;
    Ok(Rank::behind(Some(&free), count))
}

/// Numbers the column afresh, with room for `lead` behind `above`. Every card that gets another
/// rank is told as a move within its column; its version stays, since nobody changed it.
async fn renumber(tx: &mut Tx, stage: StageId, lead: LeadId, above: Option<Place>) -> Result<Rank, AppError> {
    let mut cards = leads::column(tx, stage).await?;
    cards.retain(|card| card.id != lead);
    let at = above.and_then(|(_, id)| cards.iter().position(|card| card.id == id)).map_or(0, |above| above + 1);
    let mut ranks = Rank::spread(cards.len() + 1);
    let own = ranks.remove(at);
    let changed: Vec<_> = cards.into_iter().zip(ranks).filter(|(card, rank)| card.rank != *rank).collect();
    let fresh: Vec<(LeadId, Rank)> = changed.iter().map(|(card, rank)| (card.id, rank.clone())).collect();
    store::renumber(tx, &fresh).await?;
    for (card, rank) in changed {
        let moved = LeadMoved {
            lead: card.id,
            from: stage,
            to: stage,
            rank,
            after: None,
            version: card.version,
            // Being numbered afresh is no activity.
            at: card.last_activity_at,
        };
        record(tx, Event::LeadMoved(moved), Audience::of_lead(card.assistant, card.owner));
    }
    Ok(own)
}
