//! The end of files that were taken off.

use super::service;
use crate::server::{app::App, jobs::Job};
use crate::values::{CompanyId, FileId};
use serde::{Deserialize, Serialize};

/// Lets go of a file that was taken off its lead, if it has not been put back since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Discard {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub file: FileId,
}

impl Job for Discard {
    const NAME: &'static str = "files.discard";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        Ok(service::discard(app, self.company, self.file).await?)
    }
}
