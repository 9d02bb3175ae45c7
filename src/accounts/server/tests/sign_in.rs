//! Signing up and in, sessions, passwords.

use super::super::{actor::Actor, founding, service, session, store};
use super::*;
use crate::accounts::model::{Role, Theme};
use crate::server::{jobs::Job, mail::SendMail};
use crate::values::{Email, SessionId};
use std::time::{Duration, Instant};

#[tokio::test]
async fn an_unknown_address_and_a_wrong_password_are_told_and_timed_alike() {
    let t = TestApp::new().await;
    // Signed up, so that the hash has the cost of real ones.
    service::sign_up(&t.app, "Acme", "Ann", "ann@acme.test", FRESH.into(), &from("192.0.2.1")).await.unwrap();
    let mut times = [Duration::MAX; 2];
    let mut texts = [String::new(), String::new()];
    for _ in 0..3 {
        for (n, email) in ["ann@acme.test", "nobody@acme.test"].into_iter().enumerate() {
            let start = Instant::now();
            let error = service::sign_in(&t.app, email, "wrong password".into(), false, None, &from("192.0.2.1")).await.unwrap_err();
            times[n] = times[n].min(start.elapsed());
            let (field, text) = invalid(error);
            assert_eq!(field, "password");
            texts[n] = text;
        }
    }
    assert_eq!(texts[0], texts[1]);
    let ratio = times[0].as_secs_f64() / times[1].as_secs_f64();
    assert!((0.33..3.0).contains(&ratio), "known {:?}, unknown {:?}", times[0], times[1]);
}

#[tokio::test]
async fn the_eleventh_try_is_refused_even_with_the_right_password() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let email = c.rep.email.as_str();
    // Half of them at once: each counts.
    let tries = (0..30).map(|_| service::sign_in(&t.app, email, "wrong".into(), false, None, &FROM_ONE));
    let refused = futures::future::join_all(tries).await;
    let checked = refused.iter().filter(|outcome| matches!(outcome, Err(AppError::Invalid { .. }))).count();
    assert_eq!(checked, 10, "tries that were let through to the password");
    match service::sign_in(&t.app, email, PASSWORD.into(), false, None, &from("198.51.100.7")).await {
        Err(AppError::TooMany { retry_after }) => assert!((1..=900).contains(&retry_after)),
        other => panic!("{other:?}"),
    }
    service::sign_in(&t.app, c.manager.email.as_str(), PASSWORD.into(), false, None, &from("198.51.100.7")).await.expect("another account");
}

static FROM_ONE: std::sync::LazyLock<crate::accounts::server::service::Origin> = std::sync::LazyLock::new(|| from("192.0.2.1"));

#[tokio::test]
async fn only_failures_count() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    for _ in 0..70 {
        service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), false, None, &FROM_ONE).await.expect("a right password");
    }
}

#[tokio::test]
async fn a_window_that_is_over_starts_afresh() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let email = c.rep.email.as_str();
    for _ in 0..12 {
        let _ = service::sign_in(&t.app, email, "wrong".into(), false, None, &FROM_ONE).await;
    }
    sqlx::query("update identity.attempts set window_ends = now() - interval '1 second'").execute(&t.owner).await.unwrap();
    service::sign_in(&t.app, email, PASSWORD.into(), false, None, &FROM_ONE).await.expect("a quarter of an hour later");
}

#[tokio::test]
async fn signing_in_ends_the_session_the_browser_came_with() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let first = service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), true, None, &FROM_ONE).await.unwrap();
    let before = session::of_token(&t.app, &first.token).await.unwrap().expect("signed in");
    let second = service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), true, Some(&before), &FROM_ONE).await.unwrap();
    assert_ne!(first.token, second.token);
    assert!(session::of_token(&t.app, &first.token).await.unwrap().is_none(), "the old token");
    let me = session::of_token(&t.app, &second.token).await.unwrap().expect("the new token");
    assert_eq!((me.user, me.role, me.theme), (c.rep.user, Role::SalesRep, Theme::System));
    assert_eq!(me.assistants, vec![c.assistant]);
    assert_eq!(events(&t, c.id).await, ["signed_in", "signed_in", "sessions_ended"]);
}

