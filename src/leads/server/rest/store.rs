//! The SQL of the interface for other programs.

use crate::accounts::server::actor::Scope;
use crate::leads::model::Source;
use crate::values::{AssistantId, Currency, LeadId, Score, Sentiment, Tag, UserId};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use std::collections::BTreeMap;

/// A lead as other programs read it. Moments are in UTC.
#[derive(Serialize)]
pub struct Lead {
    pub id: LeadId,
    pub name: String,
    pub organisation: String,
    pub email: String,
    pub phone: String,
    /// The slug.
    pub stage: String,
    pub value_minor: i64,
    pub currency: Currency,
    pub score: Option<Score>,
    pub sentiment: Sentiment,
    pub owner: Option<UserId>,
    pub assistant: Option<AssistantId>,
    pub source: Source,
    pub tags: Vec<Tag>,
    /// The day the deal is expected to be made.
    pub closes_on: Option<String>,
    /// What stands in the company's own fields, by slug.
    pub custom: Json<BTreeMap<String, String>>,
    pub created_at: String,
    pub last_activity_at: String,
    pub version: i32,
}

/// Leads with the conditions that are given: one list of columns for all of them.
macro_rules! leads {
    ($rest:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Lead,
            r#"select l.id as "id: LeadId", c.name, c.organisation, coalesce(c.email, '') as "email!", coalesce(c.phone, '') as "phone!",
                      s.slug as stage, l.value_minor, l.currency as "currency: Currency", l.score as "score: Score",
                      l.sentiment as "sentiment: Sentiment", l.owner_id as "owner: UserId", l.assistant_id as "assistant: AssistantId",
                      l.source as "source: Source", l.tags as "tags: Vec<Tag>",
                      to_char(l.closes_on, 'YYYY-MM-DD') as closes_on,
                      (select coalesce(jsonb_object_agg(f.slug, l.custom -> f.id::text), '{}') from sales.fields f
                        where not f.away and l.custom ? f.id::text) as "custom!: Json<BTreeMap<String, String>>",
                      to_char(l.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "created_at!",
                      to_char(l.last_activity_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as "last_activity_at!", l.version
                 from sales.leads l
                 join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
                 join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
                where ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) and "# + $rest,
            $($argument),+
        )
    };
}

/// The newest leads in reach, or the newest older than `before`. Ids are made in the order of time.
pub async fn page(conn: &mut PgConnection, scope: &Scope, before: Option<LeadId>, limit: i64) -> Result<Vec<Lead>, sqlx::Error> {
    let before = before.map_or(uuid::Uuid::max(), |id| id.0);
    leads!("l.id < $4 order by l.id desc limit $5", scope.all, scope.user_arg(), &scope.assistants_arg(), before, limit)
        .fetch_all(conn)
        .await
}

/// One lead, if it is in reach.
pub async fn one(conn: &mut PgConnection, scope: &Scope, id: LeadId) -> Result<Option<Lead>, sqlx::Error> {
    leads!("l.id = $4", scope.all, scope.user_arg(), &scope.assistants_arg(), id.0).fetch_optional(conn).await
}
