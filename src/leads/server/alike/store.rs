//! The SQL of leads that are alike.

use crate::accounts::server::actor::Scope;
use crate::leads::alike::Alike;
use crate::values::{Currency, LeadId, Money, MutationId, Timestamp};
use sqlx::PgConnection;

type Found<T> = Result<T, sqlx::Error>;

struct Row {
    key: String,
    lead: LeadId,
    name: String,
    organisation: String,
    value_minor: i64,
    currency: Currency,
    stage: String,
    last_activity_at: Timestamp,
    by: String,
}

impl Row {
    fn alike(self) -> (String, Alike) {
        let Self { key, lead, name, organisation, value_minor, currency, stage, last_activity_at, by } = self;
        let value = Money { minor: value_minor, currency };
        (key, Alike { lead, name, organisation, value, stage, last_activity_at, by })
    }
}

/// The leads in reach that have that address or that number, the latest active first: but for one, and for the
/// one that `mutation` made. Empty is nobody's.
pub async fn of(
    conn: &mut PgConnection,
    scope: &Scope,
    (email, phone): (&str, &str),
    (but, mutation): (Option<LeadId>, Option<MutationId>),
    limit: i64,
) -> Found<Vec<Alike>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select '' as "key!", l.id as "lead: LeadId", c.name as "name!", c.organisation as "organisation!", l.value_minor, l.currency as "currency: Currency",
                  s.name as stage, l.last_activity_at as "last_activity_at: Timestamp",
                  (case when c.email = $4 then c.email else c.phone end) as "by!"
             from (select company_id, id, name, organisation, email, phone from sales.contacts where email = nullif($4, '')
                   union select company_id, id, name, organisation, email, phone from sales.contacts where phone_key = nullif($5, '')) c
             join sales.leads l on (l.company_id, l.contact_id) = (c.company_id, c.id)
             join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
            where ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) and l.id is distinct from $6
              and ($7::uuid is null or l.mutation_id is distinct from $7)
            order by l.last_activity_at desc, l.id limit $8"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        email,
        phone,
        but.map(|lead| lead.0),
        mutation.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| row.alike().1).collect())
}

/// Addresses, then numbers, that more than one lead in reach has, behind `after` in their order: `most` of them,
/// each with up to ten of its leads, the latest active first.
pub async fn groups(conn: &mut PgConnection, scope: &Scope, after: &str, most: i64) -> Found<Vec<(String, Alike)>> {
    let rows = sqlx::query_as!(
        Row,
        r#"with keys as (
             select key from (
               select 'e' || c.email as key, c.company_id, c.id from sales.contacts c where c.email is not null
               union all select 'p' || c.phone_key, c.company_id, c.id from sales.contacts c where length(c.phone_key) > 4) k
               join sales.leads l on (l.company_id, l.contact_id) = (k.company_id, k.id)
              where ($1 or l.owner_id = $2 or l.assistant_id = any ($3)) and key > $4 collate "C"
              group by key having count(*) > 1 order by key collate "C" limit $5)
           select keys.key as "key!", a.id as "lead: LeadId", a.name as "name!", a.organisation as "organisation!", a.value_minor,
                  a.currency as "currency: Currency", a.stage, a.last_activity_at as "last_activity_at: Timestamp", a.by as "by!"
             from keys cross join lateral (
               select l.id, c.name, c.organisation, l.value_minor, l.currency, s.name as stage, l.last_activity_at,
                      case when keys.key like 'e%' then c.email else c.phone end as by
                 from (select company_id, id, name, organisation, email, phone from sales.contacts where keys.key like 'e%' and email = substr(keys.key, 2)
                       union all
                       select company_id, id, name, organisation, email, phone from sales.contacts where keys.key like 'p%' and phone_key = substr(keys.key, 2)) c
                 join sales.leads l on (l.company_id, l.contact_id) = (c.company_id, c.id)
                 join sales.stages s on (s.company_id, s.id) = (l.company_id, l.stage_id)
                where ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
                order by l.last_activity_at desc, l.id limit 10) a
            order by keys.key collate "C", a.last_activity_at desc, a.id"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        after,
        most
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Row::alike).collect())
}
