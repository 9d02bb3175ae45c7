//! The SQL of a kept file.

use crate::values::{CompanyId, ImportId};
use sqlx::PgConnection;

/// Keeps the next piece.
pub async fn keep(conn: &mut PgConnection, company: CompanyId, import: ImportId, number: i32, body: &[u8]) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into sales.import_pieces (company_id, import_id, number, body) values ($1, $2, $3, $4)",
        company.0,
        import.0,
        number,
        body
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// One piece; none behind the last.
pub async fn piece(conn: &mut PgConnection, import: ImportId, number: i32) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!("select body from sales.import_pieces where import_id = $1 and number = $2", import.0, number)
        .fetch_optional(conn)
        .await
}

/// The file has been read.
pub async fn discard(conn: &mut PgConnection, import: ImportId) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from sales.import_pieces where import_id = $1", import.0).execute(conn).await?;
    Ok(())
}
