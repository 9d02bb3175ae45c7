//! What is written now and goes out later.

use super::*;
use crate::conversations::model::Owner;
use crate::conversations::server::{later, reads};
use crate::error::AppError;
use crate::files::server::{service as files, tests::put};
use crate::leads::server::trash;
use crate::server::jobs::Job;

fn new(conversation: ConversationId, body: &str) -> NewMessage {
    NewMessage { id: MessageId::new(), conversation, body: body.into(), files: Vec::new(), channel: None }
}

fn after(millis: i64) -> Timestamp {
    Timestamp(Timestamp::now().0 + millis)
}

async fn waiting(test: &TestApp, me: &Me, conversation: ConversationId) -> Vec<String> {
    let thread = reads::thread(&test.app, &person(me), conversation).await.unwrap();
    thread.scheduled.into_iter().map(|scheduled| scheduled.body).collect()
}

#[tokio::test]
async fn at_its_time_it_goes_out_once_and_says_nothing_of_who_answers() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    sqlx::query("delete from graphile_worker._private_jobs").execute(&test.owner).await.unwrap();
    let rep = person(&company.rep);
    let (second, first) = (new(conversation, "In a year"), new(conversation, "Good morning"));
    let at = after(1_200);
    later::schedule(&test.app, &rep, second.clone(), after(300 * 86_400_000)).await.unwrap();
    for _ in 0..2 {
        later::schedule(&test.app, &rep, first.clone(), at).await.unwrap();
    }
    assert_eq!(waiting(&test, &company.manager, conversation).await, ["Good morning", "In a year"], "the team sees it, the first first");
    test.work();
    until("it goes out", || async { thread(&test, &company, conversation).await.len() == 2 }).await;
    // As after a crash between the work and its acknowledgement, and with several workers at once.
    let again = futures::future::join_all((0..4).map(|_| later::send_scheduled(&test.app, company.id, first.id, at))).await;
    assert!(again.iter().all(Result::is_ok), "{again:?}");
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(stored.len(), 2);
    assert_eq!(
        (stored[1].id, stored[1].author, stored[1].user, stored[1].name.as_str()),
        (first.id, Author::Rep, Some(company.rep.user), company.rep.name.as_str())
    );
    assert_eq!(talk(&test, &company, conversation).await.control.owner, Owner::Assistant);
    assert_eq!(waiting(&test, &company.rep, conversation).await, ["In a year"]);

    // Cancelled by a colleague; what has gone can be cancelled by nobody.
    later::unschedule(&test.app, &person(&company.manager), second.id).await.unwrap();
    for gone in [first.id, second.id] {
        assert!(matches!(later::unschedule(&test.app, &rep, gone).await, Err(AppError::NotFound)));
    }
    assert_eq!(waiting(&test, &company.rep, conversation).await, Vec::<String>::new());
    let taken = later::schedule(&test.app, &rep, first, after(60_000)).await;
    assert!(matches!(taken, Err(AppError::Conflict { .. })), "{taken:?}");
}

#[tokio::test]
async fn eight_workers_at_the_same_moment_send_one_message() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    let (letter, at) = (new(conversation, "Good morning"), after(60_000));
    later::schedule(&test.app, &person(&company.rep), letter.clone(), at).await.unwrap();
    let sent = futures::future::join_all((0..8).map(|_| later::send_scheduled(&test.app, company.id, letter.id, at))).await;
    assert!(sent.iter().all(Result::is_ok), "{sent:?}");
    assert_eq!(thread(&test, &company, conversation).await.len(), 2);
}

