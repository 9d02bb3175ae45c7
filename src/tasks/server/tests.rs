//! Tasks against a real Postgres.

use super::service::{self, Wanted, read_due};
use crate::accounts::model::Me;
use crate::accounts::server::actor::Actor;
use crate::accounts::server::service::desk;
use crate::activity::model::{Event, Recorded};
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::leads::filter::Sight;
use crate::leads::model::{Card, NewLead};
use crate::leads::server::service as leads;
use crate::server::testing::{Company, TestApp, person};
use crate::tasks::model::{NextStep, Task, TaskChange, TaskState};
use crate::values::*;
use std::time::Duration;

const HOUR: i64 = 3_600_000;

fn inh(hours: i64) -> Option<Timestamp> {
    Some(Timestamp((Timestamp::now().0 / 1000) * 1000 + hours * HOUR))
}

fn wanted(words: &str, due: Option<Timestamp>) -> Wanted {
    Wanted { words: words.into(), due, person: None }
}

async fn lead(test: &TestApp, me: &Me, name: &str) -> Card {
    let text = String::new;
    let new = NewLead {
        mutation: MutationId::new(),
        name: name.into(),
        organisation: text(),
        email: text(),
        phone: text(),
        value: text(),
        closes_on: String::new(),
        custom: Vec::new(),
        stage: None,
    };
    leads::create_lead(&test.app, &person(me), new).await.expect("a lead")
}

async fn added(test: &TestApp, me: &Me, lead: LeadId, words: &str, due: Option<Timestamp>) -> Task {
    service::add_task(&test.app, &person(me), TaskId::new(), lead, wanted(words, due)).await.expect("added")
}

async fn marked(test: &TestApp, me: &Me, task: TaskId, state: TaskState) -> Task {
    service::mark_task(&test.app, &person(me), MutationId::new(), task, None, state).await.expect("marked")
}

/// What has happened to the company's tasks, in order.
async fn told(test: &TestApp, company: &Company) -> Vec<Recorded> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let all = stream::after(&mut tx, 0, 10_000).await.unwrap();
    all.into_iter().filter_map(|told| told.recorded).filter(|told| matches!(told.event, Event::TaskChanged { .. })).collect()
}

async fn changes(test: &TestApp, company: &Company) -> Vec<TaskChange> {
    let change = |told: Recorded| match told.event {
        Event::TaskChanged { change, .. } => change,
        other => panic!("{other:?}"),
    };
    told(test, company).await.into_iter().map(change).collect()
}

async fn letters(test: &TestApp, company: &Company) -> Vec<(String, String)> {
    sqlx::query_as("select recipient, subject from ops.mails where company_id = $1 order by id")
        .bind(company.id)
        .fetch_all(&test.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_task_goes_its_way_and_every_step_is_told() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let rep = &company.rep;
    let card = lead(&test, rep, "Marcus Thorne").await;
    let task = added(&test, rep, card.id, "  Call back\n about the roof ", inh(2)).await;
    assert_eq!((task.words.as_str(), task.person, task.version), ("Call back about the roof", rep.user, 1));
    assert_eq!(task.made_by, person(rep).who());
    let due = inh(3);
    let edit = Wanted { person: Some(company.manager.user), ..wanted("Call Marcus", due) };
    let task = service::edit_task(&test.app, &person(rep), MutationId::new(), task.id, task.version, edit).await.unwrap();
    assert_eq!((task.words.as_str(), task.person, task.due, task.version), ("Call Marcus", company.manager.user, due, 2));
    // Saved without a change, it is as it was.
    let same = Wanted { person: Some(task.person), ..wanted(&task.words, task.due) };
    assert_eq!(service::edit_task(&test.app, &person(rep), MutationId::new(), task.id, 2, same).await.unwrap(), task);
    let done = marked(&test, &company.manager, task.id, TaskState::Done).await;
    assert!(done.settled_at.is_some());
    assert_eq!(marked(&test, rep, task.id, TaskState::Done).await, done, "done twice is done once");
    let refused = service::edit_task(&test.app, &person(rep), MutationId::new(), task.id, done.version, wanted("X", None)).await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
    let page = leads::load_lead(&test.app, &person(rep), card.id).await.unwrap();
    assert_eq!(page.tasks, [done]);
    marked(&test, rep, task.id, TaskState::Open).await;
    marked(&test, rep, task.id, TaskState::Dropped).await;
    let page = leads::load_lead(&test.app, &person(rep), card.id).await.unwrap();
    assert!(page.tasks.is_empty() && page.card.next_step.is_none());
    // What was dropped can be brought back.
    let back = marked(&test, rep, task.id, TaskState::Open).await;
    let page = leads::load_lead(&test.app, &person(rep), card.id).await.unwrap();
    assert_eq!((page.tasks, page.card.next_step), (vec![back], Some(NextStep { words: "Call Marcus".into(), due })));
    use TaskChange::*;
    assert_eq!(changes(&test, &company).await, [Added, Edited, Done, Reopened, Dropped, Reopened]);
    assert_eq!(page.card.version, card.version, "a task is no change of the card: nobody's move is refused for it");
}

#[tokio::test]
async fn a_second_edit_of_what_one_saw_is_told_who_was_faster_and_gets_the_task() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    let task = added(&test, &company.rep, card.id, "Call back", inh(2)).await;
    let edit = |me: &Me, words: &str| {
        let (app, me, words) = (test.app.clone(), person(me), words.to_owned());
        async move { service::edit_task(&app, &me, MutationId::new(), task.id, 1, wanted(&words, None)).await }
    };
    edit(&company.manager, "Call back at noon").await.unwrap();
    let late = edit(&company.rep, "Write instead").await;
    let Err(AppError::Conflict { reason, current: Some(current) }) = late else { panic!("{late:?}") };
    assert!(reason.starts_with("manager of Meridian changed it"), "{reason}");
    let current: Task = serde_json::from_value(*current).unwrap();
    assert_eq!((current.words.as_str(), current.version), ("Call back at noon", 2));
    // The same when it was finished meanwhile.
    marked(&test, &company.manager, task.id, TaskState::Done).await;
    let late = edit(&company.rep, "Write instead").await;
    assert!(matches!(&late, Err(AppError::Conflict { reason, .. }) if reason.contains("finished it")), "{late:?}");
}

