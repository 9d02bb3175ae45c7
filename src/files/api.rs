//! Server functions: who, what, return. A form can send it without script.

use crate::error::AppError;
use crate::values::FileId;
use crate::wire::server;

/// Takes a file off its lead, or puts it back.
#[server]
pub async fn mark_file(file: FileId, removed: bool) -> Result<(), AppError> {
    use crate::{accounts::server::web::asked, files::server::service};
    asked(|app, actor| async move { service::mark_file(&app, &actor, file, removed).await }).await
}
