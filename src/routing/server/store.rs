//! SQL of handing over. Row security keeps it to the transaction's company.

use crate::routing::model::{Day, Routing};
use crate::values::{Email, UserId};
use sqlx::PgConnection;

/// How chats are handed over, if the company has said.
pub async fn routing(conn: &mut PgConnection) -> Result<Option<Routing>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select pickup_seconds, zone, opens as "opens: Vec<Option<i16>>", closes as "closes: Vec<Option<i16>>", version from talk.routing"#
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| Routing {
        pickup: row.pickup_seconds,
        zone: row.zone,
        days: row.opens.into_iter().zip(row.closes).map(|(opens, closes)| Day { opens, closes }).collect(),
        version: row.version,
    }))
}

/// Keeps how they are. False if it was changed since that version.
pub async fn keep(conn: &mut PgConnection, routing: &Routing) -> Result<bool, sqlx::Error> {
    let opens: Vec<_> = routing.days.iter().map(|day| day.opens).collect();
    let closes: Vec<_> = routing.days.iter().map(|day| day.closes).collect();
    let done = sqlx::query!(
        "insert into talk.routing (company_id, pickup_seconds, zone, opens, closes) select ops.company(), $1, $2, $3, $4
          where $5 = 0 or exists (select from talk.routing)
         on conflict (company_id) do update set pickup_seconds = $1, zone = $2, opens = $3, closes = $4, version = routing.version + 1
          where routing.version = $5",
        routing.pickup,
        routing.zone,
        &opens as &[Option<i16>],
        &closes as &[Option<i16>],
        routing.version
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a page of that person is open somewhere.
pub async fn is_here(conn: &mut PgConnection, person: UserId) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from identity.sessions where user_id = $1 and here_until > now() and revoked_at is null) as "here!""#,
        person.0
    )
    .fetch_one(conn)
    .await
}

/// Who looks after chats that nobody picks up: the managers, or where there are none the admins.
pub async fn managers(conn: &mut PgConnection) -> Result<Vec<Email>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select email as "email: Email" from identity.users where disabled_at is null
              and role = case when exists (select from identity.users where role = 'manager' and disabled_at is null) then 'manager' else 'admin' end
            order by email"#
    )
    .fetch_all(conn)
    .await
}
