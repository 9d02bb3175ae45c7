//! Reading the stream: for sockets and timelines.

use crate::activity::model::{Event, Recorded, Who};
use crate::server::db::Audience;
use crate::values::{AssistantId, LeadId, MutationId, Timestamp, UserId};
use serde_json::Value;
use sqlx::PgConnection;

/// An event with who may see it.
#[derive(Clone, Debug)]
pub struct Told {
    /// Its number.
    pub seq: i64,
    /// The event. None if a newer build wrote it and this one cannot read it.
    pub recorded: Option<Recorded>,
    /// Who may see it.
    pub audience: Audience,
}

/// Reads a stored event. While a new build is rolled out the old one meets kinds that it does not
/// know; that must not stop the stream.
pub fn readable(seq: i64, at: Timestamp, actor: Value, mutation: Option<MutationId>, body: Value) -> Option<Recorded> {
    let read = serde_json::from_value::<Who>(actor)
        .and_then(|actor| Ok(Recorded { seq, at, actor, mutation, event: serde_json::from_value::<Event>(body)? }));
    read.inspect_err(|cause| tracing::warn!(seq, %cause, "an event of a kind that this build does not know")).ok()
}

/// The number of the company's newest event; 0 before the first.
pub async fn newest(conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from ops.streams"#).fetch_one(conn).await
}

/// The events after `since`, in order, `limit` at most.
pub async fn after(conn: &mut PgConnection, since: i64, limit: i64) -> Result<Vec<Told>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor, body, assistant_id as "assistant: AssistantId",
                  owners as "owners: Vec<UserId>", staff_only, mutation_id as "mutation: MutationId"
             from ops.events where seq > $1 order by seq limit $2"#,
        since,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Told {
            seq: row.seq,
            recorded: readable(row.seq, row.at, row.actor, row.mutation, row.body),
            audience: Audience { assistant: row.assistant, owners: row.owners, staff_only: row.staff_only },
        })
        .collect())
}

/// The newest events of one lead, newest first. The caller has checked that the lead is in reach.
pub async fn of_lead(conn: &mut PgConnection, lead: LeadId, limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    of_leads(conn, &[lead], limit).await
}

/// The newest events of those kinds of some leads, newest first. The caller has checked that they are in reach.
pub async fn of_kinds(conn: &mut PgConnection, leads: &[LeadId], kinds: &[&str], limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    let ids: Vec<_> = leads.iter().map(|lead| lead.0).collect();
    let kinds: Vec<_> = kinds.iter().map(|kind| (*kind).to_owned()).collect();
    let rows = sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor, body, mutation_id as "mutation: MutationId"
             from ops.events where lead_id = any ($1) and kind = any ($2) order by seq desc limit $3"#,
        &ids,
        &kinds,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().filter_map(|row| readable(row.seq, row.at, row.actor, row.mutation, row.body)).collect())
}

/// The newest events of some leads, newest first. The caller has checked that they are in reach.
pub async fn of_leads(conn: &mut PgConnection, leads: &[LeadId], limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    let ids: Vec<_> = leads.iter().map(|lead| lead.0).collect();
    let rows = sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor, body, mutation_id as "mutation: MutationId"
             from ops.events where lead_id = any ($1) order by seq desc limit $2"#,
        &ids,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().filter_map(|row| readable(row.seq, row.at, row.actor, row.mutation, row.body)).collect())
}
