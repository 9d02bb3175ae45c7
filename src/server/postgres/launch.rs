//! Makes the cluster, starts the server process, waits for it and recognises one that runs.

use super::locate::{Account, Layout, PORT, Programs};
use anyhow::{Context, bail, ensure};
use nix::{sys::signal, unistd::Pid};
use sqlx::{ConnectOptions, PgConnection, postgres::PgConnectOptions};
use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    process::Stdio,
    time::Duration,
};
use tokio::{
    process::Child,
    time::{Instant, sleep, timeout},
};

/// How long Postgres may take until it answers; after a crash it first replays its journal.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// The running server process.
pub(super) struct Server {
    pub pid: Pid,
    /// Absent when it was left over from a process of ours that was killed, and was adopted.
    pub child: Option<Child>,
}

/// Makes the cluster if there is none. It is made beside its place and moved there when whole, so
/// that a half-made one is never taken for a cluster.
pub(super) async fn make_cluster(account: Account, layout: &Layout) -> anyhow::Result<()> {
    if layout.cluster.exists() {
        return Ok(());
    }
    let programs = Programs::find(account, None).await?;
    let fresh = layout.data.join("postgres.new");
    let mut complaint = String::new();
    // C.UTF-8 knows letters beyond ASCII and sorts the same everywhere; not every system has it.
    for locale in ["C.UTF-8", "C"] {
        if fresh.exists() {
            fs::remove_dir_all(&fresh).with_context(|| format!("removing the half-made {}", fresh.display()))?;
        }
        fs::create_dir(&fresh).with_context(|| format!("making {}", fresh.display()))?;
        account.give(&fresh)?;
        let output = account
            .command(&programs.path("initdb"))
            .arg("-D")
            .arg(&fresh)
            .args(["-U", super::OWNER, "--encoding=UTF8", "--data-checksums"])
            // Only our account and root can get to the socket: its folder is closed to all others.
            .args(["--auth-local=trust", "--auth-host=reject"])
            .arg(format!("--locale={locale}"))
            .output()
            .await
            .context("running initdb")?;
        if output.status.success() {
            fs::rename(&fresh, &layout.cluster).context("putting the new cluster in its place")?;
            tracing::info!(version = programs.major, locale, folder = %layout.cluster.display(), "made a private Postgres");
            return Ok(());
        }
        complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    }
    bail!("initdb could not make a cluster in {}: {complaint}", fresh.display())
}

