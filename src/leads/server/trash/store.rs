//! The SQL of the trash. What hides its leads from every other statement, and what erases, stands in
//! migration 0019.

use crate::accounts::server::actor::Scope;
use crate::activity::model::Who;
use crate::leads::model::Card;
use crate::leads::trash::GoneLead;
use crate::values::{Currency, LeadId, Money, Timestamp};
use sqlx::{PgConnection, types::Json};

type Found<T> = Result<T, sqlx::Error>;

/// From now on the transaction sees leads in the trash as it sees others.
pub async fn look_inside(conn: &mut PgConnection) -> Found<()> {
    sqlx::query!("select set_config('app.in_trash', 'on', true)").fetch_one(conn).await?;
    Ok(())
}

/// Whether a lead is in the trash.
pub async fn is_gone(conn: &mut PgConnection, lead: LeadId) -> Found<bool> {
    let found = sqlx::query!("select id from sales.leads where id = $1 and gone_at is not null", lead.0).fetch_optional(conn).await?;
    Ok(found.is_some())
}

/// Puts a lead into the trash.
pub async fn put(conn: &mut PgConnection, card: &Card, by: &Who, at: Timestamp) -> Found<()> {
    sqlx::query!(
        "update sales.leads set gone_at = $2, gone_by = $3, version = $4 where id = $1",
        card.id.0,
        at as Timestamp,
        Json(by) as _,
        card.version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Takes a lead out of the trash, to where its card says.
pub async fn take(conn: &mut PgConnection, card: &Card) -> Found<()> {
    sqlx::query!(
        "update sales.leads set gone_at = null, gone_by = null, stage_id = $2, rank = $3, stage_entered_at = $4, version = $5 where id = $1",
        card.id.0,
        card.stage.0,
        card.rank.as_str(),
        card.stage_entered_at as Timestamp,
        card.version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// The leads in the trash and in reach, the latest first: those behind `before`.
pub async fn page(conn: &mut PgConnection, scope: &Scope, before: Option<(Timestamp, LeadId)>, limit: i64) -> Found<Vec<GoneLead>> {
    let (at, id) = before.map_or((None, uuid::Uuid::max()), |(at, id)| (Some(at), id.0));
    let rows = sqlx::query!(
        r#"select l.id as "lead: LeadId", c.name, c.organisation, l.value_minor, l.currency as "currency: Currency", s.name as stage,
                  l.gone_by as "by!: Json<Who>", l.gone_at as "at!: Timestamp"
             from sales.leads l
             join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
             join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
            where l.gone_at is not null and ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
              and (l.gone_at, l.id) < (coalesce($4::timestamptz, 'infinity'), $5)
            order by l.gone_at desc, l.id desc limit $6"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        at as Option<Timestamp>,
        id,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GoneLead {
            lead: row.lead,
            name: row.name,
            organisation: row.organisation,
            value: Money { minor: row.value_minor, currency: row.currency },
            stage: row.stage,
            by: row.by.0.name().to_owned(),
            at: row.at,
        })
        .collect())
}

/// Erases the person behind a lead in the trash. False if it is not there.
pub async fn erase(conn: &mut PgConnection, lead: LeadId) -> Found<bool> {
    sqlx::query_scalar!(r#"select sales.erase($1) as "erased!""#, lead.0).fetch_one(conn).await
}
