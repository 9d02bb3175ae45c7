//! Every variable and flag of the process, read once. A flag wins over its variable.

use crate::{
    server::postgres::{self, APP, Running},
    values::Email,
};
use anyhow::{Context, bail, ensure};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use clap::{Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    fmt, fs,
    io::{BufRead, ErrorKind, IsTerminal, Write},
    net::{IpAddr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    str::FromStr,
};

/// Text that must not be shown: neither `Debug` nor `Display` has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The text itself, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
    /// A fresh one of `bytes` random bytes, as text that is safe in addresses.
    pub fn random(bytes: usize) -> Self {
        let mut random = vec![0; bytes];
        rand::fill(&mut random[..]);
        Self(BASE64_URL_SAFE_NO_PAD.encode(random))
    }
}
impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}
impl FromStr for Secret {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Where the process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Environment {
    /// On somebody's own machine.
    Development,
    /// Before customers.
    Production,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Which part of the work a process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Pages and jobs.
    All,
    /// Pages and sockets only.
    Web,
    /// Jobs only.
    Worker,
}

/// What the process is asked to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Serve pages and do jobs (what happens without a command, too).
    Serve {
        /// Which part of the work.
        #[arg(long, value_enum, default_value_t = Role::All)]
        role: Role,
        /// Fill an empty database with the demo company first.
        #[arg(long)]
        demo: bool,
    },
    /// Bring the database up to date, then end.
    Migrate,
    /// Fill the database with the demo company, then end.
    Demo,
    /// Look at everything the process stands on and say what to mend. Ends with 1 on a fault.
    Doctor,
    /// People who sign in.
    #[command(subcommand)]
    User(UserCommand),
}

/// What can be done with people.
#[derive(Clone, Debug, Subcommand)]
pub enum UserCommand {
    /// Add a person. The password is read from standard input; with none there, one is made and
    /// printed once.
    Create {
        /// The company's name; it is made where there is none of that name.
        #[arg(long)]
        company: String,
        /// The e-mail address to sign in with.
        #[arg(long, value_parser = |text: &str| Email::parse(text).ok_or("not an e-mail address"))]
        email: Email,
        /// admin, manager or sales_rep.
        #[arg(long)]
        role: String,
        /// The person's name; without it the part of the address before the @.
        #[arg(long)]
        name: Option<String>,
    },
}

/// Spotlight OS: an AI assistant in front of every sales lead, and a person behind every assistant.
#[derive(Clone, Debug, Parser)]
#[command(name = "spotlight", version)]
pub struct Config {
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
    /// The TCP port to listen on.
    #[arg(long, env, global = true, default_value_t = 3000)]
    pub port: u16,
    /// The address to listen on; 0.0.0.0 for all.
    #[arg(long, env, global = true, default_value = "127.0.0.1")]
    pub host: IpAddr,
    /// The Postgres to work with. Without it a private one is run in the data folder.
    #[arg(long, env, global = true, hide_env_values = true)]
    database_url: Option<Secret>,
    /// Who migrates, where that is not who works: then DATABASE_URL is used as it is.
    #[arg(long, env, global = true, hide_env_values = true)]
    database_owner_url: Option<Secret>,
    /// The data folder: the private Postgres and the signing key. Default: .data, or where
    /// Postgres cannot get there a folder under /var/tmp.
    #[arg(long = "data", env = "SPOTLIGHT_DATA", global = true)]
    data: Option<PathBuf>,
    /// The folder with the built browser files.
    #[arg(long, env = "SPOTLIGHT_SITE", global = true, default_value = "target/site")]
    pub site: PathBuf,
    /// The key that signs visitor tokens, at least 32 characters. Default: made once, in the data
    /// folder.
    #[arg(long = "secret", env = "SPOTLIGHT_SECRET", global = true, hide_env_values = true)]
    secret: Option<Secret>,
    /// The address people reach the process at, for links in letters and in the widget's code.
    #[arg(long, env, global = true)]
    public_url: Option<String>,
    /// The OpenAI-compatible service. Default with a key: https://api.openai.com/v1.
    #[arg(long, env, global = true)]
    openai_base_url: Option<String>,
    /// Its key. With neither key nor address the built-in sandbox answers.
    #[arg(long, env, global = true, hide_env_values = true)]
    openai_api_key: Option<Secret>,
    /// The model that talks with leads.
    #[arg(long, env, global = true, default_value = "gpt-4o-mini")]
    pub openai_model: String,
    /// Where letters go out: smtp://user:password@host:587. Without it they are only logged.
    #[arg(long, env, global = true, hide_env_values = true)]
    smtp_url: Option<Secret>,
    /// The sender of letters.
    #[arg(long, env, global = true, default_value = "Spotlight <no-reply@localhost>")]
    pub mail_from: String,
    /// What a reader of /metrics must show as its bearer token. Without it /metrics is closed.
    #[arg(long, env, global = true, hide_env_values = true)]
    metrics_token: Option<Secret>,
    /// Production is stricter at the start.
    #[arg(long, env = "SPOTLIGHT_ENV", global = true, value_enum, default_value_t = Environment::Development)]
    pub environment: Environment,
    /// Let a production start answer leads from the sandbox.
    #[arg(long, env = "SPOTLIGHT_ALLOW_SANDBOX", global = true, value_parser = FalseyValueParser::new())]
    pub allow_sandbox: bool,
    /// How log lines are written.
    #[arg(long, env, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
    /// A proxy in front sets X-Forwarded-For; believe it.
    #[arg(long, env, global = true, value_parser = FalseyValueParser::new())]
    pub trust_proxy: bool,
}

