//! Changes to many leads at once: each by its own verb, so that one that is refused keeps no other.

#[cfg(test)]
mod tests;

use super::{place, service, tags, trash};
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::leads::model::LeadMoved;
use crate::leads::table::{Change, Changed, MOST_AT_ONCE, Wanted};
use crate::server::app::App;
use crate::values::{MutationId, Timestamp};

/// Changes leads, one after the other, and says of each what came of it and what would undo it.
///
/// # Errors
/// `Invalid` for too many. `Forbidden` if one's role may not do such a thing at all; what was done before the
/// first such thing is done.
pub async fn change_leads(app: &App, actor: &Actor, wanted: Vec<Wanted>) -> Result<Vec<Changed>, AppError> {
    if wanted.len() > MOST_AT_ONCE {
        return Err(AppError::invalid("", format!("At most {MOST_AT_ONCE} leads at once.")));
    }
    let mut changed = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let lead = wanted.lead;
        changed.push(match change_lead(app, actor, &wanted).await {
            Ok(back) => Changed { lead, back, refused: None },
            Err(error @ (AppError::Forbidden { .. } | AppError::SignedOut)) => return Err(error),
            Err(error) => Changed { lead, back: None, refused: Some(error.to_string()) },
        });
    }
    Ok(changed)
}

/// Changes one, and gives what would undo it; none if it is so already.
async fn change_lead(app: &App, actor: &Actor, wanted: &Wanted) -> Result<Option<Wanted>, AppError> {
    let Wanted { lead, version, change } = wanted;
    let (lead, version) = (*lead, *version);
    let back = |version, change| Some(Wanted { lead, version, change });
    Ok(match change {
        Change::Move { to, after } => {
            let mut tx = app.begin(actor).await?;
            let card = service::in_reach(&mut tx, actor, lead).await?;
            let above = place::above(&mut tx, &card).await?;
            drop(tx);
            // Where people put it within a stage is not undone by choosing that stage for many.
            if card.stage == *to {
                return Ok(None);
            }
            let asked = LeadMoved { lead, from: card.stage, to: *to, rank: card.rank, after: *after, version, at: Timestamp::now() };
            let moved = service::move_lead(app, actor, MutationId::new(), asked).await?;
            back(moved.version, Change::Move { to: card.stage, after: above })
        }
        Change::Give { owner } => {
            let before = service::in_reach(&mut app.begin(actor).await?, actor, lead).await?;
            let card = service::assign_lead(app, actor, lead, *owner, version).await?;
            let back = back(card.version, Change::Give { owner: before.owner });
            back.filter(|_| before.owner != card.owner)
        }
        Change::PutOn { tag } => {
            let before = service::in_reach(&mut app.begin(actor).await?, actor, lead).await?;
            let now = tags::tag_lead(app, actor, lead, &[tag.to_string()], &[]).await?;
            let fresh = now.into_iter().find(|now| now.is(tag) && !before.tags.contains(now));
            fresh.and_then(|tag| back(version, Change::TakeOff { tag }))
        }
        Change::TakeOff { tag } => {
            let before = service::in_reach(&mut app.begin(actor).await?, actor, lead).await?;
            tags::tag_lead(app, actor, lead, &[], &[tag.to_string()]).await?;
            before.tags.into_iter().find(|had| had.is(tag)).and_then(|tag| back(version, Change::PutOn { tag }))
        }
        Change::Remove => {
            trash::remove_lead(app, actor, lead, Some(version)).await?;
            back(version, Change::Restore)
        }
        Change::Restore => {
            trash::restore_lead(app, actor, lead).await?;
            None
        }
    })
}
