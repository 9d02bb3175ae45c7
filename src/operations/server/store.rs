//! The queue's tables belong to the queue, not to tenants: every statement here names the company
//! that the job carries in its arguments. Unchecked queries, since the queue brings its schema.

use crate::operations::model::DeadJob;
use crate::values::{CompanyId, Timestamp};
use sqlx::{PgConnection, Row};

/// Jobs that wait or are being done.
pub async fn waiting(conn: &mut PgConnection, company: CompanyId) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("select count(*) from graphile_worker._private_jobs where payload->>'company' = $1 and attempts < max_attempts")
        .bind(company.to_string())
        .fetch_one(conn)
        .await
}

/// Jobs that were given up, newest first.
pub async fn dead(conn: &mut PgConnection, company: CompanyId) -> Result<Vec<DeadJob>, sqlx::Error> {
    let rows = sqlx::query(
        "select j.id, t.identifier, j.attempts, coalesce(j.last_error, '') as last_error, j.updated_at
           from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
          where j.payload->>'company' = $1 and j.attempts >= j.max_attempts and j.locked_at is null
          order by j.updated_at desc limit 100",
    )
    .bind(company.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(DeadJob {
                id: row.try_get("id")?,
                task: row.try_get("identifier")?,
                tries: row.try_get("attempts")?,
                last_error: row.try_get("last_error")?,
                at: row.try_get::<Timestamp, _>("updated_at")?,
            })
        })
        .collect()
}

/// Sets a dead job back to no tries, due now. Whether there was such a job.
pub async fn revive(conn: &mut PgConnection, company: CompanyId, id: i64) -> Result<bool, sqlx::Error> {
    let revived = sqlx::query(
        "update graphile_worker._private_jobs set attempts = 0, run_at = now(), last_error = null
          where id = $1 and payload->>'company' = $2 and attempts >= max_attempts and locked_at is null",
    )
    .bind(id)
    .bind(company.to_string())
    .execute(&mut *conn)
    .await?
    .rows_affected()
        == 1;
    if revived {
        sqlx::query!("delete from ops.job_runs where job_id = $1", id).execute(conn).await?;
    }
    Ok(revived)
}
