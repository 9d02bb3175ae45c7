//! Stages against a real Postgres.

use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::store as stream;
use crate::conversations::server::store as talks;
use crate::error::AppError;
use crate::leads::filter::Sight;
use crate::leads::model::{Applied, Fullness, StageEdit};
use crate::leads::server::tests::new;
use crate::leads::server::{pipeline, service};
use crate::server::testing::{TestApp, person};
use crate::values::*;

/// The names of the stages, left to right.
async fn names(test: &TestApp, asked: &Actor) -> Vec<String> {
    pipeline::load_stages(&test.app, asked).await.unwrap().into_iter().map(|stage| stage.name).collect()
}

fn edit(name: &str, limit: &str, hard: bool) -> StageEdit {
    let rot_days = "14".to_owned();
    StageEdit { name: name.into(), tone: "teal".into(), probability: "40 %".into(), wip_limit: limit.into(), wip_hard: hard, rot_days }
}

#[tokio::test]
async fn an_admin_arranges_the_stages_and_nobody_else_does() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, app) = (person(&company.admin), &test.app);
    pipeline::add_stage(app, &admin, "  Site   visit ").await.unwrap();
    assert_eq!(names(&test, &admin).await, ["New", "Contacted", "Qualified", "Proposal", "Site visit", "Won", "Lost"]);
    let stages = pipeline::load_stages(app, &admin).await.unwrap();
    let visit = stages[4].clone();
    assert_eq!((visit.slug.as_str(), visit.probability, visit.lit), ("site-visit", 87, 4));
    assert_eq!(stages.iter().map(|stage| stage.lit).collect::<Vec<_>>(), [1, 2, 3, 3, 4, 0, 0]);

    pipeline::shift_stage(app, &admin, visit.id, true).await.unwrap();
    pipeline::shift_stage(app, &admin, company.stages[0], true).await.unwrap();
    pipeline::shift_stage(app, &admin, company.stages[3], false).await.unwrap();
    assert_eq!(
        names(&test, &admin).await,
        ["New", "Contacted", "Qualified", "Site visit", "Proposal", "Won", "Lost"],
        "none leaves its kind"
    );

    pipeline::change_stage(app, &admin, visit.id, &edit("Visit", "8", true)).await.unwrap();
    let visit = pipeline::load_stages(app, &admin).await.unwrap().swap_remove(3);
    assert_eq!((visit.probability, visit.wip_limit, visit.wip_hard, visit.rot_days), (40, Some(8), true, Some(14)));
    for (wrong, field) in [
        (edit("", "", false), "name"),
        (edit("new", "", false), "name"),
        (edit("Visit", "0", false), "wip_limit"),
        (edit("Visit", "many", false), "wip_limit"),
        (StageEdit { probability: "101".into(), ..edit("Visit", "", false) }, "probability"),
        (StageEdit { tone: "pink".into(), ..edit("Visit", "", false) }, "tone"),
    ] {
        let error = pipeline::change_stage(app, &admin, visit.id, &wrong).await.unwrap_err();
        assert_eq!(error.field(), Some(field), "{error:?}");
    }
    for other in [&company.manager, &company.rep] {
        let refused = pipeline::add_stage(app, &person(other), "Mine").await.unwrap_err();
        assert!(matches!(refused, AppError::Forbidden { .. }), "{refused:?}");
    }
    let mut tx = app.begin(&admin).await.unwrap();
    let told = stream::after(&mut tx, 0, 1000).await.unwrap();
    let changes =
        told.iter().filter(|told| told.recorded.as_ref().is_some_and(|told| matches!(told.event, Event::StagesChanged { .. }))).count();
    assert_eq!(changes, 3, "what moved nothing is not told");
}

