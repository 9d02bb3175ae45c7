//! The trash against a real Postgres, and over real sockets.

use super::{erase_lead, load_trash, remove_lead, restore_lead};
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::activity::model::Event;
use crate::activity::server::store as stream;
use crate::conversations::server::{jobs::Reply, reads, visitor};
use crate::error::AppError;
use crate::files::server::tests::put;
use crate::leads::fields::LeadField;
use crate::leads::filter::{Filter, Sight};
use crate::leads::model::{Card, LeadMoved, NewLead};
use crate::leads::server::{export, fields, notes, pipeline, service, tests::edit};
use crate::search::server::service::search;
use crate::server::jobs::Job;
use crate::server::testing::{Company, TestApp, person};
use crate::tasks::server::service as tasks;
use crate::values::*;
use futures::TryStreamExt;
use sqlx::Row;

/// A lead with all that a lead can have: each thing has the word `zebra` in it.
async fn full(test: &TestApp, company: &Company) -> (Card, Actor, ConversationId) {
    let app = &test.app;
    let token = tokens::issue(&app.inner.secret, company.id, company.assistant, VisitorId::new());
    let visitor = tokens::check(&app.inner.secret, &token, company.assistant).unwrap();
    let (_, conversation) = visitor::visitor_says(app, &visitor, MessageId::new(), "zebra: my first words", &[], None).await.unwrap();
    let boss = person(&company.manager);
    let board = service::load_board(app, &boss, &Sight::default()).await.unwrap();
    let card = board.cards.values().find(|card| card.conversation == Some(conversation)).unwrap().as_ref().clone();
    let page = service::load_lead(app, &boss, card.id).await.unwrap();
    if fields::load_fields(app, &boss).await.unwrap().is_empty() {
        fields::add_field(app, &person(&company.admin), "Stripes", "text", "").await.unwrap();
    }
    let own = LeadField::Custom(fields::load_fields(app, &boss).await.unwrap()[0].id);
    let wanted = [
        (LeadField::Name, "Zebra Jones"),
        (LeadField::Organisation, "Zebra & Sons"),
        (LeadField::Value, "12k"),
        (LeadField::Email, "ann@zebra.test"),
        (LeadField::Phone, "+44 20 7946 0999"),
        (own, "as a zebra has"),
    ];
    let card = service::edit_lead(app, &boss, edit(&page, &wanted)).await.unwrap().card;
    notes::write_note(app, &boss, MutationId::new(), card.id, "zebra in a note".into()).await.unwrap();
    put(test, &boss, card.id, "zebra.txt", b"zebra in a file").await.unwrap();
    let wanted = tasks::Wanted::read("zebra to be fed".into(), "", 0, "").unwrap();
    tasks::add_task(app, &boss, TaskId::new(), card.id, wanted).await.unwrap();
    let board = service::load_board(app, &boss, &Sight::default()).await.unwrap();
    (board.cards[&card.id].as_ref().clone(), visitor, conversation)
}

/// How many leads whoever asks meets: on the board, in the inbox, among the tasks, by the search, in the file.
async fn met(test: &TestApp, actor: &Actor) -> [usize; 5] {
    let app = &test.app;
    let file: Vec<_> = export::export(app, actor, Filter::default()).await.unwrap().try_collect().await.unwrap();
    let file = String::from_utf8(file.concat()).unwrap();
    let found = search(app, actor, "zebra").await.unwrap();
    [
        service::load_board(app, actor, &Sight::default()).await.unwrap().cards.len(),
        reads::inbox(app, actor).await.unwrap().rows.len(),
        tasks::load_tasks(app, actor, None, "").await.unwrap().rows.len(),
        found.hits.len(),
        file.matches("Zebra Jones").count(),
    ]
}

/// The assistant's answer is due.
async fn answer(test: &TestApp, company: &Company, conversation: ConversationId) {
    Reply { company: company.id, conversation }.run(&test.app).await.expect("no job is lost over it");
}

