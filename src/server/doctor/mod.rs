//! `spotlight doctor`: looks at everything the process stands on and says what to mend.

mod database;
#[cfg(test)]
mod tests;

use crate::server::config::Config;
use sqlx::{Connection, PgConnection, migrate::Migrator};
use std::{fs, os::unix::fs::PermissionsExt, path::Path, time::Duration};
use tokio::{net::TcpStream, time::timeout};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Works, but somebody should know.
    Warn,
    /// Does not work, or is not safe.
    Fault,
}

/// One thing that was looked at.
#[derive(Clone, Debug)]
pub struct Finding {
    /// How bad it is.
    pub level: Level,
    /// What was found.
    pub what: String,
    /// What to do about it; empty when nothing is to be done.
    pub mend: String,
}

impl Finding {
    fn ok(what: impl Into<String>) -> Self {
        Self { level: Level::Ok, what: what.into(), mend: String::new() }
    }
    fn warn(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { level: Level::Warn, what: what.into(), mend: mend.into() }
    }
    fn fault(what: impl Into<String>, mend: impl Into<String>) -> Self {
        Self { level: Level::Fault, what: what.into(), mend: mend.into() }
    }
}

/// Prints findings to standard output; true when there is a fault, and the process should end
/// with 1.
pub fn print(findings: &[Finding]) -> bool {
    for finding in findings {
        let mark = match finding.level {
            Level::Ok => "ok   ",
            Level::Warn => "warn ",
            Level::Fault => "FAULT",
        };
        println!("{mark}  {}", finding.what);
        if !finding.mend.is_empty() {
            println!("       → {}", finding.mend);
        }
    }
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    println!("{} ok, {} to look at, {} at fault", count(Level::Ok), count(Level::Warn), count(Level::Fault));
    count(Level::Fault) > 0
}

/// Looks at everything. Makes what a first start would make (the private Postgres, started where
/// none runs and stopped again; the signing key) and changes nothing else.
/// `migrator` is the list of migrations that this program was built with.
pub async fn examine(config: &Config, migrator: &Migrator) -> Vec<Finding> {
    let mut findings = Vec::new();
    match config.databases().await {
        Err(error) => findings.push(Finding::fault(
            format!("the database cannot be used: {error:#}"),
            "see that Postgres runs and that DATABASE_URL is right; without one, that the data folder can be used",
        )),
        Ok(databases) => {
            let owner = PgConnection::connect_with(&databases.owner).await;
            let app = PgConnection::connect_with(&databases.app).await;
            match (owner, app) {
                (Ok(mut owner), Ok(mut app)) => {
                    if let Err(error) = database::examine(&mut owner, &mut app, migrator, &mut findings).await {
                        findings.push(Finding::fault(format!("a look into the database failed: {error:#}"), "see the lines above"));
                    }
                    for connection in [owner, app] {
                        if let Err(error) = connection.close().await {
                            findings.push(Finding::warn(format!("a connection did not close: {error}"), "look at the log of Postgres"));
                        }
                    }
                }
                (owner, app) => {
                    for (who, error) in [("owner", owner.err()), ("process", app.err())] {
                        if let Some(error) = error {
                            findings.push(Finding::fault(
                                format!("the {who} cannot connect to the database: {error}"),
                                "check DATABASE_URL and DATABASE_OWNER_URL",
                            ));
                        }
                    }
                }
            }
            if let Err(error) = databases.stop().await {
                findings.push(Finding::fault(
                    format!("the private Postgres did not stop: {error:#}"),
                    "look at postgres.log in the data folder",
                ));
            }
        }
    }
    examine_settings(config, &mut findings);
    examine_services(config, &mut findings).await;
    findings
}

