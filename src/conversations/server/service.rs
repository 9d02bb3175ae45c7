//! What people do in a conversation: speak, take over, hand back, give away, look, put it to rest.

use super::jobs::{Reply, Wake};
use super::store::{self, Talk};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::canned::model::left_blank;
use crate::channels::model::{Bar, LONGEST_TEXT};
use crate::channels::server::{reach, service as texts};
use crate::conversations::model::{Author, Channel, Control, Delivery, HandOff, Message, NewMessage, Owner, Rest, clean_body};
use crate::error::AppError;
use crate::files::server::service as files;
use crate::leads::server::service as leads;
use crate::routing::server::service as routing;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::tasks::server::service as tasks;
use crate::values::{ConversationId, MessageId, MutationId, Timestamp, UserId};

/// How far ahead a conversation can be put off, or a message go out, in milliseconds: a year.
const AHEAD: i64 = 366 * 86_400_000;

/// A person writes to the visitor. If anyone else was answering, they take over in the same
/// breath. Sent twice it is said once.
///
/// # Errors
/// `NotFound` when the conversation is out of reach, `Invalid` when the text will not do,
/// `Conflict` when the message's id is another message's.
pub async fn rep_says(app: &App, actor: &Actor, new: NewMessage) -> Result<Message, AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let body = clean_body(&new.body, new.files.len()).map_err(|reason| AppError::invalid("body", reason))?;
    if let Some(blank) = left_blank(&body) {
        return Err(AppError::invalid("body", format!("Fill in {blank} first.")));
    }
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, new.conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if let Some(stored) = store::message(&mut tx, new.id).await? {
        return if stored.conversation == talk.id && stored.user == Some(me.user) { Ok(stored) } else { Err(taken()) };
    }
    let channel = way(&mut tx, &talk, new.channel, &body, !new.files.is_empty()).await?;
    let files = files::to_send(&mut tx, talk.lead, &new.files, false).await?;
    tx.caused_by(MutationId(new.id.0));
    let audience = leads::audience(&mut tx, talk.lead).await?;
    if talk.control.user != Some(me.user) {
        change_control(&mut tx, &mut talk, Owner::Person, Some((me.user, me.name.clone())), None, &audience).await?;
    }
    see(&mut tx, &talk, &audience).await?;
    let message = blank(&talk, new.id, Author::Rep, me.name.clone(), body);
    let message = insert(&mut tx, &talk, Message { user: Some(me.user), files, channel, ..message }, None, audience).await?;
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

/// A colleague answers from now on: one who may see the lead.
///
/// # Errors
/// `Conflict` with the control as it stands when `epoch` is not the newest, `Invalid` when that person cannot see the lead.
pub async fn give(app: &App, actor: &Actor, conversation: ConversationId, person: UserId, epoch: i32) -> Result<Control, AppError> {
    actor.require(Action::Converse)?;
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if talk.control.user == Some(person) {
        return Ok(talk.control);
    }
    fence(&talk.control, epoch)?;
    let card = leads::in_reach(&mut tx, actor, talk.lead).await?;
    if !tasks::team(&mut tx, &card).await?.contains(&person) {
        return Err(AppError::invalid("person", "They cannot see this lead. Give it to them first."));
    }
    let name = store::name_of(&mut tx, person).await?.ok_or(AppError::NotFound)?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    change_control(&mut tx, &mut talk, Owner::Person, Some((person, name)), None, &audience).await?;
    tx.commit().await?;
    Ok(talk.control)
}

