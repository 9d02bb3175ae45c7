//! What each command of the binary does.

use crate::accounts::server::founding;
use crate::channels::server::service as channels;
use crate::live::server::hub::Hub;
use crate::server::{
    app::{App, Inner},
    config::{Command, Config, Databases, Role, UserCommand, new_password},
    db::Db,
    demo, doctor,
    integrations::{
        http::{Http, Patience},
        openai::{OpenAi, SecretKey},
        sandbox,
    },
    jobs::runner,
    mail::Mailer,
    router, schema, telemetry,
};
use anyhow::Context;
use axum::serve::ListenerExt;
use leptos::config::LeptosOptions;
use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{net::SocketAddr, path::Path, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Does what the command line asks for.
///
/// # Errors
/// Whatever keeps it from being done; the caller prints it and exits 1.
pub async fn run(config: Config) -> anyhow::Result<()> {
    telemetry::start_log(config.log_format)?;
    match config.command() {
        Command::Serve { role, demo } => serve(&config, role, demo).await,
        Command::Doctor => {
            let faulty = doctor::print(&doctor::examine(&config, &schema::MIGRATIONS).await);
            anyhow::ensure!(!faulty, "there is something to mend");
            Ok(())
        }
        Command::Migrate => {
            with_database(&config, async |_, _| {
                println!("The database is up to date.");
                Ok(())
            })
            .await
        }
        Command::Demo => {
            with_database(&config, async |app, _| {
                demo::seed(&app).await?;
                print!("The demo is in the database.\n{}", demo::sign_ins());
                Ok(())
            })
            .await
        }
        Command::Reseal => {
            with_database(&config, async |app, _| {
                println!("{} sealed anew with the key {:?}.", channels::reseal(&app, &app.inner.seal).await?, app.inner.seal.current());
                Ok(())
            })
            .await
        }
        Command::User(UserCommand::Create { company, email, role, name }) => {
            let role = role.parse().map_err(anyhow::Error::msg)?;
            let (password, fresh) = new_password()?;
            with_database(&config, async |app, owner| {
                let made = founding::create_user(&app, &owner, &company, email.clone(), role, name, password.expose().to_owned()).await;
                let (_, role) = made.map_err(|error| anyhow::anyhow!("{error}"))?;
                println!("{email} may sign in to {company} as {}.", role.label());
                if fresh {
                    println!("Password, shown this once: {}", password.expose());
                }
                Ok(())
            })
            .await
        }
    }
}

/// Serves until Ctrl-C or SIGTERM, then lets go in order: no new requests, sockets told, jobs
/// finished, Postgres stopped.
async fn serve(config: &Config, role: Role, demo: bool) -> anyhow::Result<()> {
    config.check()?;
    // Listening comes first: a port that is taken is said before anything is started.
    let listener = match role {
        Role::Worker => None,
        Role::All | Role::Web => Some(TcpListener::bind(config.address()).await.with_context(|| {
            format!("cannot listen on {}: is another server running there? Choose another with PORT", config.address())
        })?),
    };
    let databases = config.databases().await?;
    let stop = CancellationToken::new();
    let outcome = async {
        let app = start(config, &databases, demo, &stop).await?;
        if demo {
            demo::seed(&app).await?;
        }
        let worker = (role != Role::Web).then(|| {
            let (app, stop) = (app.clone(), stop.clone());
            tokio::spawn(async move {
                let worked = runner::work(app, stop.clone()).await;
                // A process that cannot do its jobs must not look as if it could.
                stop.cancel();
                worked
            })
        });
        let visitors = (demo && role != Role::Web).then(|| tokio::spawn(demo::visitors::keep_talking(app.clone(), stop.clone())));
        let told = tokio::spawn({
            let (stop, hub) = (stop.clone(), app.hub.clone());
            async move {
                tokio::select! { () = signalled() => {}, () = stop.cancelled() => {} }
                stop.cancel();
                hub.drain().await;
            }
        });
        if let Some(listener) = listener {
            tracing::info!(address = %config.address(), build = app.inner.build, "serving");
            if demo {
                println!("\nSpotlight OS is at {0}, a site with its chat at {0}/demo/site\n\n{1}", config.public_url(), demo::sign_ins());
            }
            let service = router::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
            // A streamed word or a moved card must not wait until the one before it is acknowledged.
            let listener = listener.tap_io(|stream| {
                if let Err(cause) = stream.set_nodelay(true) {
                    tracing::debug!(%cause, "a connection keeps small packets back");
                }
            });
            let serving = axum::serve(listener, service).with_graceful_shutdown(stop.clone().cancelled_owned());
            // Slow readers do not hold the end up for ever.
            tokio::select! {
                served = serving.into_future() => served.context("serving")?,
                () = async { stop.cancelled().await; tokio::time::sleep(Duration::from_secs(5)).await } => {}
            }
        }
        told.await.context("waiting for the signal")?;
        for task in [worker, visitors].into_iter().flatten() {
            task.await.context("a background task broke")??;
        }
        app.db.pool().close().await;
        anyhow::Ok(())
    }
    .await;
    stop.cancel();
    databases.stop().await?;
    outcome
}

/// Runs something over an up-to-date database, without serving.
async fn with_database(config: &Config, action: impl AsyncFnOnce(App, PgPool) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let databases = config.databases().await?;
    let stop = CancellationToken::new();
    let outcome = async {
        let app = start(config, &databases, false, &stop).await?;
        let owner = pool(databases.owner.clone(), 2).await?;
        let outcome = action(app.clone(), owner.clone()).await;
        owner.close().await;
        app.db.pool().close().await;
        outcome
    }
    .await;
    stop.cancel();
    databases.stop().await?;
    outcome
}

/// Brings the database up to date and puts together what the process owns.
async fn start(config: &Config, databases: &Databases, demo: bool, stop: &CancellationToken) -> anyhow::Result<App> {
    let owner = pool(databases.owner.clone(), 2).await?;
    schema::migrate(&owner).await?;
    owner.close().await;
    let pool = pool(databases.app.clone(), 24).await?;
    let hub = Hub::new(pool.clone());
    let http = Http::new(Patience::default())?;
    let sandbox_url = if config.may_use_sandbox() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("starting the sandbox")?;
        let address = format!("http://{}", listener.local_addr()?);
        tokio::spawn(sandbox::serve(listener, stop.clone()));
        Some(address)
    } else {
        None
    };
    let key = || SecretKey::new(config.openai_api_key().map_or("", |key| key.expose()));
    let openai = match (config.openai_base_url(), &sandbox_url) {
        (None, Some(address)) => OpenAi::sandbox(format!("{address}/v1"), http.clone()),
        // `check` has refused a start with neither.
        (address, _) => OpenAi::new(address.unwrap_or_default(), key(), http.clone()),
    };
    let site = &config.site;
    let build = build_of(site);
    let inner = Inner {
        secret: config.signing_key()?,
        openai,
        http,
        twilio_base_url: config.twilio_base_url.trim_end_matches('/').to_owned(),
        sandbox_url,
        seal: config.seal()?,
        model: config.openai_model.clone(),
        mailer: Mailer::from_config(config.smtp_url().map(|url| url.expose()), &config.mail_from)?,
        leptos: LeptosOptions::builder()
            .output_name("spotlight")
            .site_root(site.to_string_lossy().as_ref())
            .site_pkg_dir(format!("pkg-{build}"))
            .build(),
        build,
        public_url: config.public_url(),
        https: config.is_https(),
        trust_proxy: config.trust_proxy,
        demo,
        metrics: telemetry::start_metrics()?,
        metrics_token: config.metrics_token().cloned(),
    };
    Ok(App { db: Db::new(pool, hub.clone()), hub, inner: Arc::new(inner) })
}

/// Which browser build stands in the site folder: the part of its folder's name after `pkg-`.
fn build_of(site: &Path) -> String {
    let build = std::fs::read_to_string(site.join("build")).unwrap_or_default().trim().to_owned();
    if build.is_empty() {
        tracing::warn!(folder = %site.display(), "no browser files there: pages will come without scripts and styles (bin/dev builds them)");
        return "none".into();
    }
    build
}

/// So long after its last use a connection counts as standing.
const TRUSTED: Duration = Duration::from_secs(1);

async fn pool(options: PgConnectOptions, most: u32) -> anyhow::Result<PgPool> {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(Duration::from_secs(10))
        // Asking a connection each time whether it still stands is one more round trip each time; one that was in
        // use a moment ago does.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > TRUSTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .context("connecting to the database")
}

async fn signalled() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! { _ = tokio::signal::ctrl_c() => {}, () = terminated => {} }
}
