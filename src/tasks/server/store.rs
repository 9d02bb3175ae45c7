//! The SQL of tasks.

use crate::accounts::server::actor::Scope;
use crate::activity::model::{Event, Who};
use crate::leads::model::Card;
use crate::tasks::model::{NextStep, Task, TaskRow, TaskState};
use crate::values::{CompanyId, Email, LeadId, MutationId, TaskId, Timestamp, UserId};
use sqlx::{PgConnection, types::Json};

type Found<T> = Result<T, sqlx::Error>;

struct Row {
    id: TaskId,
    lead: LeadId,
    words: String,
    due: Option<Timestamp>,
    person: UserId,
    made_by: Json<Who>,
    state: TaskState,
    settled_at: Option<Timestamp>,
    version: i32,
    about: String,
}

impl From<Row> for TaskRow {
    fn from(row: Row) -> Self {
        let task = Task {
            id: row.id,
            lead: row.lead,
            words: row.words,
            due: row.due,
            person: row.person,
            made_by: row.made_by.0,
            state: row.state,
            settled_at: row.settled_at,
            version: row.version,
        };
        Self { task, about: row.about }
    }
}

/// Tasks with the conditions that are given: one list of columns for all of them.
macro_rules! tasks {
    ($conditions:literal, $($argument:expr),+) => {
        sqlx::query_as!(
            Row,
            r#"select t.id as "id: TaskId", t.lead_id as "lead: LeadId", t.words, t.due as "due: Timestamp", t.person_id as "person: UserId",
                      t.made_by as "made_by: Json<Who>", t.state as "state: TaskState", t.settled_at as "settled_at: Timestamp", t.version,
                      concat_ws(', ', c.name, nullif(c.organisation, '')) as "about!"
                 from sales.tasks t
                 join sales.leads l on (l.company_id, l.id) = (t.company_id, t.lead_id)
                 join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id)
                where "# + $conditions,
            $($argument),+
        )
    };
}

/// One task, with its lead in words. The caller has checked that its lead is in reach.
pub async fn task(conn: &mut PgConnection, task: TaskId) -> Found<Option<TaskRow>> {
    Ok(tasks!("t.id = $1", task.0).fetch_optional(conn).await?.map(TaskRow::from))
}

/// The lead of a task, whoever may see it.
pub async fn lead_of(conn: &mut PgConnection, task: TaskId) -> Found<Option<LeadId>> {
    sqlx::query_scalar!(r#"select lead_id as "lead: LeadId" from sales.tasks where id = $1"#, task.0).fetch_optional(conn).await
}

/// A lead's open tasks, and of those that are done the latest `done`. The caller has checked that the lead is
/// in reach.
pub async fn of_lead(conn: &mut PgConnection, lead: LeadId, done: i64) -> Found<Vec<Task>> {
    let rows = tasks!(
        "t.lead_id = $1 and (t.state = 'open' or t.id in (
             select id from sales.tasks where lead_id = $1 and state = 'done' order by settled_at desc, id limit $2))
          order by t.settled_at desc nulls first, coalesce(t.due, 'infinity'), t.id",
        lead.0,
        done
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(|row| TaskRow::from(row).task).collect())
}

/// A lead's tasks, whatever their state, by their ids, the highest first, or those lower than `before`.
pub async fn all_of_lead(conn: &mut PgConnection, lead: LeadId, before: Option<TaskId>, limit: i64) -> Found<Vec<Task>> {
    let before = before.map_or(uuid::Uuid::max(), |id| id.0);
    let rows = tasks!("t.lead_id = $1 and t.id < $2 order by t.id desc limit $3", lead.0, before, limit).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|row| TaskRow::from(row).task).collect())
}

/// A person's open tasks on leads in reach, in their order, those behind `after` (due moment, none for those
/// without one).
pub async fn of_person(
    conn: &mut PgConnection,
    scope: &Scope,
    person: UserId,
    after: Option<(Option<Timestamp>, TaskId)>,
    limit: i64,
) -> Found<Vec<TaskRow>> {
    let (begun, (due, id)) = (after.is_some(), after.map_or((None, None), |(due, id)| (due, Some(id))));
    let rows = tasks!(
        "t.person_id = $4 and t.state = 'open' and ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
           and (not $5 or (coalesce(t.due, 'infinity'), t.id) > (coalesce($6::timestamptz, 'infinity'), $7::uuid))
         order by coalesce(t.due, 'infinity'), t.id limit $8",
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        person.0,
        begun,
        due as Option<Timestamp>,
        id.map(|id| id.0),
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(TaskRow::from).collect())
}

