//! The SQL of folded columns.

use crate::values::{CompanyId, StageId, UserId};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// The stages whose columns a person has folded, of those that are on the board, left to right.
pub async fn of_person(conn: &mut PgConnection, user: UserId) -> Found<Vec<StageId>> {
    sqlx::query_scalar!(
        r#"select s.id as "stage: StageId" from sales.folds f join sales.stages s on s.company_id = f.company_id and s.id = f.stage_id
            where f.user_id = $1 and s.removed_at is null order by s.position, s.id"#,
        user.0
    )
    .fetch_all(conn)
    .await
}

/// Notes that a person has folded a column.
pub async fn fold(conn: &mut PgConnection, company: CompanyId, user: UserId, stage: StageId) -> Found<()> {
    sqlx::query!(
        "insert into sales.folds (company_id, user_id, stage_id) values ($1, $2, $3) on conflict do nothing",
        company.0,
        user.0,
        stage.0
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that they have unfolded it.
pub async fn unfold(conn: &mut PgConnection, user: UserId, stage: StageId) -> Found<()> {
    sqlx::query!("delete from sales.folds where user_id = $1 and stage_id = $2", user.0, stage.0).execute(conn).await?;
    Ok(())
}
