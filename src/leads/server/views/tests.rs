//! Kept filters against a real Postgres.

use super::{keep_view, of_person, remove_view, share_view};
use crate::accounts::model::Me;
use crate::accounts::server::actor::Actor;
use crate::error::AppError;
use crate::server::testing::{TestApp, person};
use crate::values::ViewId;

const HOT: &str = "?score=75";

async fn names(test: &TestApp, me: &Me) -> Vec<String> {
    let mut tx = test.app.begin(&Actor::system(me.company, "test")).await.unwrap();
    of_person(&mut tx, me.user).await.unwrap().into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn a_view_is_its_owners_until_it_is_shared_and_a_manager_may_tidy_up() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (rep, other, boss) = (person(&ours.rep), person(&ours.other_rep), person(&ours.manager));
    let id = ViewId::new();
    let kept = keep_view(&test.app, &rep, id, " Hot  ones ", HOT, false).await.unwrap();
    assert_eq!((kept.name.as_str(), kept.query.as_str()), ("Hot ones", "?score=75"));
    // Sent twice, kept once.
    keep_view(&test.app, &rep, id, "Hot ones", HOT, false).await.unwrap();
    assert_eq!(names(&test, &ours.rep).await, ["Hot ones"]);
    assert!(names(&test, &ours.other_rep).await.is_empty());
    assert_eq!(remove_view(&test.app, &boss, id).await.unwrap_err(), AppError::NotFound, "not shared: as if it were not there");
    assert_eq!(share_view(&test.app, &other, id, true).await.unwrap_err(), AppError::NotFound);

    share_view(&test.app, &rep, id, true).await.unwrap();
    assert_eq!(names(&test, &ours.other_rep).await, ["Hot ones"]);
    assert!(names(&test, &theirs.admin).await.is_empty());
    assert!(matches!(remove_view(&test.app, &other, id).await, Err(AppError::Forbidden { .. })));
    assert_eq!(remove_view(&test.app, &person(&theirs.admin), id).await.unwrap_err(), AppError::NotFound);
    share_view(&test.app, &rep, id, false).await.unwrap();
    assert!(names(&test, &ours.other_rep).await.is_empty());
    share_view(&test.app, &rep, id, true).await.unwrap();
    remove_view(&test.app, &boss, id).await.unwrap();
    assert!(names(&test, &ours.rep).await.is_empty());
}

#[tokio::test]
async fn what_is_no_view_is_refused_beside_its_field() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let rep = person(&company.rep);
    keep_view(&test.app, &rep, ViewId::new(), "Hot", HOT, false).await.unwrap();
    for (name, query, wanted) in [
        ("hot", HOT, "name"),
        ("", HOT, "name"),
        ("\u{200b}", HOT, "name"),
        ("a\nb\u{202e}", HOT, "name"),
        (&"x".repeat(41), HOT, "name"),
        ("All", "", ""),
        ("All", "?nothing=1&%%%", ""),
        ("All", "not an address", ""),
    ] {
        let refused = keep_view(&test.app, &rep, ViewId::new(), name, query, true).await;
        assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field == wanted), "{name:?}: {refused:?}");
    }
    // Another person's names are their own.
    keep_view(&test.app, &person(&company.manager), ViewId::new(), "Hot", HOT, true).await.unwrap();
    assert_eq!(names(&test, &company.rep).await, ["Hot", "Hot"]);
    let mut last = ViewId::new();
    for n in 1..50 {
        last = ViewId::new();
        keep_view(&test.app, &rep, last, &format!("View {n}"), HOT, false).await.unwrap();
    }
    keep_view(&test.app, &rep, last, "View 49", HOT, false).await.unwrap();
    let refused = keep_view(&test.app, &rep, ViewId::new(), "One more", HOT, false).await;
    assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field.is_empty()), "{refused:?}");
}
