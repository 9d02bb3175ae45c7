//! The SQL of the board's past.

use crate::accounts::server::actor::Scope;
use crate::activity::model::Recorded;
use crate::activity::server::store::readable;
use crate::leads::past::KINDS;
use crate::values::{CompanyId, MutationId, Timestamp, UserId};
use futures::{Stream, StreamExt};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

/// What happened to the board behind `after` up to `upto`, in order: to the leads that are in reach now, and to
/// the stages.
pub fn told<'a>(conn: &'a mut PgConnection, scope: &Scope, after: i64, upto: i64) -> impl Stream<Item = Found<Option<Recorded>>> + use<'a> {
    sqlx::query!(
        r#"select seq, at as "at: Timestamp", actor, body, mutation_id as "mutation: MutationId"
             from ops.events e
            where seq > $1 and seq <= $2 and kind = any ($3) and (lead_id is not null or kind = 'stages_changed')
              and (kind <> 'message_sent' or body->'message'->>'author' = 'visitor')
              and ($4 or lead_id is null
                   or exists (select from sales.leads l where l.id = e.lead_id and (l.owner_id = $5 or l.assistant_id = any ($6))))
            order by seq"#,
        after,
        upto,
        &KINDS.map(str::to_owned),
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg()
    )
    .fetch(conn)
    .map(|row| row.map(|row| readable(row.seq, row.at, row.actor, row.mutation, row.body)))
}

/// The number of the last event up to that moment; 0 before the first.
pub async fn number_at(conn: &mut PgConnection, at: Timestamp) -> Found<i64> {
    sqlx::query_scalar!(r#"select coalesce(max(seq), 0) as "seq!" from ops.events where at <= $1"#, at as Timestamp).fetch_one(conn).await
}

/// When the company's first lead came.
pub async fn beginning(conn: &mut PgConnection) -> Found<Option<Timestamp>> {
    sqlx::query_scalar!(r#"select at as "at: Timestamp" from ops.events where kind = 'lead_created' order by seq limit 1"#)
        .fetch_optional(conn)
        .await
}

/// Notes that a person begins to look at the board, or has stopped. Half an hour between an end and the next
/// beginning parts two sittings; however long they look, it is one.
pub async fn look(conn: &mut PgConnection, company: CompanyId, user: UserId, begins: bool) -> Found<()> {
    sqlx::query!(
        "insert into sales.board_looks (company_id, user_id, looked_at) values ($1, $2, now())
         on conflict (company_id, user_id) do update set looked_at = now(),
                before = case when $3 and board_looks.looked_at < now() - interval '30 minutes' then board_looks.looked_at else board_looks.before end",
        company.0,
        user.0,
        begins
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// When a person looked at the board before this sitting.
pub async fn last_look(conn: &mut PgConnection, user: UserId) -> Found<Option<Timestamp>> {
    let row = sqlx::query_scalar!(
        r#"select case when looked_at < now() - interval '30 minutes' then looked_at else before end as "at: Timestamp"
             from sales.board_looks where user_id = $1"#,
        user.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.flatten())
}
