//! The verbs of handing over.

use super::jobs::{Attend, PickUp};
use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::channels::server::zones::is_zone;
use crate::error::AppError;
use crate::routing::model::{Day, Routing};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::values::{ConversationId, MessageId};
use chrono::{Datelike, Timelike, Utc};
use chrono_tz::Tz;
use std::time::Duration;

/// So soon outside the hours somebody is told when people answer next.
const SHUT: Duration = Duration::from_secs(3);
/// So long a person who answers may be away before a chat goes back to all.
pub(super) const AWAY: Duration = Duration::from_secs(60);

/// How chats are handed over.
///
/// # Errors
/// `Forbidden` for anyone but admins.
pub async fn load(app: &App, actor: &Actor) -> Result<Routing, AppError> {
    actor.require(Action::ManageCompany)?;
    of(&mut app.begin(actor).await?).await
}

/// How chats are handed over in the company of this transaction.
pub async fn of(tx: &mut Tx) -> Result<Routing, AppError> {
    Ok(store::routing(tx).await?.unwrap_or_default())
}

/// Changes it.
///
/// # Errors
/// `Invalid` on `pickup`, `zone` or a day, `Conflict` when somebody has changed it since.
pub async fn change(app: &App, actor: &Actor, wanted: Routing) -> Result<(), AppError> {
    actor.require(Action::ManageCompany)?;
    if !(15..=3_600).contains(&wanted.pickup) {
        return Err(AppError::invalid("pickup", "From 15 seconds to an hour."));
    }
    if !is_zone(&wanted.zone) {
        return Err(AppError::invalid("zone", "There is no such zone. Write it as Europe/London."));
    }
    let fine = |day: &Day| match (day.opens, day.closes) {
        (None, None) => true,
        (Some(opens), Some(closes)) => opens >= 0 && opens < closes && closes <= 1_440,
        _ => false,
    };
    if let Some(wrong) = wanted.days.iter().position(|day| !fine(day)) {
        return Err(AppError::invalid(&format!("closes-{wrong}"), "The day has to end after it begins."));
    }
    if wanted.days.len() != 7 {
        return Err(AppError::unreadable());
    }
    let mut tx = app.begin(actor).await?;
    if !store::keep(&mut tx, &wanted).await? {
        return Err(AppError::Conflict { reason: "Somebody has changed this meanwhile. Look at it again.".into(), current: None });
    }
    record(&mut tx, Event::CompanyChanged, Audience::staff());
    tx.commit().await?;
    Ok(())
}

/// Whether people answer now, and otherwise when they do next.
pub(super) fn hours(routing: &Routing) -> Result<(), Option<String>> {
    let now = Utc::now().with_timezone(&routing.zone.parse().unwrap_or(Tz::UTC));
    let day = now.weekday().num_days_from_monday() as usize;
    let minute = i16::try_from(now.hour() * 60 + now.minute()).unwrap_or_default();
    if routing.open(day, minute) { Ok(()) } else { Err(routing.next(day, minute)) }
}

/// Somebody waits for a person from now on: after a while it is looked whether one came.
pub async fn await_person(tx: &mut Tx, conversation: ConversationId, epoch: i32) -> Result<(), AppError> {
    let routing = of(tx).await?;
    let wait = match hours(&routing) {
        Ok(()) => Duration::from_secs(u64::from(routing.pickup.unsigned_abs())),
        Err(_) => SHUT,
    };
    let job = PickUp { company: tx.company(), conversation, epoch };
    enqueue(tx, &job, When::after(wait).replacing(format!("pickup:{conversation}"))).await
}

/// Somebody wrote to a person: after a while it is looked whether that person is still there.
pub async fn await_answer(tx: &mut Tx, conversation: ConversationId, message: MessageId) -> Result<(), AppError> {
    let job = Attend { company: tx.company(), conversation, message };
    enqueue(tx, &job, When::after(AWAY).replacing(format!("attend:{conversation}"))).await
}
