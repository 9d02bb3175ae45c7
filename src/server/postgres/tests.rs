//! Against real clusters, each in a folder of its own. As root and as anybody else.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::{Running, default_data, start, start_or_join};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};
use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// A data folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(format!("/tmp/spotlight-test-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}
impl Drop for Folder {
    fn drop(&mut self) {
        // A failed test may have left Postgres running: without its files it ends by itself.
        fs::remove_dir_all(&self.0).ok();
    }
}

async fn run(options: &PgConnectOptions, sql: &'static str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect_with(options).await?;
    sqlx::raw_sql(sql).execute(&mut connection).await?;
    connection.close().await
}

async fn count(options: &PgConnectOptions) -> i64 {
    let mut connection = PgConnection::connect_with(options).await.unwrap();
    sqlx::query_scalar("select count(*) from kept").fetch_one(&mut connection).await.unwrap()
}

fn signal(pid: i32, signal: nix::sys::signal::Signal) {
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal).unwrap();
}

const KEEP_ONE: &str = "create table if not exists kept (n int); insert into kept values (1)";

#[tokio::test]
async fn starts_stops_and_keeps_what_was_written() {
    let data = Folder::new("keeps");
    let running = start(&data.0).await.unwrap();
    run(&running.owner, KEEP_ONE).await.unwrap();
    let pid = running.pid().unwrap();
    // Not in our process group, so that Ctrl-C in a terminal does not reach it.
    let group = nix::unistd::getpgid(Some(nix::unistd::Pid::from_raw(pid))).unwrap();
    assert_eq!(group.as_raw(), pid);
    running.stop().await.unwrap();
    assert!(!data.0.join("postgres/postmaster.pid").exists());

    let begun = Instant::now();
    let running = start(&data.0).await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10), "a second start took {:?}", begun.elapsed());
    assert_eq!(count(&running.owner).await, 1);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_process_role_is_bound_and_the_cluster_is_as_promised() {
    let data = Folder::new("role");
    let running = start(&data.0).await.unwrap();
    run(&running.owner, KEEP_ONE).await.unwrap();
    let denied = run(&running.app, "select * from kept").await.unwrap_err();
    assert_eq!(denied.as_database_error().unwrap().code().as_deref(), Some("42501"));
    let mut connection = PgConnection::connect_with(&running.app).await.unwrap();
    let (user, unbound, lower): (String, bool, String) = sqlx::query_as(
        "select rolname::text, rolsuper or rolbypassrls or rolcreatedb or rolcreaterole, lower('ÉCOLE') from pg_roles where rolname = current_user",
    )
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!((user.as_str(), unbound, lower.as_str()), ("spotlight_app", false, "école"));
    for (setting, value) in [("data_checksums", "on"), ("fsync", "on"), ("listen_addresses", ""), ("server_encoding", "UTF8")] {
        let found: String = sqlx::query_scalar("select current_setting($1)").bind(setting).fetch_one(&mut connection).await.unwrap();
        assert_eq!(found, value, "{setting}");
    }
    connection.close().await.unwrap();
    running.stop().await.unwrap();
}

#[tokio::test]
async fn two_data_folders_run_side_by_side_however_long_their_names() {
    let (one, two) = (Folder::new("one"), Folder::new("two"));
    // Too long for a socket, and with characters that Postgres would read as a list.
    let long = two.0.join(format!("a \"long\", odd {}", "name ".repeat(20)));
    let (first, second) = tokio::join!(start(&one.0), start(&long));
    let (first, second) = (first.unwrap(), second.unwrap());
    run(&first.owner, KEEP_ONE).await.unwrap();
    assert!(run(&second.owner, "select * from kept").await.is_err(), "they share a database");
    run(&second.owner, KEEP_ONE).await.unwrap();
    let socket = second.owner.get_socket().unwrap().clone();
    assert!(socket.starts_with("/tmp"));
    first.stop().await.unwrap();
    second.stop().await.unwrap();
    fs::remove_dir_all(socket).unwrap();
}

