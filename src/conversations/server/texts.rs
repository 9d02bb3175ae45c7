//! What comes in by text, and what became of texts of ours. It takes the same road as what a visitor of the widget writes.

use super::store::{self, Talk};
use super::visitor::{PER_VISITOR, limit, take_in};
use super::{reads, service};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::channels::model::{Bar, Number, Wish};
use crate::channels::server::reach;
use crate::channels::server::service::consented;
use crate::channels::server::store::{self as channels, OnItsWay};
use crate::conversations::model::{Author, Channel, Delivery, HandOff, Message, Owner, clean_body};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::{AssistantId, ChannelId, CompanyId, ConversationId, LeadId, MessageId};
use sha2::{Digest, Sha256};

/// A text that came in.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// By which of our numbers.
    pub channel: ChannelId,
    /// The assistant in front of it.
    pub assistant: AssistantId,
    /// That number.
    pub ours: Number,
    /// Who wrote.
    pub from: Number,
    /// The provider's id of it: told five times it is one message.
    pub sid: String,
    /// What it says.
    pub body: String,
    /// How many pictures came with it.
    pub files: u32,
}

/// The id of the message that a text of that id becomes: always the same.
fn message_id(company: CompanyId, sid: &str) -> MessageId {
    let hash = Sha256::new().chain_update(b"text ").chain_update(company.0.as_bytes()).chain_update(sid).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Somebody texts. It goes into the thread of whoever has that number; of nobody known it makes contact, lead and
/// conversation. Told again, in whatever order, it is one message.
///
/// # Errors
/// The database's; Twilio then tells it again.
pub async fn heard(app: &App, company: CompanyId, incoming: Incoming) -> Result<(), AppError> {
    let actor = Actor::on_visitors_behalf(company);
    let id = message_id(company, &incoming.sid);
    let from = &incoming.from;
    // Before anything is held. Who texts very often is heard all the same, a wish for no more texts above all, but not answered.
    let often = match limit(app, &format!("text:{company}:{from}"), PER_VISITOR).await {
        Ok(()) => false,
        Err(AppError::TooMany { .. }) => true,
        Err(error) => return Err(error),
    };
    let mut tx = app.begin(&actor).await?;
    // Of texts from one number one after the other: the first makes the lead that the second finds.
    store::hold_number(&mut tx, from.as_str()).await?;
    if store::message(&mut tx, id).await?.is_some() {
        return Ok(());
    }
    let files = match incoming.files {
        0 => String::new(),
        1 => "[A picture came with this text. It is not shown here.]".into(),
        more => format!("[{more} pictures came with this text. They are not shown here.]"),
    };
    let said = [incoming.body.trim(), &files].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n");
    let body = clean_body(&said, 0).unwrap_or_else(|_| "[An empty text]".into());
    // Somebody may have put their lead into the trash: they are not told, and it comes back.
    leads::look_inside(&mut tx).await?;
    let (mut talk, audience) = found(&mut tx, &actor, &incoming, &body).await?;
    let wish = Wish::read(&incoming.body);
    if wish != Some(Wish::Stop) {
        channels::agree(&mut tx, from, "They texted first").await?;
    }
    let message = service::blank(&talk, id, Author::Visitor, talk.name.clone(), body);
    let message = Message { channel: Channel::Sms, ..message };
    let word = incoming.body.trim().trim_end_matches(['.', '!']).to_uppercase();
    let changed = match wish {
        Some(wish) => channels::opt_out(&mut tx, from, (wish == Wish::Stop).then_some(&word)).await?,
        None => false,
    };
    // A yes of somebody who had not asked for no more texts is an answer like any other.
    let to_answer = !often && wish != Some(Wish::Stop) && !changed;
    take_in(&mut tx, &mut talk, audience, message, to_answer).await?;
    channels::add_text(&mut tx, id, incoming.channel, from, Some(&incoming.sid)).await?;
    channels::set_health(&mut tx, incoming.channel, false, true, None).await?;
    if changed {
        consented(&mut tx, talk.lead, talk.id, wish == Some(Wish::Start), format!("they texted {word}")).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// The conversation that a text belongs to: the newest with that number; else the newest of a lead with that number; else a
/// new one.
async fn found(tx: &mut Tx, actor: &Actor, incoming: &Incoming, body: &str) -> Result<(Talk, Audience), AppError> {
    let keys = incoming.from.keys(&incoming.ours);
    let known = store::of_number(tx, incoming.from.as_str(), &keys, incoming.assistant).await?;
    let conversation = match known {
        Some((_, Some(conversation))) => conversation,
        Some((lead, None)) => open(tx, actor, lead, incoming).await?,
        None => {
            let conversation = ConversationId::new();
            let card = leads::arrive(tx, incoming.assistant, conversation, Some(&incoming.from), body).await?;
            store::open(tx, conversation, card.id, incoming.assistant, None, Some(&incoming.from), None).await?;
            begun(tx, actor, conversation).await?;
            conversation
        }
    };
    store::reach_by_text(tx, conversation, incoming.from.as_str(), incoming.channel).await?;
    let talk = store::lock(tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    let audience = leads::hold(tx, talk.lead).await?;
    Ok((talk, audience))
}

/// A conversation with a lead that has none yet on that assistant.
async fn open(tx: &mut Tx, actor: &Actor, lead: LeadId, incoming: &Incoming) -> Result<ConversationId, AppError> {
    let conversation = ConversationId::new();
    store::open(tx, conversation, lead, incoming.assistant, None, Some(&incoming.from), None).await?;
    leads::talks_in(tx, lead, conversation).await?;
    begun(tx, actor, conversation).await?;
    Ok(conversation)
}

/// The conversation in which a person texts a lead: the newest with it, else a new one, in which they have the word.
///
/// # Errors
/// `NotFound` when the lead is out of reach, `Conflict` when it has no number that can be texted, or the company none.
pub async fn begin(app: &App, actor: &Actor, lead: LeadId) -> Result<ConversationId, AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    let card = leads::locked(&mut tx, actor, lead).await?;
    if let Some(conversation) = card.conversation {
        return Ok(conversation);
    }
    let refused = |bar: Bar| AppError::Conflict { reason: bar.reason().into(), current: None };
    let route = reach::route_to(&mut tx, lead, card.assistant).await?.map_err(refused)?;
    let channel = &route.line.channel;
    let conversation = ConversationId::new();
    let assistant = card.assistant.unwrap_or(channel.assistant);
    store::open(&mut tx, conversation, lead, assistant, None, Some(&route.to), None).await?;
    store::reach_by_text(&mut tx, conversation, route.to.as_str(), channel.id).await?;
    leads::talks_in(&mut tx, lead, conversation).await?;
    begun(&mut tx, actor, conversation).await?;
    let mut talk = store::lock(&mut tx, conversation, &actor.scope()).await?.ok_or(AppError::NotFound)?;
    let audience = leads::audience(&mut tx, lead).await?;
    service::change_control(&mut tx, &mut talk, Owner::Person, Some((me.user, me.name.clone())), None, &audience).await?;
    tx.commit().await?;
    Ok(conversation)
}

/// Says that a conversation is there, as it is before its first message.
async fn begun(tx: &mut Tx, actor: &Actor, conversation: ConversationId) -> Result<(), AppError> {
    let row = reads::row(tx, actor, conversation).await?;
    let audience = leads::audience(tx, row.lead).await?;
    record(tx, Event::ConversationStarted { row }, audience);
    Ok(())
}

/// What became of a text of ours. Told twice, late, or in whatever order, it never goes back.
pub async fn marked(tx: &mut Tx, text: &OnItsWay, message: MessageId, state: Delivery, failure: Option<&str>) -> Result<(), AppError> {
    if store::mark_one(tx, message, state, failure).await? {
        // Its lead may be in the trash by now.
        leads::look_inside(tx).await?;
        let audience = leads::audience(tx, text.lead).await?;
        let failure = failure.map(str::to_owned);
        let event =
            Event::MessageMarked { conversation: text.conversation, messages: vec![message], state, channel: Channel::Sms, failure };
        record(tx, event, audience.clone());
        let system = Actor::system(tx.company(), "texts");
        if state == Delivery::Failed
            && let Some(mut talk) = store::lock(tx, text.conversation, &system.scope()).await?
            && talk.control.owner == Owner::Assistant
            && store::message(tx, message).await?.is_some_and(|message| message.author == Author::Assistant)
        {
            // What the assistant said did not get there: somebody has to know.
            let why = (HandOff::ToolFailure, "The assistant’s text did not get there.");
            service::change_control(tx, &mut talk, Owner::Waiting, None, Some(why), &audience).await?;
        }
    }
    Ok(())
}
