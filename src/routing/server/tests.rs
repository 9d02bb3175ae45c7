//! Handing over on a real Postgres.

use super::jobs::{Attend, PickUp};
use super::service;
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::activity::model::Event;
use crate::conversations::model::{Author, Message, NewMessage, Owner, Rest};
use crate::conversations::server::visitor::visitor_says;
use crate::conversations::server::{reads, service as talks};
use crate::error::AppError;
use crate::live::server::store::are_here;
use crate::routing::model::{Day, Routing};
use crate::server::jobs::Job;
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;

async fn opened(test: &TestApp, company: &Company) -> (Actor, ConversationId) {
    let token = tokens::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId::new());
    let visitor = tokens::check(&test.app.inner.secret, &token, company.assistant).unwrap();
    let conversation = says(test, &visitor, "Hello").await.conversation;
    (visitor, conversation)
}

async fn says(test: &TestApp, visitor: &Actor, words: &str) -> Message {
    visitor_says(&test.app, visitor, MessageId::new(), words, &[], None).await.unwrap().0
}

/// A person was asked for. Gives the epoch.
async fn asked_for(test: &TestApp, company: &Company, conversation: ConversationId) -> i32 {
    sqlx::query("update talk.assistants set live = false where id = $1").bind(company.assistant).execute(&test.owner).await.unwrap();
    let thread = reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap();
    assert_eq!(thread.row.control.owner, Owner::Assistant);
    let visitor_id: uuid::Uuid = sqlx::query_scalar("select visitor_id from talk.conversations where id = $1")
        .bind(conversation)
        .fetch_one(&test.owner)
        .await
        .unwrap();
    let token = tokens::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId(visitor_id));
    let visitor = tokens::check(&test.app.inner.secret, &token, company.assistant).unwrap();
    says(test, &visitor, "Can I speak to somebody?").await;
    let control = reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap().row.control;
    assert_eq!(control.owner, Owner::Waiting);
    control.epoch
}

async fn events(test: &TestApp, company: &Company) -> Vec<Event> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let told = crate::activity::server::store::after(&mut tx, 0, 100_000).await.unwrap();
    told.into_iter().filter_map(|told| told.recorded).map(|recorded| recorded.event).collect()
}

async fn letters(test: &TestApp) -> Vec<String> {
    sqlx::query_scalar("select recipient from ops.mails where subject = 'Somebody waits for a person' order by 1")
        .fetch_all(&test.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn who_waits_too_long_is_told_once_and_so_are_the_managers() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company).await;
    let epoch = asked_for(&test, &company, conversation).await;
    let waiting: i64 = sqlx::query_scalar(
        "select count(*) from graphile_worker.jobs where task_identifier = 'routing.pick_up' and run_at > now() + interval '80 seconds'",
    )
    .fetch_one(&test.owner)
    .await
    .unwrap();
    assert_eq!(waiting, 1, "a minute and a half from now");
    let job = |epoch| PickUp { company: company.id, conversation, epoch };
    job(epoch - 1).run(&test.app).await.unwrap();
    assert_eq!(letters(&test).await, Vec::<String>::new(), "of an earlier change it says nothing");
    job(epoch).run(&test.app).await.unwrap();
    let thread = reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap();
    let last = thread.messages.last().unwrap();
    assert_eq!((last.author, thread.row.control.owner), (Author::Assistant, Owner::Waiting));
    assert!(last.body.starts_with("Nobody could come just now"), "{}", last.body);
    assert_eq!(letters(&test).await, ["manager@meridian.test"]);
    assert!(events(&test, &company).await.iter().any(|event| matches!(event, Event::NobodyCame { .. })));

    // Somebody has come: nothing is said.
    let (_, other) = opened(&test, &company).await;
    let other_epoch = {
        let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
        let row = reads::row(&mut tx, &person(&company.manager), other).await.unwrap();
        row.control.epoch
    };
    talks::take_over(&test.app, &person(&company.rep), other, other_epoch).await.unwrap();
    PickUp { company: company.id, conversation: other, epoch: other_epoch + 1 }.run(&test.app).await.unwrap();
    assert_eq!(letters(&test).await.len(), 1);
    // Nor where it was put to rest meanwhile.
    let seen = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap().messages.last().unwrap().number;
    talks::rest(&test.app, &person(&company.rep), conversation, Some(Rest::Closed), seen).await.unwrap();
    job(epoch).run(&test.app).await.unwrap();
    assert_eq!(letters(&test).await.len(), 1);
}

