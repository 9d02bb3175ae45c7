//! What people read: the inbox and a thread.

use super::{later, store};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Recorded;
use crate::activity::server::store as activity;
use crate::assistants::server::store as assistants;
use crate::channels::server::reach;
use crate::conversations::model::{Answer, ConversationRow, Inbox, Note, Notice, Thread};
use crate::error::AppError;
use crate::leads::server::{merge::all_parts, service as leads};
use crate::server::app::App;
use crate::server::db::Tx;
use crate::tasks::server::service as tasks;
use crate::values::ConversationId;
use std::collections::HashSet;

/// How many conversations the inbox shows.
const ROWS: i64 = 250;
/// The events that leave a line among the messages.
const BETWEEN: [&str; 5] = ["consent_changed", "control_changed", "conversation_rested", "nobody_came", "note_written"];
/// How many messages a thread shows.
const MESSAGES: i64 = 500;
/// How many lines stand among them.
const LINES: i64 = 500;

/// The conversations in reach, newest first, the closed ones last.
pub async fn inbox(app: &App, actor: &Actor) -> Result<Inbox, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    // Only where there are no rows: the first one there is comes later than this.
    let before = activity::newest(&mut tx).await?;
    let (rows, seq) = store::rows(&mut tx, &actor.scope(), None, ROWS).await?;
    Ok(Inbox { rows, seq: seq.unwrap_or(before) })
}

/// One thread, whole, as of one moment: its number is that of the last event that is in it.
pub async fn thread(app: &App, actor: &Actor, conversation: ConversationId) -> Result<Thread, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.db.snapshot(actor).await?;
    let seq = activity::newest(&mut tx).await?;
    let talk = store::talk(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    let card = leads::in_reach(&mut tx, actor, talk.lead).await?;
    let team = tasks::team(&mut tx, &card).await?;
    let row = row(&mut tx, actor, conversation).await?;
    let messages = store::messages(&mut tx, Some(conversation), None, MESSAGES).await?;
    let whole = all_parts(&mut tx, talk.lead).await?;
    let mut between = activity::of_kinds(&mut tx, &whole, &BETWEEN, LINES).await?;
    between.reverse();
    let own = |recorded: &&Recorded| recorded.event.conversation() == Some(conversation);
    let notices = between.iter().filter(own).filter_map(Notice::of).collect();
    let notes = between.iter().filter_map(Note::of).collect();
    let found = store::answers(&mut tx, talk.lead, None).await?;
    let assistant = assistants::assistant(&mut tx, talk.assistant).await?.ok_or(AppError::NotFound)?;
    let mut answers: Vec<Answer> = assistant
        .questions
        .into_iter()
        .map(|question| {
            let value = found.iter().find(|(key, ..)| *key == question.key).map(|(.., value)| value.clone());
            Answer { key: question.key, label: question.label, value }
        })
        .collect();
    // Answers to questions that are no longer asked are still known.
    let asked: HashSet<String> = answers.iter().map(|answer| answer.key.clone()).collect();
    answers.extend(found.into_iter().filter(|(key, ..)| !asked.contains(key)).map(|(key, label, value)| Answer {
        key,
        label,
        value: Some(value),
    }));
    let ways = reach::ways(&mut tx, conversation).await?;
    let scheduled = later::waiting(&mut tx, conversation).await?;
    Ok(Thread { row, messages, notices, notes, scheduled, ways, team, summary: talk.summary, answers, seq })
}

/// One row of the inbox.
pub async fn row(tx: &mut Tx, actor: &Actor, conversation: ConversationId) -> Result<ConversationRow, AppError> {
    let (mut rows, _) = store::rows(tx, &actor.scope(), Some(conversation), 1).await?;
    rows.pop().ok_or(AppError::NotFound)
}