/// How to reach the database: as its owner and as the process.
pub struct Databases {
    /// For migrations and for what looks over all companies.
    pub owner: PgConnectOptions,
    /// For everything else: row-level security holds.
    pub app: PgConnectOptions,
    /// The private Postgres, to be stopped at the end.
    pub embedded: Option<Running>,
}

impl Databases {
    /// Stops the private Postgres, if there is one.
    ///
    /// # Errors
    /// When it does not go.
    pub async fn stop(self) -> anyhow::Result<()> {
        match self.embedded {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }
}

impl Config {
    /// Reads flags and variables; ends the process with a message when they make no sense. A
    /// variable that is set but empty counts as not set.
    pub fn read() -> Self {
        let mut config = Self::parse();
        config.drop_blanks();
        config
    }

    fn drop_blanks(&mut self) {
        for secret in [
            &mut self.database_url,
            &mut self.database_owner_url,
            &mut self.secret,
            &mut self.openai_api_key,
            &mut self.smtp_url,
            &mut self.metrics_token,
        ] {
            secret.take_if(|secret| secret.0.trim().is_empty());
        }
        for text in [&mut self.public_url, &mut self.openai_base_url] {
            text.take_if(|text| text.trim().is_empty());
        }
        self.data.take_if(|data| data.as_os_str().is_empty());
    }

    /// What to do; without a command, to serve.
    pub fn command(&self) -> Command {
        self.command.clone().unwrap_or(Command::Serve { role: Role::All, demo: false })
    }

    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        SocketAddr::new(self.host, self.port)
    }

