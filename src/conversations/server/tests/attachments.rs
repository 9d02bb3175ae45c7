//! Files that go with messages, over real HTTP: both ways, and only to those who are in the talk.

use super::widget::{client, session};
use super::*;
use crate::error::AppError;
use crate::files::model::{Attached, FileKind};
use crate::files::server::{service as files, tests::put};
use crate::server::testing::form_with_file;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\nand so on";

/// A visitor's browser.
struct Visitor {
    /// The address of the widget's doors.
    doors: String,
    token: String,
}

impl Visitor {
    async fn new(base: &str, key: &str) -> Self {
        let token = session(base, key, None).await["token"].as_str().unwrap().to_owned();
        Self { doors: format!("{base}/w/{key}"), token }
    }
    async fn upload(&self, name: &str, body: &[u8]) -> (StatusCode, Value) {
        let form = form_with_file(("id", &FileId::new().to_string()), name, body);
        let request = client().post(format!("{}/files", self.doors)).bearer_auth(&self.token);
        let answer = request.header("content-type", "multipart/form-data; boundary=B").body(form).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
    async fn uploaded(&self, name: &str, body: &[u8]) -> Attached {
        let (status, answer) = self.upload(name, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        serde_json::from_value(answer).unwrap()
    }
    async fn say(&self, body: &str, files: &[FileId]) -> (StatusCode, Value) {
        let words = json!({ "id": MessageId::new(), "body": body, "files": files });
        let answer = client().post(format!("{}/messages", self.doors)).bearer_auth(&self.token).json(&words).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
    async fn fetch(&self, file: FileId) -> Response {
        client().get(format!("{}/files/{file}", self.doors)).bearer_auth(&self.token).send().await.unwrap()
    }
}

#[tokio::test]
async fn what_a_visitor_sends_is_shown_to_the_team_and_to_nobody_elses_visitor() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let base = test.serve().await;
    let visitor = Visitor::new(&base, &company.key).await;
    assert_eq!(visitor.upload("roof.png", PNG).await.0, StatusCode::NOT_FOUND, "there is no lead yet");
    let (_, said) = visitor.say("Hello", &[]).await;
    let conversation: ConversationId = serde_json::from_value(said["conversation"].clone()).unwrap();

    let picture = visitor.uploaded("roof.png", PNG).await;
    assert_eq!((picture.name.as_str(), picture.kind, picture.size), ("roof.png", FileKind::Picture, PNG.len() as i64));
    assert_eq!(visitor.fetch(picture.id).await.status(), StatusCode::NOT_FOUND, "it has not gone with a message");
    let (status, said) = visitor.say(" ", &[picture.id]).await;
    assert_eq!((status, &said["message"]["files"][0]["name"], &said["message"]["body"]), (StatusCode::OK, &json!("roof.png"), &json!("")));

    let stored = thread(&test, &company, conversation).await;
    assert_eq!((stored[1].files.as_slice(), stored[1].line().as_ref()), ([picture.clone()].as_slice(), "[roof.png]"));
    let inbox = crate::conversations::server::reads::inbox(&test.app, &person(&company.rep)).await.unwrap();
    assert_eq!(inbox.rows[0].last_message, "[roof.png]");
    let answer = visitor.fetch(picture.id).await;
    assert_eq!(answer.headers()["content-type"], "image/png");
    assert!(answer.headers()["content-security-policy"].to_str().unwrap().contains("sandbox"));
    assert_eq!(answer.bytes().await.unwrap(), PNG);

    // Another visitor of the same assistant, and nobody.
    let other = Visitor::new(&base, &company.key).await;
    other.say("Hello", &[]).await;
    assert_eq!(other.fetch(picture.id).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(other.say("Mine", &[picture.id]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = client().get(format!("{}/files/{}", visitor.doors, picture.id)).send().await.unwrap();
    assert_eq!(nobody.status(), StatusCode::UNAUTHORIZED);
    // The team took it off: it is named and not to be had.
    files::mark_file(&test.app, &person(&company.rep), picture.id, true).await.unwrap();
    assert_eq!(visitor.fetch(picture.id).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn visitors_send_what_browsers_show_and_not_too_much_of_it() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let visitor = Visitor::new(&test.serve().await, &company.key).await;
    visitor.say("Hello", &[]).await;
    for (name, body) in
        [("roof.png", b"<svg onload=\"alert(1)\">".as_slice()), ("page.html", b"<!DOCTYPE html><script>"), ("run.exe", b"MZ")]
    {
        let (status, answer) = visitor.upload(name, body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name}");
        assert!(answer["message"].as_str().unwrap().contains("Only pictures"), "{answer}");
    }
    let mut large = PNG.to_vec();
    large.resize((10 << 20) + 1, 0);
    let (status, answer) = visitor.upload("large.png", &large).await;
    assert_eq!((status, answer["message"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("The file is larger than 10 MB.")));
    large.truncate(10 << 20);
    visitor.uploaded("fits.png", &large).await;
    let left: i64 = sqlx::query_scalar("select count(*) from sales.files").fetch_one(&test.owner).await.unwrap();
    assert_eq!(left, 1, "what was refused left nothing behind");
    assert_eq!(visitor.say("", &[FileId::new(); 11]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    for _ in 0..15 {
        visitor.upload("roof.png", PNG).await;
    }
    assert_eq!(visitor.upload("roof.png", PNG).await.0, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn the_team_sends_files_of_that_lead_and_a_visitor_has_only_those_that_were_sent() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let rep = person(&company.rep);
    let visitor = Visitor::new(&test.serve().await, &company.key).await;
    let (_, said) = visitor.say("Do you have a price list?", &[]).await;
    let conversation: ConversationId = serde_json::from_value(said["conversation"].clone()).unwrap();
    let lead = talk(&test, &company, conversation).await.lead;
    let (_, elsewhere) = opened(&test, &company, "Hello").await;
    let other_lead = talk(&test, &company, elsewhere).await.lead;
    let ours = put(&test, &rep, lead, "prices.html", b"<p>").await.unwrap();
    let secret = put(&test, &rep, lead, "margins.pdf", b"%PDF-1.7").await.unwrap();
    let foreign = put(&test, &rep, other_lead, "contract.pdf", b"%PDF-1.7").await.unwrap();
    let send = |body: &str, files: Vec<FileId>| {
        let new = NewMessage { id: MessageId::new(), conversation, body: body.into(), files, channel: None };
        service::rep_says(&test.app, &rep, new)
    };
    for wrong in [foreign.id, FileId::new()] {
        let refused = send("Here", vec![wrong]).await;
        assert!(matches!(refused, Err(AppError::Invalid { ref field, .. }) if field == "files"), "{refused:?}");
    }
    let sent = send("", vec![ours.id, ours.id]).await.unwrap();
    assert_eq!(sent.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["prices.html"], "named twice it goes once");

    let answer = visitor.fetch(ours.id).await;
    assert_eq!((answer.status(), answer.headers()["content-type"].to_str().unwrap()), (StatusCode::OK, "application/octet-stream"));
    assert!(answer.headers()["content-disposition"].to_str().unwrap().starts_with("attachment"));
    // What the team keeps on the lead is no visitor's, not even by its id.
    assert_eq!(visitor.fetch(secret.id).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(visitor.say("Mine", &[secret.id]).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(visitor.fetch(secret.id).await.status(), StatusCode::NOT_FOUND);
}
