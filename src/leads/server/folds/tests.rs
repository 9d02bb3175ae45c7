//! Folded columns against a real Postgres, and on the page.

use super::fold_stage;
use crate::accounts::model::Me;
use crate::accounts::server::service::desk;
use crate::error::AppError;
use crate::leads::server::pipeline::remove_stage;
use crate::leads::server::{service::create_lead, tests::new};
use crate::server::testing::{TestApp, person};
use crate::values::StageId;

async fn folded(test: &TestApp, me: &Me) -> Vec<StageId> {
    desk(&test.app, Some(me.clone())).await.unwrap().folded
}

#[tokio::test]
async fn every_person_folds_their_own_board_and_no_other() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let (new, lost) = (ours.stages[0], ours.stages[5]);
    let rep = person(&ours.rep);
    for stage in [lost, new, lost] {
        fold_stage(&test.app, &rep, stage, true).await.unwrap();
    }
    fold_stage(&test.app, &person(&ours.manager), ours.stages[1], true).await.unwrap();
    assert_eq!(folded(&test, &ours.rep).await, [new, lost], "once, left to right");
    assert_eq!(folded(&test, &ours.manager).await, [ours.stages[1]]);
    assert!(folded(&test, &ours.other_rep).await.is_empty());
    assert!(folded(&test, &theirs.admin).await.is_empty());

    // What the other person has not folded is not unfolded for the first.
    fold_stage(&test.app, &person(&ours.manager), new, false).await.unwrap();
    fold_stage(&test.app, &rep, lost, false).await.unwrap();
    fold_stage(&test.app, &rep, lost, false).await.unwrap();
    assert_eq!(folded(&test, &ours.rep).await, [new]);

    for stage in [theirs.stages[0], StageId::new()] {
        for fold in [true, false] {
            assert_eq!(fold_stage(&test.app, &rep, stage, fold).await.unwrap_err(), AppError::NotFound);
        }
    }
    assert_eq!(folded(&test, &ours.rep).await, [new]);
}

#[tokio::test]
async fn a_stage_that_is_taken_off_the_board_is_folded_no_more() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (gone, stays) = (company.stages[1], company.stages[2]);
    for stage in [gone, stays] {
        fold_stage(&test.app, &person(&company.rep), stage, true).await.unwrap();
    }
    remove_stage(&test.app, &person(&company.admin), gone, Some(company.stages[0])).await.unwrap();
    assert_eq!(folded(&test, &company.rep).await, [stays]);
    assert_eq!(fold_stage(&test.app, &person(&company.rep), gone, true).await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn the_server_writes_a_folded_column_as_a_strip_without_its_cards() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    let mut there = Vec::new();
    for stage in [company.stages[0], company.stages[1]] {
        there.push(create_lead(&test.app, &admin, new("Ada", "", Some(stage))).await.unwrap().id);
    }
    let (base, cookie, client) = (test.serve().await, test.cookie(&company.admin).await, reqwest::Client::new());
    let page = async |path: &str| {
        let answer = client.get(format!("{base}{path}")).header("cookie", &cookie).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let card = |lead| format!("data-lead=\"{lead}\"");
    let text = page("/board").await;
    assert!(!text.contains("is-folded") && there.iter().all(|lead| text.contains(&card(*lead))));

    for stage in &company.stages[..2] {
        fold_stage(&test.app, &admin, *stage, true).await.unwrap();
    }
    let text = page("/board").await;
    assert_eq!(text.matches("is-folded").count(), 2);
    // The first is the one that a phone begins with: on a phone nothing is folded.
    assert!(text.contains(&card(there[0])) && !text.contains(&card(there[1])));
    let text = page("/board?stage=contacted").await;
    assert!(!text.contains(&card(there[0])) && text.contains(&card(there[1])));
}