#[tokio::test]
async fn a_session_that_was_ended_or_is_too_old_opens_nothing() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let sign_in =
        async |remember| service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), remember, None, &FROM_ONE).await.unwrap().token;
    let stands = async |token: &str| session::of_token(&t.app, token).await.unwrap().is_some();
    let age = async |token: &str, change: &'static str| {
        let statement = format!("update identity.sessions set {change} where token_hash = $1");
        let done = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(session::hash(token)).execute(&t.owner).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    };
    let ended = sign_in(true).await;
    let me = session::of_token(&t.app, &ended).await.unwrap().unwrap();
    service::end_session(&t.app, &Actor::user(me.clone()), me.session).await.unwrap();
    assert!(!stands(&ended).await, "ended");

    let short = sign_in(false).await;
    age(&short, "last_seen_at = now() - interval '11 hours'").await;
    assert!(stands(&short).await, "idle for 11 hours");
    age(&short, "last_seen_at = now() - interval '13 hours'").await;
    assert!(!stands(&short).await, "idle for 13 hours");

    let long = sign_in(true).await;
    age(&long, "last_seen_at = now() - interval '29 days'").await;
    assert!(stands(&long).await, "remembered, idle for 29 days");
    age(&long, "expires_at = now() - interval '1 second'").await;
    assert!(!stands(&long).await, "past its absolute end");
    assert!(!stands("").await && !stands("nonsense").await);
}

#[tokio::test]
async fn a_new_password_ends_every_other_session_and_no_sign_in_slips_through() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let mine = service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), true, None, &FROM_ONE).await.unwrap().token;
    let theirs = service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), true, None, &FROM_ONE).await.unwrap().token;
    let me = session::of_token(&t.app, &mine).await.unwrap().unwrap();
    let actor = Actor::user(me.clone());
    let old_hash = store::account_by_email(t.app.db.pool(), &c.rep.email).await.unwrap().unwrap().password_hash;
    assert_eq!(invalid(service::change_password(&t.app, &actor, "wrong".into(), FRESH.into()).await.unwrap_err()).0, "current");
    assert_eq!(invalid(service::change_password(&t.app, &actor, PASSWORD.into(), "short".into()).await.unwrap_err()).0, "new");
    service::change_password(&t.app, &actor, PASSWORD.into(), FRESH.into()).await.unwrap();
    assert!(session::of_token(&t.app, &mine).await.unwrap().is_some(), "the one at hand");
    assert!(session::of_token(&t.app, &theirs).await.unwrap().is_none(), "the other");
    // A sign-in that checked the old password a moment earlier comes too late to store its session.
    let mut tx = t.app.begin(&actor).await.unwrap();
    let late = crate::accounts::model::Me { session: SessionId::new(), ..me };
    assert!(service::open_session(&mut tx, &late, false, &old_hash, &FROM_ONE).await.unwrap().is_none());
    drop(tx);
    service::sign_in(&t.app, c.rep.email.as_str(), FRESH.into(), false, None, &FROM_ONE).await.expect("the new password");
}

#[tokio::test]
async fn a_reset_link_works_once_and_ends_every_session() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let email = c.rep.email.as_str();
    let signed_in = service::sign_in(&t.app, email, PASSWORD.into(), true, None, &FROM_ONE).await.unwrap();
    service::ask_reset(&t.app, email, &FROM_ONE).await.unwrap();
    let earlier = token_in_letter(&t, email).await;
    service::ask_reset(&t.app, email, &FROM_ONE).await.unwrap();
    let token = token_in_letter(&t, email).await;
    assert_eq!(invalid(service::reset_password(&t.app, &token, "short".into(), &FROM_ONE).await.unwrap_err()).0, "password");
    service::reset_password(&t.app, &token, FRESH.into(), &FROM_ONE).await.unwrap();
    assert!(session::of_token(&t.app, &signed_in.token).await.unwrap().is_none());
    for spent in [&token, &earlier, &"nonsense".to_owned()] {
        assert_eq!(invalid(service::reset_password(&t.app, spent, FRESH.into(), &FROM_ONE).await.unwrap_err()).0, "token");
    }
    service::sign_in(&t.app, email, FRESH.into(), false, None, &FROM_ONE).await.expect("the new password");
}

#[tokio::test]
async fn a_reset_link_is_good_for_an_hour() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    service::ask_reset(&t.app, c.rep.email.as_str(), &FROM_ONE).await.unwrap();
    let token = token_in_letter(&t, c.rep.email.as_str()).await;
    sqlx::query("update identity.password_resets set expires_at = expires_at - interval '61 minutes'").execute(&t.owner).await.unwrap();
    assert_eq!(invalid(service::reset_password(&t.app, &token, FRESH.into(), &FROM_ONE).await.unwrap_err()).0, "token");
}

