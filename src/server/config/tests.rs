//! Flags, the signing key, and addresses against a real Postgres.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use sqlx::{Connection, PgConnection};
use std::{fs, os::unix::fs::PermissionsExt};

/// As if none of the variables that matter here were set.
fn config(flags: &[&str]) -> Config {
    let unset = ["--database-url=", "--database-owner-url=", "--openai-api-key=", "--openai-base-url=", "--secret="];
    Config::from_words(["spotlight"].iter().chain(&unset).chain(flags))
}

#[test]
fn a_secret_never_shows() {
    let config = config(&["--openai-api-key", "sk-hush", "--database-url", "postgres://me:hush@localhost/x"]);
    assert!(!format!("{config:?}").contains("hush"));
    let error = databases::address("DATABASE_URL", &"mysql:hush@".to_owned().into()).unwrap_err();
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

#[tokio::test]
async fn with_one_address_its_owner_works_as_the_process_role_and_a_reset_does_not_end_that() {
    let data = std::env::temp_dir().join(format!("spotlight-url-{}", std::process::id()));
    let running = postgres::start(&data).await.unwrap();
    let mut root = PgConnection::connect_with(&running.owner).await.unwrap();
    // An owner as hosted Postgres gives out: no superuser, but it can make roles.
    for sql in ["drop role spotlight_app", "create role boss login createrole", "create database shop owner boss"] {
        sqlx::raw_sql(sql).execute(&mut root).await.unwrap();
    }
    let socket = running.owner.get_socket().unwrap().display();
    let url = format!("postgres://boss@localhost/shop?host={socket}");
    let databases = config(&["--database-url", &url, "--data", data.to_str().unwrap()]).databases().await.unwrap();
    assert!(databases.embedded.is_none());
    for (options, expected) in [(&databases.owner, "boss"), (&databases.app, "spotlight_app")] {
        let mut connection = PgConnection::connect_with(options).await.unwrap();
        sqlx::raw_sql("reset role").execute(&mut connection).await.unwrap();
        sqlx::raw_sql("discard all").execute(&mut connection).await.unwrap();
        let user: String = sqlx::query_scalar("select current_user::text").fetch_one(&mut connection).await.unwrap();
        assert_eq!(user, expected);
    }
    // With both addresses each is used as it is.
    let both = config(&["--database-url", &url, "--database-owner-url", &url]).databases().await.unwrap();
    assert_eq!(both.app.get_options(), None);
    assert!(config(&["--database-owner-url", &url]).databases().await.is_err());
    root.close().await.unwrap();
    running.stop().await.unwrap();
    fs::remove_dir_all(data).unwrap();
}
