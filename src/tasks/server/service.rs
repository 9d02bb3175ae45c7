//! The verbs of tasks. Whoever changes one holds its lead, so what a card shows as the next step is told in
//! the order in which it came about.

use super::{jobs::Remind, store};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::{record, store as stream};
use crate::error::AppError;
use crate::leads::model::Card;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::server::mail;
use crate::tasks::model::{Task, TaskChange, TaskRow, TaskState, TasksPage};
use crate::values::words::{is_plain_line, is_unseen};
use crate::values::{CompanyId, LeadId, MutationId, TaskId, Timestamp, UserId};
use chrono::{NaiveDateTime, TimeDelta};

/// The longest words of a task, in characters.
const LONGEST: usize = 500;
/// So many tasks of a lead may be open. More is a program gone wild, or a project that wants another tool.
const MOST_OPEN: i64 = 200;
/// So many of those that are done the lead's page shows.
const DONE: i64 = 30;
/// Tasks on one page of a person's.
const PAGE: i64 = 50;

/// What is wanted of a task, as it was typed.
pub struct Wanted {
    /// What is to be done.
    pub words: String,
    /// By when; none is some time.
    pub due: Option<Timestamp>,
    /// Who shall do it; none is whoever asks, and for a program the lead's owner.
    pub person: Option<UserId>,
}

impl Wanted {
    /// Reads what was typed: `due` as `read_due` does, `person` as an id; empty is none.
    ///
    /// # Errors
    /// `Invalid` on `due` or `person`. The words are looked at when they are used.
    pub fn read(words: String, due: &str, ahead: i32, person: &str) -> Result<Self, AppError> {
        Ok(Self { words, due: read_due(due, ahead)?, person: read_person(person)? })
    }
}

/// The person of that id; empty is none.
///
/// # Errors
/// `Invalid` on `person` when it is no id.
pub fn read_person(id: &str) -> Result<Option<UserId>, AppError> {
    match id {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| AppError::invalid("person", "That is nobody here.")),
    }
}

/// Reads a local day and time, such as `2026-11-25T14:00`, of a clock that is `ahead` minutes ahead of UTC.
/// Empty is none.
///
/// # Errors
/// `Invalid` on `due`: no such moment, or one before 2000 or after 2100.
pub fn read_due(local: &str, ahead: i32) -> Result<Option<Timestamp>, AppError> {
    if local.trim().is_empty() {
        return Ok(None);
    }
    let known = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let moment = known.iter().find_map(|form| NaiveDateTime::parse_from_str(local.trim(), form).ok());
    // No clock is further from UTC than a day.
    let utc = moment.filter(|_| ahead.abs() < 1440).and_then(|moment| moment.checked_sub_signed(TimeDelta::minutes(ahead.into())));
    within_reason(utc.map(|utc| Timestamp(utc.and_utc().timestamp_millis()))).map(Some)
}

/// A due moment that somebody may mean.
pub fn within_reason(due: Option<Timestamp>) -> Result<Timestamp, AppError> {
    // 1 January 2000 and 2100.
    due.filter(|due| (946_684_800_000..4_102_444_800_000).contains(&due.0))
        .ok_or_else(|| AppError::invalid("due", "Give a day and a time, such as 2026-11-25T14:00, or neither."))
}

/// Adds a task to a lead. The same task sent twice is added once.
///
/// # Errors
/// `NotFound` when the lead is out of reach; `Invalid` on `words`, `due` or `person`.
pub async fn add_task(app: &App, actor: &Actor, id: TaskId, lead: LeadId, wanted: Wanted) -> Result<Task, AppError> {
    actor.require(Action::EditLead)?;
    let words = read_words(&wanted.words)?;
    let mut tx = app.begin(actor).await?;
    let card = leads::locked(&mut tx, actor, lead).await?;
    if let Some(made) = store::task(&mut tx, id).await? {
        return if made.task.lead == lead { Ok(made.task) } else { Err(AppError::NotFound) };
    }
    has_room(&mut tx, lead).await?;
    let person = match wanted.person.or(actor.me().map(|me| me.user)).or(card.owner) {
        Some(person) => able(&mut tx, &card, person).await?,
        None => return Err(AppError::invalid("person", "The lead is nobody's. Say whose the task shall be.")),
    };
    let task =
        Task { id, lead, words, due: wanted.due, person, made_by: actor.who(), state: TaskState::Open, settled_at: None, version: 1 };
    let company = tx.company();
    if !store::insert(&mut tx, company, &task).await? {
        // On another lead, at this very moment.
        return Err(AppError::NotFound);
    }
    changed(&mut tx, &card, &task, TaskChange::Added, None).await?;
    tx.caused_by(MutationId(id.0));
    tx.commit().await?;
    Ok(task)
}

