//! Who says what, once, and how far it has come.

use super::*;
use crate::conversations::model::{Delivery, Owner};
use crate::conversations::server::jobs::MeasureMood;
use crate::conversations::server::reads;
use crate::error::AppError;
use crate::server::jobs::Job;
use futures::future::join_all;

#[tokio::test]
async fn a_first_message_makes_contact_lead_and_conversation() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "  Do you fit cold stores?\r\n\u{7}").await;
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(stored.len(), 1);
    assert_eq!((stored[0].number, stored[0].body.as_str()), (1, "Do you fit cold stores?"));
    let kinds: Vec<String> = events(&test, &company)
        .await
        .iter()
        .map(|event| serde_json::to_value(event).unwrap()["kind"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(kinds, ["lead_created", "conversation_started", "message_sent"]);
    let inbox = reads::inbox(&test.app, &person(&company.rep)).await.unwrap();
    assert_eq!((inbox.rows.len(), inbox.rows[0].unread, inbox.seq), (1, 1, 3));
    assert_eq!(inbox.rows[0].last_message, "Do you fit cold stores?");
}

#[tokio::test]
async fn a_message_sent_many_times_at_once_is_said_once_even_the_first() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let visitor = newcomer(&test, &company);
    let id = MessageId::new();
    let sent = join_all((0..8).map(|_| visitor::visitor_says(&test.app, &visitor, id, "Hello", &[], None))).await;
    let mut conversations: Vec<ConversationId> = sent.into_iter().map(|sent| sent.expect("the same answer").1).collect();
    conversations.dedup();
    assert_eq!(conversations.len(), 1);
    assert_eq!(thread(&test, &company, conversations[0]).await.len(), 1);
    let leads = events(&test, &company).await.iter().filter(|event| matches!(event, Event::LeadCreated { .. })).count();
    assert_eq!(leads, 1);

    let me = person(&company.rep);
    let new = || NewMessage {
        id: MessageId(uuid::Uuid::from_u128(7)),
        conversation: conversations[0],
        body: "Hi, Maya here".into(),
        files: Vec::new(),
        channel: None,
    };
    let said = join_all((0..8).map(|_| service::rep_says(&test.app, &me, new()))).await;
    assert!(said.iter().all(|message| message.as_ref().is_ok_and(|message| message.number == 2)), "{said:?}");
    assert_eq!(thread(&test, &company, conversations[0]).await.len(), 2);
}

#[tokio::test]
async fn messages_of_many_at_once_are_numbered_without_gaps_and_in_order_of_time() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "one").await;
    let me = person(&company.rep);
    let new = || NewMessage { id: MessageId::new(), conversation, body: "more".into(), files: Vec::new(), channel: None };
    let (visitors, reps) = tokio::join!(
        join_all((0..15).map(|_| visitor::visitor_says(&test.app, &visitor, MessageId::new(), "more", &[], None))),
        join_all((0..15).map(|_| service::rep_says(&test.app, &me, new()))),
    );
    assert!(visitors.iter().all(Result::is_ok) && reps.iter().all(Result::is_ok));
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(stored.iter().map(|message| message.number).collect::<Vec<_>>(), (1..=31).collect::<Vec<_>>());
    assert!(stored.windows(2).all(|pair| pair[0].at < pair[1].at));
}

#[tokio::test]
async fn a_known_message_id_opens_no_other_conversation_and_tells_nothing() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, first) = opened(&test, &company, "My secret plans").await;
    let id = thread(&test, &company, first).await[0].id;
    for stranger in [newcomer(&test, &company), opened(&test, &company, "Hello").await.0] {
        let refused = visitor::visitor_says(&test.app, &stranger, id, "Hello", &[], None).await.unwrap_err();
        assert!(matches!(&refused, AppError::Conflict { current: None, .. }) && !refused.to_string().contains("secret"), "{refused:?}");
    }
    let refused = service::rep_says(
        &test.app,
        &person(&company.rep),
        NewMessage { id, conversation: first, body: "Hi".into(), files: Vec::new(), channel: None },
    )
    .await;
    assert!(matches!(refused, Err(AppError::Conflict { current: None, .. })));
}

