//! How the assistant's words get into a conversation: only where nobody took over and the visitor
//! has not written on, and each answer once.

use super::service::{blank, change_control, insert, mark};
use super::store::{self, Talk};
use crate::accounts::server::actor::Actor;
use crate::channels::model::fitted;
use crate::conversations::model::{Answer, Author, Channel, Delivery, HandOff, Message, Owner};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::{ConversationId, MessageId};
use sha2::{Digest, Sha256};

/// What an answer was written against. It is stored only if this is still so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The epoch of control.
    pub epoch: i32,
    /// The visitor's message that is answered.
    pub inbound: MessageId,
}

/// What the assistant has to say and do.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The answer; empty when it did not come to one word.
    pub body: String,
    /// It broke off half-way.
    pub partial: bool,
    /// The titles of the knowledge it rests on.
    pub sources: Vec<String>,
    /// What it found out.
    pub answers: Vec<Answer>,
    /// It asks for a person: why, and what that person should know.
    pub hand_off: Option<(HandOff, String)>,
    /// A sentence of its own after the answer: what went wrong.
    pub trouble: Option<String>,
}

/// The id of the answer to a visitor's message: always the same, so that a job which runs twice
/// streams and stores one message.
pub fn answer_id(inbound: MessageId) -> MessageId {
    let hash = Sha256::new().chain_update(b"answer to ").chain_update(inbound.0.as_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// The longest answer that is stored, in characters.
const LONGEST_ANSWER: usize = 8_000;

/// Stores what the assistant says, with all that follows from it, in one transaction. Gives the
/// last message stored; none when somebody took over or the visitor wrote on (then nothing was
/// stored), or when this was said before.
pub async fn post_assistant(
    app: &App,
    actor: &Actor,
    conversation: ConversationId,
    seen: Seen,
    said: Said,
) -> Result<Option<Message>, AppError> {
    let mut tx = app.begin(actor).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    let stands = talk.control.owner == Owner::Assistant && talk.control.epoch == seen.epoch && talk.newest_inbound == Some(seen.inbound);
    if !stands || store::is_answered(&mut tx, talk.id, seen.inbound).await? {
        return Ok(None);
    }
    let audience = leads::audience(&mut tx, talk.lead).await?;
    // It was read by whoever answers it.
    mark(&mut tx, talk.id, true, i32::MAX, Delivery::Read, &audience).await?;
    let mut last = None;
    let body: String = said.body.trim().chars().take(LONGEST_ANSWER).collect();
    let body = if talk.channel == Channel::Sms { fitted(&body) } else { body };
    if !body.is_empty() {
        let name = talk.assistant_name.clone();
        let message = blank(&talk, answer_id(seen.inbound), Author::Assistant, name, body);
        let message = Message { partial: said.partial, sources: said.sources, ..message };
        last = Some(insert(&mut tx, &talk, message, Some(seen.inbound), audience.clone()).await?);
    }
    if let Some(trouble) = said.trouble {
        last = Some(say_trouble(&mut tx, &talk, trouble, audience.clone()).await?);
    }
    if !said.answers.is_empty() {
        leads::learned(&mut tx, talk.lead, talk.id, seen.inbound, said.answers).await?;
    }
    if let Some((reason, summary)) = &said.hand_off {
        change_control(&mut tx, &mut talk, Owner::Waiting, None, Some((*reason, summary)), &audience).await?;
    } else if last.as_ref().is_some_and(|message| message.state == Delivery::Failed) {
        let why = (HandOff::ToolFailure, "The assistant’s text may not go out.");
        change_control(&mut tx, &mut talk, Owner::Waiting, None, Some(why), &audience).await?;
    }
    tx.commit().await?;
    Ok(last)
}

/// A sentence that answers nothing, so that handing back still gets the visitor their answer.
async fn say_trouble(tx: &mut Tx, talk: &Talk, body: String, audience: Audience) -> Result<Message, AppError> {
    let message = blank(talk, MessageId::new(), Author::Assistant, talk.assistant_name.clone(), body);
    insert(tx, talk, message, None, audience).await
}
