//! The SQL of a board that is too large to be sent whole.

use crate::accounts::server::actor::Scope;
use crate::leads::filter::{Closes, Filter, Sort, Whose};
use crate::leads::model::Totals;
use crate::values::*;
use sqlx::PgConnection;
use std::collections::HashMap;

type Found<T> = Result<T, sqlx::Error>;

/// A query of the leads in reach that a filter shows, between what it begins and ends with. Its first
/// 22 parameters are taken, and if it is sorted by the filter's order, 24. The conditions are `Filter::shows` in
/// SQL, the order is `Sort::compare`; a test holds them together.
macro_rules! shown {
    (sorted $query:ident, $begin:literal, $end:literal, $scope:expr, $filter:expr, $now:expr $(, $argument:expr)*) => {
        shown!(
            @ $query,
            $begin,
            // What does not sort is a constant, and then the index of the column is read in its order.
            r#"order by case when $23 in ('value', 'low-value') then array_position($24::text[], l.currency) end,
                        case $23 when 'activity' then - extract(epoch from l.last_activity_at)
                                 when 'quiet' then extract(epoch from l.last_activity_at)
                                 when 'score' then - coalesce(l.score, -1)
                                 when 'low-score' then coalesce(l.score, -1)
                                 when 'value' then - l.value_minor
                                 when 'low-value' then l.value_minor
                                 when 'waiting' then extract(epoch from l.stage_entered_at)
                                 when 'fresh' then - extract(epoch from l.stage_entered_at)
                                 when 'due' then extract(epoch from l.next_due)
                                 when 'late-due' then - extract(epoch from l.next_due)
                                 when 'closes' then extract(epoch from l.closes_on)
                                 when 'late-closes' then - extract(epoch from l.closes_on) end,
                        case when $23 = 'name' then (select lower(c.name) collate "C" from sales.contacts c where c.id = l.contact_id) end,
                        case when $23 = 'name-back' then (select lower(c.name) collate "C" from sales.contacts c where c.id = l.contact_id) end desc,
                        l.rank, l.id "#,
            $end,
            $scope,
            $filter,
            $now,
            $filter.sort.unwrap_or(Sort::Manual).as_str(),
            &Currency::ALL.iter().map(ToString::to_string).collect::<Vec<_>>()
            $(, $argument)*
        )
    };
    ($query:ident, $begin:literal, $end:literal, $scope:expr, $filter:expr, $now:expr) => {
        shown!(@ $query, $begin, "", $end, $scope, $filter, $now)
    };
    (@ $query:ident, $begin:literal, $order:literal, $end:literal, $scope:expr, $filter:expr, $now:expr $(, $argument:expr)*) => {
        sqlx::$query!(
            $begin + r#"
                  ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
              and ($4::uuid is null or l.owner_id = $4) and (not $5 or l.owner_id is null)
              and ($6::uuid is null or l.assistant_id = $6)
              and ($7::text is null or l.sentiment = $7)
              and ($8::smallint is null or l.score >= $8)
              and ($9::timestamptz is null
                   or exists (select from sales.stages s
                               where s.id = l.stage_id and l.stage_entered_at <= $9 - make_interval(days => s.rot_days + 1)))
              and ($10::text[] = '{}'
                   or exists (select from sales.contacts c
                               where c.id = l.contact_id
                                 and lower(c.name || E'\n' || c.organisation || E'\n' || l.last_message) like all ($10)))
              and ($11::text is null or $11 = any (l.tags))
              and (case $12::text when 'none' then l.next_step is null when 'late' then l.next_due <= $13 else true end)
              and ($14::uuid is null or l.stage_id = $14)
              and ($15::text is null or l.source = $15)
              and ($16::bigint is null or case $16 when 0 then l.value_minor = 0 else l.value_minor >= $16 end)
              and ($17::timestamptz is null or l.created_at > $17)
              and (not $18 or l.closes_on is null)
              and ($19::text is null or l.closes_on >= $19::text::date and l.closes_on < $20::text::date)
              and (not $21 or exists (select from sales.stages s where s.id = l.stage_id and s.outcome = 'open'))
              and ($22::uuid is null or exists (select from sales.stages s where s.id = l.stage_id and s.pipeline_id = $22)) "# + $order + $end,
            $scope.all,
            $scope.user_arg(),
            &$scope.assistants_arg(),
            match $filter.owner { Some(Whose::Person(id)) => Some(id.0), _ => None },
            $filter.owner == Some(Whose::Nobody),
            $filter.assistant.map(|id| id.0),
            $filter.mood.map(|mood| mood.as_str()),
            $filter.score.map(i16::from),
            $filter.stuck.then_some($now) as Option<Timestamp>,
            &patterns($filter),
            $filter.tag.as_ref().map(|tag| tag.as_str()),
            $filter.step.map(|step| step.as_str()),
            $now as Timestamp,
            $filter.stage.map(|id| id.0),
            $filter.source.map(|source| source.as_str()),
            $filter.worth.map(|worth| i64::from(worth) * 100),
            $filter.came.map(|days| Timestamp($now.0 - i64::from(days) * 86_400_000)) as Option<Timestamp>,
            $filter.closes == Some(Closes::None),
            $filter.closes.and_then(|closes| closes.span($now)).map(|(from, _)| from.iso()),
            $filter.closes.and_then(|closes| closes.span($now)).map(|(_, to)| to.iso()),
            $filter.closes == Some(Closes::Late),
            $filter.pipeline.map(|id| id.0)
            $(, $argument)*
        )
    };
}