#[tokio::test]
async fn the_same_change_sent_twice_is_done_once() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let asked = person(&company.rep);
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    let id = TaskId::new();
    let add = || service::add_task(&test.app, &asked, id, card.id, wanted("Call back", None));
    let (first, second) = tokio::join!(add(), add());
    assert_eq!(first.unwrap(), second.unwrap());
    let mutation = MutationId::new();
    let edit = || service::edit_task(&test.app, &asked, mutation, id, 1, wanted("Call at noon", None));
    let (first, second) = tokio::join!(edit(), edit());
    assert_eq!(first.unwrap(), second.unwrap());
    let finish = || service::mark_task(&test.app, &asked, MutationId::new(), id, None, TaskState::Done);
    let (first, second) = tokio::join!(finish(), finish());
    assert_eq!(first.unwrap(), second.unwrap());
    assert_eq!(changes(&test, &company).await, [TaskChange::Added, TaskChange::Edited, TaskChange::Done]);
    // An id that another lead's task has is no way to that task.
    let other = lead(&test, &company.rep, "Inês Carvalho").await;
    assert_eq!(service::add_task(&test.app, &asked, id, other.id, wanted("X", None)).await, Err(AppError::NotFound));
}

#[tokio::test]
async fn what_is_out_of_reach_is_not_there() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let card = lead(&test, &ours.rep, "Marcus Thorne").await;
    let task = added(&test, &ours.rep, card.id, "Call back", inh(1)).await;
    for stranger in [&theirs.admin, &ours.other_rep] {
        let asked = person(stranger);
        let add = service::add_task(&test.app, &asked, TaskId::new(), card.id, wanted("X", None)).await;
        let edit = service::edit_task(&test.app, &asked, MutationId::new(), task.id, 1, wanted("X", None)).await;
        let mark = service::mark_task(&test.app, &asked, MutationId::new(), task.id, None, TaskState::Done).await;
        assert_eq!([add, edit, mark], [const { Err(AppError::NotFound) }; 3], "{}", stranger.name);
        assert!(service::load_tasks(&test.app, &asked, None, "").await.unwrap().rows.is_empty());
    }
    // Nor can it be given to one who cannot see the lead, or works elsewhere.
    for stranger in [theirs.rep.user, ours.other_rep.user, UserId::new()] {
        let given = Wanted { person: Some(stranger), ..wanted("X", None) };
        let refused = service::add_task(&test.app, &person(&ours.rep), TaskId::new(), card.id, given).await;
        assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field == "person"), "{refused:?}");
    }
    // A colleague's are for managers; another company's for nobody.
    let list = |me: &Me, of: UserId| {
        let (app, me) = (test.app.clone(), person(me));
        async move { service::load_tasks(&app, &me, Some(of), "").await }
    };
    assert_eq!(list(&ours.manager, ours.rep.user).await.unwrap().rows.len(), 1);
    assert_eq!(list(&ours.rep, ours.rep.user).await.unwrap().rows.len(), 1);
    assert!(matches!(list(&ours.rep, ours.manager.user).await, Err(AppError::Forbidden { .. })));
    assert_eq!(list(&ours.manager, theirs.rep.user).await, Err(AppError::NotFound));
    // The page of a person to whom the lead was never given shows it to others only.
    let page = leads::load_lead(&test.app, &person(&ours.manager), card.id).await.unwrap();
    assert!(page.team.contains(&ours.rep.user) && !page.team.contains(&ours.other_rep.user), "{:?}", page.team);
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_made() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    for words in ["", " \n\t ", &"x".repeat(501), &"ö".repeat(10_000), "a\u{0}b", "a\u{1b}[31mb"] {
        let refused = service::add_task(&test.app, &person(&company.rep), TaskId::new(), card.id, wanted(words, None)).await;
        assert!(matches!(&refused, Err(AppError::Invalid { field, .. }) if field == "words"), "{words:?}: {refused:?}");
    }
    for due in ["tomorrow", "2026-13-01T10:00", "2026-11-25T25:00", "0001-01-01T00:00", "9999-12-31T23:59", "2026-11-25", "'; drop table"] {
        assert!(matches!(read_due(due, 0), Err(AppError::Invalid { field, .. }) if field == "due"), "{due}");
    }
    assert!(read_due("2026-11-25T14:00", i32::MIN + 1).is_err() && read_due("2026-11-25T14:00", 100_000).is_err());
    assert_eq!(read_due(" ", 60), Ok(None));
    assert_eq!(read_due("2026-11-25T14:00", 60), read_due("2026-11-25T13:00", 0));
    assert_eq!(read_due("2026-11-25T14:00", -300), read_due("2026-11-25T19:00:00", 0));
    assert!(told(&test, &company).await.is_empty());
    // What is 500 characters long, is late already, or says HTML, is fine and stays what it is.
    for words in [&"ö".repeat(500), "<script>alert(1)</script>"] {
        assert_eq!(added(&test, &company.rep, card.id, words, inh(-1000)).await.words, *words);
    }
    // A program that has gone wild is stopped.
    for number in 2..200 {
        added(&test, &company.rep, card.id, &format!("Task {number}"), None).await;
    }
    let refused = service::add_task(&test.app, &person(&company.rep), TaskId::new(), card.id, wanted("One more", None)).await;
    assert!(matches!(refused, Err(AppError::Invalid { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_reminder_comes_once_for_each_due_moment_however_often_its_job_runs() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    let soon = Timestamp(Timestamp::now().0 + 400);
    let task = added(&test, &company.rep, card.id, "Call back", Some(soon)).await;
    let other = added(&test, &company.rep, card.id, "Already done by then", Some(soon)).await;
    marked(&test, &company.rep, other.id, TaskState::Done).await;
    added(&test, &company.rep, card.id, "Late when it was written", inh(-5)).await;
    test.work();
    // The worker is done when nothing is left in the queue.
    tokio::time::timeout(Duration::from_secs(20), async {
        while test.jobs().await > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await
    .expect("the jobs are done");
    let once = [(company.rep.email.as_str().to_owned(), "Due now: Call back".to_owned())];
    assert_eq!(letters(&test, &company).await, once);
    // As after a crash between the work and its acknowledgement, or with two workers at once.
    let again = || service::remind(&test.app, company.id, task.id, soon);
    let (first, second) = tokio::join!(again(), again());
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(letters(&test, &company).await, once);
    assert_eq!(changes(&test, &company).await.iter().filter(|change| **change == TaskChange::Due).count(), 1);
    let now = desk(&test.app, Some(company.rep.clone())).await.unwrap();
    assert_eq!(now.late.len(), 2, "what is late is counted");

    // Put off: what was planned for the old moment does nothing, the new moment is told of.
    let later = inh(5).unwrap();
    service::edit_task(&test.app, &person(&company.rep), MutationId::new(), task.id, 1, wanted("Call back", Some(later))).await.unwrap();
    service::remind(&test.app, company.id, task.id, soon).await.unwrap();
    assert_eq!(letters(&test, &company).await.len(), 1);
    service::remind(&test.app, company.id, task.id, later).await.unwrap();
    service::remind(&test.app, company.id, task.id, later).await.unwrap();
    assert_eq!(letters(&test, &company).await.len(), 2);
    // Opened again it is not told of a second time.
    marked(&test, &company.rep, task.id, TaskState::Done).await;
    marked(&test, &company.rep, task.id, TaskState::Open).await;
    service::remind(&test.app, company.id, task.id, later).await.unwrap();
    assert_eq!(letters(&test, &company).await.len(), 2);
    // A task that is gone, or another company's, is nobody's to be told of.
    service::remind(&test.app, CompanyId::new(), task.id, later).await.unwrap();
    service::remind(&test.app, company.id, TaskId::new(), later).await.unwrap();
}

#[tokio::test]
async fn two_workers_that_remind_at_the_same_moment_send_one_letter() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    let due = inh(1).unwrap();
    let task = added(&test, &company.rep, card.id, "Call back", Some(due)).await;
    let remind = || service::remind(&test.app, company.id, task.id, due);
    let (a, b, c) = tokio::join!(remind(), remind(), remind());
    assert_eq!([a, b, c], [const { Ok(()) }; 3]);
    assert_eq!(letters(&test, &company).await.len(), 1);
}

#[tokio::test]
async fn a_lead_that_changes_hands_takes_its_tasks_along_and_nobody_is_reminded_of_what_they_may_not_see() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.other_rep, "Marcus Thorne").await;
    let due = inh(1).unwrap();
    let task = added(&test, &company.other_rep, card.id, "Call back", Some(due)).await;
    let of_manager = added(&test, &company.manager, card.id, "Ask how it went", None).await;
    let gone = added(&test, &company.other_rep, card.id, "Write", None).await;
    marked(&test, &company.other_rep, gone.id, TaskState::Done).await;
    // To nobody: the task stays whose it was, out of their sight.
    let card = leads::assign_lead(&test.app, &person(&company.manager), card.id, None, card.version).await.unwrap();
    assert!(service::load_tasks(&test.app, &person(&company.other_rep), None, "").await.unwrap().rows.is_empty());
    service::remind(&test.app, company.id, task.id, due).await.unwrap();
    assert!(letters(&test, &company).await.is_empty());
    // Back, and on to somebody else.
    let card = leads::assign_lead(&test.app, &person(&company.manager), card.id, Some(company.other_rep.user), card.version).await.unwrap();
    leads::assign_lead(&test.app, &person(&company.manager), card.id, Some(company.rep.user), card.version).await.unwrap();
    let page = leads::load_lead(&test.app, &person(&company.rep), card.id).await.unwrap();
    let whose: Vec<_> = page.tasks.iter().map(|task| (task.id, task.person)).collect();
    assert_eq!(whose, [(task.id, company.rep.user), (of_manager.id, company.manager.user), (gone.id, company.other_rep.user)]);
    service::remind(&test.app, company.id, task.id, due).await.unwrap();
    assert_eq!(letters(&test, &company).await[0].0, company.rep.email.as_str());
}

#[tokio::test]
async fn a_persons_tasks_come_page_by_page_each_once_in_their_order() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let card = lead(&test, &company.rep, "Marcus Thorne").await;
    for number in 0..120 {
        // Some at the same moment, some without one.
        let due = (number % 3 > 0).then(|| inh(i64::from((number * 37) % 20) - 10)).flatten();
        added(&test, &company.rep, card.id, &format!("Task {number}"), due).await;
    }
    let mut all: Vec<Task> = Vec::new();
    let mut after = String::new();
    loop {
        let page = service::load_tasks(&test.app, &person(&company.rep), None, &after).await.unwrap();
        assert!(page.rows.iter().all(|row| row.about == "Marcus Thorne"));
        all.extend(page.rows.into_iter().map(|row| row.task));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert_eq!(all.len(), 120);
    assert!(all.is_sorted_by_key(crate::tasks::model::place), "in their order, each once");
    for garbage in ["x", ".", "12.", "99999999999999999999.x", "';--", "1.0189d6b4-0000-7000-8000-000000000000"] {
        let page = service::load_tasks(&test.app, &person(&company.rep), None, garbage).await.unwrap();
        assert_eq!(page.rows.len(), 50, "{garbage}");
    }
}

#[tokio::test]
async fn boards_and_pages_that_follow_are_what_a_fresh_load_shows_after_random_changes() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let people = [&company.manager, &company.rep];
    let cards = [lead(&test, &company.rep, "Ada").await, lead(&test, &company.rep, "Bea").await];
    let me = &company.rep;
    let mut board = leads::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
    let mut pages = [
        leads::load_lead(&test.app, &person(me), cards[0].id).await.unwrap(),
        leads::load_lead(&test.app, &person(me), cards[1].id).await.unwrap(),
    ];
    let mut list = service::load_tasks(&test.app, &person(me), None, "").await.unwrap();
    let mut tasks: Vec<TaskId> = Vec::new();
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut roll = move |sides: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % sides
    };
    for step in 0..150 {
        let actor = person(people[roll(2) as usize]);
        let due = (roll(4) > 0).then(|| inh(roll(40) as i64 - 20)).flatten();
        let whom = Some(people[roll(2) as usize].user);
        match roll(5) {
            0 | 1 if tasks.len() < 40 => {
                let id = TaskId::new();
                let new = Wanted { words: format!("Task {step}"), due, person: whom };
                service::add_task(&test.app, &actor, id, cards[roll(2) as usize].id, new).await.unwrap();
                tasks.push(id);
            }
            2 if !tasks.is_empty() => {
                let id = tasks[roll(tasks.len() as u64) as usize];
                let edit = Wanted { words: format!("Edited {step}"), due, person: whom };
                // Too late, or of one that is done: refused, and nothing changes.
                let _ = service::edit_task(&test.app, &actor, MutationId::new(), id, 1 + roll(3) as i32, edit).await;
            }
            _ if !tasks.is_empty() => {
                let id = tasks[roll(tasks.len() as u64) as usize];
                let state = TaskState::ALL[roll(3) as usize];
                service::mark_task(&test.app, &actor, MutationId::new(), id, None, state).await.unwrap();
            }
            _ => {}
        }
    }
    for told in told(&test, &company).await {
        board.apply(&told, me);
        for page in &mut pages {
            assert!(page.apply(&told, me));
        }
        if let Event::TaskChanged { task, about, .. } = &told.event {
            list.take_in(task, about);
        }
    }
    let fresh = leads::load_board(&test.app, &person(me), &Sight::default()).await.unwrap();
    for (id, card) in &fresh.cards {
        assert_eq!(board.cards[id].next_step, card.next_step, "{}", card.name);
    }
    // What travels to the browser is the same.
    let sent: crate::leads::model::Board = serde_json::from_value(serde_json::to_value(&fresh).unwrap()).unwrap();
    assert_eq!(sent.cards, fresh.cards);
    for page in pages {
        let fresh = leads::load_lead(&test.app, &person(me), page.card.id).await.unwrap();
        let open = |tasks: &[Task]| tasks.iter().filter(|task| task.state == TaskState::Open).cloned().collect::<Vec<_>>();
        assert_eq!(open(&page.tasks), open(&fresh.tasks));
        assert_eq!(page.card.next_step, fresh.card.next_step);
        // Those that are done, the latest first; the page may know of more than a fresh one.
        let done =
            |tasks: &[Task]| tasks.iter().filter(|task| task.state == TaskState::Done).map(|task| task.id).take(30).collect::<Vec<_>>();
        assert_eq!(done(&page.tasks), done(&fresh.tasks));
    }
    let fresh = service::load_tasks(&test.app, &person(me), None, "").await.unwrap();
    assert_eq!(list.rows, fresh.rows);
}

