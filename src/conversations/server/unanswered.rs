//! Chats in which somebody waits and nobody answers.

use super::service::{blank, change_control, insert};
use super::store::{self, Talk};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::conversations::model::{Author, Owner};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::server::db::Tx;
use crate::values::{ConversationId, MessageId, UserId};

/// A person was asked for and has not come since that change of control: the assistant says so in these words, and whoever
/// looks after that is told. Gives the name of who waits; none if somebody came, or it was put to rest.
pub async fn nobody_came(tx: &mut Tx, conversation: ConversationId, epoch: i32, words: String) -> Result<Option<String>, AppError> {
    let Some(talk) = locked(tx, conversation).await? else { return Ok(None) };
    if talk.control.owner != Owner::Waiting || talk.control.epoch != epoch || talk.rest.is_some() {
        return Ok(None);
    }
    let audience = leads::audience(tx, talk.lead).await?;
    let message = blank(&talk, MessageId::new(), Author::Assistant, talk.assistant_name.clone(), words);
    insert(tx, &talk, message, None, audience.clone()).await?;
    record(tx, Event::NobodyCame { lead: talk.lead, conversation, name: talk.name.clone() }, audience);
    Ok(Some(talk.name))
}

/// The person who owes an answer to that message; none if it has one, or somebody else has the word, or more was said since.
pub async fn owed_by(tx: &mut Tx, conversation: ConversationId, message: MessageId) -> Result<Option<UserId>, AppError> {
    let Some(talk) = locked(tx, conversation).await? else { return Ok(None) };
    let open = talk.control.owner == Owner::Person && talk.newest_inbound == Some(message) && talk.rest.is_none();
    if !open || store::is_answered(tx, conversation, message).await? {
        return Ok(None);
    }
    Ok(talk.control.user)
}

/// Whoever answered is not there any more: anybody may pick it up.
pub async fn back_to_all(tx: &mut Tx, conversation: ConversationId) -> Result<(), AppError> {
    let Some(mut talk) = locked(tx, conversation).await? else { return Ok(()) };
    let audience = leads::audience(tx, talk.lead).await?;
    change_control(tx, &mut talk, Owner::Waiting, None, None, &audience).await
}

async fn locked(tx: &mut Tx, conversation: ConversationId) -> Result<Option<Talk>, AppError> {
    let system = Actor::system(tx.company(), "routing");
    Ok(store::lock(tx, conversation, &system.scope()).await?)
}
