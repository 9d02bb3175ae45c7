//! Every variable and flag of the process, read once. A flag wins over its variable.

mod databases;
mod secret;
#[cfg(test)]
mod tests;

pub use databases::Databases;
pub use secret::{Secret, new_password};

use crate::{
    server::{postgres, seal::Seal},
    values::Email,
};
use anyhow::{Context, ensure};
use clap::{Parser, Subcommand, ValueEnum, builder::FalseyValueParser};
use sha2::{Digest, Sha256};
use std::{
    ffi::OsString,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

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
    /// Seal what companies gave us to keep with the first of SPOTLIGHT_SEAL_KEYS, then end.
    Reseal,
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
// Of a flag given twice the last counts.
#[command(name = "spotlight", version, args_override_self = true)]
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
    /// The address of Twilio, for what speaks its protocol elsewhere. Accounts are each company's own.
    #[arg(long, env, global = true, default_value = "https://api.twilio.com")]
    pub twilio_base_url: String,
    /// The keys that seal what companies give us to keep, as name:key,name:key with 32 characters or more each. The first
    /// seals, all open. Default: one made of the signing key. To change keys put a new one in front, start afresh, run
    /// `spotlight reseal`, and take the old one out.
    #[arg(long, env = "SPOTLIGHT_SEAL_KEYS", global = true, hide_env_values = true)]
    seal_keys: Option<Secret>,
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

impl Config {
    /// Reads flags and variables; ends the process with a message when they make no sense. A
    /// variable that is set but empty counts as not set.
    pub fn read() -> Self {
        Self::from_words(std::env::args_os())
    }

    /// As [`Config::read`], from these words; the first is the program's name.
    pub(crate) fn from_words<W: Into<OsString> + Clone>(words: impl IntoIterator<Item = W>) -> Self {
        let mut config = Self::parse_from(words);
        for secret in [
            &mut config.database_url,
            &mut config.database_owner_url,
            &mut config.secret,
            &mut config.openai_api_key,
            &mut config.smtp_url,
            &mut config.seal_keys,
            &mut config.metrics_token,
        ] {
            secret.take_if(|secret| secret.expose().trim().is_empty());
        }
        for text in [&mut config.public_url, &mut config.openai_base_url] {
            text.take_if(|text| text.trim().is_empty());
        }
        config.data.take_if(|data| data.as_os_str().is_empty());
        config
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

    /// The keys that seal what companies give us to keep.
    ///
    /// # Errors
    /// When they will not do, or there is no signing key.
    pub fn seal(&self) -> anyhow::Result<Seal> {
        Seal::new(&self.signing_key()?, self.seal_keys.as_ref())
    }

    /// The signing key as those who sign take it.
    ///
    /// # Errors
    /// As [`Config::secret`].
    pub fn signing_key(&self) -> anyhow::Result<[u8; 32]> {
        Ok(Sha256::digest(self.secret()?.expose()).into())
    }

    /// Whether this program may play outside services: not before customers, unless asked for by name.
    pub fn may_use_sandbox(&self) -> bool {
        !self.is_production() || self.allow_sandbox
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
            !self.uses_sandbox() || self.may_use_sandbox(),
            "in production leads would be answered by the sandbox: set OPENAI_API_KEY (or OPENAI_BASE_URL), or ask for the sandbox with SPOTLIGHT_ALLOW_SANDBOX=1"
        );
        Ok(())
    }

    /// The data folder. It may not exist yet.
    ///
    /// # Errors
    /// When none is named and none can be chosen.
    pub fn data(&self) -> anyhow::Result<PathBuf> {
        match &self.data {
            Some(data) => Ok(data.clone()),
            None => postgres::default_data(&std::env::current_dir().context("finding the present folder")?),
        }
    }

    /// The key that signs visitor tokens; made in the data folder (mode 0600) the first time.
    ///
    /// # Errors
    /// When it is too short, or the data folder cannot be written.
    pub fn secret(&self) -> anyhow::Result<Secret> {
        let secret = match &self.secret {
            Some(secret) => secret.clone(),
            None => secret::kept_in(&self.data()?)?,
        };
        ensure!(
            secret.expose().len() >= 32,
            "the signing key must have at least 32 characters (SPOTLIGHT_SECRET, or the file `secret` in the data folder)"
        );
        Ok(secret)
    }
}
