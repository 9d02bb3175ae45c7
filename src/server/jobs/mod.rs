//! Background work on the same Postgres: enqueued in the change's own transaction, at least once.
//!
//! A job may run twice (a killed worker's jobs run again within 5 seconds, and acknowledgements
//! are not fenced), so its effects carry a key of their own and doing it again does nothing.

mod registry;
/// The worker.
pub mod runner;

use crate::error::AppError;
use crate::server::app::App;
use crate::server::db::Tx;
use crate::values::{CompanyId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use std::{future::Future, time::Duration};

/// One kind of work, named as a command.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the queue. Never changed once released: jobs of the old name may be waiting.
    const NAME: &'static str;
    /// Tries before it is given up and shown to admins. Between tries: e^min(tries,10) seconds.
    const TRIES: i32 = 8;
    /// Whose work it is.
    fn company(&self) -> CompanyId;
    /// Does it. Safe to repeat.
    fn run(self, app: &App) -> impl Future<Output = anyhow::Result<()>> + Send;
}

/// When a job runs, and whether it stands for an earlier one.
#[derive(Clone, Debug, Default)]
pub struct When {
    delay: Duration,
    key: Option<String>,
}

impl When {
    /// As soon as a worker is free.
    pub fn now() -> Self {
        Self::default()
    }
    /// Not before that moment.
    pub fn at(moment: Timestamp) -> Self {
        Self::after(Duration::from_millis(moment.0.saturating_sub(Timestamp::now().0).max(0).unsigned_abs()))
    }
    /// Not before this much time has gone by.
    pub fn after(delay: Duration) -> Self {
        Self { delay, key: None }
    }
    /// Instead of the waiting job of the same key, if there is one: its time starts afresh.
    pub fn replacing(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }
}

/// Puts a job into the queue, if and when the transaction commits.
pub async fn enqueue<J: Job>(tx: &mut Tx, job: &J, when: When) -> Result<(), AppError> {
    sqlx::query(
        "select graphile_worker.add_job($1, payload => $2::json, run_at => now() + make_interval(secs => $3), max_attempts => $4, job_key => $5)",
    )
    .bind(J::NAME)
    .bind(serde_json::to_value(job)?)
    .bind(when.delay.as_secs_f64())
    .bind(J::TRIES)
    // Keys are one space for everybody, and are made of ids that browsers choose.
    .bind(when.key.map(|key| format!("{}:{key}", tx.company())))
    .execute(&mut **tx)
    .await?;
    Ok(())
}