async fn kinds(test: &TestApp, company: &Company, lead: LeadId) -> Vec<&'static str> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let told = stream::of_lead(&mut tx, lead, 1000).await.unwrap();
    let name = |event: &Event| match event {
        Event::LeadRemoved { .. } => Some("removed"),
        Event::LeadRestored { .. } => Some("restored"),
        Event::LeadErased { .. } => Some("erased"),
        Event::MessageSent { .. } => Some("said"),
        _ => None,
    };
    told.iter().rev().filter_map(|told| name(&told.event)).collect()
}

#[tokio::test]
async fn a_lead_in_the_trash_is_met_nowhere_and_comes_back_whole() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, boss) = (&test.app, person(&company.manager));
    let (card, _, conversation) = full(&test, &company).await;
    let before = met(&test, &boss).await;
    assert_eq!(before, [1, 1, 1, 1, 1]);
    assert_eq!(load_trash(app, &boss, None).await.unwrap().leads, []);

    let stale = remove_lead(app, &boss, card.id, Some(card.version - 1)).await;
    assert!(matches!(stale, Err(AppError::Conflict { .. })), "{stale:?}");
    assert_eq!(remove_lead(app, &person(&company.other_rep), card.id, None).await, Err(AppError::NotFound), "out of reach");
    // A double click.
    for _ in 0..2 {
        remove_lead(app, &boss, card.id, Some(card.version)).await.unwrap();
    }
    assert_eq!(met(&test, &boss).await, [0; 5]);
    assert_eq!(service::load_lead(app, &boss, card.id).await.err(), Some(AppError::NotFound));
    assert_eq!(reads::thread(app, &boss, conversation).await.err(), Some(AppError::NotFound));
    let moved = LeadMoved {
        lead: card.id,
        from: card.stage,
        to: card.stage,
        rank: card.rank.clone(),
        after: None,
        version: card.version,
        at: Timestamp(0),
    };
    assert_eq!(service::move_lead(app, &boss, MutationId::new(), moved).await.err(), Some(AppError::NotFound));
    let asked = tasks::Wanted::read("more".into(), "", 0, "").unwrap();
    assert_eq!(tasks::add_task(app, &boss, TaskId::new(), card.id, asked).await.err(), Some(AppError::NotFound));

    let trash = load_trash(app, &boss, None).await.unwrap();
    assert_eq!((trash.leads.len(), trash.more), (1, false));
    assert_eq!((&*trash.leads[0].name, &*trash.leads[0].by, &*trash.leads[0].stage), ("Zebra Jones", &*company.manager.name, "New"));
    assert_eq!(load_trash(app, &person(&company.rep), None).await.unwrap().leads.len(), 1, "on the rep's own assistant");
    assert_eq!(load_trash(app, &person(&company.other_rep), None).await.unwrap().leads.len(), 0);
    let last = (trash.leads[0].at, trash.leads[0].lead);
    assert_eq!(load_trash(app, &boss, Some(last)).await.unwrap().leads, [], "the next page");

    for _ in 0..2 {
        restore_lead(app, &person(&company.rep), card.id).await.unwrap();
    }
    assert_eq!(met(&test, &boss).await, before);
    let now = service::load_lead(app, &boss, card.id).await.unwrap();
    assert_eq!(now.card, Card { version: card.version + 2, ..card.clone() });
    assert_eq!(kinds(&test, &company, card.id).await, ["said", "removed", "restored"]);
}

