//! The AI and a person never both speak.

use super::*;
use crate::conversations::model::{About, Control, Owner};
use crate::conversations::server::reads;
use crate::conversations::server::voice::{Said, Seen, post_assistant};
use crate::error::AppError;
use futures::{StreamExt, stream};

fn words(body: &str) -> Said {
    Said { body: body.into(), ..Said::default() }
}

#[tokio::test]
async fn in_a_thousand_races_of_take_over_and_answer_nobody_speaks_out_of_turn() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (rep, voice) = (person(&company.rep), Actor::assistant(company.id, company.assistant, "Nora".into()));
    // Twenty rounds each in fifty conversations: a visitor may not say more in a minute.
    let outcomes: Vec<(u32, u32)> = stream::iter(0..50)
        .map(|_| {
            let (test, company, rep, voice) = (&test, &company, &rep, &voice);
            async move {
                let visitor = newcomer(test, company);
                let (mut spoke, mut refused) = (0, 0);
                for round in 0..20 {
                    let (message, conversation) = says(test, &visitor, "Hello").await;
                    let epoch = talk(test, company, conversation).await.control.epoch;
                    let seen = Seen { epoch, inbound: message.id };
                    let take = async {
                        tokio::time::sleep(Duration::from_micros(200 * (round % 7))).await;
                        service::take_over(&test.app, rep, conversation, epoch).await
                    };
                    let (posted, taken) = tokio::join!(post_assistant(&test.app, voice, conversation, seen, words("An answer")), take);
                    let control = taken.expect("taken over");
                    match posted.expect("no fault") {
                        Some(_) => spoke += 1,
                        None => refused += 1,
                    }
                    service::hand_back(&test.app, rep, conversation, control.epoch).await.expect("handed back");
                }
                (spoke, refused)
            }
        })
        .buffer_unordered(12)
        .collect()
        .await;
    let (spoke, refused) = outcomes.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    assert_eq!(spoke + refused, 1000);
    assert!(spoke > 20 && refused > 20, "both came to pass: {spoke} spoke, {refused} refused");
    // The stream is the truth: each word of the assistant came while it was in control.
    let mut owners = std::collections::HashMap::new();
    let mut heard = 0;
    for event in events(&test, &company).await {
        match event {
            Event::ControlChanged { conversation, control, .. } => {
                owners.insert(conversation, control.owner);
            }
            Event::MessageSent { message, .. } if message.author == Author::Assistant => {
                heard += 1;
                assert_eq!(*owners.get(&message.conversation).unwrap_or(&Owner::Assistant), Owner::Assistant);
            }
            _ => {}
        }
    }
    assert_eq!(heard, spoke);
}

#[tokio::test]
async fn late_words_of_the_assistant_are_refused() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let voice = Actor::assistant(company.id, company.assistant, "Nora".into());
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    let inbound = thread(&test, &company, conversation).await[0].id;
    let seen = Seen { epoch: 0, inbound };
    let post = |seen| post_assistant(&test.app, &voice, conversation, seen, words("Late"));

    let (newer, _) = says(&test, &visitor, "And another thing").await;
    assert_eq!(post(seen).await.unwrap(), None, "the visitor has written on");
    let control = service::take_over(&test.app, &person(&company.rep), conversation, 0).await.unwrap();
    let seen = Seen { inbound: newer.id, ..seen };
    assert_eq!(post(seen).await.unwrap(), None, "a person has taken over");
    service::hand_back(&test.app, &person(&company.rep), conversation, control.epoch).await.unwrap();
    assert_eq!(post(seen).await.unwrap(), None, "written before the person came");
    let seen = Seen { epoch: 2, ..seen };
    assert!(post(seen).await.unwrap().is_some());
    assert_eq!(post(seen).await.unwrap(), None, "said already");
    assert_eq!(answers(&thread(&test, &company, conversation).await).len(), 1);
}

#[tokio::test]
async fn a_stale_take_over_is_told_how_things_stand() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    let (rep, manager) = (person(&company.rep), person(&company.manager));
    let taken = service::take_over(&test.app, &rep, conversation, 0).await.unwrap();
    assert_eq!((taken.owner, taken.epoch, taken.name.as_deref()), (Owner::Person, 1, Some("rep of Meridian")));
    assert_eq!(service::take_over(&test.app, &rep, conversation, 0).await.unwrap(), taken, "a double click is one");
    for stale in
        [service::take_over(&test.app, &manager, conversation, 0).await, service::hand_back(&test.app, &manager, conversation, 0).await]
    {
        let Err(AppError::Conflict { reason, current: Some(current) }) = stale else { panic!("{stale:?}") };
        assert_eq!(serde_json::from_value::<Control>(*current).unwrap(), taken);
        assert!(reason.contains("rep of Meridian"), "{reason}");
    }
    let mine = service::take_over(&test.app, &manager, conversation, 1).await.unwrap();
    assert_eq!((mine.epoch, mine.name.as_deref()), (2, Some("manager of Meridian")));
}

#[tokio::test]
async fn a_person_who_speaks_takes_over_and_a_fresh_load_shows_it() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (visitor, conversation) = opened(&test, &company, "Hello").await;
    rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    let control = talk(&test, &company, conversation).await.control;
    assert_eq!((control.owner, control.user, control.epoch), (Owner::Person, Some(company.rep.user), 1));
    rep_says(&test, &company.rep, conversation, "How can I help?").await;
    assert_eq!(talk(&test, &company, conversation).await.control.epoch, 1, "it is theirs already");
    // While a person answers, no reply is waiting to be written.
    let waiting = |key: String| {
        let owner = &test.owner;
        async move {
            let count: i64 = sqlx::query_scalar("select count(*) from graphile_worker._private_jobs where key = $1")
                .bind(key)
                .fetch_one(owner)
                .await
                .unwrap();
            count
        }
    };
    sqlx::query("delete from graphile_worker._private_jobs").execute(&test.owner).await.unwrap();
    says(&test, &visitor, "What is the warranty?").await;
    assert_eq!(waiting(format!("{}:reply:{conversation}", company.id)).await, 0);
    // Handed back, the unanswered message gets its answer.
    service::hand_back(&test.app, &person(&company.rep), conversation, 1).await.unwrap();
    assert_eq!(waiting(format!("{}:reply:{conversation}", company.id)).await, 1);
    let notices: Vec<_> = reads::thread(&test.app, &person(&company.rep), conversation).await.unwrap().notices;
    assert_eq!(notices.iter().map(|notice| notice.about).collect::<Vec<_>>(), [About::Person, About::Assistant]);
    assert!(notices[0].text.starts_with("rep of Meridian joined"), "{}", notices[0].text);
}

#[tokio::test]
async fn handing_back_what_was_answered_brings_no_second_answer() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (_, conversation) = opened(&test, &company, "Hello").await;
    rep_says(&test, &company.rep, conversation, "Hi, Maya here").await;
    sqlx::query("delete from graphile_worker._private_jobs").execute(&test.owner).await.unwrap();
    service::hand_back(&test.app, &person(&company.rep), conversation, 1).await.unwrap();
    assert_eq!(test.jobs().await, 0);
    set_live(&test, &company, false).await;
    service::take_over(&test.app, &person(&company.rep), conversation, 2).await.unwrap();
    let refused = service::hand_back(&test.app, &person(&company.rep), conversation, 3).await.unwrap_err();
    assert!(refused.to_string().contains("paused"), "{refused}");
}
