//! `TestApp`: a migrated database of its own, the sandbox, companies with people, a real server.
//!
//! Run by `bin/test`, which starts a throw-away Postgres and says where in TEST_DATABASE_URL.

use crate::accounts::model::{Me, Role, Theme};
use crate::accounts::server::{actor::Actor, web};
use crate::leads::server::pipeline;
use crate::live::server::hub::Hub;
use crate::server::{
    app::{App, Inner},
    db::Db,
    integrations::{
        http::{Http, Patience},
        openai::OpenAi,
        sandbox,
    },
    jobs::runner,
    mail::Mailer,
    router, schema,
    seal::Seal,
};
use crate::values::*;
use leptos::config::LeptosOptions;
use sqlx::{
    Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Everything a test needs. Its tasks end with it.
pub struct TestApp {
    /// What the process owns.
    pub app: App,
    /// The database as its owner: row security does not hold for it, it is a superuser.
    pub owner: PgPool,
    stop: CancellationToken,
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A person as the services know them.
pub fn person(me: &Me) -> Actor {
    let mut extensions = http::Extensions::new();
    extensions.insert(me.clone());
    web::who_asks(&extensions).expect("a person")
}

/// Somebody's browser. It follows no redirect.
pub struct Browser {
    /// What asks.
    pub http: reqwest::Client,
    /// The server, such as `http://127.0.0.1:40123`.
    pub address: String,
    /// The value of its `cookie` header.
    pub cookie: String,
}

impl Browser {
    /// Of somebody who has just signed in, to a server of its own.
    pub async fn of(test: &TestApp, me: &Me) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
        let mut me = me.clone();
        me.session = SessionId::new();
        Self { http, address: test.serve().await, cookie: test.cookie(&me).await }
    }
}

/// A form of two fields as a browser sends it, parted by `B`: a text under its name, then a file.
pub fn form_with_file((field, text): (&str, &str), name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = format!("--B\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{text}\r\n--B\r\n").into_bytes();
    body.extend_from_slice(format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes());
    body.extend_from_slice(file);
    body.extend_from_slice(b"\r\n--B--\r\n");
    body
}

/// A company with one person of each role, six stages and one assistant.
pub struct Company {
    /// The company.
    pub id: CompanyId,
    /// An admin.
    pub admin: Me,
    /// A manager.
    pub manager: Me,
    /// A rep whose own the assistant is.
    pub rep: Me,
    /// A rep without assistants.
    pub other_rep: Me,
    /// New, Contacted, Qualified, Proposal, Won, Lost.
    pub stages: Vec<StageId>,
    /// Live, with one piece of knowledge and one question.
    pub assistant: AssistantId,
    /// Its public key.
    pub key: String,
}

impl TestApp {
    /// A fresh, migrated database and an `App` over it. No server and no worker yet.
    pub async fn new() -> Self {
        let (options, owner) = database().await;
        let pool =
            PgPoolOptions::new().max_connections(40).connect_with(options.options([("role", "spotlight_app")])).await.expect("app pool");
        let stop = CancellationToken::new();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let http = Http::new(Patience::default()).expect("client");
        tokio::spawn(sandbox::serve(listener, stop.clone()));
        let hub = Hub::new(pool.clone());
        let inner = Inner {
            build: "test".into(),
            secret: [7; 32],
            openai: OpenAi::sandbox(format!("{address}/v1"), http.clone()),
            http,
            twilio_base_url: "http://127.0.0.1:9".into(),
            sandbox_url: Some(address),
            seal: Seal::new(&[7; 32], None).expect("keys"),
            model: "gpt-4o-mini".into(),
            mailer: Mailer::from_config(None, "Spotlight <no-reply@localhost>").expect("mailer"),
            leptos: LeptosOptions::builder().output_name("spotlight").site_root("target/site").site_pkg_dir("pkg-test").build(),
            public_url: "http://127.0.0.1".into(),
            https: false,
            trust_proxy: false,
            demo: true,
            metrics: metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder().handle(),
            metrics_token: Some("metrics".to_owned().into()),
        };
        Self { app: App { db: Db::new(pool, hub.clone()), hub, inner: Arc::new(inner) }, owner, stop }
    }

    /// Serves over real HTTP. Gives the address, such as `http://127.0.0.1:40123`.
    pub async fn serve(&self) -> String {
        self.serve_on(TcpListener::bind("127.0.0.1:0").await.expect("a port"))
    }

    fn serve_on(&self, listener: TcpListener) -> String {
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let service = router::router(self.app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        let stop = self.stop.clone();
        tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stop.cancelled_owned()).await });
        address
    }

    /// Serves where outside services are told to call. Before anything else holds the app.
    pub async fn serve_to_outside(&mut self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        Arc::get_mut(&mut self.app.inner).expect("nobody else holds it").public_url = address;
        self.serve_on(listener)
    }

    /// Does jobs until the test ends.
    pub fn work(&self) {
        tokio::spawn(runner::work(self.app.clone(), self.stop.clone()));
    }

    /// Jobs that are waiting, being done or dead.
    pub async fn jobs(&self) -> i64 {
        sqlx::query_scalar("select count(*) from graphile_worker._private_jobs").fetch_one(&self.owner).await.expect("jobs")
    }

    /// A company with people, stages and an assistant. Everyone's password is `spotlight`.
    pub async fn company(&self, name: &str) -> Company {
        let id = CompanyId::new();
        let slug: String = name.to_lowercase().chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let mut tx = self.app.begin(&Actor::system(id, "test")).await.expect("begin");
        sqlx::query("insert into identity.companies (id, name) values ($1, $2)")
            .bind(id)
            .bind(name)
            .execute(&mut *tx)
            .await
            .expect("company");
        let mut people = Vec::new();
        for (number, (word, role)) in
            [("admin", Role::Admin), ("manager", Role::Manager), ("rep", Role::SalesRep), ("rep2", Role::SalesRep)].into_iter().enumerate()
        {
            let me = Me {
                user: UserId::new(),
                session: SessionId::new(),
                company: id,
                company_name: name.to_owned(),
                currency: Currency::Gbp,
                name: format!("{word} of {name}"),
                email: Email::parse(&format!("{word}@{slug}.test")).expect("e-mail"),
                role,
                tint: number as u8 + 1,
                theme: Theme::System,
                assistants: Vec::new(),
            };
            sqlx::query(
                "insert into identity.users (company_id, id, email, name, role, password_hash, tint) values ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(id)
            .bind(me.user)
            .bind(me.email.as_str())
            .bind(&me.name)
            .bind(role.as_str())
            .bind(PASSWORD)
            .bind(i16::from(me.tint))
            .execute(&mut *tx)
            .await
            .expect("user");
            people.push(me);
        }
        pipeline::begin(&mut tx, pipeline::FIRST).await.expect("a pipeline");
        let stages = pipeline::stages(&mut tx).await.expect("stages").into_iter().map(|stage| stage.id).collect();
        let (assistant, key) = (AssistantId::new(), format!("key-{}", id.0.simple()));
        sqlx::query(
            "insert into talk.assistants (company_id, id, name, public_key, greeting, questions) values ($1, $2, 'Nora', $3, 'Hello. What can I do for you?',
             '[{\"key\":\"yearly_use\",\"label\":\"Yearly use\",\"question\":\"How much electricity do you use in a year?\",\"kind\":\"text\"}]')",
        )
        .bind(id)
        .bind(assistant)
        .bind(&key)
        .execute(&mut *tx)
        .await
        .expect("assistant");
        sqlx::query("insert into talk.assistant_reps (company_id, assistant_id, user_id) values ($1, $2, $3)")
            .bind(id)
            .bind(assistant)
            .bind(people[2].user)
            .execute(&mut *tx)
            .await
            .expect("assistant's rep");
        sqlx::query("insert into talk.knowledge (company_id, id, assistant_id, title, body) values ($1, $2, $3, 'Warranty', 'Panels carry a warranty of 25 years. Inverters carry 10 years.')")
            .bind(id)
            .bind(KnowledgeId::new())
            .bind(assistant)
            .execute(&mut *tx)
            .await
            .expect("knowledge");
        tx.commit().await.expect("commit");
        people[2].assistants = vec![assistant];
        let [admin, manager, rep, other_rep] = <[Me; 4]>::try_from(people).expect("four people");
        Company { id, admin, manager, rep, other_rep, stages, assistant, key }
    }

    /// Signs a person in: the value of a `cookie` header.
    pub async fn cookie(&self, me: &Me) -> String {
        let (token, hash) = crate::accounts::server::session::token();
        let mut tx = self.app.begin(&Actor::system(me.company, "test")).await.expect("begin");
        sqlx::query(
            "insert into identity.sessions (company_id, id, user_id, token_hash, remembered, address, device, expires_at)
             values ($1, $2, $3, $4, true, '127.0.0.1', 'Test', now() + interval '1 day')",
        )
        .bind(me.company)
        .bind(me.session)
        .bind(me.user)
        .bind(hash)
        .execute(&mut *tx)
        .await
        .expect("session");
        tx.commit().await.expect("commit");
        format!("spotlight={token}")
    }
}