#[tokio::test]
async fn a_visitor_who_writes_again_comes_back_and_is_answered() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, boss) = (&test.app, person(&company.manager));
    let (card, who, conversation) = full(&test, &company).await;
    remove_lead(app, &boss, card.id, None).await.unwrap();

    // Nobody answers in the trash, and no job is lost over it.
    answer(&test, &company, conversation).await;
    let shown = visitor::shown(app, &who).await.unwrap();
    assert_eq!((shown.conversation.map(|(id, _)| id), shown.messages.len()), (Some(conversation), 1), "they are not told");
    let said = shown.messages[0].id;
    visitor::visitor_marks(app, &who, said, crate::conversations::model::Delivery::Read).await.unwrap();
    assert_eq!(met(&test, &boss).await, [0; 5]);

    let (_, same) = visitor::visitor_says(app, &who, MessageId::new(), "zebra: are you there?", &[], None).await.unwrap();
    assert_eq!(same, conversation);
    assert_eq!(met(&test, &boss).await[..2], [1, 1]);
    assert_eq!(kinds(&test, &company, card.id).await, ["said", "removed", "restored", "said"]);
    answer(&test, &company, conversation).await;
    assert_eq!(reads::thread(app, &boss, conversation).await.unwrap().messages.len(), 3);
}

#[tokio::test]
async fn a_lead_whose_stage_was_removed_meanwhile_comes_back_to_the_first() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let (app, admin) = (&test.app, person(&company.admin));
    let new = NewLead { stage: Some(company.stages[1]), ..crate::leads::server::tests::new("Ada", "", None) };
    let card = service::create_lead(app, &admin, new).await.unwrap();
    remove_lead(app, &admin, card.id, None).await.unwrap();
    pipeline::remove_stage(app, &admin, company.stages[1], None).await.expect("no lead stands there");
    restore_lead(app, &admin, card.id).await.unwrap();
    let board = service::load_board(app, &admin, &Sight::default()).await.unwrap();
    assert_eq!(board.leads(company.stages[0]), [card.id]);
}

#[tokio::test]
async fn a_moment_that_is_none_is_refused_and_no_fault_of_ours() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    for at in [i64::MAX, i64::MIN] {
        let refused = load_trash(&test.app, &person(&company.admin), Some((Timestamp(at), LeadId::new()))).await;
        assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_writes_while_they_are_erased_is_lost_to_nobody() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    for _ in 0..12 {
        let (card, who, _) = full(&test, &company).await;
        remove_lead(&test.app, &admin, card.id, None).await.unwrap();
        let (said, erased) = tokio::join!(
            visitor::visitor_says(&test.app, &who, MessageId::new(), "zebra again", &[], None),
            erase_lead(&test.app, &admin, card.id)
        );
        // One waits for the other: brought back and kept, or erased and met anew.
        match (&said, &erased) {
            (Ok(_), Ok(()) | Err(AppError::Invalid { .. })) | (Err(AppError::NotFound), Ok(())) => {}
            other => panic!("{other:?}"),
        }
    }
}

/// Every row of every table that has that word in it.
async fn rows_with(test: &TestApp, word: &str) -> Vec<String> {
    let tables = sqlx::query(
        "select schemaname || '.' || tablename from pg_tables where schemaname in ('identity', 'sales', 'talk', 'ops', 'graphile_worker')",
    )
    .fetch_all(&test.owner)
    .await
    .unwrap();
    let mut found = Vec::new();
    for table in tables {
        let table: String = table.get(0);
        let asked = format!("select t::text from {table} t where t::text ilike '%{word}%'");
        let rows = sqlx::query(sqlx::AssertSqlSafe(asked)).fetch_all(&test.owner).await.unwrap();
        found.extend(rows.iter().map(|row| format!("{table}: {}", row.get::<String, _>(0))));
    }
    found
}

