//! Loading a lead's page.

mod store;

use super::{alike, fields, merge, pipeline::store as stages, store as leads, trash};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::files::server::service as files;
use crate::leads::merge::Merged;
use crate::leads::page::{LONGEST_TIMELINE, LeadPage};
use crate::server::{app::App, db::Tx};
use crate::tasks::server::service as tasks;
use crate::values::LeadId;

/// One lead, whole.
pub async fn load_lead(app: &App, actor: &Actor, lead: LeadId) -> Result<LeadPage, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    // The number comes first: what commits between it and the rest is in the rest already and is told
    // once more, which does no harm. The other way round it would never be told.
    let seq = stream::newest(&mut tx).await?;
    let card = match leads::card(&mut tx, &actor.scope(), lead).await? {
        Some(card) => card,
        // An old address of a lead that has become part of another leads to that one.
        None => {
            let kept = merge::merged_into(&mut tx, lead).await?.ok_or(AppError::NotFound)?;
            leads::card(&mut tx, &actor.scope(), kept).await?.ok_or(AppError::NotFound)?
        }
    };
    let lead = card.id;
    let whole = merge::all_parts(&mut tx, lead).await?;
    let details = leads::details(&mut tx, lead).await?;
    let alike = alike::of_lead(&mut tx, actor, lead, &details.email, &details.phone).await?;
    Ok(LeadPage {
        alike,
        email: details.email,
        phone: details.phone,
        fields: fields::in_use(&mut tx).await?,
        custom: details.custom,
        closing: details.closing,
        stages: stages::all(&mut tx).await?,
        answers: leads::answers(&mut tx, lead).await?,
        score_reasons: details.reasons,
        conversations: store::talks(&mut tx, lead).await?,
        tasks: tasks::of_lead(&mut tx, lead).await?,
        files: files::of_lead(&mut tx, lead).await?,
        team: tasks::team(&mut tx, &card).await?,
        card,
        timeline: stream::of_leads(&mut tx, &whole, LONGEST_TIMELINE as i64).await?,
        merged: merged(&mut tx, &whole).await?,
        seq,
    })
}

/// The leads that have become part of one, which `whole` names first.
async fn merged(tx: &mut Tx, whole: &[LeadId]) -> Result<Vec<Merged>, AppError> {
    let [lead, _, ..] = whole else { return Ok(Vec::new()) };
    trash::look_inside(tx).await?;
    Ok(merge::parts(tx, *lead).await?)
}
