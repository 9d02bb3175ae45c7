//! What people may do with assistants: look at their own, and, as admins, change them.

use super::store;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::assistants::model::{Assistant, AssistantEdit, Knowledge};
use crate::error::AppError;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::words::plain_lines;
use crate::values::{AssistantId, KnowledgeId, UserId};
use rand::Rng;

/// The assistants in reach, by name.
pub async fn assistants(app: &App, actor: &Actor) -> Result<Vec<Assistant>, AppError> {
    actor.require(Action::SeeAssistants)?;
    let mut tx = app.begin(actor).await?;
    let scope = actor.scope();
    Ok(store::assistants(&mut tx, (!scope.all).then_some(scope.assistants.as_slice())).await?)
}

/// One assistant in reach.
pub async fn assistant(app: &App, actor: &Actor, id: AssistantId) -> Result<Assistant, AppError> {
    actor.require(Action::SeeAssistants)?;
    if !actor.scope().reaches(Some(id), None) {
        return Err(AppError::NotFound);
    }
    let mut tx = app.begin(actor).await?;
    store::assistant(&mut tx, id).await?.ok_or(AppError::NotFound)
}

/// Makes an assistant. It is paused: it knows nothing yet. Made twice by the same id it is made once.
pub async fn create(app: &App, actor: &Actor, id: AssistantId, name: &str) -> Result<Assistant, AppError> {
    actor.require(Action::EditAssistants)?;
    let name = within("name", name, 1, 60)?;
    let mut tx = app.begin(actor).await?;
    let greeting = format!("Hello, I’m {name}. What can I help you with?");
    store::create(&mut tx, id, &name, &new_public_key(), &greeting).await?;
    finish(tx, id).await
}

/// Saves what an assistant is and what it asks.
///
/// # Errors
/// `Conflict` with the whole assistant when somebody saved it since.
pub async fn save(app: &App, actor: &Actor, id: AssistantId, edit: AssistantEdit) -> Result<Assistant, AppError> {
    actor.require(Action::EditAssistants)?;
    let mut edit = AssistantEdit {
        name: within("name", &edit.name, 1, 60)?,
        persona: within("persona", &edit.persona, 0, 4_000)?,
        goals: within("goals", &edit.goals, 0, 4_000)?,
        greeting: within("greeting", &edit.greeting, 1, 600)?,
        ..edit
    };
    edit.tidy_questions().map_err(|reason| AppError::invalid("questions", reason))?;
    let mut tx = app.begin(actor).await?;
    let version = store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    if version != edit.version {
        let current = store::assistant(&mut tx, id).await?.ok_or(AppError::NotFound)?;
        let reason = format!("{} was changed since you opened it.", current.face.name);
        return Err(AppError::Conflict { reason, current: Some(Box::new(serde_json::to_value(current)?)) });
    }
    store::save(&mut tx, id, &edit).await?;
    finish(tx, id).await
}

/// Lets it answer, or pauses it.
pub async fn set_live(app: &App, actor: &Actor, id: AssistantId, live: bool) -> Result<(), AppError> {
    let mut tx = begin(app, actor, id).await?;
    if store::set_live(&mut tx, id, live).await? {
        finish(tx, id).await?;
    }
    Ok(())
}

/// Teaches it something. Sent twice it is taught once.
pub async fn add_knowledge(app: &App, actor: &Actor, assistant: AssistantId, piece: Knowledge) -> Result<Knowledge, AppError> {
    let mut tx = begin(app, actor, assistant).await?;
    let piece = checked(piece)?;
    if store::add_knowledge(&mut tx, assistant, &piece).await? {
        store::touch(&mut tx, assistant).await?;
        finish(tx, assistant).await?;
        return Ok(piece);
    }
    // It is there: ours from before, or another assistant's, of which nothing is said.
    let known = store::assistant(&mut tx, assistant).await?.ok_or(AppError::NotFound)?.knowledge;
    known.into_iter().find(|other| other.id == piece.id).ok_or(AppError::NotFound)
}

/// Changes one piece of what it knows.
pub async fn edit_knowledge(app: &App, actor: &Actor, assistant: AssistantId, piece: Knowledge) -> Result<Knowledge, AppError> {
    let mut tx = begin(app, actor, assistant).await?;
    let piece = checked(piece)?;
    if !store::edit_knowledge(&mut tx, assistant, &piece).await? {
        return Err(AppError::NotFound);
    }
    store::touch(&mut tx, assistant).await?;
    finish(tx, assistant).await?;
    Ok(piece)
}

/// Makes it forget one piece. Harmless when it is gone already.
pub async fn remove_knowledge(app: &App, actor: &Actor, assistant: AssistantId, id: KnowledgeId) -> Result<(), AppError> {
    let mut tx = begin(app, actor, assistant).await?;
    if store::remove_knowledge(&mut tx, assistant, id).await? {
        store::touch(&mut tx, assistant).await?;
        finish(tx, assistant).await?;
    }
    Ok(())
}

/// Says whose own assistant it is: exactly these people.
pub async fn set_reps(app: &App, actor: &Actor, id: AssistantId, reps: Vec<UserId>) -> Result<(), AppError> {
    let mut tx = begin(app, actor, id).await?;
    store::set_reps(&mut tx, id, &reps).await?;
    store::touch(&mut tx, id).await?;
    finish(tx, id).await?;
    Ok(())
}

/// Begins a change of one assistant, whose row is locked until it is done.
async fn begin(app: &App, actor: &Actor, id: AssistantId) -> Result<Tx, AppError> {
    actor.require(Action::EditAssistants)?;
    let mut tx = app.begin(actor).await?;
    store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    Ok(tx)
}

/// Says that it was changed, commits, and gives it as it now is.
async fn finish(mut tx: Tx, id: AssistantId) -> Result<Assistant, AppError> {
    let assistant = store::assistant(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let event = Event::AssistantChanged { assistant: id, name: assistant.face.name.clone(), live: assistant.face.live };
    record(&mut tx, event, Audience::everyone());
    tx.commit().await?;
    Ok(assistant)
}

/// A fresh public key: 20 letters and digits, 119 bits.
pub fn new_public_key() -> String {
    let mut random = rand::rng();
    std::iter::repeat_with(|| char::from(random.sample(rand::distr::Alphanumeric))).take(20).collect()
}

fn checked(piece: Knowledge) -> Result<Knowledge, AppError> {
    Ok(Knowledge { id: piece.id, title: within("title", &piece.title, 1, 200)?, body: within("body", &piece.body, 1, 20_000)? })
}

/// The trimmed text without control characters but line breaks and tabs, if its length in
/// characters is within the bounds.
fn within(field: &str, text: &str, least: usize, most: usize) -> Result<String, AppError> {
    let kept = plain_lines(text);
    match kept.chars().count() {
        long if long > most => Err(AppError::invalid(field, format!("That is {long} characters; there is room for {most}."))),
        short if short < least => Err(AppError::invalid(field, "This cannot be empty.")),
        _ => Ok(kept),
    }
}
