//! Server functions: what the settings pages read. Changes go by plain forms (`server::forms`).

use super::model::{ApiKeyRow, InviteFace, Letter, SessionRow, Team};
use crate::error::AppError;
use crate::wire::server;

/// One's own sign-ins that stand.
#[server]
pub async fn load_sessions() -> Result<Vec<SessionRow>, AppError> {
    use super::server::{service, web::asked};
    asked(|app, actor| async move { service::sessions(&app, &actor).await }).await
}

/// The people of the company, and who was asked to join.
#[server]
pub async fn load_team() -> Result<Team, AppError> {
    use super::server::{team, web::asked};
    asked(|app, actor| async move { team::team(&app, &actor).await }).await
}

/// The keys by which other programs ask.
#[server]
pub async fn load_keys() -> Result<Vec<ApiKeyRow>, AppError> {
    use super::server::{keys, web::asked};
    asked(|app, actor| async move { keys::load_keys(&app, &actor).await }).await
}

/// Letters that stayed here, for want of a mail server.
#[server]
pub async fn load_outbox() -> Result<Vec<Letter>, AppError> {
    use super::server::{team, web::asked};
    asked(|app, actor| async move { team::outbox(&app, &actor).await }).await
}

/// What an invitation says to whoever holds its link; none when it is over.
#[server]
pub async fn load_invite(token: String) -> Result<Option<InviteFace>, AppError> {
    use super::server::{team, web::open};
    open(|app| async move { team::invite_face(&app, &token).await }).await
}
