//! The one place that writes an event.

use super::store::Told;
use crate::activity::model::{Event, Recorded, Who};
use crate::error::AppError;
use crate::server::db::{Audience, Tx};
use crate::values::{CompanyId, MutationId, Timestamp};
use sqlx::PgConnection;

/// Says that this happened. It is written when the transaction commits, with the next number of
/// the company's stream, and then told to everyone in `audience` who listens.
pub fn record(tx: &mut Tx, event: Event, audience: Audience) {
    tx.note(event, audience);
}

/// Writes the noted events as the transaction's last act: the counter's row lock is held only
/// from here to the commit, and numbers commit in order. Gives them as they now stand in the stream.
pub(crate) async fn write(
    conn: &mut PgConnection,
    company: CompanyId,
    actor: &Who,
    mutation: Option<MutationId>,
    events: Vec<(Event, Audience)>,
) -> Result<Vec<Told>, AppError> {
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let count = events.len() as i64;
    let last = sqlx::query_scalar!(
        "insert into ops.streams (company_id, seq) values ($1, $2)
         on conflict (company_id) do update set seq = streams.seq + $2 returning seq",
        company.0,
        count
    )
    .fetch_one(&mut *conn)
    .await?;
    let mut told = Vec::with_capacity(events.len());
    for (seq, (event, audience)) in (last - count + 1..).zip(events) {
        let body = serde_json::to_value(&event)?;
        let kind = body["kind"].as_str().unwrap_or_default().to_owned();
        let owners: Vec<_> = audience.owners.iter().map(|owner| owner.0).collect();
        // Not when the transaction began: what it stored, such as a message, was there before its event.
        let at = sqlx::query_scalar!(
            r#"insert into ops.events (company_id, seq, at, actor, kind, body, lead_id, conversation_id, assistant_id, owners, staff_only, mutation_id)
             values ($1, $2, clock_timestamp(), $3, $4, $5, $6, $7, $8, $9, $10, $11)
             returning at as "at: Timestamp""#,
            company.0,
            seq,
            serde_json::to_value(actor)?,
            kind,
            body,
            event.lead().map(|id| id.0),
            event.conversation().map(|id| id.0),
            audience.assistant.map(|id| id.0),
            &owners,
            audience.staff_only,
            mutation.map(|id| id.0),
        )
        .fetch_one(&mut *conn)
        .await?;
        told.push(Told { seq, recorded: Some(Recorded { seq, at, actor: actor.clone(), mutation, event }), audience });
    }
    Ok(told)
}
