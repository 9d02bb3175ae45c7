//! `spotlight doctor`: looks at everything the process stands on and says what to mend.

use crate::server::{config::Config, postgres::OLDEST_MAJOR};
use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row, migrate::Migrator};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
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
                    if let Err(error) = examine_database(&mut owner, &mut app, migrator, &mut findings).await {
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

async fn examine_database(
    owner: &mut PgConnection,
    app: &mut PgConnection,
    migrator: &Migrator,
    findings: &mut Vec<Finding>,
) -> anyhow::Result<()> {
    let before = SystemTime::now();
    let (number, version, theirs): (i32, String, f64) = sqlx::query_as(
        "select current_setting('server_version_num')::int, current_setting('server_version'), extract(epoch from clock_timestamp())::float8",
    )
    .fetch_one(&mut *owner)
    .await
    .context("asking for the version")?;
    let after = SystemTime::now();
    findings.push(if number / 10_000 >= OLDEST_MAJOR as i32 {
        Finding::ok(format!("Postgres {version} answers"))
    } else {
        Finding::fault(format!("Postgres {version} is too old"), format!("move to Postgres {OLDEST_MAJOR} or later"))
    });
    findings.push(clock(before, after, theirs));
    roles(owner, app, findings).await.context("looking at the roles")?;
    findings.push(migrations(owner, migrator).await.context("looking at the migrations")?);
    tenancy(owner, app, findings).await.context("looking at the tenants' tables")?;
    findings.push(demo_people(owner).await.context("looking for demo sign-ins")?);
    Ok(())
}

/// `theirs` is what Postgres says the time is, in seconds since 1970, asked between two looks at
/// our own clock.
fn clock(before: SystemTime, after: SystemTime, theirs: f64) -> Finding {
    let seconds = |time: SystemTime| time.duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64());
    let apart = (theirs - (seconds(before) + seconds(after)) / 2.0).abs();
    if apart > 2.0 {
        Finding::warn(
            format!("our clock and that of Postgres are {apart:.1} s apart"),
            "set both by NTP: appointments and sessions go by them",
        )
    } else {
        Finding::ok("our clock agrees with that of Postgres")
    }
}

async fn roles(owner: &mut PgConnection, app: &mut PgConnection, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let owner_name: String = sqlx::query_scalar("select current_user::text").fetch_one(owner).await?;
    let row = sqlx::query(
        "select current_user::text as name, session_user::text as entered, r.rolsuper or r.rolbypassrls as unbound,
                e.rolsuper or e.rolbypassrls as entered_unbound,
                (select count(*) from pg_class c where c.relowner = r.oid and c.relkind in ('r', 'p')) as owned
           from pg_roles r, pg_roles e where r.rolname = current_user and e.rolname = session_user",
    )
    .fetch_one(app)
    .await?;
    let (name, entered): (String, String) = (row.try_get("name")?, row.try_get("entered")?);
    let owned: i64 = row.try_get("owned")?;
    if row.try_get("unbound")? {
        findings.push(Finding::fault(
            format!("the process works as {name}, which row-level security does not hold for"),
            "use a DATABASE_URL whose user is neither superuser nor BYPASSRLS",
        ));
    } else if owned > 0 || name == owner_name {
        findings.push(Finding::fault(
            format!("the process works as {name}, which owns {owned} tables and could lift their protection"),
            "let a role of its own work (DATABASE_URL) and the owner migrate (DATABASE_OWNER_URL)",
        ));
    } else {
        findings.push(Finding::ok(format!("{owner_name} owns, {name} works and row-level security holds for it")));
    }
    if entered != name && row.try_get("entered_unbound")? {
        findings.push(Finding::warn(
            format!("the process enters as {entered}, which row-level security does not hold for, and then works as {name}"),
            "give the process a sign-in of its own: DATABASE_URL for it, DATABASE_OWNER_URL for the owner",
        ));
    }
    Ok(())
}

