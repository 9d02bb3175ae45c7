//! Past boards against a real Postgres: what is folded from the events is what stood on the board.

use super::{DAY, load_past, stages, store, told_up_to};
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::conversations::model::{Answer, NewMessage};
use crate::conversations::server::{jobs::MeasureMood, service as talks, visitor::visitor_says};
use crate::leads::fields::LeadField;
use crate::leads::filter::Sight;
use crate::leads::model::{Board, LeadMoved, NewLead, Outcome, Stage, StageEdit};
use crate::leads::past::KINDS;
use crate::leads::server::tests::edit;
use crate::leads::server::{intake, merge, pipeline, service, tags, trash};
use crate::server::jobs::Job;
use crate::server::testing::{Company, TestApp, person};
use crate::tasks::server::service as tasks;
use crate::values::*;
use rand::{Rng, seq::IndexedRandom};
use std::time::Duration;

async fn board(test: &TestApp, actor: &Actor) -> Board {
    service::load_board(&test.app, actor, &Sight::default()).await.unwrap()
}

fn new_lead(name: &str, value: &str) -> NewLead {
    NewLead {
        mutation: MutationId::new(),
        name: name.into(),
        organisation: "Söhne & Co".into(),
        email: String::new(),
        phone: String::new(),
        value: value.into(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage: None,
    }
}

/// The board at a moment, all of it.
async fn past(test: &TestApp, actor: &Actor, at: Timestamp) -> Board {
    let mut tx = test.app.db.snapshot(actor).await.unwrap();
    let number = store::number_at(&mut tx, at).await.unwrap();
    let (today, removed) = (stages::all(&mut tx).await.unwrap(), stages::removed(&mut tx).await.unwrap());
    told_up_to(&mut tx, actor, number).await.unwrap().board(&today, &removed, number)
}

/// Does the next of all the things that change a board, to whichever card.
async fn something(test: &TestApp, company: &Company, visitors: &[Actor], turn: usize) {
    let (app, boss) = (&test.app, person(&company.manager));
    let now = board(test, &boss).await;
    let stage = now.stages.choose(&mut rand::rng()).unwrap().clone();
    let cards: Vec<_> = now.cards.values().cloned().collect();
    let Some(card) = cards.choose(&mut rand::rng()).cloned() else {
        service::create_lead(app, &boss, new_lead("The first", "12k")).await.unwrap();
        return;
    };
    let text = |words: &str| format!("{words} {turn}");
    match turn % 21 {
        0 => drop(service::create_lead(app, &boss, new_lead(&text("Ada"), "3,500")).await.unwrap()),
        1..=4 => {
            let after = now.leads(stage.id).choose(&mut rand::rng()).copied().filter(|id| *id != card.id);
            let rank = now.rank_after(card.id, stage.id, after);
            let (from, version, at) = (card.stage, card.version, Timestamp::now());
            let moved = LeadMoved { lead: card.id, from, to: stage.id, rank, after, version, at };
            // A stage that is full refuses, and then nothing has happened.
            let _ = service::move_lead(app, &boss, MutationId::new(), moved).await;
        }
        5 => {
            let owner = [None, Some(company.rep.user), Some(company.other_rep.user)].choose(&mut rand::rng()).copied().flatten();
            service::assign_lead(app, &boss, card.id, owner, card.version).await.unwrap();
        }
        6 => {
            let page = service::load_lead(app, &boss, card.id).await.unwrap();
            let day = ["", "2026-12-24", "2027-01-31"].choose(&mut rand::rng()).copied().unwrap_or_default();
            let (name, value) = (text("Grace"), format!("{turn}00"));
            let wanted = [(LeadField::Name, name.as_str()), (LeadField::Value, &value), (LeadField::ClosesOn, day)];
            service::edit_lead(app, &boss, edit(&page, &wanted)).await.unwrap();
        }
        7 => {
            let won = now.stages.iter().find(|stage| stage.outcome == Outcome::Won).unwrap().id;
            service::move_lead_to(app, &boss, card.id, won, card.version).await.unwrap();
            service::close_lead(app, &boss, card.id, "77k", ["", "", ""]).await.unwrap();
        }
        8..=10 => {
            let visitor = visitors.choose(&mut rand::rng()).unwrap();
            let words = text("My name is Zelda Quist, what does it cost?");
            let (message, conversation) = visitor_says(app, visitor, MessageId::new(), &words, &[], None).await.unwrap();
            MeasureMood { company: company.id, conversation, message: message.id }.run(app).await.unwrap();
        }
        11 if card.conversation.is_some() => {
            let new = NewMessage {
                id: MessageId::new(),
                conversation: card.conversation.unwrap(),
                body: text("It depends"),
                files: Vec::new(),
                channel: None,
            };
            let _ = talks::rep_says(app, &person(&company.rep), new).await;
        }
        12 => {
            let wanted = tasks::Wanted { words: text("Call"), due: Some(Timestamp(Timestamp::now().0 + DAY)), person: None };
            tasks::add_task(app, &boss, TaskId::new(), card.id, wanted).await.unwrap();
        }
        13 if card.conversation.is_some() => {
            let voice = Actor::assistant(company.id, company.assistant, "Nora".into());
            let mut tx = app.begin(&voice).await.unwrap();
            let found = |key: &str, value: String| Answer { key: key.into(), label: key.into(), value: Some(value) };
            let answers = vec![found("budget", "about £20k".into()), found("sites", turn.to_string())];
            intake::learned(&mut tx, card.id, card.conversation.unwrap(), MessageId::new(), answers).await.unwrap();
            tx.commit().await.unwrap();
        }
        16 => trash::remove_lead(app, &boss, card.id, Some(card.version)).await.unwrap(),
        17 => {
            let gone = trash::load_trash(app, &boss, None).await.unwrap().leads;
            if let Some(gone) = gone.choose(&mut rand::rng()) {
                trash::restore_lead(app, &boss, gone.lead).await.unwrap();
            }
        }
        14 => {
            let admin = person(&company.admin);
            let to = now.stages.iter().find(|other| other.id != stage.id && other.outcome == Outcome::Open).map(|stage| stage.id);
            let beyond = Stage::pipelines(&now.stages).map(|other| other.pipeline).find(|other| *other != stage.pipeline);
            match (rand::rng().random_range(0..4), beyond) {
                (0, _) if now.stages.len() < 15 => pipeline::add_stage(app, &admin, stage.pipeline, &text("Stage")).await.unwrap(),
                (1, None) => pipeline::add_pipeline(app, &admin, &text("Way")).await.unwrap(),
                (1, Some(_)) => pipeline::remove_pipeline(app, &admin, stage.pipeline, beyond).await.unwrap(),
                _ => drop(pipeline::remove_stage(app, &admin, stage.id, to).await),
            }
        }
        19 => {
            if let Some(other) = cards.iter().find(|other| other.id != card.id) {
                merge::merge_leads(app, &boss, (card.id, card.version), (other.id, other.version), &[LeadField::Name]).await.unwrap();
            }
        }
        20 => {
            for whole in &cards {
                for merged in service::load_lead(app, &boss, whole.id).await.unwrap().merged {
                    merge::part_leads(app, &boss, merged.lead).await.unwrap();
                }
            }
        }
        18 => drop(tags::tag_lead(app, &boss, card.id, &[text("Tag")], &[]).await.unwrap()),
        _ if stage.outcome == Outcome::Open => {
            let edit = StageEdit { name: text("Called"), tone: "blue".into(), probability: "40".into(), ..StageEdit::default() };
            pipeline::change_stage(app, &person(&company.admin), stage.id, &edit).await.unwrap();
        }
        _ => {}
    }
}

#[tokio::test]
async fn at_a_hundred_moments_the_past_board_is_the_one_that_stood_there() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let theirs = test.company("Northwind").await;
    service::create_lead(&test.app, &person(&theirs.admin), new_lead("Not ours", "1k")).await.unwrap();
    let boss = person(&company.manager);
    let visitors: Vec<Actor> = (0..12)
        .map(|_| {
            let token = tokens::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId::new());
            tokens::check(&test.app.inner.secret, &token, company.assistant).unwrap()
        })
        .collect();
    let mut seen = Vec::new();
    for turn in 0..260 {
        something(&test, &company, &visitors, turn).await;
        // Moments are whole milliseconds: what has just happened lies behind this one.
        tokio::time::sleep(Duration::from_millis(2)).await;
        seen.push((Timestamp::now(), board(&test, &boss).await));
    }
    let missing: Vec<String> = sqlx::query_scalar("select unnest($2::text[]) except select kind from ops.events where company_id = $1")
        .bind(company.id)
        .bind(KINDS)
        .fetch_all(&test.owner)
        .await
        .unwrap();
    assert!(missing.is_empty(), "these never happen here: {missing:?}");
    for (at, stood) in seen.choose_multiple(&mut rand::rng(), 100) {
        let mut told = past(&test, &boss, *at).await;
        // Stages are told from the first change of theirs on; before, today's are shown.
        if told.stages != stood.stages {
            let changed = sqlx::query_scalar::<_, bool>(
                "select exists (select from ops.events where company_id = $1 and kind = 'stages_changed' and seq <= $2)",
            );
            assert!(
                !changed.bind(company.id).bind(stood.seq).fetch_one(&test.owner).await.unwrap(),
                "{:#?}\n{:#?}",
                told.stages,
                stood.stages
            );
            told.stages.clone_from(&stood.stages);
        }
        told.totals.retain(|_, totals| totals.count > 0);
        for (lead, card) in &stood.cards {
            assert_eq!(told.cards.get(lead), Some(card));
        }
        for stage in &stood.stages {
            assert_eq!(told.leads(stage.id), stood.leads(stage.id), "the order in {}", stage.name);
        }
        assert_eq!((told.seq, &told.totals, told.cards.len()), (stood.seq, &stood.totals, stood.cards.len()));
    }
}

