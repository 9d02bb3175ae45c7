//! The SQL of notes.

use crate::values::{CompanyId, LeadId, MutationId, UserId};
use sqlx::PgConnection;

/// Writes a note. Written twice, it is there once; false says that it was there.
pub async fn insert_note(
    conn: &mut PgConnection,
    company: CompanyId,
    note: MutationId,
    lead: LeadId,
    author: UserId,
    body: &str,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into sales.notes (company_id, id, lead_id, author_id, body) values ($1, $2, $3, $4, $5) on conflict do nothing",
        company.0,
        note.0,
        lead.0,
        author.0,
        body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
