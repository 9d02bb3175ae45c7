//! SQL of the keys.

use crate::accounts::model::ApiKeyRow;
use crate::values::{ApiKeyId, CompanyId, Timestamp, UserId};
use sqlx::{PgConnection, PgPool};

/// Those in use, the newest first.
pub async fn keys(conn: &mut PgConnection) -> Result<Vec<ApiKeyRow>, sqlx::Error> {
    sqlx::query_as!(
        ApiKeyRow,
        r#"select k.id as "id: ApiKeyId", k.name, k.hint, u.name as made_by, k.created_at as "created_at: Timestamp",
                  k.last_used_at as "last_used_at: Timestamp"
             from identity.api_keys k join identity.users u on (u.company_id, u.id) = (k.company_id, k.made_by)
            where k.revoked_at is null order by k.created_at desc, k.id"#
    )
    .fetch_all(conn)
    .await
}

/// A new one.
pub async fn add(
    conn: &mut PgConnection,
    company: CompanyId,
    id: ApiKeyId,
    name: &str,
    hash: &[u8],
    hint: &str,
    by: UserId,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into identity.api_keys (company_id, id, name, key_hash, hint, made_by) values ($1, $2, $3, $4, $5, $6)",
        company.0,
        id.0,
        name,
        hash,
        hint,
        by.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Withdraws one. False when there is none in use of that id.
pub async fn revoke(conn: &mut PgConnection, id: ApiKeyId) -> Result<bool, sqlx::Error> {
    let done =
        sqlx::query!("update identity.api_keys set revoked_at = now() where id = $1 and revoked_at is null", id.0).execute(conn).await?;
    Ok(done.rows_affected() == 1)
}

/// Whose key it is, in whichever company.
pub async fn by_hash(pool: &PgPool, hash: &[u8]) -> Result<Option<(CompanyId, ApiKeyId, String)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select company_id as "company!: CompanyId", key_id as "id!: ApiKeyId", name as "name!" from identity.api_key_by_hash($1)"#,
        hash
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.company, row.id, row.name)))
}