/// Closes a conversation, puts it off, or opens it again. Who answers in it stays as it is. Asked for twice, it is done once.
///
/// # Errors
/// `Invalid` on `until` when that is not to come within a year, `Conflict` when the visitor has written on since `seen`,
/// the number of the newest message before the person's eyes.
pub async fn rest(app: &App, actor: &Actor, conversation: ConversationId, rest: Option<Rest>, seen: i32) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    if let Some(Rest::Snoozed { until }) = rest {
        to_come("until", until)?;
    }
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    if talk.rest != rest {
        let newest = match talk.newest_inbound {
            Some(id) if rest.is_some() => store::message(&mut tx, id).await?.map_or(0, |message| message.number),
            _ => 0,
        };
        if newest > seen {
            return Err(AppError::Conflict { reason: format!("{} has written on meanwhile. Read it first.", talk.name), current: None });
        }
        let audience = leads::audience(&mut tx, talk.lead).await?;
        put_to_rest(&mut tx, &mut talk, rest, false, &audience).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// `Invalid` on that field when the moment is not to come within a year.
pub(super) fn to_come(field: &str, at: Timestamp) -> Result<(), AppError> {
    let fits = (0..=AHEAD).contains(&at.0.saturating_sub(Timestamp::now().0));
    if fits { Ok(()) } else { Err(AppError::invalid(field, "Choose a time that is to come, within a year.")) }
}

/// The time has come until which a conversation was put off. If it was put off anew since, this does nothing.
pub(super) async fn wake(app: &App, actor: &Actor, conversation: ConversationId, until: Timestamp) -> Result<(), AppError> {
    let mut tx = app.begin(actor).await?;
    let Some(mut talk) = store::lock(&mut tx, conversation, &actor.scope()).await? else { return Ok(()) };
    if talk.rest == Some(Rest::Snoozed { until }) {
        let audience = leads::audience(&mut tx, talk.lead).await?;
        // Nobody does this by hand: it would be overlooked.
        put_to_rest(&mut tx, &mut talk, None, true, &audience).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Puts a locked conversation to rest, or opens it, and says so. `to_be_seen`: something in it counts as unread then.
pub(super) async fn put_to_rest(
    tx: &mut Tx,
    talk: &mut Talk,
    rest: Option<Rest>,
    to_be_seen: bool,
    audience: &Audience,
) -> Result<(), AppError> {
    let unread = store::set_rest(tx, talk.id, rest, to_be_seen).await?;
    talk.rest = rest;
    if let Some(Rest::Snoozed { until }) = rest {
        let job = Wake { company: tx.company(), conversation: talk.id, until };
        enqueue(tx, &job, When::at(until).replacing(format!("wake:{}", talk.id))).await?;
    }
    let waiting = rest.is_none() && talk.control.owner == Owner::Waiting;
    record(tx, Event::ConversationRested { lead: talk.lead, conversation: talk.id, rest, unread, waiting }, audience.clone());
    Ok(())
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
    let marked = store::mark(tx, conversation, visitors_own, upto, state).await?;
    // Each way by itself: the widget is told of its own.
    for channel in Channel::ALL {
        let messages: Vec<_> = marked.iter().filter(|(_, by)| by == channel).map(|(id, _)| *id).collect();
        if !messages.is_empty() {
            let event = Event::MessageMarked { conversation, messages, state, channel: *channel, failure: None };
            record(tx, event, audience.clone());
        }
    }
    Ok(())
}

/// Changes who answers in a locked conversation, and says so; one that was at rest is open then. `waiting` is the reason and the
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
    if talk.rest.is_some() {
        // Nobody looks among what is closed for what somebody else is to answer.
        put_to_rest(tx, talk, None, false, audience).await?;
    }
    let event = Event::ControlChanged { lead: talk.lead, conversation: talk.id, control: talk.control.clone(), handoff, waiting_since };
    record(tx, event, audience.clone());
    if owner == Owner::Waiting {
        routing::await_person(tx, talk.id, epoch).await?;
    }
    Ok(())
}

/// By which way a person's message goes: the one they chose, or the one on which the other side was heard last.
///
/// # Errors
/// `Invalid` on `body` or `files` when it cannot go that way, with the reason.
pub(super) async fn way(tx: &mut Tx, talk: &Talk, chosen: Option<Channel>, body: &str, files: bool) -> Result<Channel, AppError> {
    let channel = chosen.unwrap_or(talk.channel);
    match channel {
        Channel::Web if !talk.web => Err(AppError::invalid("body", "They are not on the site: they can only be texted.")),
        Channel::Web => Ok(channel),
        Channel::Sms if files => Err(AppError::invalid("files", "Files cannot go by text. Take them off.")),
        Channel::Sms if body.chars().count() > LONGEST_TEXT => {
            Err(AppError::invalid("body", format!("A text can have {LONGEST_TEXT} characters.")))
        }
        Channel::Sms => {
            let barred = |bar: Bar| AppError::invalid("body", bar.reason());
            let route = reach::route(tx, talk.id).await?.map_err(barred)?;
            reach::bar(tx, &route, None).await?.map_or(Ok(channel), |bar| Err(barred(bar)))
        }
    }
}

/// Stores a message in a locked conversation, and says so. What goes by text is on its way then; if it may not go, that is
/// noted at it.
pub(super) async fn insert(
    tx: &mut Tx,
    talk: &Talk,
    message: Message,
    answers: Option<MessageId>,
    audience: Audience,
) -> Result<Message, AppError> {
    let mut message = message;
    let mut goes = None;
    if message.channel == Channel::Sms && message.author != Author::Visitor {
        let bar = match reach::route(tx, talk.id).await? {
            Err(bar) => Some(bar),
            Ok(route) => {
                let bar = reach::bar(tx, &route, None).await?;
                goes = bar.is_none().then_some(route);
                bar
            }
        };
        message.state = if bar.is_none() { Delivery::Pending } else { Delivery::Failed };
        message.failure = bar.map(|bar| bar.reason().to_owned());
    }
    let message = store::insert_message(tx, message, answers)
        .await
        .map_err(|error| if crate::server::fault::broke(&error, "messages_pkey") { taken() } else { error.into() })?;
    record(tx, Event::MessageSent { lead: talk.lead, message: message.clone() }, audience);
    if let Some(route) = goes {
        texts::dispatch(tx, message.id, &route).await?;
    }
    Ok(message)
}

/// A message that is not stored yet, by the way on which they were heard last.
pub(super) fn blank(talk: &Talk, id: MessageId, author: Author, name: String, body: String) -> Message {
    Message {
        id,
        conversation: talk.id,
        number: 0,
        author,
        user: None,
        name,
        body,
        files: Vec::new(),
        channel: talk.channel,
        state: Delivery::Sent,
        failure: None,
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
