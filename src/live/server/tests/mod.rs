//! The live socket over real sockets and a real Postgres.

mod numbers;
mod processes;
mod reach;
mod storm;
mod stream;

use crate::accounts::server::actor::Actor;
use crate::activity::model::{Event, Recorded};
use crate::activity::server::record;
use crate::live::topic::{Bye, ClientFrame, ServerFrame, Topic};
use crate::server::app::App;
use crate::server::db::Audience;
use crate::values::*;
use futures::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Frame = ServerFrame<Recorded>;

/// Longer than anything here may take.
const LONG: Duration = Duration::from_secs(10);

/// A tab: one socket, spoken to frame by frame.
struct Tab(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Tab {
    /// Opens a socket and says nothing yet.
    async fn open(address: &str, cookie: Option<&str>) -> Self {
        let mut request = format!("{}/live", address.replace("http", "ws")).into_client_request().unwrap();
        if let Some(cookie) = cookie {
            request.headers_mut().insert("cookie", cookie.parse().unwrap());
        }
        Self(connect_async(request).await.expect("the socket opens").0)
    }

    /// Opens a socket and says hello. Gives the newest number too.
    async fn greeted(address: &str, cookie: &str) -> (Self, i64) {
        let mut tab = Self::open(address, Some(cookie)).await;
        tab.send(&ClientFrame::Hello { v: 1, visitor: None }).await;
        match tab.next().await {
            Some(Frame::Hello { v: 1, seq, .. }) => (tab, seq),
            other => panic!("no hello but {other:?}"),
        }
    }

    /// The same, listening to one topic from the newest event on.
    async fn listening(address: &str, cookie: &str, topic: Topic) -> Self {
        let (mut tab, seq) = Self::greeted(address, cookie).await;
        assert!(tab.subscribe(topic, seq).await.is_empty());
        tab
    }

    async fn send(&mut self, frame: &ClientFrame) {
        // A socket that was cut meanwhile says so when it is read.
        let _ = self.0.send(Message::text(serde_json::to_string(frame).unwrap())).await;
    }

    /// Subscribes, and gives the numbers of the events told before it is confirmed.
    async fn subscribe(&mut self, topic: Topic, since: i64) -> Vec<i64> {
        self.send(&ClientFrame::Subscribe { topic, since }).await;
        let mut told = Vec::new();
        loop {
            match self.next().await {
                Some(Frame::Event { event, .. }) => told.push(event.seq),
                Some(Frame::Subscribed { topic: of, .. }) if of == topic => return told,
                Some(Frame::Presence { .. }) => {}
                other => panic!("not subscribed to {topic} but {other:?}"),
            }
        }
    }

    /// The next text; none when the socket is closed.
    async fn text(&mut self) -> Option<String> {
        loop {
            match timeout(LONG, self.0.next()).await.expect("a frame in time")? {
                Ok(Message::Text(text)) => return Some(text.to_string()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn next(&mut self) -> Option<Frame> {
        let text = self.text().await?;
        Some(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")))
    }

    /// The next frame that is neither a beat nor about presence.
    async fn news(&mut self) -> Option<Frame> {
        loop {
            match self.next().await {
                Some(Frame::Presence { .. } | Frame::Beat { .. }) => {}
                other => return other,
            }
        }
    }

    /// The next event.
    async fn event(&mut self) -> Recorded {
        match self.news().await {
            Some(Frame::Event { event, .. }) => event,
            other => panic!("no event but {other:?}"),
        }
    }

    /// Why the server says goodbye.
    async fn bye(&mut self) -> Bye {
        match self.news().await {
            Some(Frame::Bye { reason }) => reason,
            other => panic!("no goodbye but {other:?}"),
        }
    }

    /// Everything that is told before the answer to a ping: what was not told by then is not told.
    async fn told_by_now(&mut self) -> Vec<Frame> {
        // Beats carry how far the socket is; the ping's answer comes after what was looked at.
        self.send(&ClientFrame::Ping).await;
        let mut told = Vec::new();
        loop {
            match self.next().await {
                Some(Frame::Beat { .. }) => return told,
                Some(Frame::Presence { .. }) => {}
                Some(frame) => told.push(frame),
                None => panic!("closed"),
            }
        }
    }
}

/// Writes one event in a transaction of its own and gives its number.
async fn happen(app: &App, company: CompanyId, event: Event, audience: Audience) -> i64 {
    let mut tx = app.begin(&Actor::system(company, "test")).await.unwrap();
    record(&mut tx, event, audience);
    tx.commit().await.unwrap().expect("a number")
}

/// An event of the whole company.
async fn company_changed(app: &App, company: CompanyId) -> i64 {
    happen(app, company, Event::CompanyChanged, Audience::everyone()).await
}

/// A note on a lead that need not exist.
fn note(lead: LeadId, body: &str) -> Event {
    Event::NoteWritten { lead, body: body.into(), mentions: Vec::new() }
}

/// A lead of the company; gives its id.
async fn lead(app: &App, company: &crate::server::testing::Company, assistant: Option<AssistantId>, owner: Option<UserId>) -> LeadId {
    let (lead, contact) = (LeadId::new(), ContactId::new());
    let mut tx = app.begin(&Actor::system(company.id, "test")).await.unwrap();
    sqlx::query("insert into sales.contacts (company_id, id, name) values ($1, $2, 'Maya')")
        .bind(company.id)
        .bind(contact)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(
        "insert into sales.leads (company_id, id, contact_id, stage_id, rank, currency, assistant_id, owner_id)
         values ($1, $2, $3, $4, 'V', 'GBP', $5, $6)",
    )
    .bind(company.id)
    .bind(lead)
    .bind(contact)
    .bind(company.stages[0])
    .bind(assistant)
    .bind(owner)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    lead
}

/// A conversation of that lead with the company's assistant; gives its id.
async fn conversation(app: &App, company: &crate::server::testing::Company, lead: LeadId, visitor: VisitorId) -> ConversationId {
    let id = ConversationId::new();
    let mut tx = app.begin(&Actor::system(company.id, "test")).await.unwrap();
    sqlx::query("insert into talk.conversations (company_id, id, lead_id, assistant_id, visitor_id) values ($1, $2, $3, $4, $5)")
        .bind(company.id)
        .bind(id)
        .bind(lead)
        .bind(company.assistant)
        .bind(visitor)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    id
}
