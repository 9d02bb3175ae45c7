//! Conversations against a real Postgres, and the sandbox over real HTTP.

mod attachments;
mod control;
mod later;
mod replies;
mod rest;
mod speaking;
mod widget;

use super::{service, store, visitor};
use crate::accounts::model::Me;
use crate::accounts::server::{actor::Actor, visitor as tokens};
use crate::activity::model::Event;
use crate::conversations::model::{Author, Message, NewMessage};
use crate::server::testing::{Company, TestApp, person};
use crate::values::*;
use std::time::Duration;

/// A visitor nobody has met.
fn newcomer(test: &TestApp, company: &Company) -> Actor {
    let token = tokens::issue(&test.app.inner.secret, company.id, company.assistant, VisitorId::new());
    tokens::check(&test.app.inner.secret, &token, company.assistant).expect("our own token")
}

/// A conversation that was opened with these words.
async fn opened(test: &TestApp, company: &Company, words: &str) -> (Actor, ConversationId) {
    let visitor = newcomer(test, company);
    let (_, conversation) = says(test, &visitor, words).await;
    (visitor, conversation)
}

async fn says(test: &TestApp, visitor: &Actor, words: &str) -> (Message, ConversationId) {
    visitor::visitor_says(&test.app, visitor, MessageId::new(), words, &[], None).await.expect("heard")
}

async fn rep_says(test: &TestApp, me: &Me, conversation: ConversationId, words: &str) -> Message {
    let new = NewMessage { id: MessageId::new(), conversation, body: words.into(), files: Vec::new(), channel: None };
    service::rep_says(&test.app, &person(me), new).await.expect("said")
}

/// The thread as it is stored.
async fn thread(test: &TestApp, company: &Company, conversation: ConversationId) -> Vec<Message> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    store::messages(&mut tx, Some(conversation), None, 1000).await.unwrap()
}

async fn talk(test: &TestApp, company: &Company, conversation: ConversationId) -> store::Talk {
    let system = Actor::system(company.id, "test");
    let mut tx = test.app.begin(&system).await.unwrap();
    store::talk(&mut tx, conversation, &system.scope()).await.unwrap().expect("the conversation")
}

/// Everything that happened in the company, in order.
async fn events(test: &TestApp, company: &Company) -> Vec<Event> {
    let mut tx = test.app.begin(&Actor::system(company.id, "test")).await.unwrap();
    let told = crate::activity::server::store::after(&mut tx, 0, 100_000).await.unwrap();
    told.into_iter().filter_map(|told| told.recorded).map(|recorded| recorded.event).collect()
}

/// What the assistant has said.
fn answers(thread: &[Message]) -> Vec<&Message> {
    thread.iter().filter(|message| message.author == Author::Assistant).collect()
}

/// Waits until something is so; a minute at most.
async fn until<F: Future<Output = bool>>(what: &str, so: impl Fn() -> F) {
    for _ in 0..600 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("a minute has gone by: {what}");
}

async fn set_model(test: &TestApp, company: &Company, model: &str) {
    sqlx::query("update talk.assistants set model = $2 where id = $1")
        .bind(company.assistant)
        .bind(model)
        .execute(&test.owner)
        .await
        .unwrap();
}

async fn set_live(test: &TestApp, company: &Company, live: bool) {
    sqlx::query("update talk.assistants set live = $2 where id = $1")
        .bind(company.assistant)
        .bind(live)
        .execute(&test.owner)
        .await
        .unwrap();
}
