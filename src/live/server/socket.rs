//! One open socket: who it is, what it listens to, and how far it has been told.

use super::channel::{Missed, Person, text};
use super::hub::{Hub, Sitting};
use super::reach::allowed;
use super::store::{Fault, Rights};
use super::telling::Telling;
use crate::accounts::server::actor::{Actor, Scope};
use crate::accounts::server::web::who_asks;
use crate::conversations::model::{Author, Pulse};
use crate::error::AppError;
use crate::live::topic::{Bye, ClientFrame, Here, ServerFrame, Topic};
use crate::server::app::App;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{FromRef, State};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::any};
use std::convert::Infallible;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

/// The first frame comes within this.
const HELLO: Duration = Duration::from_secs(5);
/// How often the socket says how far it is, and asks whether the other end is there.
const BEAT: Duration = Duration::from_secs(15);
/// The other end answers within this.
const SILENCE: Duration = Duration::from_secs(60);
/// A frame is taken within this.
const TAKE: Duration = Duration::from_secs(10);
/// More than this many events missed are not told one by one.
const REPLAYED: i64 = 5_000;
/// Events looked at in one go.
const BATCH: usize = 64;
/// Topics of one socket.
const TOPICS: usize = 64;
/// The largest frame a client may send, and the largest pulse, in bytes.
const FRAME: usize = 16 * 1024;
const PULSE: usize = 1024;

/// How a visitor's token is checked: `accounts` makes the actor.
pub type CheckVisitor = fn(&App, &str) -> Option<Actor>;

/// The route `/live`. The guard in front has put `Me` into the request of whoever is signed in and
/// has checked where the page comes from.
pub fn route<S>(check_visitor: CheckVisitor) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    App: FromRef<S>,
{
    let open = move |State(app): State<App>, extensions: http::Extensions, upgrade: WebSocketUpgrade| async move {
        live(app, who_asks(&extensions), check_visitor, upgrade)
    };
    Router::new().route("/live", any(open))
}

fn live(app: App, person: Option<Actor>, check_visitor: CheckVisitor, upgrade: WebSocketUpgrade) -> Response {
    if !app.hub.has_room() {
        return AppError::Unavailable { what: "The live connection".into() }.into_response();
    }
    // Small buffers: the usual 128 KiB a socket would be 1.3 GB for 10,000 of them.
    upgrade
        .read_buffer_size(1024)
        .write_buffer_size(0)
        .max_write_buffer_size(1 << 20)
        .max_message_size(FRAME)
        .max_frame_size(FRAME)
        .on_upgrade(move |ws| Box::pin(serve(ws, app, person, check_visitor)))
}

/// Why a socket ends: the other end has gone, or we say goodbye.
enum End {
    Gone,
    Bye(Bye),
}

impl From<Fault> for End {
    fn from(cause: Fault) -> Self {
        tracing::warn!(%cause, "a live socket ends: the database does not answer");
        End::Bye(Bye::Restart)
    }
}

async fn serve(mut ws: WebSocket, app: App, person: Option<Actor>, check_visitor: CheckVisitor) {
    let end = match Box::pin(timeout(HELLO, hello(&mut ws, &app, person, check_visitor))).await {
        Ok(Ok(actor)) => {
            let build = app.inner.build.clone();
            let mut socket = Socket::new(ws, app.hub, actor);
            let Err(end) = socket.run(build).await;
            ws = socket.ws;
            end
        }
        Ok(Err(end)) => end,
        Err(_) => End::Bye(Bye::BadFrame),
    };
    if let End::Bye(reason) = end {
        metrics::counter!("live_sockets_ended_total", "reason" => format!("{reason:?}")).increment(1);
        let goodbye = async {
            let _ = ws.send(Message::Text(text(&ServerFrame::Bye { reason }))).await;
            let _ = ws.send(Message::Close(None)).await;
        };
        let _ = timeout(Duration::from_secs(1), goodbye).await;
    }
}

/// Waits for the first frame. A visitor's token goes before the cookie: a person may try their
/// own widget.
async fn hello(ws: &mut WebSocket, app: &App, person: Option<Actor>, check_visitor: CheckVisitor) -> Result<Actor, End> {
    match read(ws.recv().await)? {
        Some(ClientFrame::Hello { v: 1, visitor }) => {
            let actor = visitor.map_or(person, |token| check_visitor(app, &token));
            actor.ok_or(End::Bye(Bye::SignedOut))
        }
        _ => Err(End::Bye(Bye::BadFrame)),
    }
}

/// A frame out of what came in; none if it was only a sign of life.
fn read(heard: Option<Result<Message, axum::Error>>) -> Result<Option<ClientFrame>, End> {
    match heard {
        Some(Ok(Message::Text(text))) => serde_json::from_str(&text).map(Some).map_err(|_| End::Bye(Bye::BadFrame)),
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Binary(_))) => Err(End::Bye(Bye::BadFrame)),
        Some(Ok(Message::Close(_)) | Err(_)) | None => Err(End::Gone),
    }
}

/// How many of something have come in the present stretch of time.
struct Pace {
    since: Instant,
    count: u32,
}

