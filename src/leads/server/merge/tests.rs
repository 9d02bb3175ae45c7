//! Merging against a real Postgres.

use super::{load_merge, merge_leads, part_leads};
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::activity::model::Event;
use crate::conversations::server::visitor::visitor_says;
use crate::error::AppError;
use crate::files::server::tests::put;
use crate::leads::fields::LeadField;
use crate::leads::filter::Sight;
use crate::leads::merge::Pair;
use crate::leads::model::Card;
use crate::leads::page::LeadPage;
use crate::leads::server::tests::edit;
use crate::leads::server::{notes, service, tags, tests::new, trash};
use crate::server::testing::{Company, TestApp, person};
use crate::tasks::server::service as tasks;
use crate::values::*;

async fn page(test: &TestApp, who: &Actor, lead: LeadId) -> LeadPage {
    service::load_lead(&test.app, who, lead).await.unwrap()
}

/// A visitor with a talk, and the same person added by hand with a note, a task and a tag.
async fn two(test: &TestApp, company: &Company) -> (Card, Card) {
    let boss = person(&company.manager);
    let token = tokens::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId::new());
    let visitor = tokens::check(&test.app.inner.secret, &token, company.assistant).unwrap();
    let (_, conversation) = visitor_says(&test.app, &visitor, MessageId::new(), "Hello, this is Ada", &[], None).await.unwrap();
    let board = service::load_board(&test.app, &boss, &Sight::default()).await.unwrap();
    let came = board.cards.values().find(|card| card.conversation == Some(conversation)).unwrap().id;
    let mut typed = new("Ada Byron", "12k", None);
    typed.email = "ada@engines.test".into();
    let added = service::create_lead(&test.app, &boss, typed).await.unwrap().id;
    notes::write_note(&test.app, &boss, MutationId::new(), added, "Rang twice.".into()).await.unwrap();
    put(test, &boss, added, "offer.pdf", b"%PDF-1.7").await.unwrap();
    let wanted = tasks::Wanted { words: "Send the offer".into(), due: None, person: None };
    tasks::add_task(&test.app, &boss, TaskId::new(), added, wanted).await.unwrap();
    tags::tag_lead(&test.app, &boss, added, &["engines".into()], &[]).await.unwrap();
    tags::tag_lead(&test.app, &boss, came, &["chat".into()], &[]).await.unwrap();
    (page(test, &boss, came).await.card, page(test, &boss, added).await.card)
}

#[tokio::test]
async fn what_one_lead_has_goes_over_to_the_other_and_back() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let boss = person(&company.manager);
    let (came, added) = two(&test, &company).await;
    let before = (page(&test, &boss, added.id).await, page(&test, &boss, came.id).await);
    let Pair { keep, other, .. } = load_merge(&test.app, &boss, added.id, came.id).await.unwrap();
    assert_eq!((keep.has, other.has), (vec![1, 1, 0, 0, 1], vec![0, 0, 0, 1, 0]));

    let seen = |card: &Card| (card.id, card.version);
    let kept = merge_leads(&test.app, &boss, seen(&added), seen(&came), &[]).await.unwrap();
    // A double click: done once.
    assert_eq!(merge_leads(&test.app, &boss, seen(&added), seen(&came), &[]).await.unwrap(), kept);
    let whole = page(&test, &boss, added.id).await;
    assert_eq!(whole.card, kept);
    assert_eq!((whole.conversations.len(), whole.tasks.len(), whole.card.conversation), (1, 1, came.conversation));
    assert_eq!(whole.card.last_message, "Hello, this is Ada");
    assert_eq!(whole.card.tags, ["engines", "chat"].map(|tag| Tag::parse(tag).unwrap()));
    assert_eq!((whole.card.name.as_str(), whole.email.as_str()), ("Ada Byron", "ada@engines.test"));
    let told = |wanted: fn(&Event) -> bool| whole.timeline.iter().filter(|told| wanted(&told.event)).count();
    assert_eq!(told(|event| matches!(event, Event::LeadCreated { .. })), 2, "both histories");
    assert_eq!(told(|event| matches!(event, Event::MessageSent { .. })), 1);
    // An old address leads to the one that is left, and only that one is on the board.
    assert_eq!(page(&test, &boss, came.id).await.card.id, added.id);
    assert_eq!(service::load_board(&test.app, &boss, &Sight::default()).await.unwrap().cards.len(), 1);
    // The visitor goes on, in the lead that is left.
    let names: Vec<String> = whole.merged.iter().map(|merged| merged.name.clone()).collect();
    assert_eq!(names.join(", "), came.name);

    // Somebody gives it another name meanwhile: that stays. Everything else is as it was.
    let wanted = edit(&whole, &[(LeadField::Name, "Augusta Ada"), (LeadField::Email, "ada@engines.test")]);
    service::edit_lead(&test.app, &boss, wanted).await.unwrap();
    assert_eq!(part_leads(&test.app, &boss, came.id).await.unwrap(), added.id);
    let after = (page(&test, &boss, added.id).await, page(&test, &boss, came.id).await);
    assert_eq!(after.0.card.name, "Augusta Ada");
    assert_eq!(
        (after.0.card.conversation, &after.0.card.last_message, &after.0.card.tags),
        (None, &before.0.card.last_message, &before.0.card.tags)
    );
    assert_eq!((after.0.conversations.len(), after.0.tasks.len(), after.1.conversations.len()), (0, 1, 1));
    assert_eq!(Card { version: before.1.card.version, ..after.1.card.clone() }, before.1.card);
    assert!(after.0.merged.is_empty());
    assert_eq!(part_leads(&test.app, &boss, came.id).await.unwrap_err(), AppError::NotFound, "once");
}

