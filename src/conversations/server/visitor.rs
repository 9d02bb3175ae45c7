//! What a visitor can do and see: speak, be shown their own thread, say how far it was read.

use super::jobs::{MeasureMood, Reply};
use super::store::{self, Talk};
use super::{reads, service};
use crate::accounts::server::{actor::Actor, limit::neighbourhood, store::count_try};
use crate::activity::model::Event;
use crate::activity::server::{record, store as activity};
use crate::conversations::model::{Author, Channel, Control, Delivery, HandOff, Message, Owner, Rest, clean_body};
use crate::error::AppError;
use crate::files::server::service::{self as files, Stored};
use crate::leads::server::service as leads;
use crate::routing::server::service as routing;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::values::{AssistantId, ConversationId, FileId, LeadId, MessageId, VisitorId};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::time::Duration;

/// How long the assistant waits for the visitor to finish: a burst of messages gets one answer.
pub const QUIET: Duration = Duration::from_millis(2_500);
/// How long messages are counted, in seconds.
const WINDOW: u32 = 60;
/// Messages a visitor may send in a minute.
pub(super) const PER_VISITOR: i32 = 20;
/// Messages one address may send in a minute, whoever they say they are.
const PER_ADDRESS: i32 = 120;
/// So many texts the assistant sends into one conversation within a day: what answers them at once may be a program too.
const TEXTS_A_DAY: i64 = 40;
/// Files that a visitor may send in `FILES_WINDOW` seconds.
const FILES: i32 = 20;
/// How long their files are counted, in seconds.
const FILES_WINDOW: u32 = 600;
/// Messages of a thread that a visitor is shown.
const SHOWN: i64 = 200;

/// A visitor's thread as they see it.
pub struct Shown {
    /// Their conversation; none before their first message.
    pub conversation: Option<(ConversationId, Control)>,
    /// Oldest first.
    pub messages: Vec<Message>,
    /// The last event that is in it.
    pub seq: i64,
}

/// The visitor says something. Their first message makes contact, lead and conversation, all in
/// one transaction; every message starts the quiet time anew after which the assistant answers.
/// Sent twice it is said once. `page` is the address of the page the widget stands in.
///
/// # Errors
/// `Invalid` when the text will not do, `TooMany` above 20 messages a minute, `Conflict` when the
/// id is another message's.
pub async fn visitor_says(
    app: &App,
    actor: &Actor,
    id: MessageId,
    body: &str,
    files: &[FileId],
    page: Option<&str>,
) -> Result<(Message, ConversationId), AppError> {
    let (assistant, visitor) = actor.as_visitor()?;
    let body = clean_body(body, files.len()).map_err(|reason| AppError::invalid("body", reason))?;
    limit(app, &format!("visitor:{visitor}"), PER_VISITOR).await?;
    // Twice at most: when another tab opens the conversation first, the second time finds it.
    for _ in 0..2 {
        let mut tx = app.begin(actor).await?;
        if let Some(stored) = store::message(&mut tx, id).await? {
            let own = store::of_visitor(&mut tx, assistant, visitor).await? == Some(stored.conversation);
            let theirs = own && stored.author == Author::Visitor && stored.channel == Channel::Web;
            return if theirs { Ok((stored.clone(), stored.conversation)) } else { Err(service::taken()) };
        }
        let (mut talk, audience) = match store::of_visitor(&mut tx, assistant, visitor).await? {
            Some(conversation) => {
                leads::look_inside(&mut tx).await?;
                let talk = locked(&mut tx, actor, conversation).await?;
                // The same message may have been stored while we waited for the lock.
                if let Some(stored) = store::message(&mut tx, id).await? {
                    let theirs = stored.conversation == talk.id && stored.author == Author::Visitor && stored.channel == Channel::Web;
                    return if theirs { Ok((stored, talk.id)) } else { Err(service::taken()) };
                }
                let audience = leads::hold(&mut tx, talk.lead).await?;
                (talk, audience)
            }
            None => match arrive(&mut tx, actor, assistant, visitor, &body, page).await? {
                Some(opened) => opened,
                None => continue,
            },
        };
        // Only what they sent themselves: the team's files on the lead are none of theirs.
        let files = files::to_send(&mut tx, talk.lead, files, true).await?;
        let message = service::blank(&talk, id, Author::Visitor, talk.name.clone(), body);
        let message = Message { files, channel: Channel::Web, ..message };
        let message = take_in(&mut tx, &mut talk, audience, message, true).await?;
        let conversation = talk.id;
        tx.commit().await?;
        return Ok((message, conversation));
    }
    Err(AppError::Unavailable { what: "The chat".into() })
}

