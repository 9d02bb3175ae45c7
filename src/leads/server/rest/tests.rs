//! The interface for other programs, over HTTP.

use crate::accounts::model::Me;
use crate::accounts::server::keys;
use crate::error::AppError;
use crate::leads::filter::Sight;
use crate::leads::server::{service, trash};
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
        self.send("POST", "/api/v1/leads", body, once).await
    }

    async fn send(&self, method: &str, path: &str, body: &Value, once: Option<&str>) -> (u16, Value) {
        let method = method.parse().expect("a method");
        let mut request = self.http.request(method, format!("{}{path}", self.address)).bearer_auth(&self.key).json(body);
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

/// A lead of this program's, and its address.
async fn lead(program: &Program, name: &str) -> (Value, String) {
    let (status, made) = program.post(&json!({ "name": name, "value_minor": 8_400_050 }), None).await;
    assert_eq!(status, 201, "{made}");
    let path = format!("/api/v1/leads/{}", made["id"].as_str().unwrap());
    (made, path)
}

#[tokio::test]
async fn a_program_changes_a_lead_and_is_told_when_somebody_was_faster() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let program = Program::of(&test, &ours.admin).await;
    let (made, path) = lead(&program, "Ada Byron").await;
    let (status, changed) =
        program.send("PATCH", &path, &json!({ "version": 1, "organisation": "Engines", "email": "ada@engines.test" }), None).await;
    assert_eq!(status, 200, "{changed}");
    assert_eq!(
        (&changed["organisation"], &changed["email"], &changed["name"], &changed["value_minor"], &changed["version"]),
        (&json!("Engines"), &json!("ada@engines.test"), &made["name"], &json!(8_400_050), &json!(2))
    );
    let (status, refused) = program.send("PATCH", &path, &json!({ "version": 1, "name": "Bea" }), None).await;
    assert_eq!((status, &refused["error"], &refused["current"]), (409, &json!("conflict"), &changed));

    // Moved once, however often it is sent; behind another, and not from where it no longer is.
    let (_, other) = lead(&program, "Bea Cook").await;
    let moving = format!("{other}/move");
    assert_eq!(program.send("POST", &moving, &json!({ "version": 1, "stage": "qualified" }), None).await.0, 200);
    let behind = json!({ "version": 2, "stage": "qualified", "after": other.rsplit('/').next() });
    let moving = format!("{path}/move");
    let (status, moved) = program.send("POST", &moving, &behind, Some("move-1")).await;
    assert_eq!((status, &moved["stage"], &moved["version"]), (200, &json!("qualified"), &json!(3)), "{moved}");
    assert_eq!(program.send("POST", &moving, &behind, Some("move-1")).await, (200, moved.clone()));
    let (status, refused) = program.send("POST", &moving, &behind, None).await;
    assert_eq!((status, &refused["current"]), (409, &moved));
    let board = service::load_board(&test.app, &person(&ours.manager), &Sight::default()).await.unwrap();
    let order: Vec<_> = board.column(ours.stages[2]).map(|card| card.name.clone()).collect();
    assert_eq!(order, ["Bea Cook", "Ada Byron"]);

    for (method, path, body, status) in [
        ("PATCH", path.clone(), json!({ "version": 3, "email": "no address" }), 422),
        ("PATCH", path.clone(), json!({ "version": 3, "name": "x".repeat(10_000) }), 422),
        ("PATCH", path.clone(), json!({ "name": "No version" }), 422),
        ("PATCH", path.clone(), json!({ "version": 3, "stage": "won" }), 422),
        ("POST", moving.clone(), json!({ "version": 3, "stage": "nowhere" }), 422),
        ("POST", moving.clone(), json!([]), 422),
        ("PATCH", "/api/v1/leads/x".into(), json!({ "version": 1 }), 404),
    ] {
        assert_eq!(program.send(method, &path, &body, None).await.0, status, "{method} {path} {body}");
    }
}

#[tokio::test]
async fn a_program_puts_a_lead_into_the_trash_and_does_not_meet_it_again() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (program, other) = (Program::of(&test, &ours.admin).await, Program::of(&test, &theirs.admin).await);
    let ada = json!({ "name": "Ada Byron" });
    let (_, made) = program.post(&ada, Some("form-17")).await;
    let path = format!("/api/v1/leads/{}", made["id"].as_str().unwrap());
    let delete = async |program: &Program| {
        let request = program.http.delete(format!("{}{path}", program.address)).bearer_auth(&program.key);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(delete(&other).await, 404);
    assert_eq!((delete(&program).await, delete(&program).await), (204, 404));
    assert_eq!(program.get(&path).await.0, 404);
    assert_eq!(program.get("/api/v1/leads").await.1["leads"], json!([]));
    let (status, again) = program.post(&ada, Some("form-17")).await;
    assert_eq!((status, &again["error"]), (409, &json!("conflict")), "sent again it makes no second one");
    let trash = trash::load_trash(&test.app, &person(&ours.admin), None).await.unwrap();
    assert_eq!((trash.leads[0].lead.to_string(), &*trash.leads[0].by), (made["id"].as_str().unwrap().to_owned(), "Website"));
}