    /// The address people reach the process at, without a slash at the end.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.address()),
        }
    }

    /// Whether PUBLIC_URL says that people come by https: then cookies are for https only.
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }

    /// Whether the process runs before customers.
    pub fn is_production(&self) -> bool {
        self.environment == Environment::Production
    }

    /// Whether the built-in sandbox plays OpenAI.
    pub fn uses_sandbox(&self) -> bool {
        self.openai_api_key.is_none() && self.openai_base_url.is_none()
    }

    /// The address of the OpenAI-compatible service, without a slash at the end; none where the
    /// sandbox plays it.
    pub fn openai_base_url(&self) -> Option<&str> {
        let given = self.openai_base_url.as_deref().unwrap_or("https://api.openai.com/v1");
        (!self.uses_sandbox()).then(|| given.trim_end_matches('/'))
    }

    /// The key of the OpenAI-compatible service.
    pub fn openai_api_key(&self) -> Option<&Secret> {
        self.openai_api_key.as_ref()
    }

    /// Where letters go out.
    pub fn smtp_url(&self) -> Option<&Secret> {
        self.smtp_url.as_ref()
    }

    /// What a reader of `/metrics` must show.
    pub fn metrics_token(&self) -> Option<&Secret> {
        self.metrics_token.as_ref()
    }

    /// Whether the signing key comes from SPOTLIGHT_SECRET.
    pub fn has_own_secret(&self) -> bool {
        self.secret.is_some()
    }

    /// Whether a private Postgres is run.
    pub fn runs_own_postgres(&self) -> bool {
        self.database_url.is_none()
    }

    /// Refuses what must not serve customers.
    ///
    /// # Errors
    /// In production, with the sandbox in use and not asked for by name.
    pub fn check(&self) -> anyhow::Result<()> {
        ensure!(
            !self.is_production() || !self.uses_sandbox() || self.allow_sandbox,
            "in production leads would be answered by the sandbox: set OPENAI_API_KEY (or OPENAI_BASE_URL), or ask for the sandbox with SPOTLIGHT_ALLOW_SANDBOX=1"
        );
        Ok(())
    }

    /// The data folder. It may not exist yet.
    ///
    /// # Errors
    /// When none is named and none can be chosen.
    pub fn data(&self) -> anyhow::Result<PathBuf> {
        self.data.clone().map_or_else(postgres::default_data, Ok)
    }

    /// The key that signs visitor tokens; made in the data folder (mode 0600) the first time.
    ///
    /// # Errors
    /// When it is too short, or the data folder cannot be written.
    pub fn secret(&self) -> anyhow::Result<Secret> {
        let secret = match &self.secret {
            Some(secret) => secret.clone(),
            None => kept_secret(&self.data()?)?,
        };
        ensure!(
            secret.0.len() >= 32,
            "the signing key must have at least 32 characters (SPOTLIGHT_SECRET, or the file `secret` in the data folder)"
        );
        Ok(secret)
    }

    /// Finds or starts the database. With only DATABASE_URL that address owns, and the process
    /// works in it as the role `spotlight_app`; with DATABASE_OWNER_URL too, DATABASE_URL is used
    /// as it is; with neither, a private Postgres is started (or joined, by a command other than
    /// `serve`, where one runs already).
    ///
    /// # Errors
    /// When an address cannot be read, the role cannot be taken, or Postgres does not start.
    pub async fn databases(&self) -> anyhow::Result<Databases> {
        match (&self.database_url, &self.database_owner_url) {
            (None, Some(_)) => bail!("DATABASE_OWNER_URL says who migrates, but DATABASE_URL, who works, is not set"),
            (Some(app), Some(owner)) => {
                Ok(Databases { owner: address("DATABASE_OWNER_URL", owner)?, app: address("DATABASE_URL", app)?, embedded: None })
            }
            (Some(owner), None) => {
                let owner = address("DATABASE_URL", owner)?;
                let app = work_as_app(&owner).await?;
                Ok(Databases { owner, app, embedded: None })
            }
            (None, None) => {
                let data = self.data()?;
                tracing::info!(folder = %data.display(), "no DATABASE_URL: using a private Postgres");
                let running = match self.command() {
                    Command::Serve { .. } => postgres::start(&data).await?,
                    _ => postgres::start_or_join(&data).await?,
                };
                Ok(Databases { owner: running.owner.clone(), app: running.app.clone(), embedded: Some(running) })
            }
        }
    }
}

fn address(variable: &str, url: &Secret) -> anyhow::Result<PgConnectOptions> {
    // sqlx takes any scheme. Its reason may quote the address, and with it the password: it is
    // left out.
    let options: Option<PgConnectOptions> =
        ["postgres://", "postgresql://"].iter().any(|scheme| url.0.starts_with(scheme)).then(|| url.0.parse().ok()).flatten();
    let options = options.with_context(|| format!("{variable} is no address of the form postgres://user:password@host/database"))?;
    Ok(options.application_name("spotlight"))
}

/// The same address, working as the role of the process from the first statement on (so that
/// `reset role` comes back to it). The role is made, and the owner let into it, where missing.
async fn work_as_app(owner: &PgConnectOptions) -> anyhow::Result<PgConnectOptions> {
    let mut connection = PgConnection::connect_with(owner).await.context("connecting to DATABASE_URL")?;
    postgres::ensure_app_role(&mut connection).await?;
    if sqlx::raw_sql("set role spotlight_app").execute(&mut connection).await.is_err() {
        sqlx::raw_sql("grant spotlight_app to current_user")
            .execute(&mut connection)
            .await
            .context("the user of DATABASE_URL may not work as spotlight_app; as an administrator run: grant spotlight_app to that user")?;
    }
    connection.close().await.context("closing the connection")?;
    Ok(owner.clone().options([("role", APP)]))
}