fn examine_settings(config: &Config, findings: &mut Vec<Finding>) {
    if let Err(error) = config.check() {
        findings.push(Finding::fault(error.to_string(), "production does not start like this"));
    }
    match config.secret() {
        Err(error) => {
            findings.push(Finding::fault(format!("no signing key: {error:#}"), "set SPOTLIGHT_SECRET to 32 random characters or more"))
        }
        Ok(secret) => {
            let kinds: std::collections::HashSet<char> = secret.expose().chars().collect();
            findings.push(if kinds.len() < 10 {
                Finding::fault(
                    "the signing key has fewer than ten different characters",
                    "set SPOTLIGHT_SECRET to random text: openssl rand -base64 32",
                )
            } else if config.is_production() && !config.has_own_secret() {
                Finding::warn(
                    "the signing key is the one in the data folder",
                    "with several processes set the same SPOTLIGHT_SECRET for all",
                )
            } else {
                Finding::ok("the signing key is in place")
            });
        }
    }
    if let (Ok(_), Err(error)) = (config.secret(), config.seal()) {
        findings.push(Finding::fault(error.to_string(), "write SPOTLIGHT_SEAL_KEYS as name:key,name:key with 32 characters or more each"));
    }
    match config.data() {
        Err(error) => findings.push(Finding::fault(format!("no data folder: {error:#}"), "set SPOTLIGHT_DATA")),
        Ok(data) => examine_data(config, &data, findings),
    }
    if config.is_production() && !config.is_https() {
        findings.push(Finding::warn(
            "PUBLIC_URL does not begin with https://",
            "set it to the address people use: cookies then travel by https only",
        ));
    }
    if config.is_production() && config.runs_own_postgres() {
        findings.push(Finding::warn("production runs on the private Postgres", "set DATABASE_URL to one that is backed up"));
    }
    if config.metrics_token().is_none() && config.is_production() {
        findings.push(Finding::warn("nobody can read /metrics", "set METRICS_TOKEN"));
    }
}

fn examine_data(config: &Config, data: &Path, findings: &mut Vec<Finding>) {
    let key = data.join("secret");
    if !config.has_own_secret()
        && let Ok(file) = fs::metadata(&key)
        && file.permissions().mode() & 0o077 != 0
    {
        findings.push(Finding::fault(format!("others can read {}", key.display()), format!("run `chmod 600 {}`", key.display())));
    }
    // Without a private Postgres and with a key of its own the folder need not exist.
    let Some(there) = data.ancestors().find(|folder| folder.exists()) else { return };
    match nix::sys::statvfs::statvfs(there) {
        Err(error) => {
            findings.push(Finding::warn(format!("the space left in {} is unknown: {error}", there.display()), "look by hand: df"))
        }
        Ok(disk) => findings.push(space(there, (disk.blocks_available() * disk.fragment_size()) >> 20)),
    }
}

/// `free` is in MiB.
fn space(folder: &Path, free: u64) -> Finding {
    let what = format!("{free} MB free in {}", folder.display());
    match free {
        0..200 => Finding::fault(what, "make room: Postgres stops when the disk is full"),
        200..1000 => Finding::warn(what, "make room soon"),
        _ => Finding::ok(what),
    }
}

async fn examine_services(config: &Config, findings: &mut Vec<Finding>) {
    match config.openai_base_url() {
        None => findings.push(Finding::warn("the sandbox answers leads, not a language model", "set OPENAI_API_KEY")),
        Some(url) => findings.push(reach("the language model", url).await),
    }
    match config.smtp_url() {
        None => findings.push(Finding::warn("letters are not sent: no mail server is set", "set SMTP_URL and MAIL_FROM")),
        Some(url) => findings.push(reach("the mail server", url.expose()).await),
    }
}

/// Tries for a TCP connection within three seconds. The address may hold a password: only its host
/// and port are shown.
async fn reach(what: &str, url: &str) -> Finding {
    let parts = url.parse::<http::Uri>().ok().and_then(|uri| {
        let port = match uri.scheme_str()? {
            "https" => 443,
            "http" => 80,
            "smtps" => 465,
            "smtp" => 587,
            _ => return None,
        };
        Some((uri.host()?.to_owned(), uri.port_u16().unwrap_or(port)))
    });
    let Some((host, port)) = parts else {
        return Finding::fault(
            format!("the address of {what} cannot be read"),
            "it has the form https://host, or smtp://user:password@host:587",
        );
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    let error = match timeout(Duration::from_secs(3), TcpStream::connect((bare, port))).await {
        Ok(Ok(_)) => return Finding::ok(format!("{what} is reachable at {host}:{port}")),
        Ok(Err(error)) => error.to_string(),
        Err(_) => "no answer within 3 s".into(),
    };
    Finding::fault(format!("{what} is not reachable at {host}:{port}: {error}"), "check the address, and that the network lets us out")
}
