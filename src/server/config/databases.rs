//! From addresses to databases: one that is there, or a private one.

use super::{Command, Config, Secret};
use crate::server::postgres::{self, APP, Running};
use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

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

pub(super) fn address(variable: &str, url: &Secret) -> anyhow::Result<PgConnectOptions> {
    // sqlx takes any scheme. Its reason may quote the address, and with it the password: it is
    // left out.
    let options: Option<PgConnectOptions> =
        ["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme)).then(|| url.expose().parse().ok()).flatten();
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
