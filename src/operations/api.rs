//! Server functions: who, what, return.

use super::model::Queue;
use crate::error::AppError;
use crate::wire::server;

/// The company's jobs.
#[server]
pub async fn load_queue() -> Result<Queue, AppError> {
    use crate::{accounts::server::web::asked, operations::server::service};
    asked(|app, actor| async move { service::load_queue(&app, &actor).await }).await
}

/// Gives a dead job a fresh start.
#[server]
pub async fn revive_job(
    /// Its number in the queue.
    id: i64,
) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, operations::server::service};
    asked(|app, actor| async move { service::revive_job(&app, &actor, id).await }).await
}
