//! Server functions: who, what, return.

use crate::channels::model::TextSettings;
use crate::error::AppError;
use crate::values::{ConversationId, LeadId};
use crate::wire::server;

/// The company's numbers. Admins only.
#[server]
pub async fn load_texts() -> Result<TextSettings, AppError> {
    use crate::{accounts::server::web::asked, channels::server::service};
    asked(|app, actor| async move { service::load(&app, &actor).await }).await
}

/// The conversation in which a lead is texted; it is opened where there is none.
#[server]
pub async fn begin_text(lead: LeadId) -> Result<ConversationId, AppError> {
    use crate::{accounts::server::web::asked, conversations::server::texts};
    asked(|app, actor| async move { texts::begin(&app, &actor, lead).await }).await
}

/// Notes that the person of a conversation agreed to be texted, and how.
#[server]
pub async fn note_consent(conversation: ConversationId, how: String) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, channels::server::service};
    asked(|app, actor| async move { service::note_consent(&app, &actor, conversation, &how).await }).await
}
