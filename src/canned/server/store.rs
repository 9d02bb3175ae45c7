//! The SQL of canned replies. Row security keeps it to the transaction's company.

use crate::canned::model::CannedReply;
use crate::values::CannedReplyId;
use sqlx::PgConnection;

/// All, by name.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<CannedReply>, sqlx::Error> {
    sqlx::query_as!(
        CannedReply,
        r#"select id as "id: CannedReplyId", name, body, version from talk.canned_replies order by lower(name), id"#
    )
    .fetch_all(conn)
    .await
}

/// Writes a new one; false when its name is another's.
pub async fn add(conn: &mut PgConnection, id: CannedReplyId, name: &str, body: &str) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into talk.canned_replies (company_id, id, name, body) values (ops.company(), $1, $2, $3)
         on conflict (company_id, lower(name)) do nothing",
        id.0,
        name,
        body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes one that is still of that version; false when it is not, or is gone.
pub async fn change(conn: &mut PgConnection, reply: &CannedReply) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update talk.canned_replies set name = $3, body = $4, version = version + 1 where id = $1 and version = $2",
        reply.id.0,
        reply.version,
        reply.name,
        reply.body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Removes one; gives its name, if it was there.
pub async fn remove(conn: &mut PgConnection, id: CannedReplyId) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("delete from talk.canned_replies where id = $1 returning name", id.0).fetch_optional(conn).await
}