/// A message of the other side is stored in a locked conversation, by whichever way it came, with all that follows from
/// it. The assistant answers it if it is `to_answer`.
pub(super) async fn take_in(
    tx: &mut Tx,
    talk: &mut Talk,
    audience: Audience,
    message: Message,
    to_answer: bool,
) -> Result<Message, AppError> {
    leads::introduced(tx, talk.lead, &message.body).await?;
    if let Some(rest) = talk.rest {
        service::put_to_rest(tx, talk, None, false, &audience).await?;
        // What was closed begins afresh; whoever put it off is still the one who answers.
        if rest == Rest::Closed && talk.live && talk.control.owner != Owner::Assistant {
            service::change_control(tx, talk, Owner::Assistant, None, None, &audience).await?;
        }
    }
    if talk.control.owner == Owner::Assistant && to_answer {
        let why = match talk.newest_inbound {
            // The assistant answers the newest by its way, and is told nothing of the other.
            Some(before) if talk.channel != message.channel && !store::is_answered(tx, talk.id, before).await? => {
                Some((HandOff::PendingClarification, "They wrote by two ways at once."))
            }
            _ if message.channel == Channel::Sms && store::texts_of_late(tx, talk.id).await? >= TEXTS_A_DAY => {
                Some((HandOff::UsageLimit, "The assistant has texted them very often today."))
            }
            _ => None,
        };
        if why.is_some() {
            service::change_control(tx, talk, Owner::Waiting, None, why, &audience).await?;
        }
    }
    // They are answered where they are.
    talk.channel = message.channel;
    let message = service::insert(tx, talk, message, None, audience.clone()).await?;
    leads::heard(tx, talk.lead, &message.line(), message.at).await?;
    let (company, conversation) = (tx.company(), talk.id);
    enqueue(tx, &MeasureMood { company, conversation, message: message.id }, When::now()).await?;
    if talk.control.owner == Owner::Assistant && to_answer {
        if talk.live {
            let when = When::after(QUIET).replacing(Reply::key(conversation));
            enqueue(tx, &Reply { company, conversation }, when).await?;
        } else {
            say_paused(tx, talk, audience).await?;
        }
    }
    if talk.control.owner == Owner::Person {
        routing::await_answer(tx, conversation, message.id).await?;
    }
    Ok(message)
}

/// Contact, lead and conversation of a visitor who speaks for the first time; none when another
/// tab of theirs was quicker (then the transaction is to be dropped).
async fn arrive(
    tx: &mut Tx,
    actor: &Actor,
    assistant: AssistantId,
    visitor: VisitorId,
    body: &str,
    page: Option<&str>,
) -> Result<Option<(Talk, Audience)>, AppError> {
    let conversation = ConversationId::new();
    let card = leads::arrive(tx, assistant, conversation, None, body).await?;
    let page = page.map(|page| page.chars().take(500).collect::<String>());
    if !store::open(tx, conversation, card.id, assistant, Some(visitor), None, page.as_deref()).await? {
        return Ok(None);
    }
    let audience = leads::audience(tx, card.id).await?;
    let talk = locked(tx, actor, conversation).await?;
    // The row as it is before the message, whose own event brings the rest.
    let row = reads::row(tx, &own_part(actor), conversation).await?;
    record(tx, Event::ConversationStarted { row }, audience.clone());
    Ok(Some((talk, audience)))
}

/// Tells the visitor of a paused assistant, once, and asks for a person.
pub(super) async fn say_paused(tx: &mut Tx, talk: &mut Talk, audience: Audience) -> Result<(), AppError> {
    service::change_control(tx, talk, Owner::Waiting, None, None, &audience).await?;
    let body = "I’m paused just now, so I’ve asked a person to answer you here.".to_owned();
    let message = service::blank(talk, MessageId::new(), Author::Assistant, talk.assistant_name.clone(), body);
    service::insert(tx, talk, message, None, audience).await?;
    Ok(())
}

/// The visitor's own thread.
pub async fn shown(app: &App, actor: &Actor) -> Result<Shown, AppError> {
    let (assistant, visitor) = actor.as_visitor()?;
    let mut tx = app.begin(actor).await?;
    let seq = activity::newest(&mut tx).await?;
    let Some(id) = store::of_visitor(&mut tx, assistant, visitor).await? else {
        return Ok(Shown { conversation: None, messages: Vec::new(), seq });
    };
    // Somebody may have put their lead into the trash: they are not told.
    leads::look_inside(&mut tx).await?;
    let talk = store::talk(&mut tx, id, &own_part(actor).scope()).await?.ok_or(AppError::NotFound)?;
    let mut messages = store::messages(&mut tx, Some(id), None, SHOWN).await?;
    // What went by text is not for whoever sits before the widget: whose number it is they have not shown.
    messages.retain(|message| message.channel == Channel::Web);
    Ok(Shown { conversation: Some((id, talk.control)), messages, seq })
}