/// Changes what is to be done, by when, and who shall do it. The same mutation again gets the same answer.
///
/// # Errors
/// `Conflict` with the task as it is when `version` is not its version any more; else as `add_task`.
pub async fn edit_task(app: &App, actor: &Actor, mutation: MutationId, id: TaskId, version: i32, wanted: Wanted) -> Result<Task, AppError> {
    actor.require(Action::EditLead)?;
    let words = read_words(&wanted.words)?;
    let mut tx = app.begin(actor).await?;
    let (card, before) = held(&mut tx, actor, id).await?;
    if let Some(done) = store::changed_by(&mut tx, card.id, mutation).await? {
        return Ok(done);
    }
    if before.version != version {
        return Err(stale(&mut tx, before).await?);
    }
    if before.state != TaskState::Open {
        return Err(AppError::invalid("", "It is done. Open it again first."));
    }
    // Whoever has it may keep it, even if the lead has left their reach.
    let person = match wanted.person {
        Some(person) if person != before.person => able(&mut tx, &card, person).await?,
        _ => before.person,
    };
    let mut task = Task { words, due: wanted.due, person, ..before.clone() };
    if task == before {
        return Ok(before);
    }
    task.version += 1;
    store::set(&mut tx, &task).await?;
    changed(&mut tx, &card, &task, TaskChange::Edited, Some(before.person)).await?;
    tx.caused_by(mutation);
    tx.commit().await?;
    Ok(task)
}

/// Completes a task, opens it again, or drops it. What it is already it stays, and nothing is told. The same
/// mutation again gets the same answer.
///
/// # Errors
/// `Conflict` when it is no longer of the version that was `seen`, if one is named; `NotFound` when its lead is
/// out of reach; `Invalid` when too many are open to open one more.
pub async fn mark_task(
    app: &App,
    actor: &Actor,
    mutation: MutationId,
    id: TaskId,
    seen: Option<i32>,
    state: TaskState,
) -> Result<Task, AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    let (card, before) = held(&mut tx, actor, id).await?;
    if let Some(done) = store::changed_by(&mut tx, card.id, mutation).await?.filter(|task| task.id == id) {
        return Ok(done);
    }
    if seen.is_some_and(|seen| seen != before.version) {
        return Err(stale(&mut tx, before).await?);
    }
    if before.state == state {
        return Ok(before);
    }
    let (settled_at, change) = match state {
        TaskState::Open => {
            has_room(&mut tx, card.id).await?;
            (None, TaskChange::Reopened)
        }
        TaskState::Done => (Some(Timestamp::now()), TaskChange::Done),
        TaskState::Dropped => (Some(Timestamp::now()), TaskChange::Dropped),
    };
    let task = Task { state, settled_at, version: before.version + 1, ..before };
    store::set(&mut tx, &task).await?;
    changed(&mut tx, &card, &task, change, None).await?;
    tx.caused_by(mutation);
    tx.commit().await?;
    Ok(task)
}

/// A page of a person's open tasks on leads in reach; one's own if nobody is named.
///
/// # Errors
/// `Forbidden` when a colleague's are asked for by somebody who may not see them; `NotFound` when there is no
/// such colleague.
pub async fn load_tasks(app: &App, actor: &Actor, of: Option<UserId>, after: &str) -> Result<TasksPage, AppError> {
    actor.require(Action::SeeLeads)?;
    let me = actor.require_person()?.user;
    let person = of.unwrap_or(me);
    if person != me {
        actor.require(Action::SeeOthersTasks)?;
    }
    let mut tx = app.begin(actor).await?;
    if person != me && !store::is_colleague(&mut tx, person).await? {
        return Err(AppError::NotFound);
    }
    // First: what commits between it and the rows is told once more, which does no harm.
    let seq = stream::newest(&mut tx).await?;
    let mut rows = store::of_person(&mut tx, &actor.scope(), person, read_cursor(after), PAGE + 1).await?;
    let more = rows.len() as i64 > PAGE;
    rows.truncate(PAGE as usize);
    let next = rows.last().filter(|_| more).map(|row| cursor(&row.task));
    Ok(TasksPage { person, rows, next, seq })
}

