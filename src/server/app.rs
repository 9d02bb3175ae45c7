//! `App`: everything the process owns. Cheap to clone.

use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::live::server::hub::Hub;
use crate::server::db::{Db, Tx};
use std::sync::Arc;

/// Everything the process owns.
#[derive(Clone)]
pub struct App {
    /// The way to transactions.
    pub db: Db,
    /// Tells sockets what happened.
    pub hub: Hub,
    /// The rest, which never changes while the process runs.
    pub inner: Arc<Inner>,
}

/// What never changes while the process runs.
pub struct Inner {
    /// Which build this is; pages of another build offer to reload.
    pub build: String,
    /// Signs visitor tokens.
    pub secret: [u8; 32],
    /// The language service, or the sandbox that plays it.
    pub openai: crate::server::integrations::openai::OpenAi,
    /// The model that talks with leads, where an assistant names no other.
    pub model: String,
    /// Whether cookies are for https only.
    pub https: bool,
    /// Whether the demo runs.
    pub demo: bool,
}

impl App {
    /// Begins a transaction for whoever asks.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, AppError> {
        self.db.begin(actor).await
    }
}
