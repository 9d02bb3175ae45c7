//! `App`: everything the process owns. Cheap to clone.

use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::live::server::hub::Hub;
use crate::server::config::Secret;
use crate::server::db::{Db, Tx};
use crate::server::integrations::{http::Http, openai::OpenAi};
use crate::server::mail::Mailer;
use crate::server::seal::Seal;
use leptos::config::LeptosOptions;
use metrics_exporter_prometheus::PrometheusHandle;
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
    pub openai: OpenAi,
    /// The model that talks with leads, where an assistant names no other.
    pub model: String,
    /// What outside calls pass.
    pub http: Http,
    /// Twilio's address, without a slash at the end.
    pub twilio_base_url: String,
    /// Where this program plays outside services; none where it must not.
    pub sandbox_url: Option<String>,
    /// Seals what companies give us to keep.
    pub seal: Seal,
    /// Sends letters, or keeps them in the outbox.
    pub mailer: Mailer,
    /// Where the browser's files are.
    pub leptos: LeptosOptions,
    /// The address people reach us at, without a slash at the end.
    pub public_url: String,
    /// Whether cookies are for https only.
    pub https: bool,
    /// Whether a proxy of ours stands before us and names the real address.
    pub trust_proxy: bool,
    /// Whether the demo runs.
    pub demo: bool,
    /// The figures.
    pub metrics: PrometheusHandle,
    /// What a reader of the figures must show.
    pub metrics_token: Option<Secret>,
}

impl Inner {
    /// Whether outside services are played by the sandbox.
    pub fn sandbox(&self) -> bool {
        self.openai.is_sandbox()
    }
}

impl App {
    /// Begins a transaction for whoever asks.
    pub async fn begin(&self, actor: &Actor) -> Result<Tx, AppError> {
        self.db.begin(actor).await
    }
}

// Leptos options travel as axum state where its own handlers ask for them.
impl axum::extract::FromRef<App> for LeptosOptions {
    fn from_ref(app: &App) -> Self {
        app.inner.leptos.clone()
    }
}
