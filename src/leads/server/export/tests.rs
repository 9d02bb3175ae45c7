//! The download against a real Postgres.

use super::{export, safe};
use crate::accounts::model::Me;
use crate::leads::filter::Filter;
use crate::leads::model::NewLead;
use crate::leads::server::service;
use crate::server::testing::{TestApp, person};
use crate::values::*;
use futures::TryStreamExt;

async fn lead(test: &TestApp, me: &Me, name: &str, organisation: &str) {
    let new = NewLead {
        mutation: MutationId::new(),
        name: name.into(),
        organisation: organisation.into(),
        email: "ada@example.test".into(),
        phone: "+44 20 7946 0182".into(),
        value: "84k".into(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage: None,
    };
    service::create_lead(&test.app, &person(me), new).await.expect("made");
}

async fn rows(test: &TestApp, me: &Me, filter: Filter) -> Vec<csv::StringRecord> {
    let pieces: Vec<_> = export(&test.app, &person(me), filter).await.expect("allowed").try_collect().await.expect("whole");
    let text = String::from_utf8(pieces.concat()).expect("UTF-8");
    let text = text.strip_prefix('\u{feff}').expect("the mark");
    csv::Reader::from_reader(text.as_bytes()).into_records().collect::<Result<_, _>>().expect("CSV")
}

#[tokio::test]
async fn what_is_in_reach_and_shown_is_written_and_nothing_in_it_is_a_formula() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    lead(&test, &ours.manager, "=HYPERLINK(\"http://evil\")", "Commas, \"quotes\" & Söhne").await;
    lead(&test, &ours.rep, "Ada", "").await;

    let all = rows(&test, &ours.manager, Filter::default()).await;
    assert_eq!(all.len(), 2);
    let evil = &all[1];
    assert_eq!((&evil[0], &evil[1], &evil[3]), ("'=HYPERLINK(\"http://evil\")", "Commas, \"quotes\" & Söhne", "'+44 20 7946 0182"));
    assert_eq!((&evil[4], &evil[5], &evil[6]), ("New", "84000.00", "GBP"));
    assert_eq!(rows(&test, &ours.manager, Filter { words: "ada".into(), ..Filter::default() }).await.len(), 1);
    assert_eq!(rows(&test, &ours.rep, Filter::default()).await.len(), 1, "a rep's own");
    assert_eq!(rows(&test, &theirs.admin, Filter::default()).await.len(), 0);
    assert_eq!(safe("Ada;=cmd|'/C calc'!A0; -1; b"), "Ada;'=cmd|'/C calc'!A0; '-1; b");
    assert_eq!(safe("Anne-Marie = 1+1"), "Anne-Marie = 1+1");
    for cell in ["-1", "@SUM(A1)", "\t=1", "\r=1"] {
        assert!(safe(cell).starts_with('\''), "{cell:?}");
    }
}