#[tokio::test]
async fn a_program_keeps_notes_and_tasks_on_a_lead() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (program, other) = (Program::of(&test, &ours.admin).await, Program::of(&test, &theirs.admin).await);
    let (_, path) = lead(&program, "Ada Byron").await;
    let (notes, tasks) = (format!("{path}/notes"), format!("{path}/tasks"));
    for number in 0..3 {
        let note = json!({ "body": format!("Note {number}") });
        let first = program.send("POST", &notes, &note, Some("n")).await;
        assert_eq!((first.0, first.clone()), (201, program.send("POST", &notes, &note, Some("n")).await));
    }
    let (_, page) = program.get(&format!("{notes}?limit=2")).await;
    assert_eq!((&page["notes"][0]["body"], &page["notes"][0]["author"]), (&json!("Note 2"), &json!(null)));
    let (_, rest) = program.get(&format!("{notes}?limit=2&before={}", page["next"].as_str().unwrap())).await;
    assert_eq!((rest["notes"].as_array().unwrap().len(), &rest["notes"][0]["body"], &rest["next"]), (1, &json!("Note 0"), &json!(null)));

    // The lead is nobody's: whose the task is has to be said.
    let call = json!({ "words": "Call back", "due": "2031-03-04T09:30:00+01:00" });
    let (status, refused) = program.send("POST", &tasks, &call, None).await;
    assert_eq!((status, &refused["field"]), (422, &json!("person")));
    let call = json!({ "words": "Call back", "due": "2031-03-04T09:30:00+01:00", "person": ours.manager.user });
    let (status, task) = program.send("POST", &tasks, &call, Some("t")).await;
    assert_eq!((status, &task["due"], &task["made_by"]), (201, &json!("2031-03-04T08:30:00Z"), &json!("Website")), "{task}");
    assert_eq!(program.send("POST", &tasks, &call, Some("t")).await, (201, task.clone()));
    let (_, second) = lead(&program, "Bea Cook").await;
    let (status, twin) = program.send("POST", &format!("{second}/tasks"), &call, Some("t")).await;
    assert_eq!((status, twin["id"] != task["id"]), (201, true), "the same word on another lead is another task");

    let one = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
    let (status, put_off) = program.send("PATCH", &one, &json!({ "version": 1, "due": null }), Some("later")).await;
    assert_eq!((status, &put_off["due"], &put_off["words"], &put_off["version"]), (200, &json!(null), &task["words"], &json!(2)));
    assert_eq!(program.send("PATCH", &one, &json!({ "version": 1, "due": null }), Some("later")).await, (200, put_off.clone()));
    let (status, refused) = program.send("PATCH", &one, &json!({ "version": 1, "words": "X" }), None).await;
    assert_eq!((status, &refused["current"]), (409, &put_off));
    let (status, done) = program.send("PATCH", &one, &json!({ "state": "done" }), None).await;
    assert_eq!((status, &done["state"], done["settled_at"].is_string()), (200, &json!("done"), true));
    assert_eq!(program.get(&tasks).await, (200, json!({ "tasks": [done], "next": null })));

    for (body, field) in [
        (json!({ "words": "" }), "words"),
        (json!({ "words": "x".repeat(10_000) }), "words"),
        (json!({ "words": "X", "due": "tomorrow" }), "due"),
        (json!({ "words": "X", "due": "0001-01-01T00:00:00Z" }), "due"),
        (json!({ "words": "X", "person": theirs.rep.user }), "person"),
        (json!({ "words": "X", "unheard": 1 }), ""),
    ] {
        let (status, error) = program.send("POST", &tasks, &body, None).await;
        assert_eq!((status, &error["field"]), (422, &json!(field)), "{body}: {error}");
    }
    for body in [json!({}), json!({ "words": "X" }), json!({ "version": 3, "words": "X", "state": "open" }), json!({ "state": "gone" })] {
        assert_eq!(program.send("PATCH", &one, &body, None).await.0, 422, "{body}");
    }
    // Another company's key finds none of it.
    for (method, path, body) in [
        ("PATCH", &path, json!({ "version": 1, "name": "X" })),
        ("POST", &format!("{path}/move"), json!({ "version": 1, "stage": "won" })),
        ("POST", &notes, json!({ "body": "X" })),
        ("POST", &tasks, json!({ "words": "X" })),
        ("PATCH", &one, json!({ "state": "open" })),
    ] {
        assert_eq!(other.send(method, path, &body, None).await.0, 404, "{method} {path}");
    }
    for path in [&notes, &tasks] {
        assert_eq!(other.get(path).await.0, 404, "{path}");
    }
}

#[tokio::test]
async fn the_description_names_every_route_and_no_other() {
    let described: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
    let text = format!("{:?}", super::routes());
    let routes: std::collections::BTreeSet<&str> =
        text.split('"').filter(|part| part.starts_with("/api/v1/") && !part.contains("{*") && !part.ends_with("openapi.json")).collect();
    let paths: std::collections::BTreeSet<&str> = described["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(paths, routes);
}
