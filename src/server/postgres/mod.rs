//! A private Postgres in the data folder, for machines where no `DATABASE_URL` is given.
//!
//! One cluster a data folder, on a Unix socket only, run by whoever holds the folder's lock. When
//! our process is killed Postgres stays; the next start adopts it.

mod launch;
mod locate;
#[cfg(test)]
mod tests;

pub use locate::{OLDEST_MAJOR, default_data};

use anyhow::{Context, bail};
use launch::Server;
use locate::{Account, Claim, Layout, PORT};
use nix::sys::signal::{Signal, kill};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep, timeout};

/// Who owns the private database: a superuser, for migrations and look-ups over all companies.
pub const OWNER: &str = "spotlight_owner";
/// Who the process works as: owns nothing, and row-level security holds for it.
pub const APP: &str = "spotlight_app";
/// The private database.
const DATABASE: &str = "spotlight";
/// How long a stop may take before Postgres is told to leave everything and go (it then replays
/// its journal at the next start; nothing committed is lost).
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// A private Postgres that answers. Stop it with [`Running::stop`]; dropped without that, it is
/// told to stop and not waited for.
pub struct Running {
    /// How to connect as the owner.
    pub owner: PgConnectOptions,
    /// How to connect as the process.
    pub app: PgConnectOptions,
    /// Absent when another process runs it and we are only joining in.
    kept: Option<Kept>,
}

/// What we run, and the right to do so.
struct Kept {
    server: Server,
    cluster: PathBuf,
    /// Held while open.
    _lock: File,
}

/// Starts Postgres in a data folder (made if missing) and waits until it answers.
///
/// # Errors
/// When another process runs on the folder (its pid is named), there is no usable Postgres on the
/// machine, its account cannot get to the folder, or it does not come up (with the end of its log).
pub async fn start(data: &Path) -> anyhow::Result<Running> {
    let layout = Layout::of(data)?;
    match layout.claim()? {
        Claim::Ours(lock) => run(layout, lock).await,
        Claim::Theirs(pid) => bail!(
            "the data folder {} is in use by the process {pid}. Stop that one, or set SPOTLIGHT_DATA to another folder",
            layout.data.display()
        ),
    }
}

/// As [`start`], but where another process runs on the folder, uses its Postgres: for `doctor`,
/// `user create` and the like beside a running server.
///
/// # Errors
/// As [`start`], save for the first.
pub async fn start_or_join(data: &Path) -> anyhow::Result<Running> {
    let layout = Layout::of(data)?;
    match layout.claim()? {
        Claim::Ours(lock) => run(layout, lock).await,
        Claim::Theirs(pid) => {
            let app = options(&layout).username(APP).database(DATABASE);
            launch::wait_for(&app)
                .await
                .with_context(|| format!("the process {pid} runs on {}, but its Postgres does not answer", layout.data.display()))?;
            Ok(Running { owner: options(&layout).username(OWNER).database(DATABASE), app, kept: None })
        }
    }
}

async fn run(layout: Layout, lock: File) -> anyhow::Result<Running> {
    let account = Account::for_cluster(&layout.cluster)?;
    layout.must_be_reachable(account)?;
    layout.prepare_socket(account)?;
    launch::make_cluster(account, &layout).await?;
    let owner = options(&layout).username(OWNER);
    let maintenance = owner.clone().database("postgres");
    let server = launch::bring_up(account, &layout, &maintenance).await?;
    let app = options(&layout).username(APP).database(DATABASE);
    let running = Running { owner: owner.database(DATABASE), app, kept: Some(Kept { server, cluster: layout.cluster, _lock: lock }) };
    furnish(&maintenance).await?;
    Ok(running)
}

fn options(layout: &Layout) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass().socket(&layout.socket).port(PORT).application_name("spotlight")
}

/// Makes the database and the role of the process where they are missing.
async fn furnish(maintenance: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(maintenance).await.context("connecting to the private Postgres")?;
    let there: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)").bind(DATABASE).fetch_one(&mut connection).await?;
    if !there {
        sqlx::raw_sql("create database spotlight").execute(&mut connection).await.context("making the database")?;
    }
    ensure_app_role(&mut connection).await?;
    connection.close().await.context("closing the connection")
}

/// Makes the role of the process where it is missing.
///
/// # Errors
/// When it is missing and the connection may not make roles.
pub async fn ensure_app_role(connection: &mut PgConnection) -> anyhow::Result<()> {
    let there: bool = sqlx::query_scalar("select exists (select from pg_roles where rolname = $1)")
        .bind(APP)
        .fetch_one(&mut *connection)
        .await
        .context("looking for the role spotlight_app")?;
    if !there {
        // Two processes may get here at once.
        sqlx::raw_sql(
            "do $$ begin
               create role spotlight_app login nosuperuser nobypassrls nocreatedb nocreaterole;
             exception when duplicate_object or unique_violation then null;
             end $$",
        )
        .execute(connection)
        .await
        .context("making the role spotlight_app; as an administrator run: create role spotlight_app login nobypassrls")?;
    }
    Ok(())
}

impl Running {
    /// Stops Postgres, ending all connections, and waits until it has gone. Does nothing where
    /// another process runs it.
    ///
    /// # Errors
    /// When it does not go.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        let Some(mut kept) = self.kept.take() else { return Ok(()) };
        for (order, patience) in [(Signal::SIGINT, STOP_WITHIN), (Signal::SIGQUIT, Duration::from_secs(10))] {
            kept.signal(order)?;
            if kept.gone_within(patience).await? {
                return Ok(());
            }
            tracing::warn!(pid = %kept.server.pid, "Postgres did not stop within {} s of {order}", patience.as_secs());
        }
        bail!("Postgres (pid {}) does not stop", kept.server.pid)
    }

    /// The pid of Postgres, where it is we who run it.
    pub fn pid(&self) -> Option<i32> {
        self.kept.as_ref().map(|kept| kept.server.pid.as_raw())
    }
}

impl Kept {
    /// Signals the server, if it is still the one that runs on our cluster.
    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        if launch::running(&self.cluster)? == Some(self.server.pid) {
            kill(self.server.pid, signal).context("signalling Postgres")?;
        }
        Ok(())
    }

    async fn gone_within(&mut self, patience: Duration) -> anyhow::Result<bool> {
        if let Some(child) = self.server.child.as_mut() {
            return match timeout(patience, child.wait()).await {
                Ok(status) => status.map(|_| true).context("waiting for Postgres"),
                Err(_) => Ok(false),
            };
        }
        let deadline = Instant::now() + patience;
        while launch::running(&self.cluster)? == Some(self.server.pid) {
            if Instant::now() > deadline {
                return Ok(false);
            }
            sleep(Duration::from_millis(50)).await;
        }
        Ok(true)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Err(error) = self.signal(Signal::SIGINT) {
            tracing::error!("Postgres could not be told to stop: {error:#}");
        }
    }
}