#[tokio::test]
async fn a_forgotten_password_is_answered_alike_whether_or_not_there_is_an_account() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let mut times = Vec::new();
    for email in [c.rep.email.as_str(), "nobody@acme.test"] {
        let start = Instant::now();
        service::ask_reset(&t.app, email, &FROM_ONE).await.unwrap();
        times.push(start.elapsed());
    }
    // Each waits for the same moment, well after the work is done.
    assert!(times.iter().all(|time| *time >= Duration::from_millis(400)), "{times:?}");
    let letters: Vec<String> = sqlx::query_scalar("select recipient from ops.mails").fetch_all(&t.owner).await.unwrap();
    assert_eq!(letters, [c.rep.email.to_string()]);
}

#[tokio::test]
async fn a_letter_without_a_mail_server_stays_for_admins_and_its_job_holds_no_secret() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    service::ask_reset(&t.app, c.rep.email.as_str(), &FROM_ONE).await.unwrap();
    let token = token_in_letter(&t, c.rep.email.as_str()).await;
    let arguments: serde_json::Value =
        sqlx::query_scalar("select payload::jsonb from graphile_worker._private_jobs").fetch_one(&t.owner).await.unwrap();
    assert!(!arguments.to_string().contains(&token), "{arguments}");
    let admin = Actor::user(c.admin.clone());
    assert!(super::super::team::outbox(&t.app, &admin).await.unwrap().is_empty(), "not yet done");
    let job = || -> SendMail { serde_json::from_value(arguments.get("job").unwrap_or(&arguments).clone()).unwrap() };
    job().run(&t.app).await.unwrap();
    job().run(&t.app).await.unwrap();
    let kept = super::super::team::outbox(&t.app, &admin).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept[0].body.contains(&token));
    assert!(super::super::team::outbox(&t.app, &Actor::user(c.manager.clone())).await.is_err(), "managers may not read it");
}

#[tokio::test]
async fn a_new_company_can_be_used_at_once() {
    let t = TestApp::new().await;
    let signed_in = service::sign_up(&t.app, " Acme ", "Ann", "Ann@Acme.test", FRESH.into(), &FROM_ONE).await.unwrap();
    let me = session::of_token(&t.app, &signed_in.token).await.unwrap().expect("signed in");
    assert_eq!((me.company_name.as_str(), me.role, me.email.as_str()), ("Acme", Role::Admin, "ann@acme.test"));
    let desk = service::desk(&t.app, Some(me.clone())).await.unwrap();
    assert_eq!(desk.assistants.len(), 1);
    assert!(desk.assistants[0].live);
    assert_eq!(desk.colleagues.len(), 1);
    assert_eq!(desk.seq, 4);
    assert_eq!(events(&t, me.company).await, ["company_founded", "member_joined", "stages_changed", "signed_in"]);
    let count = async |statement: &'static str| sqlx::query_scalar::<_, i64>(statement).fetch_one(&t.owner).await.unwrap();
    assert_eq!(count("select count(*) from sales.stages").await, 6);
    assert_eq!(count("select count(*) from talk.knowledge").await, 2);
    assert_eq!(count("select jsonb_array_length(questions)::bigint from talk.assistants").await, 3);
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    let t = TestApp::new().await;
    t.company("Acme").await;
    let again = service::sign_up(&t.app, "Other", "Ann", " ADMIN@acme.TEST ", FRESH.into(), &FROM_ONE).await.unwrap_err();
    assert_eq!(invalid(again).0, "email");
    let companies: i64 = sqlx::query_scalar("select count(*) from identity.companies").fetch_one(&t.owner).await.unwrap();
    assert_eq!(companies, 1, "nothing is left of the second");
    for (company, name, email, password, field) in [
        ("", "Ann", "a@b.test", FRESH, "company"),
        ("B", "", "a@b.test", FRESH, "name"),
        ("B", "Ann", "a@b", FRESH, "email"),
        ("B", "Ann", "a@b.test", "short", "password"),
    ] {
        assert_eq!(invalid(service::sign_up(&t.app, company, name, email, password.into(), &FROM_ONE).await.unwrap_err()).0, field);
    }
}

#[tokio::test]
async fn the_command_line_founds_a_company_once_and_then_adds_to_it() {
    let t = TestApp::new().await;
    let create = async |email: &str, role| {
        founding::create_user(&t.app, &t.owner, "Acme", Email::parse(email).unwrap(), role, None, FRESH.into()).await
    };
    let (first, role) = create("ann@acme.test", Role::SalesRep).await.unwrap();
    assert_eq!(role, Role::Admin, "somebody has to run it");
    let (second, role) = create("bob@acme.test", Role::SalesRep).await.unwrap();
    assert_eq!((second, role), (first, Role::SalesRep));
    assert_eq!(invalid(create("bob@acme.test", Role::SalesRep).await.unwrap_err()).0, "email");
    service::sign_in(&t.app, "bob@acme.test", FRESH.into(), false, None, &FROM_ONE).await.expect("the new person");
}