#[tokio::test]
async fn outside_the_hours_it_is_said_when_people_are_back() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    let shut = Day { opens: None, closes: None };
    let wanted = Routing { days: vec![shut; 7], ..Routing::default() };
    for other in [&company.manager, &company.rep] {
        assert!(matches!(service::change(&test.app, &person(other), wanted.clone()).await, Err(AppError::Forbidden { .. })));
    }
    let field = |error: AppError| match error {
        AppError::Invalid { field, .. } => field,
        other => panic!("{other:?}"),
    };
    for (at, bad) in [
        ("zone", Routing { zone: "Mars".into(), ..wanted.clone() }),
        ("pickup", Routing { pickup: 1, ..wanted.clone() }),
        (
            "closes-2",
            Routing { days: [vec![shut; 2], vec![Day { opens: Some(60), closes: None }], vec![shut; 4]].concat(), ..wanted.clone() },
        ),
        ("closes-0", Routing { days: [vec![Day { opens: Some(60), closes: Some(60) }], vec![shut; 6]].concat(), ..wanted.clone() }),
    ] {
        assert_eq!(field(service::change(&test.app, &admin, bad).await.unwrap_err()), at);
    }
    service::change(&test.app, &admin, wanted.clone()).await.unwrap();
    assert!(
        matches!(service::change(&test.app, &admin, wanted.clone()).await, Err(AppError::Conflict { .. })),
        "of two the second is told"
    );
    let kept = service::load(&test.app, &admin).await.unwrap();
    assert_eq!(kept, Routing { version: 1, ..wanted });
    service::change(&test.app, &admin, kept).await.unwrap();

    let (_, conversation) = opened(&test, &company).await;
    let epoch = asked_for(&test, &company, conversation).await;
    PickUp { company: company.id, conversation, epoch }.run(&test.app).await.unwrap();
    let thread = reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap();
    assert!(thread.messages.last().unwrap().body.starts_with("Our team is away just now"), "{:?}", thread.messages.last());
    let elsewhere = test.company("Northwind").await;
    assert_eq!(service::load(&test.app, &person(&elsewhere.admin)).await.unwrap(), Routing::default());
}

#[tokio::test]
async fn a_chat_whose_person_has_left_goes_back_to_everybody() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company).await;
    let new = NewMessage { id: MessageId::new(), conversation, body: "I am Tom".into(), files: vec![], channel: None };
    talks::rep_says(&test.app, &person(&company.rep), new).await.unwrap();
    let owed = says(&test, &visitor, "Are you there?").await;
    let owner = async || reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap().row.control.owner;
    let attend = |message: &Message| Attend { company: company.id, conversation, message: message.id };

    // A page of theirs is open: they keep it.
    test.cookie(&company.rep).await;
    are_here(test.app.db.pool(), &[company.rep.session], 50).await.unwrap();
    attend(&owed).run(&test.app).await.unwrap();
    assert_eq!(owner().await, Owner::Person);
    // It was closed. An older message, or one that has its answer, takes nothing away.
    are_here(test.app.db.pool(), &[company.rep.session], -1).await.unwrap();
    let newer = says(&test, &visitor, "Hello?").await;
    attend(&owed).run(&test.app).await.unwrap();
    assert_eq!(owner().await, Owner::Person);
    attend(&newer).run(&test.app).await.unwrap();
    assert_eq!(owner().await, Owner::Waiting);
    let thread = reads::thread(&test.app, &person(&company.manager), conversation).await.unwrap();
    assert!(thread.notices.iter().any(|notice| notice.text.contains("anybody can take over")), "{:?}", thread.notices);
    let new = NewMessage { id: MessageId::new(), conversation, body: "Here".into(), files: vec![], channel: None };
    talks::rep_says(&test.app, &person(&company.manager), new).await.unwrap();
    attend(&newer).run(&test.app).await.unwrap();
    assert_eq!(owner().await, Owner::Person);
}
