//! Many people on one board at once.

use super::{Frame, Tab};
use crate::leads::api::MoveLead;
use crate::leads::filter::Sight;
use crate::leads::model::{Board, LeadMoved, NewLead};
use crate::leads::server::service;
use crate::live::topic::Topic;
use crate::server::testing::{TestApp, person};
use crate::values::*;
use futures::future::join_all;
use leptos::server_fn::ServerFn;
use rand::Rng;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};
use tokio::time::timeout;

const PEOPLE: usize = 50;
const CARDS: usize = 100;

/// What one person's drags came to.
#[derive(Default)]
struct Drags {
    moved: usize,
    stale: usize,
}

/// SPOTLIGHT_STORM_SECONDS says how long they drag at least; a few seconds show what a minute shows. A slow
/// machine takes longer until there were drags enough.
#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_who_drag_the_same_cards_all_see_what_is_in_the_database() {
    let seconds = std::env::var("SPOTLIGHT_STORM_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(4);
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let manager = person(&company.manager);
    for number in 0..CARDS {
        let new = NewLead {
            mutation: MutationId::new(),
            name: format!("Lead {number}"),
            organisation: String::new(),
            email: String::new(),
            phone: String::new(),
            value: format!("{number}000"),
            closes_on: String::new(),
            custom: Vec::new(),
            stage: Some(company.stages[number % company.stages.len()]),
        };
        service::create_lead(&test.app, &manager, new).await.unwrap();
    }
    let address = test.serve().await;
    let cookie = test.cookie(&company.manager).await;
    let end = Instant::now() + Duration::from_secs(seconds);
    let (made, over) = (Arc::new(AtomicUsize::new(0)), Arc::new(OnceLock::new()));
    let people = (0..PEOPLE).map(|_| {
        let (test_app, manager, me) = (test.app.clone(), manager.clone(), company.manager.clone());
        let (address, cookie, stages) = (address.clone(), cookie.clone(), company.stages.clone());
        let (made, over) = (made.clone(), over.clone());
        tokio::spawn(async move {
            let mut board = service::load_board(&test_app, &manager, &Sight::default()).await.unwrap();
            let (mut tab, _) = Tab::greeted(&address, &cookie).await;
            tab.send(&crate::live::topic::ClientFrame::Subscribe { topic: Topic::Board, since: board.seq }).await;
            let http = reqwest::Client::new();
            let mut drags = Drags::default();
            // Two seconds after the last drag everything has come in.
            while over.get().is_none_or(|over: &Instant| over.elapsed() < Duration::from_secs(2)) {
                let pause = Duration::from_millis(rand::rng().random_range(100..500));
                let until = tokio::time::Instant::now() + pause;
                while let Ok(frame) = timeout(until.saturating_duration_since(tokio::time::Instant::now()), tab.next()).await {
                    match frame.expect("the socket stays open") {
                        Frame::Event { event, .. } => {
                            board.apply(&event, &me);
                        }
                        Frame::SnapshotRequired { .. } => panic!("told to load afresh"),
                        _ => {}
                    }
                }
                if Instant::now() >= end && made.load(Ordering::Relaxed) > PEOPLE {
                    over.get_or_init(Instant::now);
                    continue;
                }
                let (moved, mutation) = (any_drag(&board, &stages), MutationId::new());
                let answer = http
                    .post(format!("{address}{}", MoveLead::PATH))
                    .header("cookie", &cookie)
                    .header("origin", &address)
                    .json(&serde_json::json!({ "mutation": mutation, "moved": moved }))
                    .send()
                    .await
                    .unwrap();
                match answer.status().as_u16() {
                    200 => {
                        drags.moved += 1;
                        made.fetch_add(1, Ordering::Relaxed);
                    }
                    409 => drags.stale += 1,
                    other => panic!("{other}: {}", answer.text().await.unwrap()),
                }
            }
            (board, drags)
        })
    });
    let seen = join_all(people).await;
    let stored = service::load_board(&test.app, &manager, &Sight::default()).await.unwrap();
    let mut all: Vec<LeadId> = company.stages.iter().flat_map(|stage| stored.leads(*stage).to_vec()).collect();
    assert_eq!(all.len(), CARDS, "each card stands once");
    all.sort();
    all.dedup();
    assert_eq!(all.len(), CARDS, "each card stands once");
    let mut total = Drags::default();
    for person in seen {
        let (board, drags) = person.unwrap();
        for stage in &company.stages {
            assert_eq!(board.leads(*stage), stored.leads(*stage));
            assert_eq!(board.totals[stage], stored.totals[stage]);
        }
        assert_eq!(board.cards, stored.cards);
        total.moved += drags.moved;
        total.stale += drags.stale;
    }
    println!("{} drags, {} of them too late", total.moved + total.stale, total.stale);
    assert!(total.stale > 0, "{} moved, none too late: nobody was in anybody's way", total.moved);
}

/// Some card to some place, as a tab with this board would ask for it.
fn any_drag(board: &Board, stages: &[StageId]) -> LeadMoved {
    let mut random = rand::rng();
    let cards: Vec<_> = board.cards.values().collect();
    // A tenth of the cards get most of the drags, so that people are in each other's way.
    let among = if random.random_bool(0.7) { cards.len() / 10 } else { cards.len() };
    let mut sorted = cards;
    sorted.sort_by_key(|card| card.id);
    let card = sorted[random.random_range(0..among)];
    let to = stages[random.random_range(0..stages.len())];
    let others: Vec<LeadId> = board.leads(to).iter().copied().filter(|lead| *lead != card.id).collect();
    let after = match random.random_range(0..=others.len()) {
        0 => None,
        place => Some(others[place - 1]),
    };
    LeadMoved { lead: card.id, from: card.stage, to, rank: card.rank.clone(), after, version: card.version, at: Timestamp::now() }
}
