//! Server functions: who, what, return.

use crate::assistants::model::{Assistant, Knowledge, Question};
use crate::error::AppError;
use crate::values::{AssistantId, KnowledgeId, UserId};
use crate::wire::server;

/// The assistants in one's reach, by name. Sales reps see their own.
#[server]
pub async fn load_assistants() -> Result<Vec<Assistant>, AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::assistants(&app, &actor).await }).await
}

/// One assistant, whole.
#[server]
pub async fn load_assistant(id: AssistantId) -> Result<Assistant, AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::assistant(&app, &actor, id).await }).await
}

/// Makes an assistant, paused until it is set live. The id is made by the form.
#[server]
pub async fn create_assistant(id: AssistantId, name: String) -> Result<Assistant, AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::create(&app, &actor, id, &name).await }).await
}

/// Saves what an assistant is and what it asks. `version` is the one that was seen; if somebody
/// saved since, the answer is `Conflict` with the whole assistant as it stands.
#[server]
pub async fn save_assistant(
    id: AssistantId,
    version: i32,
    name: String,
    persona: String,
    goals: String,
    greeting: String,
    #[server(default)] questions: Vec<Question>,
) -> Result<Assistant, AppError> {
    use crate::{accounts::server::web::asked, assistants::model::AssistantEdit, assistants::server::service};
    let edit = AssistantEdit { version, name, persona, goals, greeting, questions };
    asked(|app, actor| async move { service::save(&app, &actor, id, edit).await }).await
}

/// Lets it answer, or pauses it.
#[server]
pub async fn set_live(id: AssistantId, live: bool) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::set_live(&app, &actor, id, live).await }).await
}

/// Teaches it something. The id is made by the form, so that sending twice is teaching once.
#[server]
pub async fn add_knowledge(assistant: AssistantId, id: KnowledgeId, title: String, body: String) -> Result<Knowledge, AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::add_knowledge(&app, &actor, assistant, Knowledge { id, title, body }).await }).await
}

/// Changes one piece of what it knows.
#[server]
pub async fn edit_knowledge(assistant: AssistantId, id: KnowledgeId, title: String, body: String) -> Result<Knowledge, AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::edit_knowledge(&app, &actor, assistant, Knowledge { id, title, body }).await }).await
}

/// Makes it forget one piece. Harmless when it is gone already.
#[server]
pub async fn remove_knowledge(assistant: AssistantId, id: KnowledgeId) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::remove_knowledge(&app, &actor, assistant, id).await }).await
}

/// Says whose own assistant it is: exactly these people.
#[server]
pub async fn set_reps(id: AssistantId, #[server(default)] reps: Vec<UserId>) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, assistants::server::service};
    asked(|app, actor| async move { service::set_reps(&app, &actor, id, reps).await }).await
}