/// argon2id of `spotlight`, made with the lowest cost so that tests do not wait for it.
const PASSWORD: &str = "$argon2id$v=19$m=8,t=1,p=1$c3BvdGxpZ2h0LXRlc3Qtc2FsdA$MB8EkA7YVgfJ5L7L56pAAAUP8USreAYzisWLNIjUF9c";

/// A database copied from one that was migrated once for all tests of this build.
async fn database() -> (PgConnectOptions, PgPool) {
    let url =
        std::env::var("TEST_DATABASE_URL").expect("no TEST_DATABASE_URL: run the tests with bin/test, or through bin/scratch-postgres");
    let server: PgConnectOptions = url.parse().expect("TEST_DATABASE_URL");
    let mut conn = PgConnection::connect_with(&server).await.expect("the test Postgres");
    // Named by its contents, so that changed migrations make a new one.
    let sum = schema::MIGRATIONS
        .iter()
        .flat_map(|migration| migration.checksum.iter())
        .fold(0u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)));
    let template = format!("template_{sum:x}");
    sqlx::query("select pg_advisory_lock(7041)").execute(&mut conn).await.expect("lock");
    let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&template)
        .fetch_one(&mut conn)
        .await
        .expect("list");
    if !there {
        // Made under another name first: a run that is killed half-way leaves no half template.
        let draft = format!("{template}_draft");
        create(&mut conn, &format!("drop database if exists {draft}")).await;
        create(&mut conn, &format!("create database {draft}")).await;
        let pool = PgPool::connect_with(server.clone().database(&draft)).await.expect("template");
        schema::migrate(&pool).await.expect("migrations");
        pool.close().await;
        create(&mut conn, &format!("alter database {draft} rename to {template}")).await;
    }
    let name = format!("test_{}", uuid::Uuid::now_v7().simple());
    create(&mut conn, &format!("create database {name} template {template}")).await;
    sqlx::query("select pg_advisory_unlock(7041)").execute(&mut conn).await.expect("unlock");
    conn.close().await.expect("close");
    let options = server.database(&name);
    let owner = PgPoolOptions::new().max_connections(4).connect_with(options.clone()).await.expect("owner pool");
    (options, owner)
}

/// Names in these statements are made above and hold nothing from outside.
async fn create(conn: &mut PgConnection, statement: &str) {
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement.to_owned())).execute(conn).await.expect("database statement");
}
