//! Reminders.

use super::service;
use crate::server::{app::App, jobs::Job};
use crate::values::{CompanyId, TaskId, Timestamp};
use serde::{Deserialize, Serialize};

/// Tells a task's person that it is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Remind {
    /// Whose.
    pub company: CompanyId,
    /// Of which task.
    pub task: TaskId,
    /// Of which moment. If the task is due at another by now, another job reminds of that.
    pub due: Timestamp,
}

impl Job for Remind {
    const NAME: &'static str = "tasks.remind";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        Ok(service::remind(app, self.company, self.task, self.due).await?)
    }
}
