//! The search against a real Postgres.

use super::service::search;
use crate::accounts::model::Me;
use crate::accounts::server::visitor as tokens;
use crate::conversations::server::visitor::visitor_says;
use crate::leads::model::NewLead;
use crate::leads::server::{notes, service as leads};
use crate::search::model::{Found, HitKind};
use crate::server::testing::{TestApp, person};
use crate::values::*;

async fn lead(test: &TestApp, me: &Me, name: &str, organisation: &str, email: &str, phone: &str) -> LeadId {
    let new = NewLead {
        mutation: MutationId::new(),
        name: name.into(),
        organisation: organisation.into(),
        email: email.into(),
        phone: phone.into(),
        value: String::new(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage: None,
    };
    leads::create_lead(&test.app, &person(me), new).await.expect("made").id
}

async fn found(test: &TestApp, me: &Me, typed: &str) -> Found {
    search(&test.app, &person(me), typed).await.expect("searched")
}

fn ids(found: &Found) -> Vec<LeadId> {
    found.hits.iter().map(|hit| hit.lead).collect()
}

#[tokio::test]
async fn a_lead_is_found_by_any_beginning_of_what_it_is_called() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let marcus = lead(&test, &ours.manager, "Marcus Thorne", "Harbour Dental", "m.thorne@harbour.example", "+44 7700 900 123").await;
    lead(&test, &ours.manager, "Priya Raman", "Ashdown Logistics", "", "").await;

    for typed in [
        "marc",
        "THORNE",
        "thorne harb",
        "dental",
        "m.thorne@harbour.example",
        "harbour.exa",
        "+44 7700 900",
        "447700900123",
        "\"marcus thorne\"",
    ] {
        assert_eq!(ids(&found(&test, &ours.manager, typed).await), [marcus], "{typed}");
    }
    for typed in ["xyzzy", "\"thorne marcus\"", "900123", "", "   ", "!!", "\u{0}", "xy\u{0}zzy"] {
        assert_eq!(ids(&found(&test, &ours.manager, typed).await), [], "{typed:?}");
    }
}

#[tokio::test]
async fn a_name_that_is_nearly_right_is_found_when_no_other_is() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let marcus = lead(&test, &ours.manager, "Marcus Thorne", "Harbour Dental", "", "").await;
    for typed in ["markus", "marcus thorn", "Thorme", "harbor dental"] {
        assert_eq!(ids(&found(&test, &ours.manager, typed).await), [marcus], "{typed}");
    }
    let right = lead(&test, &ours.manager, "Markus Weber", "", "", "").await;
    assert_eq!(ids(&found(&test, &ours.manager, "markus").await), [right], "the one that is called so");
}

#[tokio::test]
async fn what_was_said_and_noted_is_found_once_a_lead_and_shown_around_the_word() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let token = tokens::issue(&test.app.inner.secret, ours.id, ours.assistant, VisitorId::new());
    let visitor = tokens::check(&test.app.inner.secret, &token, ours.assistant).expect("a visitor");
    let words = "We have a flat roof and would like a windmill on it";
    let (_, conversation) = visitor_says(&test.app, &visitor, MessageId::new(), words, &[], None).await.expect("said");
    let said = found(&test, &ours.manager, "windm").await;
    assert_eq!(said.hits.len(), 1);
    let hit = &said.hits[0];
    assert_eq!((hit.kind, hit.conversation), (HitKind::Message, Some(conversation)));
    assert_eq!((hit.excerpt.as_str(), hit.address()), (words, format!("/inbox/{conversation}")));

    notes::write_note(&test.app, &person(&ours.manager), MutationId::new(), hit.lead, "Wants a windmill. Really.".into())
        .await
        .expect("noted");
    let noted = found(&test, &ours.manager, "windmill").await;
    assert_eq!(noted.hits.iter().map(|hit| (hit.lead, hit.kind)).collect::<Vec<_>>(), [(hit.lead, HitKind::Note)], "one line a lead");
}

#[tokio::test]
async fn what_is_out_of_reach_is_not_found_nor_counted() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let own = lead(&test, &ours.rep, "Zebedee Quill", "", "", "").await;
    let other = lead(&test, &ours.manager, "Zebedee Quarry", "", "", "").await;

    let all = ids(&found(&test, &ours.manager, "zebedee").await);
    assert!(all.len() == 2 && all.contains(&own) && all.contains(&other));
    assert_eq!(ids(&found(&test, &ours.rep, "zebedee").await), [own], "a rep finds what is in reach");
    assert_eq!(found(&test, &ours.other_rep, "zebedee").await, Found::default());
    // A name that is nearly right gives no more away.
    for typed in ["zebedee", "zebedea", "quill"] {
        assert_eq!(found(&test, &theirs.admin, typed).await, Found::default(), "{typed}");
    }
    // As the process's own role, with no company set.
    let sql = "select count(*) from sales.search(to_tsquery('simple', 'zebedee:*'), 'zebedee', true, true, null, '{}', 50)";
    let outside: i64 = sqlx::query_scalar(sql).fetch_one(test.app.db.pool()).await.expect("asked");
    assert_eq!(outside, 0);
}

#[tokio::test]
async fn no_more_than_fifty_come_and_that_there_are_more_is_said() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    for number in 0..52 {
        lead(&test, &ours.manager, &format!("Many {number}"), "", "", "").await;
    }
    let many = found(&test, &ours.manager, "many").await;
    assert_eq!((many.hits.len(), many.more), (50, true));
}

#[tokio::test]
async fn a_lead_of_whom_much_was_written_hides_no_other() {
    let test = TestApp::new().await;
    let ours = test.company("Meridian").await;
    let (quiet, busy) = (lead(&test, &ours.manager, "Quiet", "", "", "").await, lead(&test, &ours.manager, "Busy", "", "", "").await);
    let writer = person(&ours.manager);
    let note = |lead, body: &str| notes::write_note(&test.app, &writer, MutationId::new(), lead, body.to_owned());
    note(quiet, "Asked for solar/battery.Cheap, at jo@acme.example").await.expect("noted");
    for number in 0..60 {
        note(busy, &format!("Battery {number}")).await.expect("noted");
    }
    assert_eq!(ids(&found(&test, &ours.manager, "battery").await), [busy, quiet]);
    // Words end where anything but a letter or a number stands.
    for typed in ["solar", "cheap", "jo@acme.example", "acme"] {
        assert_eq!(ids(&found(&test, &ours.manager, typed).await), [quiet], "{typed}");
    }
    // A letter or two are looked for in names alone; more than anybody types is cut.
    assert_eq!(ids(&found(&test, &ours.manager, "ba").await), []);
    assert_eq!(ids(&found(&test, &ours.manager, &format!("battery {}", "battery ".repeat(20_000))).await).len(), 2);
}
