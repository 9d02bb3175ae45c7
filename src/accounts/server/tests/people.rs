//! Invitations, roles, who may do what, and that companies do not see each other.

use super::super::{actor::Actor, service, session, team};
use super::*;
use crate::accounts::model::{Me, Role};
use crate::server::{
    jobs::Job,
    mail::{Mailer, SendMail},
};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

fn user(me: &Me) -> Actor {
    Actor::user(me.clone())
}

#[tokio::test]
async fn an_invitation_lets_one_person_in_once() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let link = team::invite(&t.app, &user(&c.admin), "New@Acme.test", "manager").await.unwrap();
    let token = link.strip_prefix("http://127.0.0.1/invite/").expect("our address");
    assert_eq!(token_in_letter(&t, "new@acme.test").await, token);
    let face = team::invite_face(&t.app, token).await.unwrap().expect("open");
    assert_eq!((face.company_name.as_str(), face.email.as_str(), face.role), ("Acme", "new@acme.test", Role::Manager));
    let join = async || team::join(&t.app, token, "Nia", FRESH.into(), &from("192.0.2.9")).await;
    // Two at once: one of them is told that it is over.
    let outcomes = futures::future::join(join(), join()).await;
    let (joined, refused): (Vec<_>, Vec<_>) = [outcomes.0, outcomes.1].into_iter().partition(Result::is_ok);
    assert_eq!((joined.len(), refused.len()), (1, 1));
    assert_eq!(invalid(join().await.unwrap_err()).0, "token");
    assert!(team::invite_face(&t.app, token).await.unwrap().is_none());
    let me = session::of_token(&t.app, &joined[0].as_ref().unwrap().token).await.unwrap().unwrap();
    assert_eq!((me.company, me.role, me.name.as_str()), (c.id, Role::Manager, "Nia"));
    assert_eq!(events(&t, c.id).await, ["member_invited", "member_joined", "signed_in"]);
}

#[tokio::test]
async fn an_invitation_that_was_withdrawn_replaced_or_is_a_week_old_lets_nobody_in() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let admin = user(&c.admin);
    let token = async |email: &str| team::invite(&t.app, &admin, email, "sales_rep").await.unwrap().rsplit('/').next().unwrap().to_owned();
    let is_open = async |token: &str| team::invite_face(&t.app, token).await.unwrap().is_some();
    let withdrawn = token("one@acme.test").await;
    let invites = team::team(&t.app, &admin).await.unwrap().invites;
    team::revoke_invite(&t.app, &admin, invites[0].id).await.unwrap();
    assert_eq!(team::revoke_invite(&t.app, &admin, invites[0].id).await, Err(AppError::NotFound));
    assert!(!is_open(&withdrawn).await);
    let replaced = token("two@acme.test").await;
    let newer = token("two@acme.test").await;
    assert!(!is_open(&replaced).await && is_open(&newer).await);
    sqlx::query("update identity.invites set expires_at = expires_at - interval '8 days'").execute(&t.owner).await.unwrap();
    assert!(!is_open(&newer).await);
    assert_eq!(invalid(team::join(&t.app, &newer, "N", FRESH.into(), &from("192.0.2.9")).await.unwrap_err()).0, "token");
    assert_eq!(invalid(team::invite(&t.app, &admin, c.rep.email.as_str(), "admin").await.unwrap_err()).0, "email");
}

#[tokio::test]
async fn an_invitation_that_fails_is_not_used_up() {
    let t = TestApp::new().await;
    let (c, other) = (t.company("Acme").await, t.company("Bolt").await);
    let link = team::invite(&t.app, &user(&c.admin), other.rep.email.as_str(), "manager").await.unwrap();
    let token = link.rsplit('/').next().unwrap();
    let error = team::join(&t.app, token, "N", FRESH.into(), &from("192.0.2.9")).await.unwrap_err();
    assert_eq!(invalid(error).0, "email", "the address has an account in another company");
    assert!(team::invite_face(&t.app, token).await.unwrap().is_some());
}