#[tokio::test]
async fn a_stage_that_is_removed_says_where_its_leads_go() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, app) = (person(&company.admin), &test.app);
    let (from, to) = (company.stages[1], company.stages[2]);
    let mut made = Vec::new();
    for (name, stage) in [("Ada", from), ("Ben", from), ("Cid", to), ("Dee", to)] {
        made.push(service::create_lead(app, &admin, new(name, "", Some(stage))).await.unwrap().id);
    }
    let error = pipeline::remove_stage(app, &admin, from, None).await.unwrap_err();
    assert!(error.field() == Some("to") && error.to_string().contains("the 2 leads of Contacted"), "{error:?}");
    pipeline::remove_stage(app, &admin, from, Some(from)).await.unwrap_err();
    let before = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    pipeline::remove_stage(app, &admin, from, Some(to)).await.unwrap();
    let board = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    assert_eq!(board.leads(to), [made[3], made[2], made[1], made[0]], "behind those who were there, in their order");
    assert_eq!((board.stages.len(), board.totals[&to].count), (5, 4));
    assert_eq!((board.cards[&made[0]].version, board.cards[&made[2]].version), (2, 1), "only those that were moved are others now");

    // A tab that saw the old board and hears of it comes to the same.
    let mut tx = app.begin(&admin).await.unwrap();
    let mut followed = before;
    for event in stream::after(&mut tx, followed.seq, 1000).await.unwrap().into_iter().filter_map(|told| told.recorded) {
        let applied = followed.apply(&event, &company.admin);
        assert_eq!(applied == Applied::Redrawn, matches!(event.event, Event::StagesChanged { .. }));
    }
    assert_eq!(followed.leads(to), board.leads(to));
    drop(tx);

    let gone = service::create_lead(app, &admin, new("Eve", "", Some(from))).await.unwrap_err();
    assert_eq!(gone.field(), Some("stage"));
    // The name is free again, the address of the old one is not.
    pipeline::add_stage(app, &admin, "Contacted").await.unwrap();
    assert!(pipeline::load_stages(app, &admin).await.unwrap().iter().any(|stage| stage.slug == "contacted-2"));
    for last in [company.stages[4], company.stages[5]] {
        let error = pipeline::remove_stage(app, &admin, last, Some(to)).await.unwrap_err();
        assert!(error.to_string().contains("is the only one"), "{error}");
    }
}

#[tokio::test]
async fn a_stage_with_a_hard_limit_refuses_people_and_never_a_visitor() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, app) = (person(&company.admin), &test.app);
    let (first, second) = (company.stages[0], company.stages[1]);
    pipeline::change_stage(app, &admin, first, &edit("New", "1", true)).await.unwrap();
    pipeline::change_stage(app, &admin, second, &edit("Contacted", "1", false)).await.unwrap();
    let card = service::create_lead(app, &admin, new("Ada", "", Some(first))).await.unwrap();
    let full = service::create_lead(app, &admin, new("Ben", "", Some(first))).await.unwrap_err();
    assert!(full.field() == Some("stage") && full.to_string().contains("New holds 1 lead at most"), "{full:?}");
    for name in ["Cid", "Dee"] {
        service::create_lead(app, &admin, new(name, "", Some(second))).await.unwrap();
    }
    let board = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    let over = board.stage(second).unwrap().fullness(board.totals[&second].count);
    assert_eq!(over, Fullness::Over, "a soft limit warns only");
    let other = board.column(second).next().unwrap().id;
    assert_eq!(service::move_lead_to(app, &admin, other, first, 1).await.unwrap_err().field(), Some("to"));
    // Within its own full column a card still moves.
    service::move_lead_to(app, &admin, card.id, first, 1).await.unwrap();

    let voice = Actor::assistant(company.id, company.assistant, "Nora".into());
    let conversation = ConversationId::new();
    let mut tx = app.begin(&voice).await.unwrap();
    let arrived = service::arrive(&mut tx, company.assistant, conversation, String::new(), "Hello").await.unwrap();
    assert!(talks::open(&mut tx, conversation, arrived.id, company.assistant, VisitorId::new(), None).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(service::load_board(app, &admin, &Sight::default()).await.unwrap().totals[&first].count, 2);
}