#[tokio::test]
async fn a_task_of_the_same_id_elsewhere_takes_nobodys_reminder_away_and_a_late_retry_undoes_nothing() {
    let test = TestApp::new().await;
    let (ours, theirs) = (test.company("Meridian").await, test.company("Northwind").await);
    let id = TaskId::new();
    for company in [&ours, &theirs] {
        let card = lead(&test, &company.manager, "Ada").await;
        service::add_task(&test.app, &person(&company.manager), id, card.id, wanted("Call", inh(3))).await.unwrap();
    }
    let waiting: i64 = sqlx::query_scalar("select count(*) from graphile_worker._private_jobs where key like '%' || $1")
        .bind(format!("remind:{id}"))
        .fetch_one(&test.owner)
        .await
        .unwrap();
    assert_eq!(waiting, 2);

    let (asked, first) = (person(&ours.manager), MutationId::new());
    let done = service::mark_task(&test.app, &asked, first, id, Some(1), TaskState::Done).await.unwrap();
    let opened = marked(&test, &ours.admin, id, TaskState::Open).await;
    assert_eq!(service::mark_task(&test.app, &asked, first, id, Some(1), TaskState::Done).await.unwrap(), done);
    let stale = service::mark_task(&test.app, &asked, MutationId::new(), id, Some(1), TaskState::Done).await;
    assert!(matches!(stale, Err(AppError::Conflict { .. })));
    assert_eq!(service::load_task(&test.app, &asked, id).await.unwrap().version, opened.version);
}