#[tokio::test]
async fn of_each_field_the_chosen_one_stays_and_comes_back() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let boss = person(&company.manager);
    let (came, added) = two(&test, &company).await;
    let seen = |card: &Card| (card.id, card.version);
    merge_leads(&test.app, &boss, seen(&came), seen(&added), &[LeadField::Name, LeadField::Email, LeadField::Value]).await.unwrap();
    let whole = page(&test, &boss, came.id).await;
    assert_eq!((whole.card.name.as_str(), whole.email.as_str(), whole.card.value.minor), ("Ada Byron", "ada@engines.test", 1_200_000));
    assert_eq!(whole.card.next_step.as_ref().map(|step| step.words.as_str()), Some("Send the offer"));
    // By the trash, which lists it, it is brought back as well.
    trash::restore_lead(&test.app, &boss, added.id).await.unwrap();
    let (came_back, added_back) = (page(&test, &boss, came.id).await, page(&test, &boss, added.id).await);
    assert_eq!((&came_back.card.name, came_back.email.as_str(), came_back.card.value.minor), (&came.name, "", 0));
    assert_eq!(came_back.card.next_step, None);
    assert_eq!(added_back.card.next_step.map(|step| step.words), Some("Send the offer".into()));
}

#[tokio::test]
async fn what_is_stale_out_of_reach_or_the_same_is_refused_and_nothing_is_lost() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let boss = person(&ours.manager);
    let (came, added) = two(&test, &ours).await;
    let foreign = service::create_lead(&test.app, &person(&theirs.admin), new("Ada", "", None)).await.unwrap();
    let merge = |who: Actor, keep: (LeadId, i32), other: (LeadId, i32)| {
        let app = test.app.clone();
        async move { merge_leads(&app, &who, keep, other, &[]).await }
    };
    let (a, b) = ((added.id, added.version), (came.id, came.version));
    assert!(matches!(merge(boss.clone(), a, (came.id, came.version + 1)).await, Err(AppError::Conflict { .. })));
    assert!(matches!(merge(boss.clone(), a, a).await, Err(AppError::Invalid { .. })));
    assert_eq!(merge(boss.clone(), a, (foreign.id, 1)).await.unwrap_err(), AppError::NotFound);
    assert_eq!(merge(person(&theirs.admin), (foreign.id, 1), b).await.unwrap_err(), AppError::NotFound);
    assert_eq!(merge(person(&ours.other_rep), a, b).await.unwrap_err(), AppError::NotFound);
    // Twice at once, and both ways round: one is merged into the other, once.
    let (one, two) = tokio::join!(merge(boss.clone(), a, b), merge(boss.clone(), b, a));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    let board = service::load_board(&test.app, &boss, &Sight::default()).await.unwrap();
    assert_eq!(board.cards.len(), 1);
}

#[tokio::test]
async fn whoever_is_erased_is_erased_with_all_that_became_part_of_them() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (boss, admin) = (person(&company.manager), person(&company.admin));
    let (came, added) = two(&test, &company).await;
    let third = service::create_lead(&test.app, &boss, new("A. Byron", "", None)).await.unwrap();
    let kept = merge_leads(&test.app, &boss, (added.id, added.version), (third.id, 1), &[]).await.unwrap();
    merge_leads(&test.app, &boss, (came.id, came.version), (kept.id, kept.version), &[]).await.unwrap();
    // What the third brought has gone on.
    for _ in 0..2 {
        let refused = trash::restore_lead(&test.app, &boss, third.id).await;
        assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
    }
    // A part is not erased by itself, and nobody who is not in the trash.
    let refused = trash::erase_lead(&test.app, &admin, added.id).await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
    assert!(matches!(trash::erase_lead(&test.app, &admin, came.id).await, Err(AppError::Invalid { .. })));
    assert_eq!(page(&test, &boss, came.id).await.tasks.len(), 1, "what was refused erased nothing");
    trash::remove_lead(&test.app, &boss, came.id, None).await.unwrap();
    trash::erase_lead(&test.app, &admin, came.id).await.unwrap();
    for table in ["sales.leads", "sales.contacts", "sales.notes", "sales.tasks", "sales.merges", "talk.messages"] {
        let sql = format!("select count(*) from {table} where company_id = $1");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(company.id).fetch_one(&test.owner).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
    let words: i64 = sqlx::query_scalar("select count(*) from ops.events where company_id = $1 and body::text ~* 'byron|rang twice'")
        .bind(company.id)
        .fetch_one(&test.owner)
        .await
        .unwrap();
    assert_eq!(words, 0, "what happened to any of the three keeps no word of it");
}