async fn migrations(owner: &mut PgConnection, migrator: &Migrator) -> anyhow::Result<Finding> {
    let known: Vec<_> = migrator.iter().filter(|migration| migration.migration_type.is_up_migration()).collect();
    let begun: bool = sqlx::query_scalar("select to_regclass('_sqlx_migrations') is not null").fetch_one(&mut *owner).await?;
    let applied: Vec<(i64, Vec<u8>, bool)> = match begun {
        true => sqlx::query_as("select version, checksum, success from _sqlx_migrations order by version").fetch_all(owner).await?,
        false => Vec::new(),
    };
    let list = |numbers: Vec<i64>| numbers.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    let find = |version| applied.iter().find(|(number, ..)| *number == version);
    let changed: Vec<i64> =
        known.iter().filter(|m| find(m.version).is_some_and(|(_, sum, ok)| !ok || sum[..] != m.checksum[..])).map(|m| m.version).collect();
    let missing: Vec<i64> = known.iter().filter(|m| find(m.version).is_none()).map(|m| m.version).collect();
    let unknown: Vec<i64> =
        applied.iter().filter(|(number, ..)| known.iter().all(|m| m.version != *number)).map(|(number, ..)| *number).collect();
    Ok(if !changed.is_empty() {
        Finding::fault(
            format!("migrations {} failed, or were changed since they ran", list(changed)),
            "restore the files as they were, or the database from a backup",
        )
    } else if !missing.is_empty() {
        Finding::fault(format!("migrations {} have not run", list(missing)), "run `spotlight migrate`")
    } else if !unknown.is_empty() {
        Finding::warn(format!("the database has migrations this program does not know: {}", list(unknown)), "run the newer program")
    } else {
        Finding::ok(format!("all {} migrations have run", known.len()))
    })
}

/// Each table with a `company_id`, and each one under row-level security: it is on, forced, has a
/// policy, and shows nothing where no company is set.
async fn tenancy(owner: &mut PgConnection, app: &mut PgConnection, findings: &mut Vec<Finding>) -> anyhow::Result<()> {
    let tables: Vec<(String, bool, bool, bool)> = sqlx::query_as(
        "select format('%I.%I', n.nspname, c.relname), c.relrowsecurity, c.relforcerowsecurity,
                exists (select from pg_policy p where p.polrelid = c.oid)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
            and (c.relrowsecurity or exists (select from pg_attribute a
                  where a.attrelid = c.oid and a.attname = 'company_id' and not a.attisdropped))
          order by 1",
    )
    .fetch_all(owner)
    .await?;
    let faults_before = findings.len();
    for (table, on, forced, has_policy) in &tables {
        for (there, lack) in
            [(on, "row-level security is off"), (forced, "row-level security is not forced"), (has_policy, "there is no policy")]
        {
            if !there {
                findings.push(Finding::fault(format!("{table}: {lack}"), "put it under the rule of the other tables, in a migration"));
            }
        }
        // The name was quoted by Postgres.
        let count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(format!("select count(*) from {table}"))).fetch_one(&mut *app).await;
        match count {
            Ok(0) => {}
            Ok(rows) => findings.push(Finding::fault(
                format!("{table}: {rows} rows can be seen where no company is set"),
                "its policy must compare with the company of the transaction",
            )),
            // No right to read it at all is as good as no row.
            Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42501") => {}
            Err(error) => findings.push(Finding::fault(
                format!("{table}: reading it where no company is set fails: {error}"),
                "its policy must be false, not an error, where no company is set",
            )),
        }
    }
    if tables.is_empty() {
        findings.push(Finding::fault("there are no tenants' tables", "run `spotlight migrate`"));
    } else if findings.len() == faults_before {
        findings.push(Finding::ok(format!("{} tenants' tables are closed where no company is set", tables.len())));
    }
    Ok(())
}

async fn demo_people(owner: &mut PgConnection) -> anyhow::Result<Finding> {
    let there: bool = sqlx::query_scalar("select to_regclass('identity.users') is not null").fetch_one(&mut *owner).await?;
    if !there {
        return Ok(Finding::warn("demo sign-ins were not looked for: there are no users yet", "run `spotlight migrate`"));
    }
    // Row-level security is forced for an owner that is no superuser: it would see nobody, and
    // this would say that all is well. With it off such an owner gets an error instead.
    let mut look = owner.begin().await?;
    sqlx::raw_sql("set local row_security = off").execute(&mut *look).await?;
    let count = sqlx::query_scalar::<_, i64>("select count(*) from identity.users where email like '%.test' and disabled_at is null")
        .fetch_one(&mut *look)
        .await;
    look.rollback().await?;
    Ok(match count {
        Ok(0) => Finding::ok("no demo sign-ins"),
        Ok(count) => Finding::warn(
            format!("{count} demo people (addresses ending in .test) can sign in, with passwords that anybody knows"),
            "leave the demo company out of a database that customers use",
        ),
        Err(error) => Finding::warn(
            format!("whether demo people can sign in cannot be seen: {error}"),
            "run doctor with a DATABASE_OWNER_URL whose user is superuser or BYPASSRLS",
        ),
    })
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
        Ok(disk) => findings.push(space(there, (u64::from(disk.blocks_available()) * u64::from(disk.fragment_size())) >> 20)),
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
