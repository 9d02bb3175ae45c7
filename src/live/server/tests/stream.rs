//! The order of the stream, resuming, slow readers.

use super::*;
use crate::live::book::{Book, Tell};
use crate::server::testing::TestApp;
use rand::Rng;
use std::collections::HashMap;
use std::time::Instant;

#[tokio::test(flavor = "multi_thread")]
async fn thirty_two_writers_with_rollbacks_leave_no_gap_and_no_disorder() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let cookie = test.cookie(&company.manager).await;
    let mut tab = Tab::listening(&address, &cookie, Topic::Company).await;
    let writers: Vec<_> = (0..32)
        .map(|_| {
            let (app, company) = (test.app.clone(), company.id);
            tokio::spawn(async move {
                let mut written = 0;
                for _ in 0..12 {
                    let (events, pause, kept) = rand::rng().random::<(u8, u8, u8)>();
                    let mut tx = app.begin(&Actor::system(company, "test")).await.unwrap();
                    let events = i64::from(events % 3) + 1;
                    (0..events).for_each(|_| record(&mut tx, Event::CompanyChanged, Audience::everyone()));
                    tokio::time::sleep(Duration::from_millis(u64::from(pause % 8))).await;
                    if kept % 3 > 0 {
                        tx.commit().await.unwrap();
                        written += events;
                    }
                }
                written
            })
        })
        .collect();
    let mut expected = 0;
    for writer in writers {
        expected += writer.await.unwrap();
    }
    assert!(expected > 100);
    for number in 1..=expected {
        assert_eq!(tab.event().await.seq, number);
    }
    assert!(tab.told_by_now().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_cut_at_random_hears_every_event_once_and_in_order() {
    const EVENTS: i64 = 400;
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let cookie = test.cookie(&company.manager).await;
    let writer = tokio::spawn({
        let (app, company) = (test.app.clone(), company.id);
        async move {
            for number in 0..EVENTS {
                let event = if number % 2 == 0 {
                    Event::CompanyChanged
                } else {
                    Event::LeadScored { lead: LeadId::new(), score: Score::new(50), reasons: Vec::new() }
                };
                happen(&app, company, event, Audience::everyone()).await;
            }
        }
    });
    let mut book = Book::default();
    let mut heard: HashMap<u64, Vec<i64>> = HashMap::new();
    let (of_company, _) = book.listen(Topic::Company, 0);
    let (of_board, _) = book.listen(Topic::Board, 0);
    let (mut late, mut cuts) = (None, 0);
    loop {
        let (mut tab, _) = Tab::greeted(&address, &cookie).await;
        let (frames, _) = book.connected();
        for frame in &frames {
            tab.send(frame).await;
        }
        let done = writer.is_finished();
        let life = if done { LONG } else { Duration::from_millis(rand::rng().random_range(3..50)) };
        let end = Instant::now() + life;
        loop {
            // A third listener joins half-way, whose data is a little older than the stream.
            if late.is_none() && heard.values().map(Vec::len).sum::<usize>() > 100 {
                let (id, frame) = book.listen(Topic::Board, 60);
                late = Some(id);
                tab.send(&frame.expect("the socket is open")).await;
            }
            let Ok(Some(Ok(message))) = timeout(end.saturating_duration_since(Instant::now()), tab.0.next()).await else { break };
            let Message::Text(text) = message else { continue };
            for tell in crate::live::book::read(&text).into_iter().flat_map(|frame| book.heard(frame)) {
                match tell {
                    Tell::Event(id, event) => heard.entry(id).or_default().push(event.seq),
                    Tell::Snapshot(id) => panic!("listener {id} was told to load afresh"),
                    _ => {}
                }
            }
            if done && heard.values().filter(|told| told.last().is_some_and(|last| *last >= EVENTS - 1)).count() == 3 {
                break;
            }
        }
        book.disconnected();
        if done {
            break;
        }
        cuts += 1;
    }
    writer.await.unwrap();
    assert!(cuts >= 5, "cut only {cuts} times");
    assert_eq!(heard[&of_company], (1..=EVENTS).step_by(2).collect::<Vec<_>>());
    assert_eq!(heard[&of_board], (2..=EVENTS).step_by(2).collect::<Vec<_>>());
    assert_eq!(heard[&late.unwrap()], (62..=EVENTS).step_by(2).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_nobody_hinted_at_arrives_all_the_same() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let mut tab = Tab::listening(&address, &test.cookie(&company.manager).await, Topic::Company).await;
    let began = Instant::now();
    behind_our_back(&test, company.id, 1, r#"{"kind":"company_changed"}"#).await;
    assert_eq!(tab.event().await.seq, 1);
    assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
}

/// Writes events as another program would: without a hint.
async fn behind_our_back(test: &TestApp, company: CompanyId, count: i64, body: &str) {
    sqlx::query(
        "with last as (insert into ops.streams (company_id, seq) values ($1, $2)
                       on conflict (company_id) do update set seq = streams.seq + $2 returning seq)
         insert into ops.events (company_id, seq, actor, kind, body)
         select $1, last.seq - $2 + n, '{\"kind\":\"visitor\"}', 'test', $3::jsonb from last, generate_series(1, $2) n",
    )
    .bind(company)
    .bind(count)
    .bind(body)
    .execute(&test.owner)
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_reader_holds_nobody_up_and_misses_nothing() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let lead = lead(&test.app, &company, None, None).await;
    let topic = Topic::Lead(lead);
    let cookie = test.cookie(&company.manager).await;
    let mut slow = Tab::listening(&address, &cookie, topic).await;
    let mut quick = Tab::listening(&address, &cookie, topic).await;
    // More than the buffers of the connection and the hub's memory hold together.
    let body = "x".repeat(8_000);
    let (rounds, each) = (12, 100);
    let reading = tokio::spawn(async move {
        for number in 1..=rounds * each {
            assert_eq!(quick.event().await.seq, number);
        }
    });
    for _ in 0..rounds {
        let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
        (0..each).for_each(|_| record(&mut tx, note(lead, &body), Audience::staff()));
        tx.commit().await.unwrap();
    }
    reading.await.unwrap();
    // Whoever takes nothing for ten seconds is let go, and resumes.
    let mut last = 0;
    while last < rounds * each {
        match slow.news().await {
            Some(Frame::Event { event, .. }) => {
                assert_eq!(event.seq, last + 1);
                last = event.seq;
            }
            Some(Frame::Subscribed { .. } | Frame::Bye { reason: Bye::TooSlow }) => {}
            None => {
                slow = Tab::greeted(&address, &cookie).await.0;
                slow.send(&ClientFrame::Resume { seq: last, topics: vec![topic] }).await;
            }
            other => panic!("no event but {other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_one_by_one_is_loaded_afresh() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    behind_our_back(&test, company.id, 5_100, r#"{"kind":"company_changed"}"#).await;
    let (mut tab, seq) = Tab::greeted(&address, &test.cookie(&company.manager).await).await;
    assert_eq!(seq, 5_100);
    let topic = Topic::Company;
    for since in [99, 5_101, i64::MAX] {
        tab.send(&ClientFrame::Subscribe { topic, since }).await;
        assert!(matches!(tab.news().await, Some(Frame::SnapshotRequired { topic: Topic::Company })), "since {since}");
    }
    assert_eq!(tab.subscribe(topic, 100).await, (101..=5_100).collect::<Vec<_>>(), "just near enough, and beyond the memory");
    // A newer build writes what this one cannot read.
    behind_our_back(&test, company.id, 1, r#"{"kind":"from_the_future"}"#).await;
    assert!(matches!(tab.news().await, Some(Frame::SnapshotRequired { topic: Topic::Company })));
    assert!(tab.subscribe(topic, 5_101).await.is_empty());
    assert_eq!(company_changed(&test.app, company.id).await, 5_102);
    assert_eq!(tab.event().await.seq, 5_102, "the stream goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_made_a_moment_ahead_of_the_hub_is_not_told_to_load_afresh() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let (mut tab, seq) = Tab::greeted(&address, &test.cookie(&company.manager).await).await;
    behind_our_back(&test, company.id, 3, r#"{"kind":"company_changed"}"#).await;
    assert!(tab.subscribe(Topic::Company, seq + 3).await.is_empty());
}
