//! What a person writes now and is to go out later. It says nothing of who answers: whoever does when it goes out
//! still does after it.

use super::jobs::SendScheduled;
use super::service::{blank, insert, taken, to_come};
use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::canned::model::left_blank;
use crate::channels::model::LONGEST_TEXT;
use crate::conversations::model::{Author, Channel, Message, NewMessage, Scheduled, clean_body};
use crate::error::AppError;
use crate::files::server::service as files;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::Tx;
use crate::server::jobs::{When, enqueue};
use crate::tasks::server::service as tasks;
use crate::values::{CompanyId, ConversationId, MessageId, MutationId, Timestamp};

/// So many wait in one conversation at most.
const MOST: usize = 20;

/// What is to go out later in a conversation, the first first. Files that are gone are not named: they would not go.
pub async fn waiting(tx: &mut Tx, conversation: ConversationId) -> Result<Vec<Scheduled>, AppError> {
    let mut waiting = Vec::new();
    for (scheduled, ids) in store::scheduled(tx, conversation).await? {
        waiting.push(Scheduled { files: files::named(tx, &ids).await?, ..scheduled });
    }
    Ok(waiting)
}

/// Keeps a message until it is to go out. Asked for twice with one id, it is kept once.
///
/// # Errors
/// `Invalid` on `body`, `files` or `at`; `NotFound` when the conversation is out of reach; `Conflict` when the id is
/// another message's.
pub async fn schedule(app: &App, actor: &Actor, new: NewMessage, at: Timestamp) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let body = clean_body(&new.body, new.files.len()).map_err(|reason| AppError::invalid("body", reason))?;
    if let Some(blank) = left_blank(&body) {
        return Err(AppError::invalid("body", format!("Fill in {blank} first.")));
    }
    to_come("at", at)?;
    let mut tx = app.begin(actor).await?;
    let talk = store::lock(&mut tx, new.conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if store::message(&mut tx, new.id).await?.is_some() {
        return Err(taken());
    }
    let waiting = waiting(&mut tx, talk.id).await?;
    if let Some(known) = waiting.iter().find(|known| known.id == new.id) {
        let same = known.user == me.user
            && known.body == body
            && known.at == at
            && known.files.iter().map(|file| file.id).eq(new.files.iter().copied());
        return if same { Ok(()) } else { Err(taken()) };
    }
    if waiting.len() >= MOST {
        return Err(AppError::invalid("body", format!("{MOST} messages are to go out here already. Cancel one first.")));
    }
    let channel = new.channel.unwrap_or(talk.channel);
    // Whether they may be texted is asked when it goes out: the night, which stands against it now, is over then.
    if channel == Channel::Sms && (!new.files.is_empty() || body.chars().count() > LONGEST_TEXT) {
        return Err(AppError::invalid("body", format!("A text has no files and {LONGEST_TEXT} characters at most.")));
    }
    let files = files::to_send(&mut tx, talk.lead, &new.files, false).await?;
    let scheduled = Scheduled { id: new.id, user: me.user, name: me.name.clone(), body, files, channel, at };
    if !store::schedule(&mut tx, talk.id, &scheduled).await? {
        return Err(taken());
    }
    let job = SendScheduled { company: tx.company(), message: new.id, at };
    enqueue(&mut tx, &job, When::at(at).replacing(format!("send:{}", new.id))).await?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    record(&mut tx, Event::MessageScheduled { lead: talk.lead, conversation: talk.id, scheduled }, audience);
    tx.caused_by(MutationId(new.id.0));
    tx.commit().await?;
    Ok(())
}

/// What was to go out later does not.
///
/// # Errors
/// `NotFound` when it is out of reach, has gone out, or was cancelled.
pub async fn unschedule(app: &App, actor: &Actor, id: MessageId) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    let conversation = store::scheduled_in(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if !store::drop_scheduled(&mut tx, id).await? {
        return Err(AppError::NotFound);
    }
    let audience = leads::audience(&mut tx, talk.lead).await?;
    record(&mut tx, Event::ScheduleDropped { lead: talk.lead, conversation: talk.id, message: id }, audience);
    tx.commit().await?;
    Ok(())
}

/// Its time has come: it goes out, once, in the name of whoever wrote it.
pub(super) async fn send_scheduled(app: &App, company: CompanyId, id: MessageId, at: Timestamp) -> Result<(), AppError> {
    let mut tx = app.begin(&Actor::system(company, "conversations")).await?;
    let Some((conversation, user, name)) = store::due(&mut tx, id, at).await? else { return Ok(()) };
    drop(tx);
    let actor = Actor::on_behalf(company, user, name.clone());
    let mut tx = app.begin(&actor).await?;
    // While the lead is in the trash nothing goes out.
    let Some(talk) = store::lock(&mut tx, conversation, &actor.scope()).await? else { return Ok(()) };
    // Nor in the name of somebody who has left, or whose lead it is no more: a person decides.
    let card = leads::in_reach(&mut tx, &actor, talk.lead).await?;
    if !tasks::team(&mut tx, &card).await?.contains(&user) {
        return Ok(());
    }
    let waiting = waiting(&mut tx, talk.id).await?;
    // Under the lock: it may have been cancelled, or sent by another worker, at this moment.
    let Some(due) = waiting.into_iter().find(|scheduled| scheduled.id == id && scheduled.at == at) else { return Ok(()) };
    store::drop_scheduled(&mut tx, id).await?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    if due.body.is_empty() && due.files.is_empty() {
        // All that it was has been taken off the lead.
        record(&mut tx, Event::ScheduleDropped { lead: talk.lead, conversation, message: id }, audience);
    } else {
        let message = blank(&talk, id, Author::Rep, name, due.body);
        insert(&mut tx, &talk, Message { user: Some(user), files: due.files, channel: due.channel, ..message }, None, audience).await?;
        // The assistant still owes what was asked meanwhile.
        store::mark_sent_later(&mut tx, id).await?;
        tx.caused_by(MutationId(id.0));
    }
    tx.commit().await?;
    Ok(())
}
