//! Forms for enquiries against a real Postgres, and over HTTP as a browser without script sends them.

use super::{Edit, change_form, load_form, load_forms, make_form, remove_form, ticket};
use crate::activity::model::{Event, Who};
use crate::error::AppError;
use crate::leads::enquiry::{Asked, EnquiryForm, FormChange};
use crate::leads::filter::Sight;
use crate::leads::model::Source;
use crate::leads::page::LeadPage;
use crate::leads::server::{pipeline, service, tests::new, trash};
use crate::server::router;
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;
use axum::{body::Body, extract::Request, response::Response};
use http::{StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

/// What an admin types, as a form stands.
fn typed(form: &EnquiryForm) -> Edit {
    let id = |id: Option<String>| id.unwrap_or_default();
    Edit {
        name: form.name.clone(),
        heading: form.heading.clone(),
        intro: form.intro.clone(),
        organisation: form.organisation.as_str().into(),
        phone: form.phone.as_str().into(),
        message: form.message.as_str().into(),
        consent: form.consent.clone(),
        thanks: form.thanks.clone(),
        redirect: form.redirect.clone(),
        stage: id(form.stage.map(|id| id.to_string())),
        assistant: id(form.assistant.map(|id| id.to_string())),
        owner: id(form.owner.map(|id| id.to_string())),
        live: form.live,
    }
}

async fn made(test: &TestApp, company: &Company) -> EnquiryForm {
    make_form(&test.app, &person(&company.admin), "Contact page").await.unwrap()
}

/// Changes a form as an admin.
async fn change(test: &TestApp, company: &Company, form: &EnquiryForm, edit: impl FnOnce(&mut Edit)) {
    let mut typed = typed(form);
    edit(&mut typed);
    change_form(&test.app, &person(&company.admin), form.id, &typed).await.unwrap();
}

/// A form that was opened so many milliseconds ago.
fn opened(test: &TestApp, form: EnquiryFormId, ago: i64) -> String {
    let ticket = ticket::Ticket { enquiry: MutationId::new(), opened: Timestamp(Timestamp::now().0 - ago) };
    ticket::seal(&test.app.inner.secret, form, ticket)
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = crate::server::render::escape;
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

async fn ask(test: &TestApp, request: Request) -> (StatusCode, Response) {
    let response = router::router(test.app.clone()).oneshot(request).await.unwrap();
    (response.status(), response)
}

async fn get(test: &TestApp, path: &str) -> (StatusCode, Response) {
    ask(test, Request::get(path).header(header::HOST, "localhost").body(Body::empty()).unwrap()).await
}

async fn post(test: &TestApp, path: &str, body: impl Into<Body>) -> (StatusCode, Response) {
    let request = Request::post(path).header(header::HOST, "localhost").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    ask(test, request.body(body.into()).unwrap()).await
}

async fn text(response: Response) -> String {
    String::from_utf8(axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec()).unwrap()
}

fn heading(response: &Response, name: header::HeaderName) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// The leads that an admin sees.
async fn leads(test: &TestApp, company: &Company) -> Vec<LeadPage> {
    let board = service::load_board(&test.app, &person(&company.admin), &Sight::default()).await.unwrap();
    let mut pages = Vec::new();
    for lead in board.cards.keys() {
        pages.push(service::load_lead(&test.app, &person(&company.admin), *lead).await.unwrap());
    }
    pages
}

#[tokio::test]
async fn an_enquiry_is_one_lead_where_the_form_says_with_what_was_written() {
    let test = TestApp::new().await;
    let (company, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let form = made(&test, &company).await;
    change(&test, &company, &form, |edit| {
        edit.stage = company.stages[2].to_string();
        edit.owner = company.other_rep.user.to_string();
        edit.consent = "I agree to a call.".into();
    })
    .await;
    let there = service::create_lead(&test.app, &person(&company.manager), new("Ada B", "", None)).await.unwrap();
    sqlx::query("update sales.contacts set email = 'ada@example.test'").execute(&test.owner).await.unwrap();

    let ticket = opened(&test, form.id, 5_000);
    let body = encoded(&[
        ("ticket", &ticket),
        ("name", " Ada Byron "),
        ("email", "ADA@example.test"),
        ("organisation", "Analytical Engines"),
        ("phone", "+44 (0)20 7946 0182"),
        ("message", "How large\r\nmust a roof be?\u{0}"),
        ("consent", "yes"),
        ("leave_empty", ""),
    ]);
    let path = format!("/f/{}", form.public_key);
    // A double click: both at once, and once more later.
    let (first, second) = tokio::join!(post(&test, &path, body.clone()), post(&test, &path, body.clone()));
    let (third, _) = post(&test, &path, body.clone()).await;
    assert_eq!((first.0, second.0, third), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER, StatusCode::SEE_OTHER));
    assert_eq!(heading(&first.1, header::LOCATION), format!("{path}?sent"));

    let pages = leads(&test, &company).await;
    assert_eq!(pages.len(), 2);
    let page = pages.into_iter().find(|page| page.card.id != there.id).unwrap();
    let card = &page.card;
    assert_eq!((card.name.as_str(), card.organisation.as_str(), card.stage), ("Ada Byron", "Analytical Engines", company.stages[2]));
    assert_eq!((card.owner, card.assistant, card.conversation), (Some(company.other_rep.user), None, None));
    assert_eq!((page.email.as_str(), page.phone.as_str(), card.source), ("ada@example.test", "+44 (0)20 7946 0182", Source::Form));
    assert_eq!(card.last_message, "How large must a roof be?");
    assert!(card.score.is_some_and(|score| score.get() == 10), "an address and a number are known: {:?}", card.score);
    assert_eq!(page.alike.iter().map(|alike| alike.lead).collect::<Vec<_>>(), [there.id], "found as the same person");

    let by_form = Who::Form { id: form.id, name: "Contact page".into() };
    let told: Vec<_> = page.timeline.iter().filter(|told| told.actor == by_form).map(|told| &told.event).collect();
    assert!(
        matches!(told[..], [Event::NoteWritten { body, .. }, Event::LeadCreated { .. }] if body == "How large\nmust a roof be?\n\nAgreed to: “I agree to a call.”"),
        "{told:?}"
    );
    // The rep has it, the other has not, and nobody else's company.
    let seen = async |me| service::load_board(&test.app, &person(me), &Sight::default()).await.unwrap().cards.len();
    assert_eq!((seen(&company.other_rep).await, seen(&company.rep).await, seen(&theirs.admin).await), (1, 0, 0));
    let counted = load_forms(&test.app, &person(&company.admin)).await.unwrap();
    assert_eq!((counted[0].submissions, counted[0].last_at.is_some()), (1, true));

    // In the trash it is not made again.
    trash::remove_lead(&test.app, &person(&company.admin), card.id, None).await.unwrap();
    assert_eq!(post(&test, &path, body).await.0, StatusCode::SEE_OTHER);
    assert_eq!(leads(&test, &company).await.len(), 1);
    // Something else, written on a page that the browser has kept, is not lost.
    let other = encoded(&[("ticket", &ticket), ("name", "Ada"), ("email", "a@b.test"), ("message", "x"), ("consent", "yes")]);
    for _ in 0..2 {
        assert_eq!(post(&test, &path, other.clone()).await.0, StatusCode::SEE_OTHER);
    }
    assert_eq!(leads(&test, &company).await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let form = made(&test, &company).await;
    change(&test, &company, &form, |edit| {
        (edit.organisation, edit.consent) = ("required".into(), "Agreed".into());
    })
    .await;
    let path = format!("/f/{}/frame", form.public_key);
    let ticket = opened(&test, form.id, 5_000);
    let long = "ä".repeat(EnquiryForm::LONGEST_MESSAGE + 1);
    let send = async |fields: &[(&str, &str)]| {
        let (status, response) = post(&test, &path, encoded(&[&[("ticket", ticket.as_str())], fields].concat())).await;
        (status, text(response).await)
    };
    for (fields, wrong) in [
        (vec![], vec!["name", "email", "organisation", "message", "consent"]),
        (
            vec![("name", "\u{200b}\u{200b}"), ("email", "a@b"), ("organisation", "\u{feff}"), ("phone", "12"), ("message", long.as_str())],
            vec!["name", "email", "organisation", "phone", "message", "consent"],
        ),
        (
            vec![
                ("name", "a\u{202e}b"),
                ("email", "a\u{200b}@b.test"),
                ("organisation", &long[..300]),
                ("phone", "\u{0}12345"),
                ("message", "x"),
                ("consent", "yes"),
            ],
            vec!["name", "email", "organisation", "phone"],
        ),
    ] {
        let (status, page) = send(&fields).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{fields:?}");
        let found: Vec<_> = ["name", "email", "organisation", "phone", "message", "consent"]
            .into_iter()
            .filter(|name| page.contains(&format!("id=\"{name}-error\"")))
            .collect();
        assert_eq!(found, wrong, "{fields:?}");
        assert_eq!(page.matches(" autofocus").count(), 1);
        for (_, typed) in fields.iter().filter(|(name, _)| *name != "consent") {
            assert!(page.contains(typed), "{typed:?} is still there");
        }
        assert!(page.contains(&ticket), "the same enquiry");
        assert!(page.contains(&format!("Not sent yet: {} fields need", wrong.len())));
    }
    // What comes as something else, or as nothing that can be read, is no fault of ours.
    for garbage in ["", "%ff%fe=%00", "name=%zz&email", "{\"name\":1}", "=&=&=", &"name=x&".repeat(2000)] {
        assert_eq!(post(&test, &path, garbage.to_owned()).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{garbage:.40}");
    }
    let json = Request::post(&path).header(header::CONTENT_TYPE, "application/json").body(Body::from("{}")).unwrap();
    assert_eq!(ask(&test, json).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let (status, response) = post(&test, &path, format!("message={}", "x".repeat(100_000))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(text(response).await.contains("make it shorter"));
    assert_eq!(post(&test, &path, format!("message={}", "x".repeat(1_000_000))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(leads(&test, &company).await.is_empty());
    // The longest that fits, with what was agreed to, fits the note as well.
    let (status, _) =
        send(&[("name", "Ada"), ("email", "a@b.test"), ("organisation", "B"), ("message", &long[2..]), ("consent", "yes")]).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn programs_that_fill_in_forms_are_kept_out_and_a_person_loses_nothing() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (form, other) = (made(&test, &company).await, make_form(&test.app, &person(&company.admin), "Other").await.unwrap());
    let path = format!("/f/{}", form.public_key);
    let fields = |ticket: &str, trap: &str| {
        encoded(&[("ticket", ticket), ("name", "Ada"), ("email", "a@b.test"), ("message", "What I wrote"), ("leave_empty", trap)])
    };
    for (ticket, trap, said) in [
        (opened(&test, form.id, 0), "", "quicker than anybody writes"),
        (opened(&test, form.id, 5_000), "https://spam.test", "nobody sees"),
        (String::new(), "", "open for too long"),
        (opened(&test, other.id, 5_000), "", "open for too long"),
        (opened(&test, form.id, ticket::LIFE + 1), "", "open for too long"),
    ] {
        let (status, response) = post(&test, &path, fields(&ticket, trap)).await;
        let page = text(response).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(said) && page.contains("What I wrote") && !page.contains("spam.test"), "{said}");
        // A ticket that is good stays; another is replaced.
        assert_eq!(page.contains(&format!("name=\"ticket\" value=\"{ticket}\"")), said != "open for too long", "{said}");
    }
    assert!(leads(&test, &company).await.is_empty());
    // Whoever waits a moment sends the same again.
    let (_, response) = get(&test, &path).await;
    let page = text(response).await;
    let ticket = page.split("name=\"ticket\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(post(&test, &path, fields(ticket, "")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
    assert_eq!(post(&test, &path, fields(ticket, "")).await.0, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_address_sends_thirty_in_a_quarter_of_an_hour_and_is_told_when_to_go_on() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let form = made(&test, &company).await;
    let path = format!("/f/{}", form.public_key);
    for _ in 0..30 {
        assert_eq!(post(&test, &path, "name=Ada").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let body = encoded(&[("ticket", &opened(&test, form.id, 5_000)), ("name", "Ada"), ("email", "a@b.test"), ("message", "What I wrote")]);
    let (status, response) = post(&test, &path, body).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert!(heading(&response, header::RETRY_AFTER).parse::<u32>().unwrap() <= 900);
    let page = text(response).await;
    assert!(page.contains("send it again in 15 minutes") && page.contains("What I wrote"), "{page}");
    assert!(leads(&test, &company).await.is_empty());
    // What would not do was counted for the address alone: nobody closes a form with garbage.
    let counted: i64 = sqlx::query_scalar("select count(*) from identity.attempts").fetch_one(&test.owner).await.unwrap();
    assert_eq!(counted, 1);
}

#[tokio::test]
async fn a_form_is_shown_to_anybody_framed_only_where_it_is_meant_to_be_and_says_when_it_is_closed() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let form = made(&test, &company).await;
    let path = format!("/f/{}", form.public_key);
    for (path, framed) in [(path.clone(), false), (format!("{path}/frame"), true)] {
        let (status, response) = get(&test, &path).await;
        assert_eq!(status, StatusCode::OK);
        let policy = heading(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("script"), "{policy}");
        assert!(policy.ends_with(if framed { "frame-ancestors *" } else { "frame-ancestors 'none'" }), "{policy}");
        assert_eq!(heading(&response, header::CACHE_CONTROL), "no-store");
        assert_eq!(heading(&response, header::SET_COOKIE), "");
        let page = text(response).await;
        assert!(!page.contains("<script") && !page.contains("style=") && !page.contains("Contact page"));
        assert_eq!(page.contains(">Meridian</p>"), !framed);
        assert!(page.contains(&format!("action=\"{path}\"")));
    }
    // Another site's own form is refused, like everywhere.
    let foreign = Request::post(&path).header("sec-fetch-site", "cross-site").body(Body::from("name=Ada")).unwrap();
    assert_eq!(ask(&test, foreign).await.0, StatusCode::FORBIDDEN);

    change(&test, &company, &form, |edit| edit.redirect = "https://example.com/thanks?a=1&b=2".into()).await;
    let (_, page) = get(&test, &format!("{path}?sent")).await;
    assert!(text(page).await.contains("<meta http-equiv=\"refresh\" content=\"0; url=https://example.com/thanks?a=1&amp;b=2\">"));
    let framed = text(get(&test, &format!("{path}/frame?sent")).await.1).await;
    assert!(!framed.contains("http-equiv") && framed.contains("target=\"_top\""), "a frame cannot leave by itself");

    let form = load_form(&test.app, &person(&company.admin), form.id).await.unwrap().form;
    change(&test, &company, &form, |edit| edit.live = false).await;
    let body = encoded(&[("ticket", &opened(&test, form.id, 5_000)), ("name", "Ada"), ("email", "a@b.test"), ("message", "x")]);
    for (status, response) in [get(&test, &path).await, post(&test, &path, body).await] {
        assert_eq!(status, StatusCode::GONE);
        assert!(text(response).await.contains("Meridian takes no enquiries by this form at the moment."));
    }
    assert!(leads(&test, &company).await.is_empty());
    remove_form(&test.app, &person(&company.admin), form.id).await.unwrap();
    for key in [form.public_key.as_str(), "nonsense", "%00", "%F0%9F%92%A5"] {
        let (status, response) = get(&test, &format!("/f/{key}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{key}");
        assert!(text(response).await.contains("<h1>"), "{key}: as a page");
    }
}

#[tokio::test]
async fn admins_alone_make_forms_and_what_will_not_do_is_refused_beside_its_field() {
    let test = TestApp::new().await;
    let (company, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (app, admin) = (&test.app, person(&company.admin));
    let form = made(&test, &company).await;
    for other in [&company.manager, &company.rep] {
        assert!(matches!(make_form(app, &person(other), "Mine").await, Err(AppError::Forbidden { .. })));
        assert!(matches!(load_forms(app, &person(other)).await, Err(AppError::Forbidden { .. })));
        assert!(matches!(remove_form(app, &person(other), form.id).await, Err(AppError::Forbidden { .. })));
    }
    let neighbour = person(&theirs.admin);
    assert_eq!(load_form(app, &neighbour, form.id).await.unwrap_err(), AppError::NotFound);
    assert_eq!(change_form(app, &neighbour, form.id, &typed(&form)).await.unwrap_err(), AppError::NotFound);
    assert_eq!(remove_form(app, &neighbour, form.id).await.unwrap_err(), AppError::NotFound);

    type Wrong = (&'static str, fn(&mut Edit, &str));
    let fields: [Wrong; 12] = [
        ("name", |edit, text| edit.name = text.into()),
        ("heading", |edit, text| edit.heading = text.into()),
        ("intro", |edit, text| edit.intro = text.into()),
        ("organisation", |edit, text| edit.organisation = text.into()),
        ("phone", |edit, text| edit.phone = text.into()),
        ("message", |edit, text| edit.message = text.into()),
        ("consent", |edit, text| edit.consent = text.into()),
        ("thanks", |edit, text| edit.thanks = text.into()),
        ("redirect", |edit, text| edit.redirect = text.into()),
        ("stage", |edit, text| edit.stage = text.into()),
        ("assistant", |edit, text| edit.assistant = text.into()),
        ("owner", |edit, text| edit.owner = text.into()),
    ];
    let refused = async |wanted: &str, text: &str| {
        let mut edit = typed(&form);
        let set = fields.iter().find(|(name, _)| *name == wanted).unwrap().1;
        set(&mut edit, text);
        let refused = change_form(app, &admin, form.id, &edit).await;
        assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field == wanted), "{wanted} {text:.60}: {refused:?}");
    };
    for (name, _) in fields {
        refused(name, &"x".repeat(1_001)).await;
    }
    for (name, text) in [("name", ""), ("name", "\u{200b}"), ("heading", "a\u{202e}b"), ("thanks", " \u{feff}"), ("organisation", "")] {
        refused(name, text).await;
    }
    for address in [
        "http://example.com",
        "javascript:alert(1)",
        "https://",
        "HTTPS://example.com",
        "//example.com",
        "https://a b.test",
        "https://me@evil.test/",
        "https://x.test/\"><script>",
        "data:text/html,x",
    ] {
        refused("redirect", address).await;
    }
    let their_assistant = theirs.assistant.to_string();
    let (their_stage, their_person) = (theirs.stages[0].to_string(), theirs.rep.user.to_string());
    for (name, id) in [("stage", &their_stage), ("assistant", &their_assistant), ("owner", &their_person)] {
        refused(name, id).await;
    }
    refused("stage", &company.stages[4].to_string()).await;
    make_form(app, &admin, "Landing  page").await.unwrap();
    refused("name", "landing page").await;
    assert!(matches!(make_form(app, &admin, "CONTACT PAGE").await, Err(AppError::Invalid { field, .. }) if field == "name"));
    make_form(app, &neighbour, "Contact page").await.expect("another company's names are its own");
    assert_eq!(load_form(app, &admin, form.id).await.unwrap().form, form, "nothing was changed");

    change(&test, &company, &form, |edit| (edit.phone, edit.live) = ("no".into(), false)).await;
    let changed = load_form(app, &admin, form.id).await.unwrap().form;
    assert_eq!((changed.phone, changed.live), (Asked::No, false));
    remove_form(app, &admin, form.id).await.unwrap();
    let bodies: Vec<Value> = sqlx::query_scalar(
        "select body from ops.events where company_id = $1 and kind = 'enquiry_form_changed' and body->>'form' = $2 order by seq",
    )
    .bind(company.id)
    .bind(form.id.to_string())
    .fetch_all(&test.owner)
    .await
    .unwrap();
    let changes: Vec<_> = bodies.iter().map(|body| body["change"].as_str().unwrap().parse::<FormChange>().unwrap()).collect();
    assert_eq!(changes, [FormChange::Made, FormChange::Changed, FormChange::Removed]);
}

#[tokio::test]
async fn a_form_whose_stage_or_owner_has_gone_goes_on() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let form = made(&test, &company).await;
    change(&test, &company, &form, |edit| {
        (edit.stage, edit.owner) = (company.stages[1].to_string(), company.rep.user.to_string());
    })
    .await;
    pipeline::remove_stage(&test.app, &person(&company.admin), company.stages[1], None).await.unwrap();
    sqlx::query("update identity.users set disabled_at = now() where id = $1").bind(company.rep.user).execute(&test.owner).await.unwrap();
    let body = encoded(&[("ticket", &opened(&test, form.id, 5_000)), ("name", "Ada"), ("email", "a@b.test"), ("message", "Hello")]);
    assert_eq!(post(&test, &format!("/f/{}", form.public_key), body).await.0, StatusCode::SEE_OTHER);
    let pages = leads(&test, &company).await;
    assert_eq!((pages[0].card.stage, pages[0].card.owner), (company.stages[0], None));
}
