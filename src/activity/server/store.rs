//! Reading the stream: for sockets and timelines.

use crate::activity::model::{Event, Recorded, Who};
use crate::server::db::Audience;
use crate::values::{AssistantId, LeadId, MutationId, Timestamp, UserId};
use sqlx::PgConnection;
use sqlx::types::Json;

/// An event with who may see it.
#[derive(Clone, Debug)]
pub struct Told {
    /// The event.
    pub recorded: Recorded,
    /// Who may see it.
    pub audience: Audience,
}

/// The number of the company's newest event; 0 before the first.
pub async fn newest(conn: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from ops.streams"#).fetch_one(conn).await
}

/// The events after `since`, in order, `limit` at most.
pub async fn after(conn: &mut PgConnection, since: i64, limit: i64) -> Result<Vec<Told>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor as "actor: Json<Who>", body as "body: Json<Event>", assistant_id as "assistant: AssistantId",
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
            recorded: Recorded { seq: row.seq, at: row.at, actor: row.actor.0, mutation: row.mutation, event: row.body.0 },
            audience: Audience { assistant: row.assistant, owners: row.owners, staff_only: row.staff_only },
        })
        .collect())
}

/// The newest events of one lead, newest first. The caller has checked that the lead is in reach.
pub async fn of_lead(conn: &mut PgConnection, lead: LeadId, limit: i64) -> Result<Vec<Recorded>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor as "actor: Json<Who>", body as "body: Json<Event>", mutation_id as "mutation: MutationId"
             from ops.events where lead_id = $1 order by seq desc limit $2"#,
        lead.0,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Recorded { seq: row.seq, at: row.at, actor: row.actor.0, mutation: row.mutation, event: row.body.0 })
        .collect())
}