#[tokio::test]
async fn the_last_admin_stays() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let admin = user(&c.admin);
    for refused in
        [team::set_role(&t.app, &admin, c.admin.user, "manager").await, team::set_disabled(&t.app, &admin, c.admin.user, true).await]
    {
        assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    }
    // Two admins who demote each other at the same moment: one of them comes second.
    team::set_role(&t.app, &admin, c.manager.user, "admin").await.unwrap();
    let second = Actor::user(Me { role: Role::Admin, ..c.manager.clone() });
    let both = futures::future::join(
        team::set_role(&t.app, &admin, c.manager.user, "sales_rep"),
        team::set_role(&t.app, &second, c.admin.user, "sales_rep"),
    )
    .await;
    assert!(both.0.is_ok() != both.1.is_ok(), "{both:?}");
    let admins = team::team(&t.app, &admin).await.unwrap().members.into_iter().filter(|member| member.role == Role::Admin).count();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn a_changed_role_or_a_shut_door_ends_the_persons_sessions() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let admin = user(&c.admin);
    let sign_in = async || service::sign_in(&t.app, c.rep.email.as_str(), PASSWORD.into(), true, None, &from("192.0.2.1")).await;
    let first = sign_in().await.unwrap().token;
    team::set_role(&t.app, &admin, c.rep.user, "manager").await.unwrap();
    assert!(session::of_token(&t.app, &first).await.unwrap().is_none());
    let second = sign_in().await.unwrap().token;
    assert_eq!(session::of_token(&t.app, &second).await.unwrap().unwrap().role, Role::Manager);
    team::set_disabled(&t.app, &admin, c.rep.user, true).await.unwrap();
    assert!(session::of_token(&t.app, &second).await.unwrap().is_none());
    assert_eq!(invalid(sign_in().await.unwrap_err()).0, "password", "told like a wrong password");
    service::ask_reset(&t.app, c.rep.email.as_str(), &from("192.0.2.1")).await.unwrap();
    let letters: i64 = sqlx::query_scalar("select count(*) from ops.mails").fetch_one(&t.owner).await.unwrap();
    assert_eq!(letters, 0, "no way round the shut door");
    team::set_disabled(&t.app, &admin, c.rep.user, false).await.unwrap();
    sign_in().await.expect("let in again");
}

#[tokio::test]
async fn only_admins_manage_people() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    for me in [&c.manager, &c.rep] {
        let actor = user(me);
        assert!(matches!(team::invite(&t.app, &actor, "x@acme.test", "admin").await, Err(AppError::Forbidden { .. })));
        assert!(matches!(team::set_role(&t.app, &actor, me.user, "admin").await, Err(AppError::Forbidden { .. })));
        assert!(matches!(team::set_disabled(&t.app, &actor, c.admin.user, true).await, Err(AppError::Forbidden { .. })));
    }
    assert!(team::team(&t.app, &user(&c.manager)).await.is_ok());
    assert!(matches!(team::team(&t.app, &user(&c.rep)).await, Err(AppError::Forbidden { .. })));
}

#[tokio::test]
async fn another_company_is_out_of_reach() {
    let t = TestApp::new().await;
    let (ours, theirs) = (t.company("Acme").await, t.company("Bolt").await);
    let cookie = t.cookie(&theirs.rep).await;
    let admin = user(&ours.admin);
    assert_eq!(team::set_role(&t.app, &admin, theirs.rep.user, "admin").await, Err(AppError::NotFound));
    assert_eq!(team::set_disabled(&t.app, &admin, theirs.rep.user, true).await, Err(AppError::NotFound));
    service::end_session(&t.app, &admin, theirs.rep.session).await.unwrap();
    let token = cookie.split_once('=').unwrap().1;
    assert!(session::of_token(&t.app, token).await.unwrap().is_some(), "their session stands");
    team::invite(&t.app, &user(&theirs.admin), "new@bolt.test", "admin").await.unwrap();
    let theirs_open = team::team(&t.app, &user(&theirs.admin)).await.unwrap().invites;
    assert_eq!(team::revoke_invite(&t.app, &admin, theirs_open[0].id).await, Err(AppError::NotFound));
    let team = team::team(&t.app, &admin).await.unwrap();
    assert_eq!((team.members.len(), team.invites.len()), (4, 0));
    assert!(team.members.iter().all(|member| member.email.as_str().ends_with("@acme.test")));
    // Nor by a slip of ours: the role of the process sees no row outside a company's transaction.
    for table in ["identity.users", "identity.sessions", "identity.invites", "identity.password_resets", "ops.mails"] {
        let statement = format!("select count(*) from {table}");
        let seen: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_one(t.app.db.pool()).await.unwrap();
        assert_eq!(seen, 0, "{table}");
    }
}

