//! Server functions: who, what, return.

use super::model::CannedReply;
use crate::error::AppError;
use crate::wire::server;

/// All canned replies of the company, by name.
#[server]
pub async fn load_canned() -> Result<Vec<CannedReply>, AppError> {
    use crate::{accounts::server::web::asked, canned::server::service};
    asked(|app, actor| async move { service::load(&app, &actor).await }).await
}
