//! The forms over HTTP, as a browser without scripts sends them.

use super::*;
use crate::server::router;
use axum::{body::Body, extract::Request, response::Response};
use http::{StatusCode, header};
use tower::ServiceExt;

async fn send(t: &TestApp, path: &str, host: &str, cookie: Option<&str>, body: &str) -> Response {
    let mut request = Request::post(path).header(header::HOST, host).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(cookie) = cookie {
        request = request.header(header::COOKIE, cookie);
    }
    router::router(t.app.clone()).oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap()
}

fn heading(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

async fn text(response: Response) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

#[tokio::test]
async fn signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let body = format!("email={}&password={PASSWORD}&remember=yes&next=%2Finbox", c.rep.email);
    let response = send(&t, "/sign-in", "spotlight.example", None, &body).await;
    assert_eq!((response.status(), heading(&response, header::LOCATION).as_str()), (StatusCode::SEE_OTHER, "/inbox"));
    let cookie = heading(&response, header::SET_COOKIE);
    assert!(cookie.starts_with("__Host-spotlight="), "{cookie}");
    for part in ["; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure", "; Max-Age=2592000"] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let body = format!("email={}&password={PASSWORD}&next=https%3A%2F%2Fevil.example", c.rep.email);
    let response = send(&t, "/sign-in", "127.0.0.1:3000", None, &body).await;
    assert_eq!(heading(&response, header::LOCATION), "/board");
    let cookie = heading(&response, header::SET_COOKIE);
    assert!(cookie.starts_with("spotlight=") && !cookie.contains("Secure") && !cookie.contains("Max-Age"), "{cookie}");
}

#[tokio::test]
async fn a_cookie_without_encryption_counts_on_ones_own_machine_only() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let cookie = t.cookie(&c.rep).await;
    let here = send(&t, "/settings/theme", "localhost:3000", Some(&cookie), "theme=dark").await;
    assert_eq!(heading(&here, header::LOCATION), "/settings");
    let elsewhere = send(&t, "/settings/theme", "spotlight.example", Some(&cookie), "theme=dark").await;
    assert_eq!(heading(&elsewhere, header::LOCATION), "/sign-in?next=/settings");
}

#[tokio::test]
async fn a_form_that_fails_comes_back_with_what_was_typed_but_no_password() {
    let t = TestApp::new().await;
    t.company("Acme").await;
    let body = "email=admin%40acme.test&password=wrong-secret-words&next=%2Finbox";
    let response = send(&t, "/sign-in", "localhost", None, body).await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(response).await;
    assert!(page.contains("admin@acme.test") && page.contains("/inbox"), "what was typed");
    assert!(page.contains("password-error") && page.contains("doesn’t match"), "the error beside its field");
    assert!(!page.contains("wrong-secret-words"), "the password");
    let response = send(&t, "/sign-up", "localhost", None, "company=B%26B&name=&email=a%40b.test&password=wrong-secret-words").await;
    assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(response).await;
    assert!(page.contains("name-error") && page.contains("B&amp;B") && !page.contains("wrong-secret-words"));
}

#[tokio::test]
async fn too_many_tries_are_answered_429_with_the_time_to_wait() {
    let t = TestApp::new().await;
    t.company("Acme").await;
    for _ in 0..10 {
        send(&t, "/sign-in", "localhost", None, "email=admin%40acme.test&password=wrong").await;
    }
    let response = send(&t, "/sign-in", "localhost", None, "email=admin%40acme.test&password=spotlight").await;
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(heading(&response, header::RETRY_AFTER).parse::<u32>().unwrap() <= 900);
    assert!(text(response).await.contains("Try again in 15 minutes"));
}

#[tokio::test]
async fn settings_and_team_work_without_scripts() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let cookie = t.cookie(&c.admin).await;
    let post = async |path: &str, body: &str| send(&t, path, "localhost", Some(&cookie), body).await;
    let saved = post("/settings", "form=profile&name=Maya+Lindqvist").await;
    assert_eq!((saved.status(), heading(&saved, header::LOCATION).as_str()), (StatusCode::SEE_OTHER, "/settings?done=profile"));
    let refused = post("/settings", "form=password&current=wrong-secret&new=another-secret").await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let page = text(refused).await;
    assert!(page.contains("current-error") && page.contains("Maya Lindqvist"), "the settings page again");
    assert!(!page.contains("wrong-secret") && !page.contains("another-secret"));
    let invited = post("/settings/team", "form=invite&email=new%40acme.test&role=manager").await;
    assert_eq!((invited.status(), heading(&invited, header::CACHE_CONTROL).as_str()), (StatusCode::OK, "no-store"));
    let token = token_in_letter(&t, "new@acme.test").await;
    assert!(text(invited).await.contains(&token), "the link, once");
    let kept = post("/settings/team", &format!("form=role&user={}&role=manager", c.admin.user)).await;
    assert_eq!(kept.status(), StatusCode::CONFLICT);
    assert!(text(kept).await.contains("only admin"));
    assert_eq!(post("/settings/team", "form=role&user=nonsense&role=manager").await.status(), StatusCode::NOT_FOUND);
    assert_eq!(post("/settings", "form=nonsense").await.status(), StatusCode::NOT_FOUND);
    let out = post("/sign-out", "").await;
    assert_eq!(heading(&out, header::LOCATION), "/sign-in?done=signed-out");
    assert!(heading(&out, header::SET_COOKIE).starts_with("spotlight=; ") && heading(&out, header::SET_COOKIE).contains("Max-Age=0"));
    let again = post("/settings", "form=profile&name=X").await;
    assert_eq!(heading(&again, header::LOCATION), "/sign-in?next=/settings", "the session has ended");
}

#[tokio::test]
async fn an_invitation_is_shown_and_answered_without_scripts() {
    let t = TestApp::new().await;
    let c = t.company("Acme").await;
    let link =
        super::super::team::invite(&t.app, &super::super::actor::Actor::user(c.admin.clone()), "new@acme.test", "sales_rep").await.unwrap();
    let path = link.strip_prefix("http://127.0.0.1").unwrap();
    let request = Request::get(path).header(header::HOST, "localhost").body(Body::empty()).unwrap();
    let page = router::router(t.app.clone()).oneshot(request).await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let page = text(page).await;
    assert!(page.contains("Join Acme") && page.contains("new@acme.test"));
    let joined = send(&t, path, "localhost", None, "name=Nia&password=three+quiet+lamps").await;
    assert_eq!(heading(&joined, header::LOCATION), "/board?done=joined");
    let again = send(&t, path, "localhost", None, "name=Nia&password=three+quiet+lamps").await;
    assert_eq!(again.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(text(again).await.contains("has been used"));
}