#[tokio::test]
async fn a_desk_shows_a_rep_their_own_assistants_only() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let seen = async |me: &Me| service::desk(&t.app, Some(me.clone())).await.unwrap().assistants.len();
    assert_eq!((seen(&c.admin).await, seen(&c.manager).await, seen(&c.rep).await, seen(&c.other_rep).await), (1, 1, 1, 0));
    let stranger = service::desk(&t.app, None).await.unwrap();
    assert!(stranger.me.is_none() && stranger.colleagues.is_empty() && stranger.assistants.is_empty());
}

#[tokio::test]
async fn a_letter_goes_out_once_and_is_wiped_here() {
    let mut t = TestApp::new().await;
    let (port, letters) = mail_server().await;
    let inner = Arc::get_mut(&mut t.app.inner).expect("nobody else has it yet");
    inner.mailer = Mailer::from_config(Some(&format!("smtp://127.0.0.1:{port}")), "Spotlight <no-reply@spotlight.test>").unwrap();
    let c = t.company("Acme").await;
    team::invite(&t.app, &user(&c.admin), "new@acme.test", "manager").await.unwrap();
    let token = token_in_letter(&t, "new@acme.test").await;
    let arguments: serde_json::Value =
        sqlx::query_scalar("select payload::jsonb from graphile_worker._private_jobs").fetch_one(&t.owner).await.unwrap();
    for _ in 0..2 {
        let job: SendMail = serde_json::from_value(arguments.clone()).unwrap();
        job.run(&t.app).await.unwrap();
    }
    let sent = letters.lock().unwrap().clone();
    assert_eq!(sent.len(), 1);
    // The text may be folded for the wire: its beginning is enough.
    assert!(sent[0].contains("To: new@acme.test") && sent[0].contains(&token[..20]), "{}", sent[0]);
    let (body, delivered): (String, String) = sqlx::query_as("select body, delivered from ops.mails").fetch_one(&t.owner).await.unwrap();
    assert_eq!((body.as_str(), delivered.as_str()), ("", "smtp"));
}

/// A mail server that takes everything, and what it took.
async fn mail_server() -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let taken = Arc::new(Mutex::new(Vec::new()));
    let letters = taken.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let letters = letters.clone();
            tokio::spawn(async move {
                let mut stream = BufReader::new(stream);
                stream.write_all(b"220 test\r\n").await.unwrap();
                let (mut line, mut letter) = (String::new(), None::<String>);
                while stream.read_line(&mut line).await.is_ok_and(|read| read > 0) {
                    let answer = match (&mut letter, line.trim_end()) {
                        (Some(_), ".") => {
                            letters.lock().unwrap().extend(letter.take());
                            "250 taken\r\n"
                        }
                        (Some(text), _) => {
                            text.push_str(&line);
                            ""
                        }
                        (None, "DATA") => {
                            letter = Some(String::new());
                            "354 go on\r\n"
                        }
                        (None, _) => "250 fine\r\n",
                    };
                    stream.write_all(answer.as_bytes()).await.unwrap();
                    line.clear();
                }
            });
        }
    });
    (port, taken)
}
