//! Server functions: who, what, return.

use crate::conversations::model::{Control, Inbox, Message, NewMessage, Thread};
use crate::error::AppError;
use crate::values::{ConversationId, MessageId, Timestamp, UserId};
use crate::wire::server;

/// The conversations in one's reach, newest first.
#[server]
pub async fn load_inbox() -> Result<Inbox, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::reads};
    asked(|app, actor| async move { reads::inbox(&app, &actor).await }).await
}

/// One thread, whole.
#[server]
pub async fn load_thread(conversation: ConversationId) -> Result<Thread, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::reads};
    asked(|app, actor| async move { reads::thread(&app, &actor, conversation).await }).await
}

/// Writes to the visitor; takes over first if the assistant or nobody is answering. The event
/// carries the message's id as its mutation, so the sender knows its echo.
#[server]
pub async fn send_message(message: NewMessage) -> Result<Message, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::rep_says(&app, &actor, message).await }).await
}

/// The same as a plain form, for pages whose script has not come.
#[server]
pub async fn say(conversation: ConversationId, id: MessageId, body: String) -> Result<Message, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move {
        service::rep_says(&app, &actor, NewMessage { id, conversation, body, files: Vec::new(), channel: None }).await
    })
    .await
}

/// Writes what is to go out to the visitor later. Who answers stays as it is.
#[server]
pub async fn schedule_message(message: NewMessage, at: Timestamp) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::server::later};
    asked(|app, actor| async move { later::schedule(&app, &actor, message, at).await }).await
}

/// What was to go out later does not.
#[server]
pub async fn unschedule_message(message: MessageId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::server::later};
    asked(|app, actor| async move { later::unschedule(&app, &actor, message).await }).await
}

/// The person answers from now on. `epoch` is the control they saw; with an older one the answer
/// is `Conflict`, `current` being the `Control` as it stands.
#[server]
pub async fn take_over(conversation: ConversationId, epoch: i32) -> Result<Control, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::take_over(&app, &actor, conversation, epoch).await }).await
}

/// The assistant answers from now on, and answers at once if the visitor's last message stands
/// unanswered. Fenced like `take_over`.
#[server]
pub async fn hand_back(conversation: ConversationId, epoch: i32) -> Result<Control, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::hand_back(&app, &actor, conversation, epoch).await }).await
}

/// A colleague answers from now on. Fenced like `take_over`.
#[server]
pub async fn give_chat(conversation: ConversationId, person: UserId, epoch: i32) -> Result<Control, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::give(&app, &actor, conversation, person, epoch).await }).await
}

/// Nobody has to do anything about the conversation any more, until the visitor writes again. `seen` is the number of the
/// newest message before the person's eyes.
#[server]
pub async fn close_chat(conversation: ConversationId, seen: i32) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::model::Rest, conversations::server::service};
    asked(|app, actor| async move { service::rest(&app, &actor, conversation, Some(Rest::Closed), seen).await }).await
}

/// The conversation is out of the way until then, or until the visitor writes. `seen` as in `close_chat`.
#[server]
pub async fn snooze_chat(conversation: ConversationId, until: Timestamp, seen: i32) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::model::Rest, conversations::server::service};
    asked(|app, actor| async move { service::rest(&app, &actor, conversation, Some(Rest::Snoozed { until }), seen).await }).await
}

/// The conversation is open again, whoever closed it or put it off.
#[server]
pub async fn open_chat(conversation: ConversationId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::rest(&app, &actor, conversation, None, 0).await }).await
}

/// A person has looked: nothing is unread, and the visitor sees their messages as read.
#[server]
pub async fn mark_seen(conversation: ConversationId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, conversations::server::service};
    asked(|app, actor| async move { service::mark_seen(&app, &actor, conversation).await }).await
}
