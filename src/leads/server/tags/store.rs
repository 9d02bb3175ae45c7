//! The SQL of tags.

use crate::values::{CompanyId, LeadId, Tag};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// The company's tags, in alphabetical order.
pub async fn of_company(conn: &mut PgConnection) -> Found<Vec<Tag>> {
    sqlx::query_scalar!(r#"select name as "name: Tag" from sales.tags order by lower(name)"#).fetch_all(conn).await
}

/// A tag as the company spells it; from now on like this if it is new.
pub async fn spelled(conn: &mut PgConnection, company: CompanyId, tag: &Tag) -> Found<Tag> {
    // Nothing is changed where it is known, but its row comes back.
    sqlx::query_scalar!(
        r#"insert into sales.tags (company_id, name) values ($1, $2)
           on conflict (company_id, lower(name)) do update set name = tags.name returning name as "name: Tag""#,
        company.0,
        tag.as_str()
    )
    .fetch_one(conn)
    .await
}

/// Writes down what is on a lead.
pub async fn set(conn: &mut PgConnection, lead: LeadId, tags: &[Tag]) -> Found<()> {
    sqlx::query!("update sales.leads set tags = $2 where id = $1", lead.0, tags as &[Tag]).execute(conn).await?;
    Ok(())
}

/// Forgets those that are on no lead any more.
pub async fn forget_unused(conn: &mut PgConnection, tags: &[Tag]) -> Found<()> {
    sqlx::query!(
        "delete from sales.tags t where t.name = any ($1) and not exists (select from sales.leads l where t.name = any (l.tags))",
        tags as &[Tag]
    )
    .execute(conn)
    .await?;
    Ok(())
}