#[tokio::test]
async fn a_killed_postgres_comes_back_with_everything_committed() {
    let data = Folder::new("killed");
    let running = start(&data.0).await.unwrap();
    run(&running.owner, KEEP_ONE).await.unwrap();
    signal(running.pid().unwrap(), nix::sys::signal::Signal::SIGKILL);
    drop(running);
    let running = start(&data.0).await.unwrap();
    assert_eq!(count(&running.owner).await, 1);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn dropped_without_stop_it_goes_and_the_next_start_waits_for_that() {
    let data = Folder::new("dropped");
    let running = start(&data.0).await.unwrap();
    run(&running.owner, KEEP_ONE).await.unwrap();
    let first = running.pid();
    drop(running);
    let running = start(&data.0).await.unwrap();
    assert_ne!(running.pid(), first);
    assert_eq!(count(&running.owner).await, 1);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_process_is_refused_by_name_but_may_join_in() {
    let data = Folder::new("second");
    let running = start(&data.0).await.unwrap();
    let refused = start(&data.0).await.err().unwrap().to_string();
    assert!(refused.contains(&std::process::id().to_string()), "{refused}");
    let joined = start_or_join(&data.0).await.unwrap();
    run(&joined.owner, KEEP_ONE).await.unwrap();
    joined.stop().await.unwrap();
    assert_eq!(count(&running.owner).await, 1, "the one that joined has stopped it");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_pid_file_that_names_something_else_is_no_hindrance() {
    let data = Folder::new("stale");
    start(&data.0).await.unwrap().stop().await.unwrap();
    let cluster = data.0.join("postgres");
    // A living process of the account that Postgres runs as, so that Postgres itself would refuse.
    let account = super::Account::for_cluster(&cluster).unwrap();
    let mut other = account.command(Path::new("/bin/sleep")).arg("600").kill_on_drop(true).spawn().unwrap();
    let text = format!("{}\n{}\n0\n5432\n{}\n\n", other.id().unwrap(), cluster.display(), cluster.display());
    fs::write(cluster.join("postmaster.pid"), &text).unwrap();
    fs::write(cluster.join(".s.PGSQL.5432.lock"), &text).unwrap();
    let running = start(&data.0).await.unwrap();
    assert_ne!(running.pid(), other.id().map(|id| id as i32));
    running.stop().await.unwrap();
    assert!(other.try_wait().unwrap().is_none(), "the other process was killed");
}

#[tokio::test]
async fn what_goes_wrong_is_said_with_the_end_of_the_log() {
    let data = Folder::new("broken");
    start(&data.0).await.unwrap().stop().await.unwrap();
    fs::remove_file(data.0.join("postgres/global/pg_control")).unwrap();
    let error = format!("{:#}", start(&data.0).await.err().unwrap());
    assert!(error.contains("pg_control"), "{error}");
}

#[tokio::test]
async fn a_folder_that_postgres_cannot_get_to_is_said_and_not_chosen() {
    let closed = Folder::new("closed");
    fs::set_permissions(&closed.0, fs::Permissions::from_mode(0o700)).unwrap();
    let chosen = default_data(&closed.0).unwrap();
    if !nix::unistd::geteuid().is_root() {
        // Postgres runs as ourselves and gets wherever we get.
        assert_eq!(chosen, closed.0.join(".data"));
        return;
    }
    assert!(chosen.starts_with("/var/tmp"), "{chosen:?}");
    start(&chosen).await.unwrap().stop().await.unwrap();
    fs::remove_dir_all(&chosen).unwrap();
    let said = start(&closed.0.join(".data")).await.err().unwrap().to_string();
    assert!(said.contains(&format!("cannot pass through {}", closed.0.display())) && said.contains("SPOTLIGHT_DATA"), "{said}");

    // A name under /var/tmp can be guessed: one that somebody else has taken is refused.
    fs::create_dir(&chosen).unwrap();
    std::os::unix::fs::chown(&chosen, Some(1), Some(1)).unwrap();
    assert!(default_data(&closed.0).is_err());
    fs::remove_dir(&chosen).unwrap();
}

/// Runs the test below as a process of its own: it starts Postgres and says so.
fn another_process(data: &Path) -> (Child, i32) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "server::postgres::tests::is_the_process_that_gets_killed", "--ignored", "--nocapture"])
        .env("SPOTLIGHT_TEST_DATA", data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let pid = lines.map_while(Result::ok).find_map(|line| line.split_once("postgres is ")?.1.trim().parse().ok());
    (child, pid.expect("the other process started Postgres"))
}

#[tokio::test]
#[ignore = "run by the tests that kill it"]
async fn is_the_process_that_gets_killed() {
    let Some(data) = std::env::var_os("SPOTLIGHT_TEST_DATA") else { return };
    let running = start(Path::new(&data)).await.unwrap();
    run(&running.owner, KEEP_ONE).await.unwrap();
    println!("postgres is {}", running.pid().unwrap());
    tokio::time::sleep(Duration::from_secs(60)).await;
}

async fn killed_with_its_process(name: &str, postgres_too: bool) -> (Folder, i32, Running) {
    let data = Folder::new(name);
    let (mut process, pid) = another_process(&data.0);
    let refused = start(&data.0).await.err().unwrap().to_string();
    assert!(refused.contains(&process.id().to_string()), "{refused}");
    process.kill().unwrap();
    process.wait().unwrap();
    if postgres_too {
        signal(pid, nix::sys::signal::Signal::SIGKILL);
    }
    let running = start(&data.0).await.unwrap();
    assert_eq!(count(&running.owner).await, 1);
    (data, pid, running)
}

#[tokio::test]
async fn when_the_process_is_killed_the_next_one_adopts_its_postgres() {
    let (data, orphan, running) = killed_with_its_process("orphan", false).await;
    assert_eq!(running.pid(), Some(orphan));
    running.stop().await.unwrap();
    assert!(!data.0.join("postgres/postmaster.pid").exists(), "the adopted one was not stopped");
}

#[tokio::test]
async fn when_both_are_killed_the_next_start_recovers() {
    let (_data, dead, running) = killed_with_its_process("both", true).await;
    assert_ne!(running.pid(), Some(dead));
    running.stop().await.unwrap();
}