/// Brings Postgres up and waits until it answers: adopts one that runs on the cluster, else starts
/// one.
pub(super) async fn bring_up(account: Account, layout: &Layout, maintenance: &PgConnectOptions) -> anyhow::Result<Server> {
    let wanted = fs::read_to_string(layout.cluster.join("PG_VERSION")).context("reading the version of the cluster")?;
    let programs = Programs::find(account, wanted.trim().parse().ok()).await?;
    let deadline = Instant::now() + READY_WITHIN;
    let mut log_from = fs::metadata(&layout.log).map_or(0, |log| log.len());
    let mut child: Option<Child> = None;
    loop {
        if let Some(status) = child.as_mut().map(Child::try_wait).transpose().context("watching Postgres")?.flatten() {
            let tail = log_after(&layout.log, log_from);
            // The children of a killed server need a moment to notice that it is gone.
            ensure!(
                tail.contains("pre-existing shared memory block") && Instant::now() < deadline,
                "Postgres ended at once ({status}). Its log, {}, ends:\n{tail}",
                layout.log.display()
            );
            child = None;
            sleep(Duration::from_millis(300)).await;
        }
        if child.is_none() && running(&layout.cluster)?.is_none() {
            log_from = fs::metadata(&layout.log).map_or(0, |log| log.len());
            child = Some(spawn(&programs, account, layout)?);
        }
        match answers(maintenance).await {
            Ok(()) => break,
            Err(error) if !may_pass(&error) => return Err(error).context("connecting to the private Postgres"),
            Err(error) if Instant::now() > deadline => {
                if let Some(child) = child.as_mut() {
                    child.kill().await.context("ending a Postgres that does not answer")?;
                }
                bail!(
                    "Postgres did not answer within {} s ({error}). Its log, {}, ends:\n{}",
                    READY_WITHIN.as_secs(),
                    layout.log.display(),
                    log_after(&layout.log, log_from)
                );
            }
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
    let pid = running(&layout.cluster)?.context("Postgres answers but has left no postmaster.pid")?;
    // One that answered while ours was starting is the one that holds the cluster.
    let child = child.filter(|child| child.id().is_some_and(|id| i32::try_from(id) == Ok(pid.as_raw())));
    if child.is_none() {
        tracing::info!(%pid, "adopted the Postgres that an earlier process left running");
    }
    Ok(Server { pid, child })
}

/// Call it only where no server runs on the cluster.
fn spawn(programs: &Programs, account: Account, layout: &Layout) -> anyhow::Result<Child> {
    // A killed server leaves its socket and the socket's lock. The lock names a process; Postgres
    // would refuse to start if that number now belonged to something else.
    for name in [format!(".s.PGSQL.{PORT}"), format!(".s.PGSQL.{PORT}.lock")] {
        remove_if_there(&layout.socket.join(name))?;
    }
    let log = File::options()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(&layout.log)
        .with_context(|| format!("opening {}", layout.log.display()))?;
    let mut command = account.command(&programs.path("postgres"));
    command.arg("-D").arg(&layout.cluster);
    for setting in [
        "listen_addresses=",
        "unix_socket_permissions=0700",
        "fsync=on",
        "shared_buffers=64MB",
        "max_connections=60",
        "timezone=UTC",
        "log_timezone=UTC",
        "cluster_name=spotlight",
    ] {
        command.args(["-c", setting]);
    }
    command
        .args(["-c", &format!("port={PORT}")])
        .args(["-c", &format!("unix_socket_directories={}", layout.socket.display())])
        // Ctrl-C goes to everything in the terminal's group; it is we who stop Postgres.
        .process_group(0)
        .stdout(Stdio::null())
        .stderr(log)
        .spawn()
        .context("starting Postgres")
}

/// The pid of the server that runs on the cluster. A `postmaster.pid` that names no such process
/// is removed: Postgres would refuse to start if its number now belonged to something else.
pub(super) fn running(cluster: &Path) -> anyhow::Result<Option<Pid>> {
    let path = cluster.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&path) else { return Ok(None) };
    // An empty file: it is just being written, or is left over. Postgres tells the two apart.
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse::<i32>().ok()).filter(|pid| *pid > 1) else {
        return Ok(None);
    };
    if is_server_of(pid, cluster) {
        return Ok(Some(Pid::from_raw(pid)));
    }
    remove_if_there(&path)?;
    Ok(None)
}

fn remove_if_there(path: &Path) -> anyhow::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the stale {}", path.display()))
        }
        _ => Ok(()),
    }
}

fn is_server_of(pid: i32, cluster: &Path) -> bool {
    if !Path::new("/proc/self/cmdline").exists() {
        return signal::kill(Pid::from_raw(pid), None) != Err(nix::errno::Errno::ESRCH);
    }
    // A server works inside its cluster. In a container root may not be shown that; then its
    // command line has to do, which names the cluster too. Of a dead process both are gone.
    let works_there = fs::read_link(format!("/proc/{pid}/cwd")).is_ok_and(|folder| folder == cluster);
    let named = || fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    works_there || named().split(|byte| *byte == 0).any(|word| word == cluster.as_os_str().as_encoded_bytes())
}

async fn answers(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let connection: PgConnection = timeout(Duration::from_secs(5), options.connect())
        .await
        .map_err(|_| sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, "no answer within 5 s")))??;
    sqlx::Connection::close(connection).await
}

/// Worth trying again: no socket yet, starting or stopping, or every connection in use.
fn may_pass(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => matches!(error.code().as_deref(), Some("57P03" | "57P01" | "53300")),
        _ => false,
    }
}

/// Waits until something connects that another process is bringing up.
pub(super) async fn wait_for(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        match answers(options).await {
            Err(error) if may_pass(&error) && Instant::now() < deadline => sleep(Duration::from_millis(100)).await,
            done => return done,
        }
    }
}

/// The last lines (at most 4 KiB) of what was logged after the byte `from`.
fn log_after(log: &Path, from: u64) -> String {
    let read = || -> std::io::Result<String> {
        let mut file = File::open(log)?;
        let start = from.max(file.metadata()?.len().saturating_sub(4096));
        file.seek(SeekFrom::Start(start))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
    };
    read().unwrap_or_else(|error| format!("(the log cannot be read: {error})"))
}
