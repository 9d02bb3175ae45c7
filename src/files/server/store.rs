//! The SQL of files.

use super::media;
use crate::activity::model::Who;
use crate::files::model::LeadFile;
use crate::values::{CompanyId, FileId, LeadId, Timestamp};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

type Found<T> = Result<T, sqlx::Error>;

/// A file as it is stored.
pub struct Stored {
    /// Whose.
    pub lead: LeadId,
    /// As its page names it.
    pub file: LeadFile,
    /// Its media type.
    pub media: String,
    /// Under what its pieces are kept.
    pub content: Uuid,
    /// Whether it was taken off.
    pub removed: bool,
    /// Whether a visitor sent it.
    pub by_visitor: bool,
}

/// Files that are here whole, with the conditions that are given.
macro_rules! files {
    ($rest:literal $(, $argument:expr)*) => {
        sqlx::query!(
            r#"select id as "id: FileId", lead_id as "lead: LeadId", name, media, size, content, by as "by: Json<Who>", at as "at!: Timestamp",
                      removed_at is not null as "removed!"
                 from sales.files where at is not null and "# + $rest
            $(, $argument)*
        )
        .map(|row| Stored {
            lead: row.lead,
            file: LeadFile { id: row.id, name: row.name, kind: media::kind(&row.media), size: row.size, by: row.by.0.name().to_owned(), at: row.at },
            media: row.media,
            content: row.content,
            removed: row.removed,
            by_visitor: row.by.0 == Who::Visitor,
        })
    };
}

/// One file, also one that was taken off.
pub async fn file(conn: &mut PgConnection, id: FileId) -> Found<Option<Stored>> {
    files!("id = $1", id.0).fetch_optional(conn).await
}

/// The files of a lead, the newest first.
pub async fn of_lead(conn: &mut PgConnection, lead: LeadId) -> Found<Vec<LeadFile>> {
    let rows = files!("lead_id = $1 and removed_at is null order by at desc, id desc", lead.0).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| row.file).collect())
}

/// How many files a lead has.
pub async fn count(conn: &mut PgConnection, lead: LeadId) -> Found<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from sales.files where lead_id = $1 and at is not null and removed_at is null"#,
        lead.0
    )
    .fetch_one(conn)
    .await
}

/// Bytes that the company's files take.
pub async fn taken(conn: &mut PgConnection) -> Found<i64> {
    sqlx::query_scalar!(r#"select coalesce(sum(size), 0)::bigint as "sum!" from sales.files"#).fetch_one(conn).await
}

/// How many files visitors have sent to a lead, and the bytes that all of theirs take of the company's.
pub async fn by_visitors(conn: &mut PgConnection, lead: LeadId) -> Found<(i64, i64)> {
    let row = sqlx::query!(
        r#"select count(*) filter (where lead_id = $1 and at is not null and removed_at is null) as "many!", coalesce(sum(size), 0)::bigint as "bytes!"
             from sales.files where by->>'kind' = 'visitor'"#,
        lead.0
    )
    .fetch_one(conn)
    .await?;
    Ok((row.many, row.bytes))
}

/// Takes away what never came in whole, and what is left of an earlier try with this one.
pub async fn clear(conn: &mut PgConnection, id: FileId) -> Found<()> {
    sqlx::query!("delete from sales.files where at is null and (id = $1 or begun_at < now() - interval '1 hour')", id.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// A file that begins to come in.
pub struct Coming<'a> {
    /// Which.
    pub id: FileId,
    /// For which lead.
    pub lead: LeadId,
    /// Its name.
    pub name: &'a str,
    /// Under what its pieces are kept.
    pub content: Uuid,
}

/// Notes that a file begins to come in. False when there is one with that id.
pub async fn begin(conn: &mut PgConnection, company: CompanyId, coming: &Coming<'_>, by: &Who) -> Found<bool> {
    let done = sqlx::query!(
        "insert into sales.files (company_id, id, lead_id, name, content, by) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        company.0,
        coming.id.0,
        coming.lead.0,
        coming.name,
        coming.content,
        Json(by) as _
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Keeps the next piece. False when nobody waits for it any more.
pub async fn keep(conn: &mut PgConnection, content: Uuid, number: i32, body: &[u8]) -> Found<bool> {
    let done = sqlx::query!(
        "with coming as (update sales.files set size = size + length($3::bytea) where content = $1 and at is null returning company_id)
         insert into sales.file_pieces (company_id, content, number, body) select company_id, $1, $2, $3::bytea from coming",
        content,
        number,
        body
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The lead for which a file comes in; of two that have become one, the one that is kept.
pub async fn waits(conn: &mut PgConnection, content: Uuid) -> Found<Option<LeadId>> {
    sqlx::query_scalar!(r#"select lead_id as "lead: LeadId" from sales.files where content = $1 and at is null"#, content)
        .fetch_optional(conn)
        .await
}

/// The file is here whole, since that moment. None when nobody waits for it any more.
pub async fn finish(conn: &mut PgConnection, content: Uuid, lead: LeadId, media: &str, at: Timestamp) -> Found<Option<FileId>> {
    sqlx::query_scalar!(
        r#"update sales.files set at = $4, media = $3 where content = $1 and lead_id = $2 and at is null returning id as "id: FileId""#,
        content,
        lead.0,
        media,
        at as Timestamp
    )
    .fetch_optional(conn)
    .await
}

/// One piece.
pub async fn piece(conn: &mut PgConnection, content: Uuid, number: i32) -> Found<Option<Vec<u8>>> {
    sqlx::query_scalar!("select body from sales.file_pieces where content = $1 and number = $2", content, number).fetch_optional(conn).await
}

/// Takes it off, or puts it back.
pub async fn mark(conn: &mut PgConnection, id: FileId, removed: bool) -> Found<()> {
    sqlx::query!("update sales.files set removed_at = case when $2 then now() end where id = $1", id.0, removed).execute(conn).await?;
    Ok(())
}

/// Lets go of one that was taken off, so many seconds ago at least.
pub async fn discard(conn: &mut PgConnection, id: FileId, seconds: f64) -> Found<()> {
    sqlx::query!("delete from sales.files where id = $1 and removed_at <= now() - make_interval(secs => $2)", id.0, seconds)
        .execute(conn)
        .await?;
    Ok(())
}

/// Lets go of one that does not come in whole.
pub async fn give_up(conn: &mut PgConnection, content: Uuid) -> Found<()> {
    sqlx::query!("delete from sales.files where content = $1 and at is null", content).execute(conn).await?;
    Ok(())
}
