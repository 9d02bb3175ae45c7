//! Conversations that want nothing of anybody, those that are given away, and what the team notes beside them.

use super::*;
use crate::activity::model::Who;
use crate::conversations::model::{About, ConversationRow, Owner, Rest};
use crate::conversations::server::reads;
use crate::error::AppError;
use crate::leads::server::notes;

async fn row(test: &TestApp, me: &Me, conversation: ConversationId) -> ConversationRow {
    let inbox = reads::inbox(&test.app, &person(me)).await.unwrap();
    inbox.rows.into_iter().find(|row| row.id == conversation).expect("in the inbox")
}

fn snoozed(millis: i64) -> Option<Rest> {
    Some(Rest::Snoozed { until: Timestamp(Timestamp::now().0 + millis) })
}

#[tokio::test]
async fn whoever_writes_in_a_closed_chat_opens_it_and_has_the_assistant_before_them() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    let me = person(&company.rep);
    for _ in 0..2 {
        service::rest(&test.app, &me, conversation, Some(Rest::Closed), 99).await.unwrap();
    }
    let closed = row(&test, &company.rep, conversation).await;
    assert_eq!((closed.rest, closed.control.owner), (Some(Rest::Closed), Owner::Person), "it is still hers, should she open it");
    let rested = events(&test, &company).await.into_iter().filter(|event| matches!(event, Event::ConversationRested { .. })).count();
    assert_eq!(rested, 1, "asked for twice it is closed once");

    // A person's last word leaves it closed.
    rep_says(&test, &company.rep, conversation, "Good luck!").await;
    assert_eq!(row(&test, &company.rep, conversation).await.rest, Some(Rest::Closed));

    // Somebody who has not read the newest message closes nothing.
    service::rest(&test.app, &me, conversation, None, 0).await.unwrap();
    let unread = service::rest(&test.app, &me, conversation, Some(Rest::Closed), 0).await;
    assert!(matches!(unread, Err(AppError::Conflict { .. })), "{unread:?}");
    service::rest(&test.app, &me, conversation, Some(Rest::Closed), 1).await.unwrap();

    says(&test, &visitor, "One more thing").await;
    let open = row(&test, &company.rep, conversation).await;
    assert_eq!((open.rest, open.control.owner, open.unread), (None, Owner::Assistant, 1));
    let notices = reads::thread(&test.app, &me, conversation).await.unwrap().notices;
    let about: Vec<_> = notices.iter().map(|notice| notice.about).collect();
    assert_eq!(about, [About::Person, About::Closed, About::Opened, About::Closed, About::Opened, About::Assistant]);
}

#[tokio::test]
async fn a_chat_that_was_put_off_comes_back_at_its_time_or_when_the_visitor_writes() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = person(&company.rep);
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    for wrong in [-60_000, 400 * 86_400_000] {
        let refused = service::rest(&test.app, &me, conversation, snoozed(wrong), 99).await;
        assert!(matches!(refused, Err(AppError::Invalid { ref field, .. }) if field == "until"), "{refused:?}");
    }
    service::rest(&test.app, &me, conversation, snoozed(3_600_000), 99).await.unwrap();
    says(&test, &visitor, "I am here after all").await;
    let open = row(&test, &company.rep, conversation).await;
    assert_eq!((open.rest, open.control.user), (None, Some(company.rep.user)), "she wanted to come back to it");

    service::mark_seen(&test.app, &me, conversation).await.unwrap();
    let (first, second) = (snoozed(3_600_000), snoozed(1_500));
    service::rest(&test.app, &me, conversation, first, 99).await.unwrap();
    service::rest(&test.app, &me, conversation, second, 99).await.unwrap();
    // The job of a time that was given up finds another.
    let Some(Rest::Snoozed { until }) = first else { panic!() };
    service::wake(&test.app, &Actor::system(company.id, "test"), conversation, until).await.unwrap();
    assert_eq!(row(&test, &company.rep, conversation).await.rest, second);
    test.work();
    until_open(&test, &company, conversation).await;
    let back = row(&test, &company.rep, conversation).await;
    assert_eq!((back.rest, back.unread), (None, 1), "it is not overlooked");
}