#[tokio::test]
async fn what_is_out_of_reach_is_not_there() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let foreign = test.company("Other").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    for me in [&company.other_rep, &foreign.admin] {
        let me = person(me);
        assert_eq!(reads::inbox(&test.app, &me).await.unwrap().rows, []);
        assert_eq!(reads::thread(&test.app, &me, conversation).await.unwrap_err(), AppError::NotFound);
        let new = NewMessage { id: MessageId::new(), conversation, body: "Hi".into(), files: Vec::new(), channel: None };
        assert_eq!(service::rep_says(&test.app, &me, new).await.unwrap_err(), AppError::NotFound);
        assert_eq!(service::take_over(&test.app, &me, conversation, 0).await.unwrap_err(), AppError::NotFound);
        assert_eq!(service::hand_back(&test.app, &me, conversation, 0).await.unwrap_err(), AppError::NotFound);
        assert_eq!(service::mark_seen(&test.app, &me, conversation).await.unwrap_err(), AppError::NotFound);
    }
    // Another visitor has no part in it, and visitors have none of the verbs of people.
    let stranger = newcomer(&test, &company);
    assert!(visitor::shown(&test.app, &stranger).await.unwrap().conversation.is_none());
    let first = thread(&test, &company, conversation).await[0].id;
    assert_eq!(visitor::visitor_marks(&test.app, &stranger, first, Delivery::Read).await.unwrap_err(), AppError::NotFound);
    assert_eq!(reads::thread(&test.app, &stranger, conversation).await.unwrap_err(), AppError::NotFound);
    assert_eq!(service::take_over(&test.app, &stranger, conversation, 0).await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn delivery_goes_forward_only() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    let said = rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    let state = || async { thread(&test, &company, conversation).await[1].state };
    let marks = || async { events(&test, &company).await.iter().filter(|e| matches!(e, Event::MessageMarked { .. })).count() };
    let before = marks().await;
    visitor::visitor_marks(&test.app, &visitor, said.id, Delivery::Delivered).await.unwrap();
    assert_eq!(state().await, Delivery::Delivered);
    visitor::visitor_marks(&test.app, &visitor, said.id, Delivery::Read).await.unwrap();
    visitor::visitor_marks(&test.app, &visitor, said.id, Delivery::Delivered).await.unwrap();
    visitor::visitor_marks(&test.app, &visitor, said.id, Delivery::Read).await.unwrap();
    assert_eq!(state().await, Delivery::Read);
    assert_eq!(marks().await - before, 2, "what changes nothing is not told");
}

#[tokio::test]
async fn a_person_who_looks_leaves_nothing_unread() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    says(&test, &visitor, "Anybody there?").await;
    assert_eq!(talk(&test, &company, conversation).await.unread, 2);
    let me = person(&company.rep);
    service::mark_seen(&test.app, &me, conversation).await.unwrap();
    service::mark_seen(&test.app, &me, conversation).await.unwrap();
    assert_eq!(talk(&test, &company, conversation).await.unread, 0);
    assert!(thread(&test, &company, conversation).await.iter().all(|message| message.state == Delivery::Read));
    let all = events(&test, &company).await;
    assert_eq!(all.iter().filter(|event| matches!(event, Event::ConversationSeen { .. })).count(), 1);
    assert_eq!(all.iter().filter(|event| matches!(event, Event::MessageMarked { .. })).count(), 1);
}

#[tokio::test]
async fn a_visitor_who_floods_is_asked_to_wait() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let visitor = newcomer(&test, &company);
    for _ in 0..20 {
        says(&test, &visitor, "Hello").await;
    }
    let refused = visitor::visitor_says(&test.app, &visitor, MessageId::new(), "Hello", &[], None).await.unwrap_err();
    assert!(matches!(refused, AppError::TooMany { retry_after: 1..=60 }), "{refused:?}");
    opened(&test, &company, "Somebody else is still heard").await;
}

#[tokio::test]
async fn a_paused_assistant_says_so_once_and_asks_for_a_person() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    set_live(&test, &company, false).await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    says(&test, &visitor, "Anybody?").await;
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(answers(&stored).len(), 1);
    assert!(answers(&stored)[0].body.contains("paused"));
    let read = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap();
    assert_eq!(read.row.control.owner, Owner::Waiting);
    assert!(read.row.waiting_since.is_some());
    assert_eq!(read.notices.len(), 1);
    assert!(stored[0].at <= read.notices[0].at, "what was asked for stands after what was said");
}

#[tokio::test]
async fn a_mood_is_measured_once() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "This is terrible, I am furious").await;
    let message = thread(&test, &company, conversation).await[0].id;
    let job = MeasureMood { company: company.id, conversation, message };
    for _ in 0..2 {
        job.clone().run(&test.app).await.unwrap();
    }
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(stored[0].sentiment, Some(Sentiment::Negative));
    let measured = events(&test, &company).await.into_iter().filter(|event| matches!(event, Event::SentimentMeasured { .. })).count();
    assert_eq!(measured, 1);
    let inbox = reads::inbox(&test.app, &person(&company.rep)).await.unwrap();
    assert_eq!(inbox.rows[0].sentiment, Sentiment::Negative);
}