impl Pace {
    /// Counts one; says whether it is within `most` for each `stretch`.
    fn allows(&mut self, most: u32, stretch: Duration) -> bool {
        if self.since.elapsed() > stretch {
            (self.since, self.count) = (Instant::now(), 0);
        }
        self.count += 1;
        self.count <= most
    }
}

struct Socket {
    ws: WebSocket,
    hub: Hub,
    sitting: Sitting,
    actor: Actor,
    scope: Scope,
    /// What it listens to, and has been told up to the cursor.
    topics: Vec<Topic>,
    /// Everything up to here has been told, on every topic listened to.
    cursor: i64,
    heard: Instant,
    frames: Pace,
    pulses: Pace,
}

impl Socket {
    fn new(ws: WebSocket, hub: Hub, actor: Actor) -> Self {
        let person = actor.me().map(|me| {
            let mut assistants = me.assistants.clone();
            assistants.sort();
            Person {
                here: Here { user: me.user, name: me.name.clone(), tint: me.tint },
                session: me.session,
                rights: Rights { role: me.role, assistants },
            }
        });
        let (sitting, scope, now) = (hub.sit(actor.company(), person), actor.scope(), Instant::now());
        let pace = || Pace { since: now, count: 0 };
        Self { ws, hub, sitting, actor, scope, topics: Vec::new(), cursor: 0, heard: now, frames: pace(), pulses: pace() }
    }

