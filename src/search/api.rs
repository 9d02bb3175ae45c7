//! Server functions: who, what, return.

use super::model::Found;
use crate::error::AppError;
use crate::wire::server;

/// Leads in reach in which every word stands: in the name, a note or a message.
#[server]
pub async fn search(
    /// As typed.
    #[server(default)]
    typed: String,
) -> Result<Found, AppError> {
    use crate::{accounts::server::web::asked, search::server::service};
    asked(|app, actor| async move { service::search(&app, &actor, &typed).await }).await
}
