//! Assistants against a database: who may change them, and that nobody writes over another.

use super::service;
use crate::accounts::model::Me;
use crate::assistants::model::{AnswerKind, Assistant, AssistantEdit, Knowledge, Question};
use crate::assistants::server::store;
use crate::error::AppError;
use crate::server::testing::{TestApp, person};
use crate::values::{AssistantId, KnowledgeId};

fn edit(assistant: &Assistant, name: &str) -> AssistantEdit {
    let budget = Question { key: String::new(), label: "Budget".into(), question: "What is your budget?".into(), kind: AnswerKind::Money };
    AssistantEdit {
        version: assistant.version,
        name: name.into(),
        persona: "Calm".into(),
        goals: "Book a visit".into(),
        greeting: "Hello".into(),
        questions: vec![budget],
    }
}

#[tokio::test]
async fn of_two_who_save_at_once_the_later_is_shown_what_the_earlier_saved() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    let before = service::assistant(&test.app, &admin, company.assistant).await.unwrap();
    let saved = service::save(&test.app, &admin, company.assistant, edit(&before, " Theo ")).await.unwrap();
    assert_eq!((saved.face.name.as_str(), saved.version, saved.questions[0].key.as_str()), ("Theo", before.version + 1, "budget"));
    let late = service::save(&test.app, &admin, company.assistant, edit(&before, "Ada")).await.unwrap_err();
    let AppError::Conflict { current: Some(current), .. } = late else { panic!("{late:?}") };
    assert_eq!(serde_json::from_value::<Assistant>(*current).unwrap(), saved);
    let nameless = service::save(&test.app, &admin, company.assistant, edit(&saved, "  ")).await.unwrap_err();
    assert_eq!(nameless.field(), Some("name"));
}

#[tokio::test]
async fn only_admins_change_assistants_and_reps_see_their_own() {
    let test = TestApp::new().await;
    let (company, foreign) = (test.company("Meridian").await, test.company("Other").await);
    let seen = |me: &Me| {
        let (test, me) = (&test, person(me));
        async move { service::assistants(&test.app, &me).await.unwrap().len() }
    };
    assert_eq!((seen(&company.admin).await, seen(&company.rep).await, seen(&company.other_rep).await), (1, 1, 0));
    let before = service::assistant(&test.app, &person(&company.rep), company.assistant).await.unwrap();
    for me in [&company.other_rep, &foreign.admin] {
        assert_eq!(service::assistant(&test.app, &person(me), company.assistant).await.unwrap_err(), AppError::NotFound);
    }
    let piece = Knowledge { id: KnowledgeId::new(), title: "T".into(), body: "B".into() };
    for me in [&company.rep, &company.manager] {
        let me = person(me);
        let refused = [
            service::save(&test.app, &me, company.assistant, edit(&before, "Ada")).await.map(drop),
            service::set_live(&test.app, &me, company.assistant, false).await,
            service::set_reps(&test.app, &me, company.assistant, Vec::new()).await,
            service::add_knowledge(&test.app, &me, company.assistant, piece.clone()).await.map(drop),
            service::create(&test.app, &me, AssistantId::new(), "Ada").await.map(drop),
        ];
        assert!(refused.iter().all(|refused| matches!(refused, Err(AppError::Forbidden { .. }))), "{refused:?}");
    }
    let foreign = person(&foreign.admin);
    assert_eq!(service::set_live(&test.app, &foreign, company.assistant, false).await.unwrap_err(), AppError::NotFound);
    assert_eq!(service::add_knowledge(&test.app, &foreign, company.assistant, piece).await.unwrap_err(), AppError::NotFound);
    assert_eq!(service::assistant(&test.app, &person(&company.admin), company.assistant).await.unwrap(), before);
}

#[tokio::test]
async fn knowledge_is_taught_once_changed_and_forgotten() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    let piece = Knowledge { id: KnowledgeId::new(), title: "Prices".into(), body: "A 100 kW system costs £92,000.".into() };
    for _ in 0..2 {
        assert_eq!(service::add_knowledge(&test.app, &admin, company.assistant, piece.clone()).await.unwrap(), piece);
    }
    let changed = Knowledge { body: "It costs £95,000.".into(), ..piece.clone() };
    service::edit_knowledge(&test.app, &admin, company.assistant, changed.clone()).await.unwrap();
    let known = service::assistant(&test.app, &admin, company.assistant).await.unwrap().knowledge;
    assert_eq!((known.len(), &known[1]), (2, &changed));
    for _ in 0..2 {
        service::remove_knowledge(&test.app, &admin, company.assistant, piece.id).await.unwrap();
    }
    assert_eq!(service::edit_knowledge(&test.app, &admin, company.assistant, piece).await.unwrap_err(), AppError::NotFound);
}

#[tokio::test]
async fn a_new_assistant_is_made_once_and_paused_and_gets_exactly_the_named_reps() {
    let test = TestApp::new().await;
    let (company, foreign) = (test.company("Meridian").await, test.company("Other").await);
    let (admin, id) = (person(&company.admin), AssistantId::new());
    let made = service::create(&test.app, &admin, id, "Ada").await.unwrap();
    let again = service::create(&test.app, &admin, id, "Ada").await.unwrap();
    assert_eq!(made, again);
    assert!(!made.face.live && made.public_key.len() == 20);
    service::set_reps(&test.app, &admin, id, vec![company.rep.user, company.other_rep.user, foreign.rep.user]).await.unwrap();
    service::set_reps(&test.app, &admin, id, vec![company.other_rep.user, foreign.rep.user]).await.unwrap();
    assert_eq!(service::assistant(&test.app, &admin, id).await.unwrap().reps, [company.other_rep.user]);
    assert_eq!(service::assistants(&test.app, &admin).await.unwrap().len(), 2);
}

#[tokio::test]
async fn the_piece_that_was_asked_about_comes_first_and_strange_words_break_nothing() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let admin = person(&company.admin);
    for n in 0..12 {
        let piece = Knowledge { id: KnowledgeId::new(), title: format!("Other matter {n}"), body: "Nothing to do with it.".into() };
        service::add_knowledge(&test.app, &admin, company.assistant, piece).await.unwrap();
    }
    let delivery = Knowledge { id: KnowledgeId::new(), title: "Delivery".into(), body: "We deliver within six weeks.".into() };
    service::add_knowledge(&test.app, &admin, company.assistant, delivery).await.unwrap();
    let mut tx = test.app.begin(&admin).await.unwrap();
    let found = store::passages(&mut tx, company.assistant, "when would you be delivering?", 8).await.unwrap();
    assert_eq!((found.len(), found[0].0.as_str()), (8, "Delivery"));
    for strange in ["", "' & | ! <-> :*", "or or not -- \\ \" ( )", "日本語 ß"] {
        assert_eq!(store::passages(&mut tx, company.assistant, strange, 8).await.unwrap().len(), 8, "{strange}");
    }
}
