//! Changes to many leads at once, against a real Postgres.

use super::change_leads;
use crate::accounts::model::Me;
use crate::error::AppError;
use crate::leads::filter::Sight;
use crate::leads::model::Card;
use crate::leads::server::{service, tests::new};
use crate::leads::table::{Change, Changed, MOST_AT_ONCE, Wanted};
use crate::server::testing::{Company, TestApp, person};
use crate::values::{LeadId, Tag};

async fn column(test: &TestApp, me: &Me, company: &Company, stage: usize) -> Vec<Card> {
    let board = service::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
    board.column(company.stages[stage]).map(|card| Card::clone(card)).collect()
}

fn each(cards: &[Card], change: impl Fn(usize) -> Change) -> Vec<Wanted> {
    cards.iter().enumerate().map(|(at, card)| Wanted { lead: card.id, version: card.version, change: change(at) }).collect()
}

fn backs(fates: Vec<Changed>) -> Vec<Wanted> {
    fates.into_iter().rev().filter_map(|fate| fate.back).collect()
}

#[tokio::test]
async fn whatever_is_done_to_many_is_undone_as_it_was() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (boss, app) = (person(&company.manager), &test.app);
    for name in ["Ada", "Grace", "Edith", "Joan"] {
        service::create_lead(app, &boss, new(name, "", Some(company.stages[0]))).await.unwrap();
    }
    let before = column(&test, &company.manager, &company, 0).await;
    let places = |cards: &[Card]| cards.iter().map(|card| (card.id, card.owner, card.tags.clone())).collect::<Vec<_>>();
    let hot = Tag::parse("hot").unwrap();
    let changes: [&dyn Fn(usize) -> Change; 4] = [
        &|at| Change::Move { to: company.stages[1], after: at.checked_sub(1).map(|above| before[above].id) },
        &|_| Change::Give { owner: Some(company.rep.user) },
        &|_| Change::PutOn { tag: hot.clone() },
        &|_| Change::Remove,
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let now = column(&test, &company.manager, &company, 0).await;
        // One that somebody else has changed since is refused, and the others are not.
        let mut wanted = each(&now[..3], change);
        wanted[1].version -= 1;
        let fates = change_leads(app, &boss, wanted).await.unwrap();
        let refused: Vec<bool> = fates.iter().map(|fate| fate.refused.is_some()).collect();
        // Tags need no version: two who tag one lead both have their way.
        assert_eq!(refused, [false, number != 2, false], "{fates:?}");
        let after = column(&test, &company.manager, &company, 0).await;
        match number {
            0 => {
                let order: Vec<LeadId> = column(&test, &company.manager, &company, 1).await.iter().map(|card| card.id).collect();
                assert_eq!(order, [before[0].id, before[2].id], "behind one that is not there: where its rank would stand");
            }
            1 => assert_eq!(after.iter().filter(|card| card.owner == Some(company.rep.user)).count(), 2),
            2 => assert_eq!(after.iter().filter(|card| card.tags == [hot.clone()]).count(), 3),
            _ => assert_eq!(after.len(), 2),
        }
        let undone = change_leads(app, &boss, backs(fates)).await.unwrap();
        assert!(undone.iter().all(|fate| fate.refused.is_none()), "{undone:?}");
        assert_eq!(places(&column(&test, &company.manager, &company, 0).await), places(&before), "change {number}");
    }
    // What is so already has nothing to undo.
    let now = column(&test, &company.manager, &company, 0).await;
    let same = change_leads(app, &boss, each(&now, |_| Change::Give { owner: None })).await.unwrap();
    assert!(same.iter().all(|fate| fate.back.is_none() && fate.refused.is_none()), "{same:?}");
}

#[tokio::test]
async fn what_one_may_not_do_is_not_done_to_many_either() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let card = service::create_lead(&test.app, &person(&ours.rep), new("Ada", "", Some(ours.stages[0]))).await.unwrap();
    let wanted = |change| vec![Wanted { lead: card.id, version: card.version, change }];
    let refused = change_leads(&test.app, &person(&ours.rep), wanted(Change::Give { owner: None })).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "{refused:?}");
    for change in [Change::Remove, Change::Restore, Change::Move { to: theirs.stages[0], after: None }] {
        let fates = change_leads(&test.app, &person(&theirs.admin), wanted(change)).await.unwrap();
        assert_eq!(fates[0].refused.as_deref(), Some(AppError::NotFound.to_string().as_str()), "{fates:?}");
    }
    let many = vec![wanted(Change::Remove).remove(0); MOST_AT_ONCE + 1];
    assert!(matches!(change_leads(&test.app, &person(&ours.rep), many).await, Err(AppError::Invalid { .. })));
}