/// The words of a filter, as `like` asks for them.
fn patterns(filter: &Filter) -> Vec<String> {
    let escaped = |word: &str| word.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    filter.words.to_lowercase().split_whitespace().map(|word| format!("%{}%", escaped(word))).collect()
}

/// Whether more leads are in reach than `most`.
pub async fn more_than(conn: &mut PgConnection, scope: &Scope, most: i64) -> Found<bool> {
    let there = sqlx::query_scalar!(
        r#"select count(*) as "count!" from (
             select from sales.leads l where $1 or l.owner_id = $2 or l.assistant_id = any ($3) limit $4::bigint + 1) l"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        most
    )
    .fetch_one(conn)
    .await?;
    Ok(there > most)
}

/// Count and sums of each stage, of the leads in reach that the filter shows.
pub async fn totals(conn: &mut PgConnection, scope: &Scope, filter: &Filter, now: Timestamp) -> Found<HashMap<StageId, Totals>> {
    let rows = shown!(
        query,
        r#"select l.stage_id as "stage: StageId", l.currency as "currency: Currency", count(*) as "count!",
                  sum(l.value_minor)::bigint as "minor!"
             from sales.leads l where "#,
        "group by l.stage_id, l.currency",
        scope,
        filter,
        now
    )
    .fetch_all(conn)
    .await?;
    let mut totals: HashMap<StageId, Totals> = HashMap::new();
    for row in rows {
        let sums = vec![Money { minor: row.minor, currency: row.currency }];
        totals.entry(row.stage).or_default().join(&Totals { count: row.count, sums });
    }
    Ok(totals)
}

/// The topmost leads of each stage that the filter shows, as many as `deep` says, in its order.
pub async fn topmost(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    now: Timestamp,
    deep: &[(StageId, i64)],
) -> Found<Vec<LeadId>> {
    let (stages, deep): (Vec<_>, Vec<i64>) = deep.iter().map(|(stage, deep)| (stage.0, *deep)).unzip();
    shown!(
        sorted query_scalar,
        r#"select l.id as "id: LeadId" from unnest($25::uuid[], $26::bigint[]) wanted (stage, deep)
            cross join lateral (select l.id from sales.leads l where l.stage_id = wanted.stage and "#,
        "limit wanted.deep) l",
        scope,
        filter,
        now,
        &stages,
        &deep
    )
    .fetch_all(conn)
    .await
}

/// The leads of all stages that the filter shows, in its order: `most` behind the first `skipped`.
pub async fn listed(
    conn: &mut PgConnection,
    scope: &Scope,
    filter: &Filter,
    now: Timestamp,
    skipped: i64,
    most: i64,
) -> Found<Vec<LeadId>> {
    shown!(
        sorted query_scalar,
        r#"select l.id as "id: LeadId" from sales.leads l where "#,
        "offset $25 limit $26",
        scope,
        filter,
        now,
        skipped,
        most
    )
    .fetch_all(conn)
    .await
}