/// The visitor has received, or read, everything up to this message.
pub async fn visitor_marks(app: &App, actor: &Actor, upto: MessageId, state: Delivery) -> Result<(), AppError> {
    let (assistant, visitor) = actor.as_visitor()?;
    let mut tx = app.begin(actor).await?;
    let conversation = store::of_visitor(&mut tx, assistant, visitor).await?.ok_or(AppError::NotFound)?;
    leads::look_inside(&mut tx).await?;
    let talk = locked(&mut tx, actor, conversation).await?;
    let message = store::message(&mut tx, upto)
        .await?
        .filter(|message| message.conversation == talk.id && message.channel == Channel::Web)
        .ok_or(AppError::NotFound)?;
    let audience = leads::audience(&mut tx, talk.lead).await?;
    service::mark(&mut tx, talk.id, false, message.number, state, &audience).await?;
    tx.commit().await?;
    Ok(())
}

/// The lead behind a visitor, to which files of theirs go, and who does it in timelines. `NotFound` before their first message.
pub async fn takes_files(app: &App, actor: &Actor) -> Result<(LeadId, Actor), AppError> {
    let (assistant, visitor) = actor.as_visitor()?;
    limit_files(app, visitor).await?;
    let mut tx = app.begin(actor).await?;
    let conversation = store::of_visitor(&mut tx, assistant, visitor).await?.ok_or(AppError::NotFound)?;
    let talk = store::talk(&mut tx, conversation, &own_part(actor).scope()).await?.ok_or(AppError::NotFound)?;
    Ok((talk.lead, Actor::on_visitors_behalf(actor.company())))
}

/// A file that went with a message of the visitor's own conversation.
pub async fn file(app: &App, actor: &Actor, id: FileId) -> Result<(Stored, Actor), AppError> {
    let (assistant, visitor) = actor.as_visitor()?;
    let mut tx = app.begin(actor).await?;
    leads::look_inside(&mut tx).await?;
    let conversation = store::of_visitor(&mut tx, assistant, visitor).await?.ok_or(AppError::NotFound)?;
    if !store::has_file(&mut tx, conversation, id).await? {
        return Err(AppError::NotFound);
    }
    let file = files::kept(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    Ok((file, Actor::on_visitors_behalf(actor.company())))
}

async fn limit_files(app: &App, visitor: VisitorId) -> Result<(), AppError> {
    let (count, seconds) = count_try(app.db.pool(), &Sha256::digest(format!("files:{visitor}").as_bytes()), FILES_WINDOW).await?;
    if count > FILES { Err(AppError::TooMany { retry_after: seconds.max(1).unsigned_abs() }) } else { Ok(()) }
}

/// Refuses an address that asks too often. Loopback says nothing about who asks: it is a proxy of
/// ours, or ourselves.
pub async fn limit_address(app: &App, address: &str) -> Result<(), AppError> {
    let own = address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if own { Ok(()) } else { limit(app, &format!("widget:{}", neighbourhood(address)), PER_ADDRESS).await }
}

/// Refuses what was asked for more than so often in a minute.
pub(super) async fn limit(app: &App, key: &str, most: i32) -> Result<(), AppError> {
    let (count, seconds) = count_try(app.db.pool(), &Sha256::digest(key.as_bytes()), WINDOW).await?;
    if count > most { Err(AppError::TooMany { retry_after: seconds.max(1).unsigned_abs() }) } else { Ok(()) }
}

/// A visitor reaches no lead; their own conversation is read and written on their behalf.
fn own_part(actor: &Actor) -> Actor {
    Actor::system(actor.company(), "widget")
}

async fn locked(tx: &mut Tx, actor: &Actor, conversation: ConversationId) -> Result<Talk, AppError> {
    store::lock(tx, conversation, &own_part(actor).scope()).await?.ok_or(AppError::NotFound)
}

/// A message as a visitor sees it: no lead, no person's id, no mood.
pub fn message_for_visitor(message: &Message) -> Value {
    json!({
        "id": message.id, "conversation": message.conversation, "author": message.author, "name": message.shown_name(), "body": message.body,
        "files": message.files, "state": message.state, "at": message.at, "partial": message.partial, "sources": message.sources,
    })
}

/// Who answers, as a visitor sees it.
pub fn control_for_visitor(control: &Control) -> Value {
    json!({ "owner": control.owner, "name": control.name, "epoch": control.epoch })
}
