//! The assistant's reply: one for a burst, once, or an honest word and a person.

use super::*;
use crate::conversations::model::{HandOff, Owner};
use crate::conversations::server::reads;
use crate::conversations::server::reply::reply;
use futures::future::join_all;
use std::time::Instant;

#[tokio::test]
async fn a_burst_gets_one_answer() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    test.work();
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    for words in ["I have a question", "about the warranty", "How long is the warranty on panels?"] {
        tokio::time::sleep(Duration::from_millis(400)).await;
        says(&test, &visitor, words).await;
    }
    until("an answer", || async { !answers(&thread(&test, &company, conversation).await).is_empty() }).await;
    until("an empty queue", || async { test.jobs().await == 0 }).await;
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(stored.iter().map(|message| message.author).filter(|author| *author == Author::Assistant).count(), 1);
    let answer = &answers(&stored)[0];
    assert_eq!((answer.number, answer.partial), (5, false));
    assert!(answer.body.contains("25 years"), "{}", answer.body);
    assert_eq!(answer.sources, ["Warranty"]);
    let spent: i64 = sqlx::query_scalar("select completion_tokens from ops.ai_spend").fetch_one(&test.owner).await.unwrap();
    assert!(spent > 0);
}

#[tokio::test]
async fn a_job_that_runs_twice_answers_once() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "How long is the warranty?").await;
    for done in join_all((0..4).map(|_| reply(&test.app, company.id, conversation))).await {
        done.unwrap();
    }
    reply(&test.app, company.id, conversation).await.unwrap();
    assert_eq!(answers(&thread(&test, &company, conversation).await).len(), 1);
}

#[tokio::test]
async fn an_answer_being_written_stops_when_somebody_takes_over() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let long = "Our panels are guaranteed for years and years. ".repeat(60);
    sqlx::query("update talk.knowledge set body = $1").bind(long).execute(&test.owner).await.unwrap();
    let (_, conversation) = opened(&test, &company, "How long is the warranty on panels?").await;
    let app = test.app.clone();
    let id = company.id;
    let writing = tokio::spawn(async move { reply(&app, id, conversation).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    service::take_over(&test.app, &person(&company.rep), conversation, 0).await.unwrap();
    let taken = Instant::now();
    writing.await.unwrap().unwrap();
    assert!(taken.elapsed() < Duration::from_secs(1), "{:?}", taken.elapsed());
    assert_eq!(answers(&thread(&test, &company, conversation).await).len(), 0);
}

#[tokio::test]
async fn asking_for_a_person_brings_one_with_a_summary() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    reply(&test.app, company.id, conversation).await.unwrap();
    says(&test, &visitor, "I want to speak to a human, please").await;
    reply(&test.app, company.id, conversation).await.unwrap();
    let read = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap();
    assert_eq!((read.row.control.owner, read.row.handoff), (Owner::Waiting, Some(HandOff::CustomerRequest)));
    assert!(read.row.waiting_since.is_some() && !read.summary.is_empty());
    assert!(read.notices.last().unwrap().text.contains("Nora asked for a person"), "{:?}", read.notices);
    assert_eq!(answers(&read.messages).len(), 2);
}

#[tokio::test]
async fn what_the_visitor_answers_is_kept() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "How long is the warranty?").await;
    reply(&test.app, company.id, conversation).await.unwrap();
    let asked = thread(&test, &company, conversation).await[1].body.clone();
    assert!(asked.contains("electricity"), "{asked}");
    says(&test, &visitor, "About 4,200 MWh a year").await;
    reply(&test.app, company.id, conversation).await.unwrap();
    let read = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap();
    assert_eq!(read.answers.len(), 1);
    assert!(read.answers[0].value.as_deref().is_some_and(|value| value.contains("4,200 MWh")), "{:?}", read.answers);
}

#[tokio::test]
async fn whatever_fails_the_visitor_is_told_in_time_and_a_person_is_asked_for() {
    let faults = ["sandbox-down", "sandbox-slow", "sandbox-limited", "sandbox-garbled", "sandbox-stuck", "sandbox-cut"];
    join_all(faults.map(|model| async move {
        let test = TestApp::new().await;
        let company = test.company("Meridian").await;
        set_model(&test, &company, model).await;
        let (_, conversation) = opened(&test, &company, "How long is the warranty on panels?").await;
        let began = Instant::now();
        reply(&test.app, company.id, conversation).await.unwrap();
        let took = began.elapsed();
        let read = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap();
        let said = answers(&read.messages);
        // An answer that began may take longer to be given up; one that did not may not.
        let broken = said.iter().filter(|message| message.partial).count();
        assert!(broken == 1 || took < Duration::from_millis(12_400), "{model}: {took:?}");
        assert_eq!(said.len(), 1 + broken, "{model}: {said:?}");
        assert_eq!(broken, usize::from(matches!(model, "sandbox-cut" | "sandbox-stuck" | "sandbox-garbled")), "{model}: {said:?}");
        assert!(said.last().unwrap().body.contains("I’ve asked a person"), "{model}: {said:?}");
        assert_eq!((read.row.control.owner, read.row.handoff), (Owner::Waiting, Some(HandOff::ToolFailure)), "{model}");
        // Once told, a repeated job says nothing more.
        reply(&test.app, company.id, conversation).await.unwrap();
        assert_eq!(thread(&test, &company, conversation).await.len(), 2 + broken, "{model}");
    }))
    .await;
}

#[tokio::test]
async fn after_a_fault_handing_back_gets_the_visitor_their_answer() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    set_model(&test, &company, "sandbox-down").await;
    let (_, conversation) = opened(&test, &company, "How long is the warranty on panels?").await;
    reply(&test.app, company.id, conversation).await.unwrap();
    set_model(&test, &company, "gpt-4o-mini").await;
    let epoch = talk(&test, &company, conversation).await.control.epoch;
    service::hand_back(&test.app, &person(&company.rep), conversation, epoch).await.unwrap();
    // The provider is left alone for a while after it failed so often.
    tokio::time::sleep(Duration::from_secs(16)).await;
    reply(&test.app, company.id, conversation).await.unwrap();
    let stored = thread(&test, &company, conversation).await;
    assert!(stored.last().unwrap().body.contains("25 years"), "{stored:?}");
}
