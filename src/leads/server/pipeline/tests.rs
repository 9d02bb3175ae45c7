//! Stages against a real Postgres.

use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::store as stream;
use crate::conversations::server::store as talks;
use crate::error::AppError;
use crate::leads::filter::{Filter, Sight};
use crate::leads::model::{Applied, Fullness, Stage, StageEdit};
use crate::leads::server::tests::new;
use crate::leads::server::{board::table::load_table, pipeline, service};
use crate::server::app::App;
use crate::server::testing::{TestApp, person};
use crate::values::*;

/// The names of the stages, left to right.
async fn names(test: &TestApp, asked: &Actor) -> Vec<String> {
    pipeline::load_stages(&test.app, asked).await.unwrap().into_iter().map(|stage| stage.name).collect()
}

/// The pipeline that every company begins with.
async fn sales(app: &App, asked: &Actor) -> PipelineId {
    pipeline::load_stages(app, asked).await.unwrap()[0].pipeline
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
    pipeline::add_stage(app, &admin, sales(app, &admin).await, "  Site   visit ").await.unwrap();
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
        let refused = pipeline::add_stage(app, &person(other), sales(app, &admin).await, "Mine").await.unwrap_err();
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
    pipeline::add_stage(app, &admin, sales(app, &admin).await, "Contacted").await.unwrap();
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
    let arrived = service::arrive(&mut tx, company.assistant, conversation, None, "Hello").await.unwrap();
    assert!(talks::open(&mut tx, conversation, arrived.id, company.assistant, Some(VisitorId::new()), None, None).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(service::load_board(app, &admin, &Sight::default()).await.unwrap().totals[&first].count, 2);
}

#[tokio::test]
async fn several_pipelines_are_kept_apart_and_leads_go_from_one_to_another() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, app) = (person(&company.admin), &test.app);
    let first = sales(app, &admin).await;
    pipeline::add_pipeline(app, &admin, " Renewals ").await.unwrap();
    let stages = pipeline::load_stages(app, &admin).await.unwrap();
    let (ours, theirs) = stages.split_at(6);
    let renewals = theirs[0].pipeline;
    assert!(ours.iter().all(|stage| stage.pipeline == first) && theirs.iter().all(|stage| stage.pipeline == renewals));
    assert_eq!(theirs.iter().map(|stage| stage.lit).collect::<Vec<_>>(), [1, 2, 3, 4, 0, 0], "each is lit by itself");
    assert_eq!(
        (theirs[0].slug.as_str(), theirs[0].called(&stages), ours[0].called(&stages)),
        ("new-2", "Renewals: New".into(), "New".into())
    );
    for (name, told) in
        [("renewals", "Another pipeline"), ("", "1 to 60"), ("\u{200b}", "1 to 60"), ("\u{202e}lia", "1 to 60"), ("a\0b", "1 to 60")]
    {
        let error = pipeline::add_pipeline(app, &admin, name).await.unwrap_err();
        assert!(error.field() == Some("name") && error.to_string().contains(told), "{error:?}");
    }
    for other in [&company.manager, &company.rep] {
        assert!(matches!(pipeline::add_pipeline(app, &person(other), "Mine").await.unwrap_err(), AppError::Forbidden { .. }));
        assert!(matches!(
            pipeline::remove_pipeline(app, &person(other), renewals, Some(first)).await.unwrap_err(),
            AppError::Forbidden { .. }
        ));
    }
    // A name is taken in its own pipeline only.
    pipeline::add_stage(app, &admin, renewals, "Site visit").await.unwrap();
    pipeline::add_stage(app, &admin, first, "Site visit").await.unwrap();
    let stages = pipeline::load_stages(app, &admin).await.unwrap();
    pipeline::shift_stage(app, &admin, stages[7].id, true).await.unwrap();
    assert_eq!(pipeline::load_stages(app, &admin).await.unwrap(), stages, "none leaves its pipeline");

    // What nobody puts elsewhere begins in the first; a lead goes over, and a tab that follows the stream sees it.
    let (ada, ben) = (
        service::create_lead(app, &admin, new("Ada", "", None)).await.unwrap(),
        service::create_lead(app, &admin, new("Ben", "", Some(stages[5].id))).await.unwrap(),
    );
    assert_eq!(ada.stage, company.stages[0]);
    let mut followed = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    service::move_lead_to(app, &admin, ada.id, stages[8].id, 1).await.unwrap();
    let seen = Filter { pipeline: Some(renewals), ..Filter::default() };
    let table = listed(app, &admin, &seen).await;
    assert_eq!(table, ["Ada"]);

    // Turned round, the other is where leads begin.
    pipeline::shift_pipeline(app, &admin, renewals, true).await.unwrap();
    pipeline::shift_pipeline(app, &admin, renewals, true).await.unwrap();
    let cid = service::create_lead(app, &admin, new("Cid", "", None)).await.unwrap();
    assert_eq!(cid.stage, stages[7].id);
    pipeline::rename_pipeline(app, &admin, renewals, "Care").await.unwrap();
    let now = pipeline::load_stages(app, &admin).await.unwrap();
    let names = (now[0].pipeline_name.as_str(), now[0].called(&now), now[7].called(&now));
    assert_eq!(names, ("Care", "New".into(), "Sales: New".into()));

    // It goes, and its leads stand where deals stood as they did, of the same name where there is one.
    let error = pipeline::remove_pipeline(app, &admin, first, None).await.unwrap_err();
    assert_eq!(error.field(), Some("to"), "{error:?}");
    pipeline::remove_pipeline(app, &admin, first, Some(first)).await.unwrap_err();
    pipeline::remove_pipeline(app, &admin, first, Some(renewals)).await.unwrap();
    let board = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    assert_eq!(board.stages.len(), 7);
    let stands = |lead: LeadId| board.stage(board.cards[&lead].stage).unwrap().clone();
    assert_eq!((stands(ben.id).name, stands(ben.id).pipeline_name), ("Won".into(), "Care".into()));
    let error = pipeline::remove_pipeline(app, &admin, renewals, None).await.unwrap_err();
    assert!(error.to_string().contains("is the only one"), "{error}");
    let mut tx = app.begin(&admin).await.unwrap();
    for event in stream::after(&mut tx, followed.seq, 1000).await.unwrap().into_iter().filter_map(|told| told.recorded) {
        followed.apply(&event, &company.admin);
    }
    for stage in &board.stages {
        assert_eq!(followed.leads(stage.id), board.leads(stage.id), "{}", stage.name);
    }
}

