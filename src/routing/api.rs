//! Server functions: who, what, return.

use crate::error::AppError;
use crate::routing::model::Routing;
use crate::wire::server;

/// How chats are handed over. Admins only.
#[server]
pub async fn load_routing() -> Result<Routing, AppError> {
    use crate::{accounts::server::web::asked, routing::server::service};
    asked(|app, actor| async move { service::load(&app, &actor).await }).await
}