#[tokio::test]
async fn who_is_erased_leaves_no_word_and_the_stream_no_gap() {
    let test = TestApp::new().await;
    let (company, other) = (test.company("Meridian").await, test.company("Northwind").await);
    let (app, admin) = (&test.app, person(&company.admin));
    let (card, who, conversation) = full(&test, &company).await;
    // A file in which the person came once more.
    sqlx::query("insert into sales.imports (company_id, id, created_by, file_name, state) values ($1, $2, $3, 'people.csv', 'done')")
        .bind(company.id)
        .bind(company.id.0)
        .bind(company.admin.user)
        .execute(&test.owner)
        .await
        .unwrap();
    sqlx::query("insert into sales.import_rejects (company_id, import_id, fate, line, reason, cells) values ($1, $1, 'duplicate', 2, 'There already.', '[\"Ann Zebra\", \"ANN@zebra.test\"]'), ($1, $1, 'duplicate', 3, 'There already.', '[\"Z. Zebra\", \"(0)20 7946 0999\"]'), ($1, $1, 'bad', 4, 'No name.', '[\"\", \"bob@example.test\"]')")
        .bind(company.id.0)
        .execute(&test.owner)
        .await
        .unwrap();
    // Letters about it, before they are sent and after.
    for (subject, body) in [("A letter", format!("zebra http://127.0.0.1/leads/{}", card.id)), ("Due now: zebra to be fed", String::new())]
    {
        sqlx::query(
            "insert into ops.mails (company_id, id, recipient, subject, body) values ($1, gen_random_uuid(), 'x@first.test', $2, $3)",
        )
        .bind(company.id)
        .bind(subject)
        .bind(body)
        .execute(&test.owner)
        .await
        .unwrap();
    }
    let words = rows_with(&test, "zebra").await;
    assert!(words.len() > 9, "{words:?}");

    assert_eq!(
        erase_lead(app, &admin, card.id).await.err().map(|error| error.to_string()),
        Some("The lead is not in the trash any more. Somebody has brought it back.".into())
    );
    remove_lead(app, &admin, card.id, None).await.unwrap();
    let refused = erase_lead(app, &person(&company.manager), card.id).await;
    assert!(matches!(refused, Err(AppError::Forbidden { .. })), "admins alone: {refused:?}");
    assert_eq!(erase_lead(app, &person(&other.admin), card.id).await, Err(AppError::NotFound));
    let mut tx = test.app.begin(&person(&other.admin)).await.unwrap();
    super::look_inside(&mut tx).await.unwrap();
    assert!(!super::store::erase(&mut tx, card.id).await.unwrap(), "the function itself keeps to its company");
    drop(tx);
    let newest = || async { stream::newest(&mut test.app.begin(&admin).await.unwrap()).await.unwrap() };
    let before = newest().await;

    erase_lead(app, &admin, card.id).await.unwrap();
    let left: Vec<_> = rows_with(&test, "zebra").await.into_iter().filter(|row| !row.contains("(0)20")).collect();
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(rows_with(&test, "7946 0999").await, Vec::<String>::new());
    assert_eq!(rows_with(&test, "bob@example.test").await.len(), 1, "somebody else's row stays");
    assert_eq!(newest().await, before + 1);
    let mut tx = test.app.begin(&admin).await.unwrap();
    let told = stream::after(&mut tx, 0, 1000).await.unwrap();
    assert_eq!(told.iter().map(|told| told.seq).collect::<Vec<_>>(), (1..=before + 1).collect::<Vec<_>>());
    let of_lead = stream::of_lead(&mut tx, card.id, 1000).await.unwrap();
    assert!(of_lead.iter().all(|told| told.event == Event::LeadErased { lead: card.id }) && of_lead.len() > 5);
    assert_eq!(of_lead[0].actor.name(), company.admin.name, "who did it stays");
    drop(tx);

    assert_eq!(load_trash(app, &admin, None).await.unwrap().leads, []);
    assert_eq!(restore_lead(app, &admin, card.id).await, Err(AppError::NotFound));
    assert_eq!(visitor::shown(app, &who).await.unwrap().messages, []);
    answer(&test, &company, conversation).await;
    visitor::visitor_says(app, &who, MessageId::new(), "Hello again", &[], None).await.expect("a new talk");
    assert_eq!(met(&test, &admin).await[0], 1);
}
