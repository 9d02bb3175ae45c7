//! What the people of the demo have to do, late things among it.

use super::data::CompanyData;
use crate::activity::model::{Event, Who};
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::tasks::model::{NextStep, Task, TaskChange, TaskState};
use crate::tasks::server::jobs::Remind;
use crate::values::*;
use anyhow::Context;
use std::time::Duration;

const MINUTE: i64 = 60_000;
/// People set times by the quarter of an hour.
const QUARTER: i64 = 15 * MINUTE;

/// Writes the tasks of the company's leads, which are there. Gives how they came about.
pub async fn write(
    tx: &mut Tx,
    data: &CompanyData,
    people: &[(UserId, &'static str)],
) -> anyhow::Result<Vec<(Timestamp, Who, Event, Audience)>> {
    let (company, now) = (tx.company(), Timestamp::now());
    let mut history = Vec::new();
    for (lead_name, words, due, done, person) in data.tasks {
        let lead = sqlx::query!(
            r#"select l.id as "id: LeadId", concat_ws(', ', c.name, nullif(c.organisation, '')) as "about!",
                      l.assistant_id as "assistant: AssistantId", l.owner_id as "owner: UserId"
                 from sales.leads l join sales.contacts c on (c.company_id, c.id) = (l.company_id, l.contact_id) where c.name = $1"#,
            lead_name
        )
        .fetch_one(&mut **tx)
        .await?;
        let (person, name) = *people.get(*person).context("a person of the demo who does not exist")?;
        let maker = Who::Person { id: person, name: name.into() };
        let due = due.map(|minutes| Timestamp((now.0 + minutes * MINUTE).div_euclid(QUARTER) * QUARTER));
        let settled_at = done.map(|ago| Timestamp(now.0 - ago * MINUTE));
        let state = if settled_at.is_some() { TaskState::Done } else { TaskState::Open };
        let id = TaskId::new();
        let version = if settled_at.is_some() { 2 } else { 1 };
        sqlx::query!(
            "insert into sales.tasks (company_id, id, lead_id, words, due, person_id, made_by, state, settled_at, version, reminded)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, case when $5 < now() then $5 end)",
            company.0,
            id.0,
            lead.id.0,
            words,
            due as Option<Timestamp>,
            person.0,
            serde_json::to_value(&maker)?,
            state.as_str(),
            settled_at as Option<Timestamp>,
            version
        )
        .execute(&mut **tx)
        .await?;
        if let Some(due) = due.filter(|due| *due > now && state == TaskState::Open) {
            let wait = Duration::from_millis((due.0 - now.0).unsigned_abs());
            enqueue(tx, &Remind { company, task: id, due }, When::after(wait).replacing(format!("remind:{id}"))).await?;
        }
        let new = Task {
            id,
            lead: lead.id,
            words: (*words).into(),
            due,
            person,
            made_by: maker.clone(),
            state: TaskState::Open,
            settled_at: None,
            version: 1,
        };
        let audience = Audience::of_lead(lead.assistant, lead.owner).and(Some(person));
        let mut tell = |at: i64, change, task: &Task| {
            let next = (task.state == TaskState::Open).then(|| NextStep { words: task.words.clone(), due: task.due });
            let event = Event::TaskChanged { lead: lead.id, about: lead.about.clone(), change, task: task.clone(), next };
            history.push((Timestamp(at), maker.clone(), event, audience.clone()));
        };
        // Thought of a day before, and before it was done.
        tell(due.unwrap_or(now).min(settled_at.unwrap_or(now)).min(now).0 - 1_440 * MINUTE, TaskChange::Added, &new);
        if let Some(at) = settled_at {
            tell(at.0, TaskChange::Done, &Task { state, settled_at, version, ..new.clone() });
        }
    }
    sqlx::query!(
        "update sales.leads l set next_step = left(t.words, 80), next_due = t.due
           from (select distinct on (lead_id) lead_id, words, due from sales.tasks where state = 'open'
                  order by lead_id, coalesce(due, 'infinity'), id) t
          where t.lead_id = l.id"
    )
    .execute(&mut **tx)
    .await?;
    Ok(history)
}
