//! The interface for other programs, over HTTP.

use crate::accounts::model::Me;
use crate::accounts::server::keys;
use crate::error::AppError;
use crate::leads::filter::Sight;
use crate::leads::server::service;
use crate::server::testing::{TestApp, person};
use serde_json::{Value, json};

struct Program {
    http: reqwest::Client,
    address: String,
    key: String,
}

impl Program {
    async fn of(test: &TestApp, admin: &Me) -> Self {
        let key = keys::make_key(&test.app, &person(admin), "Website").await.expect("made");
        Self { http: reqwest::Client::new(), address: test.serve().await, key }
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        read(self.http.get(format!("{}{path}", self.address)).bearer_auth(&self.key)).await
    }

    async fn post(&self, body: &Value, once: Option<&str>) -> (u16, Value) {
        let mut request = self.http.post(format!("{}/api/v1/leads", self.address)).bearer_auth(&self.key).json(body);
        if let Some(once) = once {
            request = request.header("idempotency-key", once);
        }
        read(request).await
    }
}

async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn a_program_adds_leads_each_once_and_reads_them_page_by_page() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let program = Program::of(&test, &ours.admin).await;

    let ada = json!({ "name": "Ada Byron", "email": "ada@example.test", "phone": "020 7946 0182", "value_minor": 8_400_050, "stage": "qualified" });
    let (status, made) = program.post(&ada, Some("form-17")).await;
    assert_eq!(
        (status, &made["stage"], &made["value_minor"], &made["source"]),
        (201, &json!("qualified"), &json!(8_400_050), &json!("api"))
    );
    let (status, again) = program.post(&ada, Some("form-17")).await;
    assert_eq!((status, &again), (201, &made), "sent again it is the same lead");
    assert_eq!(program.get(&format!("/api/v1/leads/{}", made["id"].as_str().unwrap())).await, (200, made.clone()));

    for number in 0..4 {
        assert_eq!(program.post(&json!({ "name": format!("Lead {number}") }), None).await.0, 201);
    }
    let mut names = Vec::new();
    let mut path = "/api/v1/leads?limit=2".to_owned();
    loop {
        let (status, page) = program.get(&path).await;
        assert_eq!(status, 200);
        names.extend(page["leads"].as_array().unwrap().iter().map(|lead| lead["name"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/leads?limit=2&before={next}");
    }
    assert_eq!(names, ["Lead 3", "Lead 2", "Lead 1", "Lead 0", "Ada Byron"]);
    let (_, stages) = program.get("/api/v1/stages").await;
    assert_eq!(stages["stages"][0]["slug"], "new");

    // The same word with another body is another lead; and a full column turns no program away.
    sqlx::query("update sales.stages set wip_limit = 1, wip_hard = true").execute(&test.owner).await.unwrap();
    let (status, other) = program.post(&json!({ "name": "Bea" }), Some("form-17")).await;
    assert_eq!((status, other["id"] != made["id"]), (201, true));

    // What was sent in is on the board, and the timeline names the program.
    let board = service::load_board(&test.app, &person(&ours.manager), &Sight::default()).await.unwrap();
    assert_eq!(board.cards.len(), 6);
    let page = service::load_lead(&test.app, &person(&ours.manager), made["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    assert_eq!(page.timeline[0].actor.name(), "Website");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_made() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let program = Program::of(&test, &ours.admin).await;
    for (body, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "name": "Ada", "email": "no address" }), "email"),
        (json!({ "name": "Ada", "phone": "12" }), "phone"),
        (json!({ "name": "Ada", "stage": "nowhere" }), "stage"),
        (json!({ "name": "Ada", "value_minor": -1 }), ""),
        (json!({ "name": "Ada", "unheard": 1 }), ""),
        (json!([]), ""),
    ] {
        let (status, error) = program.post(&body, None).await;
        assert_eq!((status, &error["error"], &error["field"]), (422, &json!("invalid"), &json!(field)), "{body}: {error}");
    }
    for once in ["x".repeat(201), "two words".into()] {
        assert_eq!(program.post(&json!({ "name": "Ada" }), Some(&once)).await.0, 422, "{once}");
    }
    for path in ["/api/v1/leads?limit=0", "/api/v1/leads?limit=many", "/api/v1/leads?before=x"] {
        assert_eq!(program.get(path).await.0, 422, "{path}");
    }
    for path in ["/api/v1/leads/x", "/api/v1/nothing"] {
        assert_eq!(program.get(path).await, (404, json!({ "error": "not_found" })), "{path}");
    }
    assert!(service::load_board(&test.app, &person(&ours.manager), &Sight::default()).await.unwrap().cards.is_empty());
}

#[tokio::test]
async fn a_key_reaches_its_company_alone_and_nothing_once_it_is_withdrawn() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (program, other) = (Program::of(&test, &ours.admin).await, Program::of(&test, &theirs.admin).await);
    let (_, made) = program.post(&json!({ "name": "Ada" }), Some("one")).await;
    let path = format!("/api/v1/leads/{}", made["id"].as_str().unwrap());
    assert_eq!(other.get(&path).await.0, 404);
    assert_eq!(other.get("/api/v1/leads").await.1["leads"], json!([]));
    // The same word for "once" is another company's own.
    assert_ne!(other.post(&json!({ "name": "Bea" }), Some("one")).await.1["id"], made["id"]);

    let [row] = &keys::load_keys(&test.app, &person(&ours.admin)).await.unwrap()[..] else { panic!("one key") };
    assert!(program.key.ends_with(&row.hint) && row.last_used_at.is_some());
    assert_eq!(keys::revoke_key(&test.app, &person(&theirs.admin), row.id).await, Err(AppError::NotFound));
    assert!(matches!(keys::make_key(&test.app, &person(&ours.manager), "Mine").await, Err(AppError::Forbidden { .. })));
    keys::revoke_key(&test.app, &person(&ours.admin), row.id).await.unwrap();
    assert_eq!(program.get(&path).await, (401, json!({ "error": "signed_out" })));
    for key in ["", "spk_", "spk_guessed", "\u{e9}"] {
        assert_eq!(
            Program { http: reqwest::Client::new(), address: program.address.clone(), key: key.into() }.get(&path).await.0,
            401,
            "{key:?}"
        );
    }
}