fn kept_secret(data: &Path) -> anyhow::Result<Secret> {
    let path = data.join("secret");
    let read = || fs::read_to_string(&path).map(|text| Secret(text.trim().to_owned()));
    match read() {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        done => return done.with_context(|| format!("reading {}", path.display())),
    }
    fs::create_dir_all(data).with_context(|| format!("making the data folder {}", data.display()))?;
    // Written aside and linked into place: whole or not at all, and of two processes one wins.
    let draft = data.join(format!("secret.{}", std::process::id()));
    let mut file = fs::File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&draft)
        .with_context(|| format!("writing {}", draft.display()))?;
    file.write_all(Secret::random(32).0.as_bytes()).and_then(|()| file.sync_all()).context("writing the signing key")?;
    let linked = fs::hard_link(&draft, &path);
    fs::remove_file(&draft).context("removing the draft of the signing key")?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error).context("keeping the signing key"),
        _ => read().with_context(|| format!("reading {}", path.display())),
    }
}

/// The password for a new person: the first line of standard input; where that is a terminal or
/// empty, a fresh one, and `true`: print it, it is nowhere else.
///
/// # Errors
/// When standard input cannot be read.
pub fn new_password() -> anyhow::Result<(Secret, bool)> {
    let mut line = String::new();
    let input = std::io::stdin();
    if !input.is_terminal() {
        input.lock().read_line(&mut line).context("reading the password")?;
    }
    match line.trim_end_matches(['\r', '\n']) {
        "" => Ok((Secret::random(15), true)),
        password => Ok((Secret(password.to_owned()), false)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn config(flags: &[&str]) -> Config {
        let mut config = Config::parse_from(["spotlight"].iter().chain(flags));
        config.drop_blanks();
        config
    }

    #[test]
    fn a_secret_never_shows() {
        let config = config(&["--openai-api-key", "sk-hush", "--database-url", "postgres://me:hush@localhost/x"]);
        assert!(!format!("{config:?}").contains("hush"));
        let error = address("DATABASE_URL", &Secret("mysql:hush@".into())).unwrap_err();
        assert!(!format!("{error:#}").contains("hush"), "{error:#}");
    }

    #[test]
    fn flags_go_before_and_after_the_command_and_blank_is_unset() {
        let config = config(&["--port", "4000", "serve", "--role", "worker", "--openai-api-key", "", "--secret", " "]);
        assert_eq!(config.port, 4000);
        assert!(matches!(config.command(), Command::Serve { role: Role::Worker, demo: false }));
        assert!(config.uses_sandbox() && !config.has_own_secret());
        assert!(matches!(self::config(&[]).command(), Command::Serve { role: Role::All, .. }));
        let bad = ["spotlight", "user", "create", "--company", "A", "--email", "nobody", "--role", "admin"];
        assert!(Config::try_parse_from(bad).is_err());
    }

    #[test]
    fn production_refuses_the_sandbox_unless_asked() {
        assert!(config(&["--environment", "production"]).check().is_err());
        assert!(config(&["--environment", "production", "--allow-sandbox"]).check().is_ok());
        assert!(config(&["--environment", "production", "--openai-api-key", "k"]).check().is_ok());
        assert!(config(&[]).check().is_ok());
    }

    #[test]
    fn the_signing_key_is_made_once_and_closed_to_others() {
        let data = std::env::temp_dir().join(format!("spotlight-key-{}", std::process::id()));
        let config = config(&["--data", data.to_str().unwrap()]);
        let first = config.secret().unwrap();
        assert_eq!(first.expose(), config.secret().unwrap().expose());
        assert_eq!(fs::metadata(data.join("secret")).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data).unwrap().count(), 1, "a draft was left");
        fs::remove_dir_all(&data).unwrap();
        assert!(self::config(&["--secret", "short"]).secret().is_err());
    }
}