#[tokio::test]
async fn what_has_become_of_the_board_is_told_of_leads_in_reach_and_of_no_other() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (boss, rep) = (person(&company.manager), person(&company.other_rep));
    let stay = service::create_lead(&test.app, &boss, new_lead("Stays", "1k")).await.unwrap();
    let goes = service::create_lead(&test.app, &boss, new_lead("Goes", "84k")).await.unwrap();
    service::assign_lead(&test.app, &boss, goes.id, Some(company.other_rep.user), goes.version).await.unwrap();
    tokio::time::sleep(Duration::from_millis(2)).await;
    let at = Timestamp::now();
    let moved = service::move_lead_to(&test.app, &boss, goes.id, company.stages[4], goes.version + 1).await.unwrap();
    service::assign_lead(&test.app, &boss, goes.id, Some(company.rep.user), moved.version).await.unwrap();
    let came = service::create_lead(&test.app, &boss, new_lead("Came", "")).await.unwrap();

    let seen = load_past(&test.app, &boss, Some(at)).await.unwrap();
    assert_eq!(seen.at, at);
    let said = |lead: LeadId| seen.turns.iter().find(|turn| turn.lead == lead).map(|turn| turn.said.join("; ")).unwrap_or_default();
    let rep_name = seen.turns.iter().find(|turn| turn.lead == goes.id).unwrap().said[1].clone();
    assert_eq!(said(goes.id), format!("New → Won; {rep_name}"));
    assert!(rep_name.starts_with("Given to "), "{rep_name}");
    assert_eq!((said(came.id), said(stay.id)), ("New in New".to_owned(), String::new()));
    assert_eq!((seen.sum.came, seen.sum.moved, seen.sum.lost, seen.sum.won.count, seen.sum.won.sums[0].minor), (1, 0, 0, 1, 8_400_000));
    let first = &seen.columns[0];
    assert_eq!((first.totals.count, first.cards.len()), (2, 2));
    assert_eq!(first.cards.iter().find(|card| card.lead == goes.id).unwrap().gone_to.as_deref(), Some("Won"));

    // It was theirs then; it is not now, and they see nothing of it in the past either.
    let theirs = load_past(&test.app, &rep, Some(at)).await.unwrap();
    assert!(theirs.turns.is_empty() && theirs.columns.iter().all(|column| column.cards.is_empty()), "{theirs:?}");
    // Before the beginning and after the end is the beginning and the end.
    let early = load_past(&test.app, &boss, Some(Timestamp(0))).await.unwrap();
    assert_eq!(early.at, early.first);
    let late = load_past(&test.app, &boss, Some(Timestamp(i64::MAX))).await.unwrap();
    assert_eq!((late.at, late.turns.len()), (late.now, 0));
}

