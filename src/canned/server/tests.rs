//! Canned replies on a real Postgres.

use super::service;
use crate::canned::model::CannedReply;
use crate::conversations::model::NewMessage;
use crate::error::AppError;
use crate::server::testing::{TestApp, person};
use crate::values::*;

fn field(error: Result<(), AppError>) -> Option<&'static str> {
    match error {
        Err(AppError::Invalid { field, .. }) if field == "name" => Some("name"),
        Err(AppError::Invalid { field, .. }) if field == "body" => Some("body"),
        _ => None,
    }
}

#[tokio::test]
async fn the_team_keeps_them_and_of_two_changes_at_once_the_second_is_told() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (rep, manager) = (person(&company.rep), person(&company.manager));
    service::add(&test.app, &rep, "/Price-list", " Hi {{first_name|there}}, here it is. ").await.unwrap();
    let all = service::load(&test.app, &manager).await.unwrap();
    let [CannedReply { id, name, body, version }] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((name.as_str(), body.as_str(), *version), ("Price-list", "Hi {{first_name|there}}, here it is.", 1));
    assert_eq!(field(service::add(&test.app, &rep, "price-LIST", "x").await), Some("name"), "capitals make no other name");
    assert_eq!(field(service::add(&test.app, &rep, "two words", "x").await), Some("name"));
    assert_eq!(field(service::add(&test.app, &rep, "hello", "Hi {{frist_name}}").await), Some("body"));

    service::change(&test.app, &manager, *id, 1, "prices", "The first change").await.unwrap();
    let second = service::change(&test.app, &rep, *id, 1, "prices", "The second").await.unwrap_err();
    assert!(matches!(&second, AppError::Conflict { reason, .. } if reason.contains("The first change")), "{second:?}");
    service::add(&test.app, &rep, "hello", "Hi").await.unwrap();
    assert_eq!(field(service::change(&test.app, &rep, *id, 2, "HELLO", "x").await), Some("name"));

    service::remove(&test.app, &rep, *id).await.unwrap();
    assert!(matches!(service::remove(&test.app, &rep, *id).await, Err(AppError::NotFound)));
    assert!(matches!(service::change(&test.app, &rep, *id, 2, "prices", "x").await, Err(AppError::NotFound)));
    let elsewhere = test.company("Northwind").await;
    assert_eq!(service::load(&test.app, &person(&elsewhere.admin)).await.unwrap(), []);
}

#[tokio::test]
async fn a_message_with_an_empty_blank_is_sent_by_nobody() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let visitor = crate::accounts::server::visitor::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId::new());
    let visitor = crate::accounts::server::visitor::check(&test.app.inner.secret, &visitor, company.assistant).expect("our own token");
    let words = "What is {{name}} in your letters?";
    let (_, conversation) =
        crate::conversations::server::visitor::visitor_says(&test.app, &visitor, MessageId::new(), words, &[], None).await.unwrap();
    let rep = person(&company.rep);
    let says = |body: &str| {
        let new = NewMessage { id: MessageId::new(), conversation, body: body.into(), files: Vec::new(), channel: None };
        crate::conversations::server::service::rep_says(&test.app, &rep, new)
    };
    let refused = says("Hi {{organisation}}").await.unwrap_err();
    assert!(refused.to_string().contains("{{organisation}}"), "{refused}");
    assert!(says("In our letters {{ message }} is yours.").await.is_ok(), "braces alone are no blank of ours");
}