async fn listed(app: &App, asked: &Actor, filter: &Filter) -> Vec<String> {
    let table = load_table(app, asked, &Sight::new(filter, Vec::new(), false), 0).await.unwrap();
    table.rows.into_iter().map(|card| card.name).collect()
}

#[tokio::test]
async fn of_two_who_take_away_the_last_two_pipelines_at_once_one_is_refused_and_no_lead_is_lost() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (admin, app) = (person(&company.admin), &test.app);
    for round in 0..5 {
        pipeline::add_pipeline(app, &admin, &format!("Way {round}")).await.unwrap();
        let stages = pipeline::load_stages(app, &admin).await.unwrap();
        let ways: Vec<PipelineId> = Stage::pipelines(&stages).map(|stage| stage.pipeline).collect();
        for stage in [stages[0].id, stages[6].id] {
            service::create_lead(app, &admin, new("Ada", "", Some(stage))).await.unwrap();
        }
        let moving = service::create_lead(app, &admin, new("Ben", "", Some(stages[1].id))).await.unwrap();
        let (one, other, moved) = tokio::join!(
            pipeline::remove_pipeline(app, &admin, ways[0], Some(ways[1])),
            pipeline::remove_pipeline(app, &admin, ways[1], Some(ways[0])),
            // Meanwhile somebody puts a card into one of them: it goes along, or is told that the stage is gone.
            service::move_lead_to(app, &admin, moving.id, stages[8].id, 1),
        );
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
        assert!(
            moved.is_ok() || matches!(moved, Err(AppError::Conflict { .. } | AppError::Invalid { .. } | AppError::NotFound)),
            "{moved:?}"
        );
        let board = service::load_board(app, &admin, &Sight::default()).await.unwrap();
        assert_eq!((board.stages.len(), board.cards.len()), (6, 3 * (round + 1)));
        assert!(board.cards.values().all(|card| board.stage(card.stage).is_some()), "each stands on the board");
        // Sent twice, it is gone already.
        let (gone, kept) = if one.is_ok() { (ways[0], ways[1]) } else { (ways[1], ways[0]) };
        assert_eq!(pipeline::remove_pipeline(app, &admin, gone, Some(kept)).await.unwrap_err(), AppError::NotFound);
        assert_eq!(pipeline::add_stage(app, &admin, gone, "Late").await.unwrap_err(), AppError::NotFound);
    }
}