#[tokio::test]
async fn looks_of_one_sitting_are_one_and_the_page_begins_at_the_end_of_the_one_before() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let boss = person(&company.manager);
    let look = async |begins| super::look(&test.app, &boss, begins).await.unwrap();
    let looked = async || load_past(&test.app, &boss, None).await.unwrap().looked;
    // Has that many minutes pass.
    let pass = async |minutes: i32| {
        sqlx::query("update sales.board_looks set looked_at = looked_at - make_interval(mins => $2), before = before - make_interval(mins => $2) where company_id = $1")
            .bind(company.id)
            .bind(minutes)
            .execute(&test.owner)
            .await
            .unwrap();
    };
    let minutes_ago = |at: Option<Timestamp>| (at.unwrap().seconds_until(Timestamp::now()) + 30) / 60;
    service::create_lead(&test.app, &boss, new_lead("Ada", "")).await.unwrap();
    look(true).await;
    assert_eq!(looked().await, None);
    // Two hours without a pause are one look, and its end is what counts.
    pass(120).await;
    look(false).await;
    assert_eq!(looked().await, None);
    pass(60).await;
    assert_eq!(minutes_ago(looked().await), 60);
    look(true).await;
    assert_eq!(minutes_ago(looked().await), 60);
    pass(90).await;
    look(false).await;
    pass(10).await;
    look(true).await;
    assert_eq!(minutes_ago(looked().await), 160, "ten minutes away are no other sitting");
    assert_eq!(load_past(&test.app, &person(&company.rep), None).await.unwrap().looked, None);
}