    async fn run(&mut self, build: String) -> Result<Infallible, End> {
        if self.sitting.channel.newest().is_none() {
            Box::pin(self.sitting.channel.load()).await?;
        }
        self.cursor = self.sitting.channel.newest().unwrap_or(0);
        let session = self.actor.me().map(|me| me.session);
        self.say(&ServerFrame::Hello { v: 1, build, seq: self.cursor, session }).await?;
        // After a restart everyone comes at once; they need not all be asked at once for ever after.
        let mut beat = interval_at(Instant::now() + BEAT.mul_f32(rand::random_range(0.1..1.0)), BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                reason = &mut self.sitting.cut => return Err(End::Bye(reason.unwrap_or(Bye::Restart))),
                _ = beat.tick() => {
                    if self.heard.elapsed() > SILENCE {
                        return Err(End::Bye(Bye::TooSlow));
                    }
                    self.pump().await?;
                    self.say(&ServerFrame::Beat { seq: self.cursor }).await?;
                    // Browsers answer this by themselves, also in tabs that are put to sleep.
                    self.send(Message::Ping(Default::default())).await?;
                }
                heard = self.ws.recv() => {
                    self.heard = Instant::now();
                    if let Some(frame) = read(heard)? {
                        if !self.frames.allows(200, Duration::from_secs(10)) {
                            return Err(End::Bye(Bye::BadFrame));
                        }
                        Box::pin(self.obey(frame)).await?;
                    }
                }
                Some(frame) = self.sitting.say.recv() => self.send(Message::Text(frame)).await?,
                () = self.sitting.look.notified() => {}
            }
            self.pump().await?;
        }
    }

    async fn send(&mut self, message: Message) -> Result<(), End> {
        tokio::select! {
            biased;
            reason = &mut self.sitting.cut => Err(End::Bye(reason.unwrap_or(Bye::Restart))),
            sent = timeout(TAKE, self.ws.send(message)) => match sent {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(End::Gone),
                Err(_) => Err(End::Bye(Bye::TooSlow)),
            },
        }
    }

    async fn say(&mut self, frame: &ServerFrame<()>) -> Result<(), End> {
        self.send(Message::Text(text(frame))).await
    }

    /// Tells what is new. What comes while the last few are told is a reason to look again: whoever
    /// puts an event into the ring rouses the socket after that.
    async fn pump(&mut self) -> Result<(), End> {
        loop {
            let news = match Box::pin(self.sitting.channel.after(self.cursor, BATCH)).await {
                Ok(news) => news,
                Err(Missed::Fault(cause)) => return Err(cause.into()),
                Err(Missed::Gone) => {
                    self.cursor = self.sitting.channel.newest().unwrap_or(self.cursor);
                    return self.snapshot(self.topics.clone()).await;
                }
            };
            let all = news.len() < BATCH;
            for telling in news {
                if telling.unreadable() && telling.reaches(&self.scope) {
                    // A newer build wrote it. Where it belongs is unknown, so everything is loaded afresh.
                    self.snapshot(self.topics.clone()).await?;
                }
                self.tell(&telling, None).await?;
                self.cursor = telling.seq;
                if telling.assigned.is_some() && !self.scope.all {
                    Box::pin(self.look_again()).await?;
                }
            }
            if all {
                return Ok(());
            }
        }
    }

    /// Tells one event on those of its topics that are listened to (or of `only` these).
    async fn tell(&mut self, telling: &Telling, only: Option<&[Topic]>) -> Result<(), End> {
        let listening = only.unwrap_or(&self.topics);
        let topics: Vec<Topic> = telling.topics.iter().copied().filter(|topic| listening.contains(topic)).collect();
        let visitor = self.actor.me().is_none();
        if topics.is_empty() || !(visitor || telling.reaches(&self.scope)) {
            return Ok(());
        }
        match telling.frame(&topics, visitor) {
            Some(frame) => self.send(Message::Text(frame.into())).await,
            None => Ok(()),
        }
    }

    /// Ends the subscription of these: the data must be loaded afresh, then subscribed to again.
    async fn snapshot(&mut self, topics: Vec<Topic>) -> Result<(), End> {
        for topic in topics {
            self.forget(topic);
            self.say(&ServerFrame::SnapshotRequired { topic }).await?;
        }
        Ok(())
    }

    fn forget(&mut self, topic: Topic) {
        self.topics.retain(|other| *other != topic);
        self.sitting.stop_listening(topic);
    }

    /// A lead changed hands: what is no longer in reach is no longer listened to.
    async fn look_again(&mut self) -> Result<(), End> {
        let allowed = allowed(self.hub.pool(), &self.actor, &self.topics).await?;
        let lost: Vec<Topic> = self.topics.iter().copied().filter(|topic| !allowed.contains(topic)).collect();
        for topic in lost {
            self.forget(topic);
            self.say(&ServerFrame::Denied { topic }).await?;
        }
        Ok(())
    }

    async fn obey(&mut self, frame: ClientFrame) -> Result<(), End> {
        match frame {
            ClientFrame::Hello { .. } => Err(End::Bye(Bye::BadFrame)),
            ClientFrame::Subscribe { topic, since } => self.subscribe(vec![topic], since).await,
            ClientFrame::Resume { seq, topics } => self.subscribe(topics, seq).await,
            ClientFrame::Unsubscribe { topic } => {
                self.forget(topic);
                Ok(())
            }
            ClientFrame::Pulse { topic, pulse } => {
                self.pulse(topic, pulse);
                Ok(())
            }
            ClientFrame::Ping => self.say(&ServerFrame::Beat { seq: self.cursor }).await,
        }
    }

    /// Listens to these topics. What came after `since` is told first, in one pass over all.
    async fn subscribe(&mut self, mut topics: Vec<Topic>, since: i64) -> Result<(), End> {
        let mut seen = Vec::new();
        topics.retain(|topic| !seen.contains(topic) && (seen.push(*topic), true).1);
        let room = TOPICS.saturating_sub(self.topics.iter().filter(|topic| !topics.contains(topic)).count());
        let mut refused = topics.split_off(room.min(topics.len()));
        let allowed = allowed(self.hub.pool(), &self.actor, &topics).await?;
        refused.extend(topics.extract_if(.., |topic| !allowed.contains(topic)));
        for topic in refused {
            self.forget(topic);
            self.say(&ServerFrame::Denied { topic }).await?;
        }
        // The page may have been made by another process that is a moment ahead of this one.
        if self.sitting.channel.newest().is_none_or(|newest| newest < since) {
            self.sitting.channel.load().await?;
        }
        // Live and replay meet here without a gap: from now on the socket is told to look, and
        // everything up to the cursor is replayed.
        topics.iter().for_each(|topic| self.sitting.listen(*topic));
        self.pump().await?;
        let since = since.max(0);
        let mut told = since;
        let mut lost = told > self.cursor || self.cursor - told > REPLAYED;
        while told < self.cursor && !lost {
            match self.sitting.channel.after(told, BATCH).await {
                Ok(events) if events.is_empty() => lost = true,
                Ok(events) => {
                    let cursor = self.cursor;
                    for event in events.iter().filter(|event| event.seq <= cursor) {
                        lost |= event.unreadable() && event.reaches(&self.scope);
                        self.tell(event, Some(&topics)).await?;
                    }
                    told = events.last().map_or(self.cursor, |event| event.seq);
                }
                Err(Missed::Gone) => lost = true,
                Err(Missed::Fault(cause)) => return Err(cause.into()),
            }
        }
        if lost {
            return self.snapshot(topics).await;
        }
        for topic in topics {
            if !self.topics.contains(&topic) {
                self.topics.push(topic);
            }
            self.say(&ServerFrame::Subscribed { topic, seq: self.cursor }).await?;
            if self.actor.me().is_some() && !matches!(topic, Topic::Inbox | Topic::Tasks | Topic::Company) {
                let here = self.sitting.channel.presence(topic);
                self.say(&ServerFrame::Presence { topic, here }).await?;
            }
        }
        Ok(())
    }

    /// Passes a pulse on. Only typing is taken from clients, and who types is for us to say.
    fn pulse(&mut self, topic: Topic, pulse: serde_json::Value) {
        let known = matches!(topic, Topic::Conversation(_)) && self.topics.contains(&topic);
        let small = pulse.to_string().len() <= PULSE;
        let typing = pulse["kind"] == "typing";
        if known && small && typing && self.pulses.allows(5, Duration::from_secs(1)) {
            let said = match self.actor.me() {
                Some(me) => Pulse::Typing { who: Author::Rep, name: me.name.clone() },
                None => Pulse::Typing { who: Author::Visitor, name: String::new() },
            };
            self.hub.pulse_from(Some(self.sitting.id), self.actor.company(), topic, &said);
        }
    }
}
