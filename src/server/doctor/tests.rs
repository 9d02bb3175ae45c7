//! Doctor against a real database: fine at first, then broken in one way after the other.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::server::postgres;
use std::{net::TcpListener, path::PathBuf};

fn config(data: &Path, more: &[&str]) -> Config {
    let data = ["--data", data.to_str().unwrap()];
    let unset = ["--database-url=", "--database-owner-url=", "--openai-api-key=", "--openai-base-url=", "--smtp-url=", "--secret="];
    Config::from_words(["spotlight"].iter().chain(&unset).chain(&data).chain(more).chain(&["doctor"]))
}

fn faults(findings: &[Finding]) -> String {
    findings.iter().filter(|finding| finding.level == Level::Fault).map(|finding| finding.what.as_str()).collect::<Vec<_>>().join("\n")
}

fn has(findings: &[Finding], level: Level, what: &str) -> bool {
    findings.iter().any(|finding| finding.level == level && finding.what.contains(what))
}

#[tokio::test]
async fn every_breach_is_found() {
    let data = PathBuf::from(format!("/tmp/spotlight-doctor-{}", std::process::id()));
    let running = postgres::start(&data).await.unwrap();
    let migrator = Migrator::new(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))).await.unwrap();
    let mut owner = PgConnection::connect_with(&running.owner).await.unwrap();

    let findings = examine(&config(&data, &[]), &migrator).await;
    assert!(has(&findings, Level::Fault, "have not run"), "{findings:?}");

    migrator.run_direct(None, &mut owner, false).await.unwrap();
    let findings = examine(&config(&data, &[]), &migrator).await;
    assert_eq!(faults(&findings), "");
    for fine in ["Postgres 1", "agrees", "spotlight_app works", "migrations have run", "are closed", "signing key", "no demo"] {
        assert!(has(&findings, Level::Ok, fine), "{fine}: {findings:?}");
    }
    assert!(has(&findings, Level::Warn, "sandbox"));

    for (breach, cure, found) in [
        (
            "create table talk.leaky (company_id uuid); grant select on talk.leaky to spotlight_app; insert into talk.leaky values (null)",
            "drop table talk.leaky",
            "talk.leaky: 1 rows can be seen",
        ),
        (
            "alter table sales.leads no force row level security",
            "alter table sales.leads force row level security",
            "sales.leads: row-level security is not forced",
        ),
        (
            "alter table sales.notes disable row level security",
            "alter table sales.notes enable row level security",
            "sales.notes: row-level security is off",
        ),
        ("alter role spotlight_app bypassrls", "alter role spotlight_app nobypassrls", "does not hold for"),
        ("alter table sales.leads owner to spotlight_app", "alter table sales.leads owner to spotlight_owner", "owns 1 tables"),
        (
            "update _sqlx_migrations set checksum = 'x' where version = 1",
            "update _sqlx_migrations set checksum = (select checksum from kept)",
            "migrations 1 failed, or were changed",
        ),
    ] {
        if breach.contains("checksum") {
            sqlx::raw_sql("create table kept as select checksum from _sqlx_migrations where version = 1")
                .execute(&mut owner)
                .await
                .unwrap();
        }
        sqlx::raw_sql(breach).execute(&mut owner).await.unwrap();
        let findings = examine(&config(&data, &[]), &migrator).await;
        assert!(has(&findings, Level::Fault, found), "{found}: {findings:?}");
        sqlx::raw_sql(cure).execute(&mut owner).await.unwrap();
    }

    sqlx::raw_sql(
        "insert into identity.companies (id, name) values ('00000000-0000-0000-0000-000000000001', 'Demo');
         insert into identity.users (company_id, id, email, name, role, password_hash)
         select id, id, 'maya@meridian.test', 'Maya', 'admin', 'x' from identity.companies",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let findings = examine(&config(&data, &[]), &migrator).await;
    assert!(has(&findings, Level::Warn, "1 demo people"), "{findings:?}");

    owner.close().await.unwrap();
    running.stop().await.unwrap();
    std::fs::remove_dir_all(data).unwrap();
}

#[test]
fn the_disk_and_the_clock_have_their_limits() {
    let here = Path::new("/");
    assert_eq!([199, 200, 999, 1000].map(|free| space(here, free).level), [Level::Fault, Level::Warn, Level::Warn, Level::Ok]);
    let (noon, seconds) = (std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000), 1_000.0);
    assert_eq!(database::clock(noon, noon, seconds + 1.9).level, Level::Ok);
    assert_eq!(database::clock(noon, noon, seconds - 2.1).level, Level::Warn);
}

#[tokio::test]
async fn a_service_is_reached_or_not_and_its_password_not_shown() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("smtp://me:hush@127.0.0.1:{}", listener.local_addr().unwrap().port());
    assert_eq!(reach("mail", &url).await.level, Level::Ok);
    drop(listener);
    let gone = reach("mail", &url).await;
    assert!(gone.level == Level::Fault && !gone.what.contains("hush"), "{gone:?}");
    assert_eq!(reach("mail", "mail.example.com").await.level, Level::Fault);
}
