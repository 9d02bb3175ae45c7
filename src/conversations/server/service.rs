//! What people do in a conversation: speak, take over, hand back, look.

use super::jobs::Reply;
use super::store::{self, Talk};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::conversations::model::{Author, Control, Delivery, HandOff, Message, NewMessage, Owner, clean_body};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::values::{ConversationId, MessageId, MutationId, Timestamp, UserId};

/// A person writes to the visitor. If anyone else was answering, they take over in the same
/// breath. Sent twice it is said once.
///
/// # Errors
/// `NotFound` when the conversation is out of reach, `Invalid` when the text will not do,
/// `Conflict` when the message's id is another message's.
pub async fn rep_says(app: &App, actor: &Actor, new: NewMessage) -> Result<Message, AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let body = clean_body(&new.body).map_err(|reason| AppError::invalid("body", reason))?;
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, new.conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if let Some(stored) = store::message(&mut tx, new.id).await? {
        return if stored.conversation == talk.id && stored.user == Some(me.user) { Ok(stored) } else { Err(taken()) };
    }
    tx.caused_by(MutationId(new.id.0));
    let audience = leads::audience(&mut tx, talk.lead).await?;
    if talk.control.user != Some(me.user) {
        change_control(&mut tx, &mut talk, Owner::Person, Some((me.user, me.name.clone())), None, &audience).await?;
    }
    see(&mut tx, &talk, &audience).await?;
    let message = blank(&talk, new.id, Author::Rep, me.name.clone(), body);
    let message = insert(&mut tx, &talk, Message { user: Some(me.user), ..message }, None, audience).await?;
    tx.commit().await?;
    Ok(message)
}

/// A person answers from now on; late words of the AI are refused by their epoch. Doing it twice
/// is doing it once.
///
/// # Errors
/// `Conflict` with the control as it stands when `epoch` is not the newest.
pub async fn take_over(app: &App, actor: &Actor, conversation: ConversationId, epoch: i32) -> Result<Control, AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if talk.control.user == Some(me.user) {
        return Ok(talk.control);
    }
    fence(&talk.control, epoch)?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    change_control(&mut tx, &mut talk, Owner::Person, Some((me.user, me.name.clone())), None, &audience).await?;
    tx.commit().await?;
    Ok(talk.control)
}

/// The assistant answers from now on, at once if the visitor's last message stands unanswered.
///
/// # Errors
/// `Conflict` with the control as it stands when `epoch` is not the newest, or when the assistant
/// is paused.
pub async fn hand_back(app: &App, actor: &Actor, conversation: ConversationId, epoch: i32) -> Result<Control, AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if talk.control.owner == Owner::Assistant {
        return Ok(talk.control);
    }
    fence(&talk.control, epoch)?;
    if !talk.live {
        return Err(stale(&talk.control, format!("{} is paused. Set it live, then hand back.", talk.assistant_name)));
    }
    let audience = leads::audience(&mut tx, talk.lead).await?;
    change_control(&mut tx, &mut talk, Owner::Assistant, None, None, &audience).await?;
    if let Some(inbound) = talk.newest_inbound
        && !store::is_answered(&mut tx, talk.id, inbound).await?
    {
        let company = tx.company();
        enqueue(&mut tx, &Reply { company, conversation }, When::now().replacing(Reply::key(conversation))).await?;
    }
    tx.commit().await?;
    Ok(talk.control)
}

/// A person has looked at the thread: nothing is unread, the visitor's messages are read.
pub async fn mark_seen(app: &App, actor: &Actor, conversation: ConversationId) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    let talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    see(&mut tx, &talk, &audience).await?;
    tx.commit().await?;
    Ok(())
}

async fn see(tx: &mut Tx, talk: &Talk, audience: &Audience) -> Result<(), AppError> {
    if talk.unread > 0 {
        store::set_seen(tx, talk.id).await?;
        record(tx, Event::ConversationSeen { conversation: talk.id }, audience.clone());
    }
    mark(tx, talk.id, true, i32::MAX, Delivery::Read, audience).await
}

/// Takes messages further and says which moved.
pub(super) async fn mark(
    tx: &mut Tx,
    conversation: ConversationId,
    visitors_own: bool,
    upto: i32,
    state: Delivery,
    audience: &Audience,
) -> Result<(), AppError> {
    let messages = store::mark(tx, conversation, visitors_own, upto, state).await?;
    if !messages.is_empty() {
        record(tx, Event::MessageMarked { conversation, messages, state }, audience.clone());
    }
    Ok(())
}

/// Changes who answers in a locked conversation, and says so. `waiting` is the reason and the
/// summary for the person who is asked for.
pub(super) async fn change_control(
    tx: &mut Tx,
    talk: &mut Talk,
    owner: Owner,
    person: Option<(UserId, String)>,
    waiting: Option<(HandOff, &str)>,
    audience: &Audience,
) -> Result<(), AppError> {
    let (user, name) = person.unzip();
    let handoff = waiting.map(|(reason, _)| reason);
    let (epoch, waiting_since) = store::set_control(tx, talk.id, owner, user, handoff, waiting.map(|(_, summary)| summary)).await?;
    talk.control = Control { owner, user, name, epoch };
    let event = Event::ControlChanged { lead: talk.lead, conversation: talk.id, control: talk.control.clone(), handoff, waiting_since };
    record(tx, event, audience.clone());
    Ok(())
}

/// Stores a message in a locked conversation, and says so.
pub(super) async fn insert(
    tx: &mut Tx,
    talk: &Talk,
    message: Message,
    answers: Option<MessageId>,
    audience: Audience,
) -> Result<Message, AppError> {
    let message = store::insert_message(tx, message, answers)
        .await
        .map_err(|error| if crate::server::fault::broke(&error, "messages_pkey") { taken() } else { error.into() })?;
    record(tx, Event::MessageSent { lead: talk.lead, message: message.clone() }, audience);
    Ok(message)
}

/// A message that is not stored yet.
pub(super) fn blank(talk: &Talk, id: MessageId, author: Author, name: String, body: String) -> Message {
    Message {
        id,
        conversation: talk.id,
        number: 0,
        author,
        user: None,
        name,
        body,
        state: Delivery::Sent,
        partial: false,
        sources: Vec::new(),
        sentiment: None,
        mood: None,
        at: Timestamp(0),
    }
}

/// The message's id is another message's. Says nothing of that other one.
pub(super) fn taken() -> AppError {
    AppError::Conflict { reason: "That message could not be stored. Send it once more.".into(), current: None }
}

fn fence(control: &Control, epoch: i32) -> Result<(), AppError> {
    if control.epoch == epoch {
        return Ok(());
    }
    let reason = match (control.owner, &control.name) {
        (Owner::Person, Some(name)) => format!("{name} has taken over since."),
        (Owner::Person, None) => "Somebody has taken over since.".into(),
        (Owner::Assistant, _) => "The assistant is answering again since.".into(),
        (Owner::Waiting, _) => "The assistant has asked for a person since.".into(),
    };
    Err(stale(control, reason))
}

fn stale(control: &Control, reason: String) -> AppError {
    AppError::Conflict { reason, current: serde_json::to_value(control).ok().map(Box::new) }
}
