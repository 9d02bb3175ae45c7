//! The worker: takes jobs from the queue, gives dead workers' jobs back, buries what cannot be done.

use super::{Job, registry};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::server::app::App;
use crate::server::db::Audience;
use crate::values::CompanyId;
use anyhow::Context;
use graphile_worker::{IntoTaskHandlerResult, LocalQueueConfig, RefetchDelayConfig, TaskHandler, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How many jobs one process does at a time.
const AT_ONCE: usize = 16;
/// A job that was being done this often when its process died is buried: it may be what kills it.
const CRASHES: i32 = 3;

/// Does jobs until `stop`, then finishes those under way (10 seconds at most).
///
/// # Errors
/// When the database cannot be reached at the start, or the queue's schema is of another version.
pub async fn work(app: App, stop: CancellationToken) -> anyhow::Result<()> {
    let worker = registry::define(WorkerOptions::default())
        .pg_pool(app.db.pool().clone())
        .concurrency(AT_ONCE)
        .poll_interval(Duration::from_millis(500))
        // Batched fetching and completing: the plain mode drains some 24 jobs a second. Without a
        // delay between fetches that find little, an idle queue asks some 400 times a second: each
        // fetch leaves a wake-up behind for the next. A new job cuts the delay short.
        .local_queue(
            LocalQueueConfig::default()
                .with_size(AT_ONCE * 2)
                .with_refetch_delay(RefetchDelayConfig::default().with_duration(Duration::from_millis(300)).with_max_abort_threshold(1)),
        )
        .complete_job_batch_delay(Duration::from_millis(5))
        // A worker silent for 2.5 s is dead; its jobs run again at once.
        .heartbeat_interval(Duration::from_millis(800))
        .sweep_interval(Duration::from_secs(1))
        .sweep_threshold(Duration::from_millis(2_500))
        .recovery_delay(Duration::ZERO)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(async move { stop.cancelled().await })
        .shutdown_grace_period(Duration::from_secs(10))
        .add_extension(Hands(app))
        .init()
        .await
        .context("starting the job worker")?;
    worker.run().await.context("the job worker")
}

/// What a job needs to do anything.
#[derive(Clone)]
struct Hands(App);

impl std::fmt::Debug for Hands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hands")
    }
}

/// A job as the queue runs it.
#[derive(Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub(super) struct Run<J: Job>(J);

impl<J: Job> TaskHandler for Run<J> {
    const IDENTIFIER: &'static str = J::NAME;

    async fn run(self, ctx: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Hands(app)) = ctx.get_ext::<Hands>() else {
            return Err("the worker has no App".to_owned());
        };
        let (id, try_number, tries) = (*ctx.job().id(), i32::from(*ctx.job().attempts()), i32::from(*ctx.job().max_attempts()));
        let company = self.0.company();
        match begin(app, id, ctx.worker_id()).await {
            Ok(crashes) if crashes >= CRASHES => {
                bury(app, company, id, J::NAME).await;
                // The queue shall not bring it back: no tries left.
                let spent = sqlx::query("update graphile_worker._private_jobs set attempts = max_attempts where id = $1")
                    .bind(id)
                    .execute(app.db.pool())
                    .await;
                return Err(format!("given up after {crashes} crashes of its process ({spent:?})"));
            }
            Ok(_) => {}
            Err(error) => return Err(format!("{error:#}")),
        }
        let began = std::time::Instant::now();
        let outcome = self.0.run(app).await;
        metrics::histogram!("job_seconds", "job" => J::NAME).record(began.elapsed().as_secs_f64());
        let word = if outcome.is_ok() { "done" } else { "failed" };
        metrics::counter!("jobs_total", "job" => J::NAME, "outcome" => word).increment(1);
        end(app, id).await;
        let Err(error) = outcome else { return Ok(()) };
        tracing::warn!(job = J::NAME, id, try_number, tries, cause = format!("{error:#}"), "job failed");
        if try_number >= tries {
            bury(app, company, id, J::NAME).await;
        }
        Err(format!("{error:#}"))
    }
}

/// Notes that the job is being done now. Gives how often it was when its process died.
async fn begin(app: &App, id: i64, worker: &str) -> anyhow::Result<i32> {
    // A row that is still here from an earlier try was not taken away by `end`: that process died.
    sqlx::query_scalar!(
        "insert into ops.job_runs (job_id, worker) values ($1, $2)
         on conflict (job_id) do update set worker = $2, crashes = job_runs.crashes + 1, started_at = now() returning crashes",
        id,
        worker
    )
    .fetch_one(app.db.pool())
    .await
    .context("noting the start of a job")
}

async fn end(app: &App, id: i64) {
    if let Err(error) = sqlx::query!("delete from ops.job_runs where job_id = $1", id).execute(app.db.pool()).await {
        tracing::warn!(id, %error, "the end of a job was not noted; it counts as one crash");
    }
}

/// Tells the company's admins that a job was given up.
async fn bury(app: &App, company: CompanyId, id: i64, task: &str) {
    tracing::error!(id, task, "job buried");
    metrics::counter!("jobs_buried_total", "job" => task.to_owned()).increment(1);
    let told = async {
        let mut tx = app.begin(&Actor::system(company, "jobs")).await?;
        record(&mut tx, Event::JobBuried { job: id, task: task.to_owned() }, Audience::staff());
        tx.commit().await
    };
    if let Err(error) = told.await {
        tracing::error!(id, task, %error, "a buried job was not announced");
    }
}
