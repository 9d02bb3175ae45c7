//! The SQL of views.

use crate::leads::views::View;
use crate::values::{CompanyId, UserId, ViewId};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// Views with the conditions that are given.
macro_rules! views {
    ($conditions:literal, $argument:expr) => {
        sqlx::query_as!(
            View,
            r#"select id as "id: ViewId", name, query, owner_id as "owner: UserId", shared from sales.views where "# + $conditions,
            $argument
        )
    };
}

/// Those that a person has: their own and the shared ones, by name.
pub async fn of_person(conn: &mut PgConnection, user: UserId) -> Found<Vec<View>> {
    views!("owner_id = $1 or shared order by lower(name), id", user.0).fetch_all(conn).await
}

/// How many a person keeps, but for one.
pub async fn count(conn: &mut PgConnection, user: UserId, but: ViewId) -> Found<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from sales.views where owner_id = $1 and id <> $2"#, user.0, but.0)
        .fetch_one(conn)
        .await
}

/// Locks one until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: ViewId) -> Found<Option<View>> {
    views!("id = $1 for update", id.0).fetch_optional(conn).await
}

/// Stores one. False says that it was there.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, view: &View) -> Found<bool> {
    let done = sqlx::query!(
        "insert into sales.views (company_id, id, owner_id, name, query, shared) values ($1, $2, $3, $4, $5, $6)
         on conflict (company_id, id) do nothing",
        company.0,
        view.id.0,
        view.owner.0,
        view.name,
        view.query,
        view.shared
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Shares one, or no longer.
pub async fn share(conn: &mut PgConnection, id: ViewId, shared: bool) -> Found<()> {
    sqlx::query!("update sales.views set shared = $2 where id = $1", id.0, shared).execute(conn).await?;
    Ok(())
}

/// Removes one.
pub async fn delete(conn: &mut PgConnection, id: ViewId) -> Found<()> {
    sqlx::query!("delete from sales.views where id = $1", id.0).execute(conn).await?;
    Ok(())
}