#[tokio::test]
async fn what_cannot_go_out_is_refused_when_it_is_written() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    let rep = person(&company.rep);
    let refused = |wrong: Result<(), AppError>| match wrong {
        Err(AppError::Invalid { field, .. }) => field,
        other => panic!("{other:?}"),
    };
    for at in [after(-1_000), after(400 * 86_400_000)] {
        assert_eq!(refused(later::schedule(&test.app, &rep, new(conversation, "Hi"), at).await), "at");
    }
    for body in ["  ", "Hi {{organisation}}"] {
        assert_eq!(refused(later::schedule(&test.app, &rep, new(conversation, body), after(60_000)).await), "body");
    }
    for _ in 0..20 {
        later::schedule(&test.app, &rep, new(conversation, "Hi"), after(60_000)).await.unwrap();
    }
    assert_eq!(refused(later::schedule(&test.app, &rep, new(conversation, "Hi"), after(60_000)).await), "body");
    let out_of_reach = later::schedule(&test.app, &person(&company.other_rep), new(conversation, "Hi"), after(60_000)).await;
    assert!(matches!(out_of_reach, Err(AppError::NotFound)), "{out_of_reach:?}");
}

#[tokio::test]
async fn what_has_changed_meanwhile_is_minded() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    let (rep, lead) = (person(&company.rep), talk(&test, &company, conversation).await.lead);
    let file = put(&test, &rep, lead, "prices.pdf", b"%PDF-1.7").await.unwrap();
    let at = after(60_000);
    let only_a_file = NewMessage { files: vec![file.id], ..new(conversation, "") };
    let with_words = NewMessage { files: vec![file.id], ..new(conversation, "Our prices") };
    for letter in [&only_a_file, &with_words] {
        later::schedule(&test.app, &rep, letter.clone(), at).await.unwrap();
    }
    files::mark_file(&test.app, &rep, file.id, true).await.unwrap();
    for letter in [&only_a_file, &with_words] {
        later::send_scheduled(&test.app, company.id, letter.id, at).await.unwrap();
    }
    let stored = thread(&test, &company, conversation).await;
    assert_eq!(
        stored.iter().map(|message| (message.body.as_str(), message.files.len())).collect::<Vec<_>>(),
        [("Hello", 0), ("Our prices", 0)]
    );
    assert_eq!(waiting(&test, &company.rep, conversation).await, Vec::<String>::new());

    // While the lead is in the trash nothing goes out.
    let late = new(conversation, "Too late");
    later::schedule(&test.app, &rep, late.clone(), at).await.unwrap();
    trash::remove_lead(&test.app, &rep, lead, None).await.unwrap();
    later::send_scheduled(&test.app, company.id, late.id, at).await.unwrap();
    assert_eq!(thread(&test, &company, conversation).await.len(), 2);
    // And with the lead it is erased.
    trash::erase_lead(&test.app, &person(&company.admin), lead).await.unwrap();
    let left: i64 = sqlx::query_scalar("select count(*) from talk.scheduled_messages").fetch_one(&test.owner).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn it_answers_nothing_that_was_asked_meanwhile_and_speaks_for_nobody_who_has_left() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let rep = person(&company.rep);
    let (_, conversation) = opened(&test, &company, "What is the warranty?").await;
    let (letter, at) = (new(conversation, "Good morning"), after(60_000));
    later::schedule(&test.app, &rep, letter.clone(), at).await.unwrap();
    later::send_scheduled(&test.app, company.id, letter.id, at).await.unwrap();
    // The assistant still owes its answer.
    crate::conversations::server::jobs::Reply { company: company.id, conversation }.run(&test.app).await.unwrap();
    assert_eq!(answers(&thread(&test, &company, conversation).await).len(), 1);

    let late = new(conversation, "In my name");
    later::schedule(&test.app, &rep, late.clone(), at).await.unwrap();
    // Asked for again with other words it is another message.
    let other = NewMessage { body: "Other words".into(), ..late.clone() };
    assert!(matches!(later::schedule(&test.app, &rep, other, at).await, Err(AppError::Conflict { .. })));
    sqlx::query("update identity.users set disabled_at = now() where id = $1").bind(company.rep.user).execute(&test.owner).await.unwrap();
    later::send_scheduled(&test.app, company.id, late.id, at).await.unwrap();
    assert_eq!(waiting(&test, &company.manager, conversation).await, ["In my name"], "a person decides");
}
