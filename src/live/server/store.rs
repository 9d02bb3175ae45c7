//! What the hub and the sockets ask the database.

use crate::accounts::model::Role;
use crate::accounts::server::actor::Scope;
use crate::activity::server::store::{self as stream, Told};
use crate::server::db::begin_for;
use crate::values::{AssistantId, CompanyId, ConversationId, LeadId, SessionId, VisitorId};
use sqlx::postgres::{PgListener, PgPoolOptions};

/// The pool of the process's own role.
pub type Pool = sqlx::PgPool;
/// What the database answers when it does not answer.
pub type Fault = sqlx::Error;

/// The rights that a session carries now.
#[derive(Clone, Debug, PartialEq)]
pub struct Rights {
    /// What the person is.
    pub role: Role,
    /// Their own assistants, sorted.
    pub assistants: Vec<AssistantId>,
}

/// The number of the company's newest event; 0 before the first.
pub async fn newest(pool: &Pool, company: CompanyId) -> Result<i64, Fault> {
    stream::newest(&mut *begin_for(pool, company).await?).await
}

/// The company's events after `since`, in order, `limit` at most.
pub async fn after(pool: &Pool, company: CompanyId, since: i64, limit: i64) -> Result<Vec<Told>, Fault> {
    stream::after(&mut *begin_for(pool, company).await?, since, limit).await
}

/// How far the streams of these companies have come.
pub async fn newest_of(pool: &Pool, companies: &[CompanyId]) -> Result<Vec<(CompanyId, i64)>, Fault> {
    let ids: Vec<_> = companies.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(r#"select company_id as "company!: CompanyId", seq as "seq!" from ops.newest_events($1)"#, &ids)
        .fetch_all(pool)
        .await?;
    Ok(rows.into_iter().map(|row| (row.company, row.seq)).collect())
}

/// Pages of these sessions are open: who signed in there counts as here for so many seconds.
pub async fn are_here(pool: &Pool, sessions: &[SessionId], seconds: i32) -> Result<(), Fault> {
    let ids: Vec<_> = sessions.iter().map(|id| id.0).collect();
    sqlx::query!("select identity.are_here($1, $2) is null as said", &ids, seconds).fetch_one(pool).await?;
    Ok(())
}

/// Those of these sessions that still stand, with the rights they carry now.
pub async fn standing(pool: &Pool, sessions: &[SessionId]) -> Result<Vec<(SessionId, Rights)>, Fault> {
    let ids: Vec<_> = sessions.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select session_id as "session!: SessionId", role as "role!: Role", assistants as "assistants!: Vec<AssistantId>"
             from identity.standing_sessions($1)"#,
        &ids
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let mut assistants = row.assistants;
            assistants.sort();
            (row.session, Rights { role: row.role, assistants })
        })
        .collect())
}

/// Which of these leads and conversations are in a person's reach.
pub async fn in_reach(
    pool: &Pool,
    company: CompanyId,
    scope: &Scope,
    leads: &[LeadId],
    conversations: &[ConversationId],
) -> Result<(Vec<LeadId>, Vec<ConversationId>), Fault> {
    let mut tx = begin_for(pool, company).await?;
    let leads: Vec<_> = leads.iter().map(|id| id.0).collect();
    let conversations: Vec<_> = conversations.iter().map(|id| id.0).collect();
    let rows = sqlx::query!(
        r#"select l.id as "lead: LeadId", null::uuid as "conversation: ConversationId" from sales.leads l
            where l.id = any ($1) and ($3 or l.owner_id = $4 or l.assistant_id = any ($5))
           union all
           select null, c.id from talk.conversations c join sales.leads l on (l.company_id, l.id) = (c.company_id, c.lead_id)
            where c.id = any ($2) and ($3 or l.owner_id = $4 or l.assistant_id = any ($5))"#,
        &leads,
        &conversations,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok((rows.iter().filter_map(|row| row.lead).collect(), rows.iter().filter_map(|row| row.conversation).collect()))
}

/// Which of these conversations are the visitor's own, with this assistant.
pub async fn own(
    pool: &Pool,
    company: CompanyId,
    assistant: AssistantId,
    visitor: VisitorId,
    conversations: &[ConversationId],
) -> Result<Vec<ConversationId>, Fault> {
    let mut tx = begin_for(pool, company).await?;
    let ids: Vec<_> = conversations.iter().map(|id| id.0).collect();
    sqlx::query_scalar!(
        r#"select id as "id: ConversationId" from talk.conversations where id = any ($1) and assistant_id = $2 and visitor_id = $3"#,
        &ids,
        assistant.0,
        visitor.0
    )
    .fetch_all(&mut *tx)
    .await
}

/// Tells the other processes, outside any transaction: a notification takes a lock on the whole
/// cluster when it commits, so a change never waits for one.
pub async fn notify(pool: &Pool, channel: &str, payloads: &[String]) -> Result<(), Fault> {
    sqlx::query!("select pg_notify($1, payload) from unnest($2::text[]) payload", channel, payloads).execute(pool).await?;
    Ok(())
}

/// A connection of its own that hears these channels. It finds its way back when it is lost.
pub async fn listener(pool: &Pool, channels: &[&str]) -> Result<PgListener, Fault> {
    let own = PgPoolOptions::new().max_connections(1).connect_with((*pool.connect_options()).clone()).await?;
    let mut listener = PgListener::connect_with(&own).await?;
    listener.ignore_pool_close_event(true);
    listener.listen_all(channels.iter().copied()).await?;
    Ok(listener)
}
