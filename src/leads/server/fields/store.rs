//! The SQL of fields that a company makes.

use crate::leads::fields::{CustomField, FieldKind};
use crate::values::{CompanyId, FieldId};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// All of them, in order.
pub async fn all(conn: &mut PgConnection) -> Found<Vec<CustomField>> {
    sqlx::query_as!(
        CustomField,
        r#"select id as "id: FieldId", slug, name, kind as "kind: FieldKind", choices, away from sales.fields order by place, id"#
    )
    .fetch_all(conn)
    .await
}

/// Those that are not put away, in order.
pub async fn in_use(conn: &mut PgConnection) -> Found<Vec<CustomField>> {
    Ok(all(conn).await?.into_iter().filter(|field| !field.away).collect())
}

/// Lets nobody else change the company's fields until the transaction ends.
pub async fn lock(conn: &mut PgConnection, company: CompanyId) -> Found<()> {
    // Not `for update`: everyone who stores a row that names the company would wait.
    sqlx::query!("select id from identity.companies where id = $1 for no key update", company.0).fetch_one(conn).await?;
    Ok(())
}

/// Stores a new one.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, field: &CustomField, place: i16) -> Found<()> {
    sqlx::query!(
        "insert into sales.fields (company_id, id, slug, name, kind, choices, place) values ($1, $2, $3, $4, $5, $6, $7)",
        company.0,
        field.id.0,
        field.slug,
        field.name,
        field.kind.as_str(),
        &field.choices,
        place
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes what can be changed of one.
pub async fn set(conn: &mut PgConnection, field: &CustomField) -> Found<()> {
    sqlx::query!(
        "update sales.fields set name = $2, choices = $3, away = $4 where id = $1",
        field.id.0,
        field.name,
        &field.choices,
        field.away
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts them in that order.
pub async fn order(conn: &mut PgConnection, order: &[FieldId]) -> Found<()> {
    let ids: Vec<_> = order.iter().map(|id| id.0).collect();
    sqlx::query!("update sales.fields f set place = o.place from unnest($1::uuid[]) with ordinality o (id, place) where f.id = o.id", &ids)
        .execute(conn)
        .await?;
    Ok(())
}
