//! The SQL of notes.

use crate::values::{CompanyId, LeadId, MutationId, UserId};
use serde::Serialize;
use sqlx::PgConnection;

/// A note as other programs read it. The moment is in UTC.
#[derive(Serialize)]
pub struct Note {
    pub id: MutationId,
    pub body: String,
    /// None if a program wrote it.
    pub author: Option<UserId>,
    pub at: String,
}

/// The newest notes of a lead, or the newest older than `before`. The caller has checked that the lead is in reach.
pub async fn notes(conn: &mut PgConnection, lead: LeadId, before: Option<MutationId>, limit: i64) -> Result<Vec<Note>, sqlx::Error> {
    sqlx::query_as!(
        Note,
        r#"select id as "id: MutationId", body, author_id as "author: UserId",
                  to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "at!"
             from sales.notes n
            where lead_id = $1
              and ($2::uuid is null or (n.at, n.id) < (select b.at, b.id from sales.notes b where b.lead_id = $1 and b.id = $2))
            order by n.at desc, n.id desc limit $3"#,
        lead.0,
        before.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await
}

/// Writes a note. Written twice, it is there once; false says that it was there.
pub async fn insert_note(
    conn: &mut PgConnection,
    company: CompanyId,
    note: MutationId,
    lead: LeadId,
    author: Option<UserId>,
    body: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into sales.notes (company_id, id, lead_id, author_id, body) values ($1, $2, $3, $4, $5) on conflict do nothing",
        company.0,
        note.0,
        lead.0,
        author.map(|id| id.0),
        body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
