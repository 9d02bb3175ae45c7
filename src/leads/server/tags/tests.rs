//! Tags against a real Postgres.

use super::{of_company, tag_lead};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::store::of_lead;
use crate::error::AppError;
use crate::leads::server::{service, tests::new};
use crate::server::testing::{Company, TestApp, person};
use crate::values::{LeadId, Tag};

fn words(tags: &[&str]) -> Vec<String> {
    tags.iter().map(|tag| (*tag).to_owned()).collect()
}

async fn known(test: &TestApp, company: &Company) -> Vec<String> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    of_company(&mut tx).await.unwrap().iter().map(Tag::to_string).collect()
}

async fn told(test: &TestApp, company: &Company, lead: LeadId) -> Vec<(usize, usize)> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let events = of_lead(&mut tx, lead, 100).await.unwrap().into_iter();
    let counted = events.filter_map(|told| match told.event {
        Event::LeadTagged { added, removed, .. } => Some((added.len(), removed.len())),
        _ => None,
    });
    counted.collect()
}

#[tokio::test]
async fn tags_are_put_on_once_spelled_as_the_company_does_and_forgotten_with_the_last_lead() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let boss = person(&ours.manager);
    let one = service::create_lead(&test.app, &boss, new("Ada", "", None)).await.unwrap().id;
    let two = service::create_lead(&test.app, &boss, new("Grace", "", None)).await.unwrap().id;
    let put = |lead, on: &[&str], off: &[&str]| {
        let (on, off) = (words(on), words(off));
        let (app, boss) = (&test.app, &boss);
        async move { tag_lead(app, boss, lead, &on, &off).await.map(|tags| tags.iter().map(Tag::to_string).collect::<Vec<_>>()) }
    };
    assert_eq!(put(one, &[" Public  sector ", "Hot"], &[]).await.unwrap(), ["Hot", "Public sector"]);
    assert_eq!(put(two, &["HOT", "hot"], &[]).await.unwrap(), ["Hot"]);
    // Nothing new: nothing is told.
    assert_eq!(put(two, &["hot"], &["cold"]).await.unwrap(), ["Hot"]);
    assert_eq!(told(&test, &ours, two).await, [(1, 0)]);
    assert_eq!(known(&test, &ours).await, ["Hot", "Public sector"]);
    assert!(known(&test, &theirs).await.is_empty());

    assert_eq!(put(one, &["Cold"], &["hot", "public sector"]).await.unwrap(), ["Cold"]);
    assert_eq!(told(&test, &ours, one).await, [(1, 2), (2, 0)]);
    assert_eq!(known(&test, &ours).await, ["Cold", "Hot"], "Grace is still hot");
    let card = service::load_lead(&test.app, &boss, one).await.unwrap().card;
    assert_eq!(card.tags, [Tag::parse("Cold").unwrap()]);

    let many: Vec<String> = (0..Tag::MOST).map(|n| format!("tag {n}")).collect();
    let refused = tag_lead(&test.app, &boss, one, &many, &[]).await;
    assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field == "tag"), "{refused:?}");
    assert_eq!(known(&test, &ours).await, ["Cold", "Hot"], "what was refused left nothing");
    for bad in ["", "a,b", "\u{200b}"] {
        assert!(matches!(put(one, &[bad], &[]).await, Err(AppError::Invalid { .. })), "{bad:?}");
    }
    let strangers = tag_lead(&test.app, &person(&theirs.admin), one, &words(&["Ours"]), &[]).await;
    assert_eq!(strangers.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn two_who_tag_one_lead_at_once_both_have_their_way() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let boss = person(&company.manager);
    let lead = service::create_lead(&test.app, &boss, new("Ada", "", None)).await.unwrap().id;
    let all = (0..8).map(|n| {
        let (app, boss) = (test.app.clone(), boss.clone());
        tokio::spawn(async move { tag_lead(&app, &boss, lead, &words(&["shared", &format!("own {n}")]), &[]).await.unwrap() })
    });
    futures::future::join_all(all).await;
    let tags = service::load_lead(&test.app, &boss, lead).await.unwrap().card.tags;
    assert_eq!(tags.len(), 9, "{tags:?}");
}
