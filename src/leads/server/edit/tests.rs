//! Two people at one lead, against a real Postgres.

use super::edit_lead;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::leads::fields::{FieldEdit, LeadEdit, LeadField};
use crate::leads::page::LeadPage;
use crate::leads::server::{
    fields, service,
    tests::{edit, new},
};
use crate::server::testing::{TestApp, person};
use crate::values::*;

async fn page(test: &TestApp, actor: &Actor, lead: LeadId) -> LeadPage {
    service::load_lead(&test.app, actor, lead).await.unwrap()
}

#[tokio::test]
async fn whoever_changes_another_field_has_their_way_and_whoever_changes_the_same_is_told() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (rep, boss) = (person(&company.rep), person(&company.manager));
    let lead = service::create_lead(&test.app, &rep, new("Ada Byron", "12k", None)).await.unwrap().id;
    // Both have the page open.
    let (mine, theirs) = (page(&test, &rep, lead).await, page(&test, &boss, lead).await);
    edit_lead(&test.app, &boss, edit(&theirs, &[(LeadField::Email, "ada@engines.test"), (LeadField::ClosesOn, "2026-12-24")]))
        .await
        .unwrap();
    let done = edit_lead(&test.app, &rep, edit(&mine, &[(LeadField::Phone, "020 7946 0182")])).await.unwrap();
    let now = page(&test, &rep, lead).await;
    assert_eq!(
        (now.email.as_str(), now.phone.as_str(), now.card.closes_on),
        ("ada@engines.test", "020 7946 0182", Day::parse("2026-12-24"))
    );
    assert_eq!(done.card, now.card);

    // The same field: nothing of it is written, not even the other one.
    let late = edit(&mine, &[(LeadField::Email, "byron@engines.test"), (LeadField::Value, "13k")]);
    let refused = edit_lead(&test.app, &rep, late).await.unwrap_err();
    let AppError::Conflict { reason, current: Some(current) } = refused else { panic!("{refused:?}") };
    assert!(reason.starts_with("manager of Meridian changed Email to “ada@engines.test”"), "{reason}");
    assert_eq!(*current, serde_json::json!({ "email": "ada@engines.test" }));
    assert_eq!(page(&test, &rep, lead).await, now);
    // What somebody else has written already needs no writing.
    let same = edit_lead(&test.app, &rep, edit(&mine, &[(LeadField::Email, "ADA@engines.test")])).await.unwrap();
    assert!(same.changed.is_empty());
    assert_eq!(page(&test, &rep, lead).await, now);
    // Told of it, one may insist.
    edit_lead(&test.app, &rep, edit(&now, &[(LeadField::Email, "byron@engines.test")])).await.unwrap();
    assert_eq!(page(&test, &rep, lead).await.email, "byron@engines.test");
}

#[tokio::test]
async fn two_who_save_at_once_do_not_undo_each_other() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let boss = person(&company.manager);
    let lead = service::create_lead(&test.app, &boss, new("Ada Byron", "", None)).await.unwrap().id;
    let open = page(&test, &boss, lead).await;
    let all = [
        (LeadField::Organisation, "Engines"),
        (LeadField::Value, "12k"),
        (LeadField::Email, "ada@engines.test"),
        (LeadField::Phone, "12345"),
    ];
    let saves = all.map(|one| edit_lead(&test.app, &boss, edit(&open, &[one])));
    let [a, b, c, d] = saves;
    let saved = tokio::join!(a, b, c, d);
    assert!(saved.0.is_ok() && saved.1.is_ok() && saved.2.is_ok() && saved.3.is_ok(), "{saved:?}");
    let now = page(&test, &boss, lead).await;
    assert_eq!((now.card.organisation.as_str(), now.card.value.minor), ("Engines", 1_200_000));
    assert_eq!((now.email.as_str(), now.phone.as_str(), now.card.version), ("ada@engines.test", "12345", 5));
    // Eight who all change the name: one has their way.
    let names = (0..8).map(|n| {
        let name = format!("Ada {n}");
        let (app, boss, wanted) = (test.app.clone(), boss.clone(), edit(&now, &[(LeadField::Name, &name)]));
        async move { edit_lead(&app, &boss, wanted).await.is_ok() }
    });
    let done = futures::future::join_all(names).await;
    assert_eq!(done.iter().filter(|done| **done).count(), 1);
}

#[tokio::test]
async fn what_will_not_do_is_refused_and_out_of_reach_is_not_there() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let rep = person(&ours.rep);
    let lead = service::create_lead(&test.app, &rep, new("Ada Byron", "12k", None)).await.unwrap().id;
    let open = page(&test, &rep, lead).await;
    for stranger in [&ours.other_rep, &theirs.admin] {
        let asked = edit_lead(&test.app, &person(stranger), edit(&open, &[(LeadField::Name, "Eve")])).await;
        assert_eq!(asked, Err(AppError::NotFound));
    }
    fields::add_field(&test.app, &person(&theirs.admin), "Theirs", "text", "").await.unwrap();
    let foreign = LeadField::Custom(fields::load_fields(&test.app, &person(&theirs.admin)).await.unwrap()[0].id);
    for (field, to) in [
        (LeadField::Name, " "),
        (LeadField::Value, "lots"),
        (LeadField::Email, "ada@"),
        (LeadField::Phone, "12"),
        (LeadField::ClosesOn, "tomorrow"),
        (LeadField::Organisation, "two\nlines"),
        (foreign, "x"),
        (LeadField::Custom(FieldId::new()), "x"),
    ] {
        let refused = edit_lead(&test.app, &rep, edit(&open, &[(LeadField::Phone, "12345"), (field, to)])).await.unwrap_err();
        assert_eq!(refused.field(), Some(field.to_string().as_str()), "{refused:?}");
    }
    let twice = edit(&open, &[(LeadField::Phone, "12345"), (LeadField::Phone, "123456")]);
    assert_eq!(edit_lead(&test.app, &rep, twice).await.unwrap_err().field(), Some("phone"));
    let garbage = FieldEdit { field: LeadField::Value, was: "garbage".into(), to: "1".into() };
    let refused = edit_lead(&test.app, &rep, LeadEdit { lead, version: None, changes: vec![garbage] }).await;
    assert!(matches!(refused, Err(AppError::Conflict { .. })), "{refused:?}");
    assert_eq!(page(&test, &rep, lead).await, open);
}