/// The place of a task as an address has it: its due moment, if it has one, and its id.
fn cursor(task: &Task) -> String {
    format!("{}.{}", task.due.map(|due| due.0.to_string()).unwrap_or_default(), task.id)
}

/// None for what is no place: the list begins at its beginning.
fn read_cursor(text: &str) -> Option<(Option<Timestamp>, TaskId)> {
    let (due, id) = text.split_once('.')?;
    let due = match due {
        "" => None,
        due => Some(within_reason(due.parse().ok().map(Timestamp)).ok()?),
    };
    Some((due, id.parse().ok()?))
}

/// One task.
///
/// # Errors
/// `NotFound` when its lead is out of reach.
pub async fn load_task(app: &App, actor: &Actor, id: TaskId) -> Result<Task, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    let TaskRow { task, .. } = store::task(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    leads::in_reach(&mut tx, actor, task.lead).await?;
    Ok(task)
}

/// All tasks of a lead, whatever their state, those behind `before`.
///
/// # Errors
/// `NotFound` when the lead is out of reach.
pub async fn all_of_lead(app: &App, actor: &Actor, lead: LeadId, before: Option<TaskId>, limit: i64) -> Result<Vec<Task>, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    leads::in_reach(&mut tx, actor, lead).await?;
    Ok(store::all_of_lead(&mut tx, lead, before, limit).await?)
}

/// A lead's open tasks, and some of those that are done. The caller has checked that the lead is in reach.
pub async fn of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<Task>, AppError> {
    Ok(store::of_lead(tx, lead, DONE).await?)
}

/// Who may be given a task on a lead: whoever may see it.
pub async fn team(tx: &mut Tx, card: &Card) -> Result<Vec<UserId>, AppError> {
    Ok(store::team(tx, card).await?)
}

/// The asking person's own tasks that are late, a hundred at most.
pub async fn late(tx: &mut Tx, actor: &Actor) -> Result<Vec<TaskId>, AppError> {
    Ok(store::late(tx, &actor.scope(), actor.require_person()?.user).await?)
}

/// A lead has gone from one person to another: what that person had to do about it goes along. Without a new
/// owner it stays whose it was. The caller holds the lead, whose card names the new owner.
pub async fn handed_over(tx: &mut Tx, card: &Card, prior: Option<UserId>) -> Result<(), AppError> {
    let (Some(prior), Some(owner)) = (prior, card.owner) else { return Ok(()) };
    let tasks = store::of_lead(tx, card.id, 0).await?;
    for before in tasks.into_iter().filter(|task| task.person == prior) {
        let task = Task { person: owner, version: before.version + 1, ..before };
        store::set(tx, &task).await?;
        changed(tx, card, &task, TaskChange::Given, Some(prior)).await?;
    }
    Ok(())
}

/// Tells a task's person that it is due: by the live socket, and by letter. Does nothing when they were told of
/// that moment before, when it is due at another by now, or is settled.
pub async fn remind(app: &App, company: CompanyId, id: TaskId, due: Timestamp) -> Result<(), AppError> {
    let actor = Actor::system(company, "reminders");
    let mut tx = app.begin(&actor).await?;
    let (card, task) = match held(&mut tx, &actor, id).await {
        Err(AppError::NotFound) => return Ok(()),
        held => held?,
    };
    let due_now = task.state == TaskState::Open && task.due == Some(due);
    // Told of a lead they cannot see any more they would learn what is no longer theirs to know.
    if !due_now || !store::team(&mut tx, &card).await?.contains(&task.person) || !store::note_reminder(&mut tx, id, due).await? {
        return Ok(());
    }
    let to = store::address(&mut tx, task.person).await?;
    let about = about(&card);
    let link = format!("{}/leads/{}", app.inner.public_url, card.id);
    let body = format!("{}\n\nThis is due now, for {about}.\n\n{link}\n", task.words);
    mail::write(&mut tx, &to, &format!("Due now: {}", crate::leads::model::preview(&task.words)), &body).await?;
    changed(&mut tx, &card, &task, TaskChange::Due, None).await?;
    tx.commit().await?;
    Ok(())
}