async fn until_open(test: &TestApp, company: &Company, conversation: ConversationId) {
    until("it comes back", || async { talk(test, company, conversation).await.rest.is_none() }).await;
}

#[tokio::test]
async fn a_chat_is_given_only_to_those_who_see_its_lead_and_only_by_whoever_knows_how_it_stands() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    let me = person(&company.rep);
    let given = service::give(&test.app, &me, conversation, company.manager.user, 0).await.unwrap();
    assert_eq!((given.owner, given.user, given.epoch), (Owner::Person, Some(company.manager.user), 1));
    let stale = service::give(&test.app, &me, conversation, company.rep.user, 0).await;
    assert!(matches!(stale, Err(AppError::Conflict { current: Some(_), .. })), "{stale:?}");
    let notices = reads::thread(&test.app, &me, conversation).await.unwrap().notices;
    assert_eq!(notices[0].text, "rep of Meridian gave the chat to manager of Meridian");

    let elsewhere = test.company("Northwind").await;
    for stranger in [company.other_rep.user, elsewhere.manager.user, UserId::new()] {
        let refused = service::give(&test.app, &me, conversation, stranger, 1).await;
        assert!(matches!(refused, Err(AppError::Invalid { ref field, .. }) if field == "person"), "{refused:?}");
    }
    let out_of_reach = service::give(&test.app, &person(&company.other_rep), conversation, company.other_rep.user, 1).await;
    assert!(matches!(out_of_reach, Err(AppError::NotFound)), "{out_of_reach:?}");
    // One that was closed is given as an open one.
    service::rest(&test.app, &me, conversation, Some(Rest::Closed), 99).await.unwrap();
    service::give(&test.app, &me, conversation, company.rep.user, 1).await.unwrap();
    assert_eq!(row(&test, &company.rep, conversation).await.rest, None);
}

#[tokio::test]
async fn notes_stand_in_the_thread_and_no_visitor_hears_of_them() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let me = person(&company.rep);
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    let lead = talk(&test, &company, conversation).await.lead;
    notes::write_note(&test.app, &me, MutationId::new(), lead, "He haggles. @manager of Meridian, how low?".into()).await.unwrap();
    let thread = reads::thread(&test.app, &me, conversation).await.unwrap();
    assert_eq!(thread.notes.iter().map(|note| note.body.as_str()).collect::<Vec<_>>(), ["He haggles. @manager of Meridian, how low?"]);
    assert!(matches!(&thread.notes[0].by, Who::Person { id, .. } if *id == company.rep.user));
    assert!(thread.team.contains(&company.manager.user) && !thread.team.contains(&company.other_rep.user), "{:?}", thread.team);
    let shown = visitor::shown(&test.app, &visitor).await.unwrap();
    assert_eq!(shown.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["Hello"]);
    let noted = events(&test, &company).await.into_iter().find(|event| matches!(event, Event::NoteWritten { .. })).unwrap();
    assert!(!noted.for_visitors());
}

#[tokio::test]
async fn whoever_waits_for_a_person_waits_in_no_closed_chat() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "May I speak to somebody?").await;
    let inbound = thread(&test, &company, conversation).await[0].id;
    // Closed while the assistant is still writing.
    service::rest(&test.app, &person(&company.rep), conversation, Some(Rest::Closed), 1).await.unwrap();
    let said = crate::conversations::server::voice::Said {
        body: "Of course.".into(),
        hand_off: Some((crate::conversations::model::HandOff::CustomerRequest, "Wants a person".into())),
        ..Default::default()
    };
    let seen = crate::conversations::server::voice::Seen { epoch: 0, inbound };
    let voice = Actor::assistant(company.id, company.assistant, "Nora".into());
    crate::conversations::server::voice::post_assistant(&test.app, &voice, conversation, seen, said).await.unwrap().expect("said");
    let row = row(&test, &company.rep, conversation).await;
    assert_eq!((row.rest, row.control.owner), (None, Owner::Waiting));
}
