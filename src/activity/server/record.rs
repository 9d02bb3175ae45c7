//! The one place that writes an event.

use super::store::Told;
use crate::activity::model::{Event, Recorded, Who};
use crate::error::AppError;
use crate::server::db::{Audience, Tx};
use crate::values::{CompanyId, MutationId, Timestamp};
use sqlx::PgConnection;
use uuid::Uuid;

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
    let mut bodies = Vec::with_capacity(events.len());
    for (event, _) in &events {
        bodies.push(serde_json::to_value(event)?);
    }
    let owners = events.iter().map(|(_, audience)| audience.owners.iter().map(|owner| owner.0.to_string()).collect::<Vec<_>>().join(","));
    // One statement for all: an import writes a thousand, and others wait for the numbers until the commit.
    // Not when the transaction began: what it stored, such as a message, was there before its event.
    let written = sqlx::query!(
        r#"with stream as (
             insert into ops.streams (company_id, seq) values ($1, $2)
             on conflict (company_id) do update set seq = streams.seq + $2 returning seq)
           insert into ops.events (company_id, seq, at, actor, kind, body, lead_id, conversation_id, assistant_id, owners, staff_only, mutation_id)
           select $1, stream.seq - $2 + event.number, clock_timestamp(), $3, event.body->>'kind', event.body, event.lead, event.conversation,
                  event.assistant, ('{' || event.owners || '}')::uuid[], event.staff, $4
             from stream, unnest($5::jsonb[], $6::uuid[], $7::uuid[], $8::uuid[], $9::text[], $10::boolean[])
                  with ordinality event (body, lead, conversation, assistant, owners, staff, number)
            order by event.number
           returning seq, at as "at: Timestamp""#,
        company.0,
        count,
        serde_json::to_value(actor)?,
        mutation.map(|id| id.0),
        &bodies,
        &events.iter().map(|(event, _)| event.lead().map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &events.iter().map(|(event, _)| event.conversation().map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &events.iter().map(|(_, audience)| audience.assistant.map(|id| id.0)).collect::<Vec<_>>() as &[Option<Uuid>],
        &owners.collect::<Vec<_>>(),
        &events.iter().map(|(_, audience)| audience.staff_only).collect::<Vec<_>>(),
    )
    .fetch_all(&mut *conn)
    .await?;
    let told = written.into_iter().zip(events).map(|(row, (event, audience))| {
        let recorded = Recorded { seq: row.seq, at: row.at, actor: actor.clone(), mutation, event };
        Told { seq: row.seq, recorded: Some(recorded), audience }
    });
    Ok(told.collect())
}