/// A person's open tasks on leads in reach that are late: the latest hundred.
pub async fn late(conn: &mut PgConnection, scope: &Scope, person: UserId) -> Found<Vec<TaskId>> {
    sqlx::query_scalar!(
        r#"select t.id as "id: TaskId" from sales.tasks t join sales.leads l on (l.company_id, l.id) = (t.company_id, t.lead_id)
            where t.person_id = $4 and t.state = 'open' and coalesce(t.due, 'infinity') <= now()
              and ($1 or l.owner_id = $2 or l.assistant_id = any ($3))
            order by coalesce(t.due, 'infinity') desc, t.id limit 100"#,
        scope.all,
        scope.user_arg(),
        &scope.assistants_arg(),
        person.0
    )
    .fetch_all(conn)
    .await
}

/// How many of a lead's tasks are open.
pub async fn count_open(conn: &mut PgConnection, lead: LeadId) -> Found<i64> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from sales.tasks where lead_id = $1 and state = 'open'"#, lead.0)
        .fetch_one(conn)
        .await
}

/// Stores a new task; false when its id is taken.
pub async fn insert(conn: &mut PgConnection, company: CompanyId, task: &Task) -> Found<bool> {
    let done = sqlx::query!(
        "insert into sales.tasks (company_id, id, lead_id, words, due, person_id, made_by, version) values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict do nothing",
        company.0,
        task.id.0,
        task.lead.0,
        task.words,
        task.due as Option<Timestamp>,
        task.person.0,
        Json(&task.made_by) as _,
        task.version
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes all that can change of a task.
pub async fn set(conn: &mut PgConnection, task: &Task) -> Found<()> {
    sqlx::query!(
        "update sales.tasks set words = $2, due = $3, person_id = $4, state = $5, settled_at = $6, version = $7 where id = $1",
        task.id.0,
        task.words,
        task.due as Option<Timestamp>,
        task.person.0,
        task.state.as_str(),
        task.settled_at as Option<Timestamp>,
        task.version
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Works out the first of a lead's open tasks, and has its card show it.
pub async fn renew_next_step(conn: &mut PgConnection, lead: LeadId) -> Found<Option<NextStep>> {
    let row = sqlx::query!(
        r#"update sales.leads l set next_step = first.words, next_due = first.due
             from (select) one left join lateral (
                  select left(words, 80) as words, due from sales.tasks where lead_id = $1 and state = 'open'
                   order by coalesce(due, 'infinity'), id limit 1) first on true
            where l.id = $1
            returning l.next_step, l.next_due as "next_due: Timestamp""#,
        lead.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| Some(NextStep { words: row.next_step?, due: row.next_due })))
}

/// What a task became by this mutation, if it was done before.
pub async fn changed_by(conn: &mut PgConnection, lead: LeadId, mutation: MutationId) -> Found<Option<Task>> {
    let body = sqlx::query_scalar!(
        r#"select body as "body: Json<Event>" from ops.events where lead_id = $1 and mutation_id = $2 and kind = 'task_changed' limit 1"#,
        lead.0,
        mutation.0
    )
    .fetch_optional(conn)
    .await?;
    Ok(body.and_then(|body| match body.0 {
        Event::TaskChanged { task, .. } => Some(task),
        _ => None,
    }))
}

/// Notes that the person is reminded of this due moment; false when they were before.
pub async fn note_reminder(conn: &mut PgConnection, task: TaskId, due: Timestamp) -> Found<bool> {
    let done =
        sqlx::query!("update sales.tasks set reminded = $2 where id = $1 and reminded is distinct from $2", task.0, due as Timestamp)
            .execute(conn)
            .await?;
    Ok(done.rows_affected() == 1)
}

/// Where a person is written to.
pub async fn address(conn: &mut PgConnection, person: UserId) -> Found<Email> {
    sqlx::query_scalar!(r#"select email as "email: Email" from identity.users where id = $1"#, person.0).fetch_one(conn).await
}

/// Who may see a lead and sign in: managers and admins, its owner, the reps of its assistant.
pub async fn team(conn: &mut PgConnection, card: &Card) -> Found<Vec<UserId>> {
    sqlx::query_scalar!(
        r#"select id as "id: UserId" from identity.users u
            where disabled_at is null
              and (role in ('admin', 'manager') or id = $1
                   or exists (select from talk.assistant_reps r where r.assistant_id = $2 and r.user_id = u.id))
            order by name, id"#,
        card.owner.map(|id| id.0),
        card.assistant.map(|id| id.0)
    )
    .fetch_all(conn)
    .await
}

/// Whether somebody is of this company, allowed in or not.
pub async fn is_colleague(conn: &mut PgConnection, person: UserId) -> Found<bool> {
    sqlx::query_scalar!(r#"select exists (select from identity.users where id = $1) as "there!""#, person.0).fetch_one(conn).await
}
