//! The widget's doors over real HTTP.

use super::*;
use crate::conversations::model::Owner;
use reqwest::{Client, StatusCode, redirect::Policy};
use serde_json::{Value, json};

pub(super) fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

pub(super) async fn session(base: &str, key: &str, token: Option<&str>) -> Value {
    client().post(format!("{base}/w/{key}/session")).json(&json!({ "token": token })).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn a_script_gets_a_session_speaks_and_is_shown_only_what_is_its_own() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let foreign = test.company("Other").await;
    let (base, key) = (test.serve().await, company.key.as_str());
    let first = session(&base, key, None).await;
    assert_eq!(first["conversation"], Value::Null);
    assert_eq!((&first["assistant"]["name"], &first["company"]), (&json!("Nora"), &json!("Meridian")));
    let token = first["token"].as_str().unwrap();
    let send = |id: MessageId, body: &str| {
        client()
            .post(format!("{base}/w/{key}/messages"))
            .bearer_auth(token)
            .json(&json!({ "id": id, "body": body, "page": { "url": "https://meridian.example/prices", "title": "Prices" } }))
            .send()
    };
    let id = MessageId::new();
    let answer = send(id, "Hello").await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let said: Value = answer.json().await.unwrap();
    let mut fields: Vec<&str> = said["message"].as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["at", "author", "body", "conversation", "files", "id", "name", "partial", "sources", "state"]);
    assert_eq!(send(id, "Hello").await.unwrap().status(), StatusCode::OK, "twice is once");
    assert_eq!(send(MessageId::new(), "  ").await.unwrap().status(), StatusCode::UNPROCESSABLE_ENTITY);

    let conversation: ConversationId = serde_json::from_value(said["conversation"].clone()).unwrap();
    let reply = rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    let again = session(&base, key, Some(token)).await;
    assert_eq!((again["token"].as_str(), &again["control"]["owner"]), (Some(token), &json!(Owner::Person)));
    assert_eq!(again["messages"].as_array().unwrap().len(), 2);
    assert!(!again.to_string().contains(&company.rep.user.to_string()), "no ids of people");

    let mark = |what: &str| client().post(format!("{base}/w/{key}/{what}")).bearer_auth(token).json(&json!({ "upto": reply.id })).send();
    assert_eq!(mark("delivered").await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(mark("read").await.unwrap().status(), StatusCode::NO_CONTENT);
    assert_eq!(thread(&test, &company, conversation).await[1].state.as_str(), "read");

    // The token is good for this assistant alone, and without one nothing is stored.
    let elsewhere =
        client().post(format!("{base}/w/{}/messages", foreign.key)).bearer_auth(token).json(&json!({ "id": id, "body": "Hello" }));
    assert_eq!(elsewhere.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let nobody = client().post(format!("{base}/w/{key}/messages")).json(&json!({ "id": MessageId::new(), "body": "Hello" }));
    assert_eq!(nobody.send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let nowhere = client().post(format!("{base}/w/nosuchkey/session")).json(&json!({}));
    assert_eq!(nowhere.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn without_a_script_the_form_works_and_keeps_the_thread_by_cookie() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (base, key) = (test.serve().await, company.key.as_str());
    let page = client().get(format!("{base}/w/{key}")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let send = |cookie: &str, id: MessageId, body: &'static str| {
        let form = [("id", id.to_string()), ("body", body.to_owned())];
        let text = form.iter().map(|(name, value)| format!("{name}={}", value.replace(' ', "+"))).collect::<Vec<_>>().join("&");
        client()
            .post(format!("{base}/w/{key}/messages"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("cookie", cookie)
            .body(text)
            .send()
    };
    let id = MessageId::new();
    let sent = send("", id, "Hello there").await.unwrap();
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let set = sent.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(set.starts_with(&format!("spotlight_visitor_{key}=")) && set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
    let cookie = set.split(';').next().unwrap().to_owned();
    assert_eq!(send(&cookie, id, "Hello there").await.unwrap().status(), StatusCode::SEE_OTHER);
    assert_eq!(send(&cookie, MessageId::new(), "Second").await.unwrap().status(), StatusCode::SEE_OTHER);
    let page = client().get(format!("{base}/w/{key}")).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
    assert_eq!(page.matches("data-message=").count(), 2, "{page}");
    assert!(page.contains("Hello there") && page.contains("Second"));
    let refused = send(&cookie, MessageId::new(), "+").await.unwrap();
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().await.unwrap().contains("Write something first."));
}

#[tokio::test]
async fn the_panel_may_be_framed_by_the_companys_sites_alone() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    sqlx::query("update identity.companies set widget_origins = array['https://meridian.example', 'https://x.example; script-src *']")
        .execute(&test.owner)
        .await
        .unwrap();
    let base = test.serve().await;
    let page = client().get(format!("{base}/w/{}", company.key)).send().await.unwrap();
    let policy = page.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors 'self' https://meridian.example"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
    assert!(page.text().await.unwrap().contains(&format!("nonce=\"{nonce}\"")));
    assert_eq!(client().get(format!("{base}/w/nosuchkey")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_demo_site_lists_the_demos_assistants_alone() {
    let test = TestApp::new().await;
    let (company, private) = (test.company("Meridian").await, test.company("Private").await);
    sqlx::query("update identity.companies set demo = true where id = $1").bind(company.id).execute(&test.owner).await.unwrap();
    let base = test.serve().await;
    let page = client().get(format!("{base}/demo/site")).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let html = page.text().await.unwrap();
    assert!(html.contains(&company.key) && !html.contains(&private.key));

    // Met is one that answers, whatever its place in the alphabet.
    let other = test.company("Aardvark").await;
    sqlx::query("update identity.companies set demo = true where id = $1").bind(other.id).execute(&test.owner).await.unwrap();
    for paused in [&company, &other] {
        for each in [&company, &other] {
            set_live(&test, each, each.id != paused.id).await;
        }
        let html = client().get(format!("{base}/demo/site")).send().await.unwrap().text().await.unwrap();
        let met = if paused.id == company.id { &other.key } else { &company.key };
        assert!(html.contains(&format!(r#"data-assistant="{met}""#)), "{met} answers");
    }
}