/// What every change of a task brings with it: the lead's next step, the reminder, the event. `prior` had it
/// before, and hears that it is no longer theirs.
async fn changed(tx: &mut Tx, card: &Card, task: &Task, change: TaskChange, prior: Option<UserId>) -> Result<(), AppError> {
    let next = store::renew_next_step(tx, card.id).await?;
    if let (Some(due), TaskState::Open) = (task.due, task.state)
        && due > Timestamp::now()
    {
        let job = Remind { company: tx.company(), task: task.id, due };
        enqueue(tx, &job, When::at(due).replacing(format!("remind:{}", task.id))).await?;
    }
    let audience = Audience::of_lead(card.assistant, card.owner).and(Some(task.person)).and(prior);
    record(tx, Event::TaskChanged { lead: card.id, about: about(card), change, task: task.clone(), next }, audience);
    Ok(())
}

/// Works a lead's next step out anew, where tasks have come to it or left it otherwise.
pub async fn renewed(tx: &mut Tx, lead: LeadId) -> Result<Option<crate::tasks::model::NextStep>, AppError> {
    Ok(store::renew_next_step(tx, lead).await?)
}

fn about(card: &Card) -> String {
    if card.organisation.is_empty() { card.name.clone() } else { format!("{}, {}", card.name, card.organisation) }
}

/// A task whose lead is in reach, with the lead, which is locked until the transaction ends.
async fn held(tx: &mut Tx, actor: &Actor, id: TaskId) -> Result<(Card, Task), AppError> {
    let lead = store::lead_of(tx, id).await?.ok_or(AppError::NotFound)?;
    let card = leads::locked(tx, actor, lead).await?;
    // Read again: what it is may have changed during the wait.
    let TaskRow { task, .. } = store::task(tx, id).await?.ok_or(AppError::NotFound)?;
    Ok((card, task))
}

/// Somebody who may see the lead.
async fn able(tx: &mut Tx, card: &Card, person: UserId) -> Result<UserId, AppError> {
    match store::team(tx, card).await?.contains(&person) {
        true => Ok(person),
        false => Err(AppError::invalid("person", "They cannot see this lead. Choose somebody else, or give them the lead first.")),
    }
}

async fn has_room(tx: &mut Tx, lead: LeadId) -> Result<(), AppError> {
    match store::count_open(tx, lead).await? {
        MOST_OPEN.. => Err(AppError::invalid("", format!("This lead has {MOST_OPEN} open tasks. Finish some first."))),
        _ => Ok(()),
    }
}

fn read_words(words: &str) -> Result<String, AppError> {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.chars().count() {
        _ if is_unseen(&words) => Err(AppError::invalid("words", "Say what is to be done.")),
        ..=LONGEST if is_plain_line(&words) => Ok(words),
        ..=LONGEST => Err(AppError::invalid("words", "A task is one line of plain text.")),
        _ => Err(AppError::invalid("words", format!("A task has at most {LONGEST} characters."))),
    }
}

/// Somebody else was faster: says who, what and when, and gives the task as it now is.
async fn stale(tx: &mut Tx, task: Task) -> Result<AppError, AppError> {
    let known = stream::of_lead(tx, task.lead, 50).await?;
    let last = known.iter().find_map(|told| match &told.event {
        Event::TaskChanged { task: changed, change, .. } if changed.id == task.id && *change != TaskChange::Due => Some((told, *change)),
        _ => None,
    });
    let reason = match last {
        Some((told, change)) => {
            let what = match change {
                TaskChange::Done => "finished it",
                TaskChange::Dropped => "dropped it",
                TaskChange::Reopened => "opened it again",
                TaskChange::Given => "gave it to somebody else with the lead",
                TaskChange::Added | TaskChange::Edited | TaskChange::Due => "changed it",
            };
            format!("{} {what} {}.", told.actor.name(), told.how_long_ago())
        }
        None => "Somebody changed it meanwhile.".into(),
    };
    Ok(AppError::Conflict { reason, current: serde_json::to_value(task).ok().map(Box::new) })
}
