//! One company's newest events, and the sockets that listen to them.
//!
//! Events are read from the stream, or taken from the commit that wrote them when they join on to
//! what has been read. A socket is only told to look, and reads from its own place: so a slow one
//! holds nobody up and misses nothing.

use super::relay::{Outbox, What};
use super::store::{self, Fault, Pool, Rights};
use super::telling::Telling;
use super::watching::{NAMED, Watching};
use crate::activity::model::Event;
use crate::activity::server::store::Told;
use crate::live::topic::{Bye, Here, ServerFrame, Topic};
use crate::values::{CompanyId, SessionId};
use axum::extract::ws::Utf8Bytes;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Events kept in memory: this many, of this many bytes together.
const RING: usize = 2_048;
const RING_BYTES: usize = 4 << 20;
/// Events read ahead when the first socket comes, so that a crowd that comes back after a restart
/// is answered from memory.
const READ_AHEAD: i64 = 256;
/// Events read from the database at once.
const BATCH: i64 = 500;
/// How long another process is believed about who looks through it.
const BELIEVED: Duration = Duration::from_secs(60);

/// One company's newest events, and the sockets that listen to them.
pub struct Channel {
    /// Whose.
    pub company: CompanyId,
    /// There may be new events.
    pub(super) wake: Notify,
    /// Ends the loader.
    pub(super) stop: CancellationToken,
    pool: Pool,
    outbox: Arc<Outbox>,
    doubt: Arc<Notify>,
    loading: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The newest event that was loaded; none before the first look.
    newest: Option<i64>,
    /// Without gaps, ending with `newest`.
    ring: VecDeque<Arc<Telling>>,
    weight: usize,
    seats: HashMap<u64, Seat>,
    topics: HashMap<Topic, HashSet<u64>>,
    watching: HashMap<Topic, Watching>,
    elsewhere: HashMap<(Topic, Uuid), (Vec<Here>, Instant)>,
}

/// A socket, as the channel knows it.
pub(super) struct Seat {
    /// Look at the stream.
    pub look: Arc<Notify>,
    /// Frames that are not stored. Full means the socket is slow: it does without.
    pub say: mpsc::Sender<Utf8Bytes>,
    /// Ends it.
    pub cut: Option<oneshot::Sender<Bye>>,
    /// Who it is; none for visitors.
    pub person: Option<Person>,
}

/// A person at a socket.
pub(super) struct Person {
    /// As others see them.
    pub here: Here,
    /// Their sign-in.
    pub session: SessionId,
    /// The rights they came with.
    pub rights: Rights,
}

/// Why events could not be given.
#[derive(Debug)]
pub enum Missed {
    /// The stream no longer has them.
    Gone,
    /// The database does not answer.
    Fault(Fault),
}

impl Channel {
    pub(super) fn new(company: CompanyId, pool: Pool, outbox: Arc<Outbox>, doubt: Arc<Notify>, stop: CancellationToken) -> Self {
        let (wake, loading, state) = (Notify::new(), tokio::sync::Mutex::default(), Mutex::default());
        Self { company, wake, stop, pool, outbox, doubt, loading, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Loads whenever it is woken, for ever.
    pub(super) async fn keep_loading(&self) {
        loop {
            self.wake.notified().await;
            if let Err(cause) = self.load().await {
                tracing::warn!(company = %self.company, %cause, "new events could not be read; trying again");
                tokio::time::sleep(Duration::from_secs(1)).await;
                self.wake.notify_one();
            }
        }
    }

    /// Events that this process has just committed. Out of turn, or while others are being read,
    /// they are a reason to look.
    pub fn offer(&self, told: Vec<Told>) {
        let Some(before) = told.first().map(|first| first.seq - 1) else { return };
        match self.loading.try_lock() {
            Ok(_one_at_a_time) if self.newest() == Some(before) => self.take_in(before, told),
            _ => self.wake.notify_one(),
        }
    }

    /// Reads what is new and tells those concerned to look.
    ///
    /// # Errors
    /// The database's.
    pub async fn load(&self) -> Result<(), Fault> {
        let _one_at_a_time = self.loading.lock().await;
        let known = self.state().newest;
        let mut since = match known {
            Some(newest) => newest,
            None => (store::newest(&self.pool, self.company).await? - READ_AHEAD).max(0),
        };
        loop {
            let told = store::after(&self.pool, self.company, since, BATCH).await?;
            let last = told.last().map(|told| told.seq);
            let more = told.len() as i64 == BATCH;
            self.take_in(since, told);
            match last {
                Some(last) if more => since = last,
                _ => return Ok(()),
            }
        }
    }

    fn take_in(&self, since: i64, told: Vec<Told>) {
        for told in &told {
            match told.recorded.as_ref().map(|recorded| &recorded.event) {
                Some(Event::SessionsEnded { sessions }) => self.cut(Bye::SignedOut, |person| sessions.contains(&person.session)),
                Some(Event::MemberChanged { .. }) => self.doubt.notify_one(),
                _ => {}
            }
        }
        let mut guard = self.state();
        let state = &mut *guard;
        if told.first().is_some_and(|first| first.seq != since + 1) {
            // The stream was cut short in front: what is in memory no longer joins on.
            (state.ring, state.weight) = (VecDeque::new(), 0);
        }
        state.newest = Some(told.last().map_or(since, |last| last.seq));
        let mut concerned = HashSet::new();
        for told in told {
            if matches!(told.recorded.as_ref().map(|recorded| &recorded.event), Some(Event::LeadErased { .. })) {
                // What was said of that lead is still in memory. The stream has it no more.
                (state.ring, state.weight) = (VecDeque::new(), 0);
            }
            let telling = Telling::new(told);
            if telling.unreadable() || telling.assigned.is_some() {
                concerned.extend(state.seats.keys().copied());
            }
            concerned.extend(telling.topics.iter().filter_map(|topic| state.topics.get(topic)).flatten());
            state.weight += telling.weight();
            state.ring.push_back(Arc::new(telling));
        }
        while state.ring.len() > RING || state.weight > RING_BYTES {
            state.weight -= state.ring.pop_front().map_or(state.weight, |old| old.weight());
        }
        let looks: Vec<_> = concerned.iter().filter_map(|id| state.seats.get(id)).map(|seat| seat.look.clone()).collect();
        // Those roused first would only wait for the lock that the others are roused under.
        drop(guard);
        looks.iter().for_each(|look| look.notify_one());
    }

    /// The newest event that was loaded; none before the first look.
    pub fn newest(&self) -> Option<i64> {
        self.state().newest
    }

    /// The events after `since`, `most` at most, from memory or from the stream; empty when there
    /// are none yet.
    ///
    /// # Errors
    /// `Gone` when the stream no longer has all of them.
    pub async fn after(&self, since: i64, most: usize) -> Result<Vec<Arc<Telling>>, Missed> {
        if let Some(kept) = self.kept(since, most) {
            return Ok(kept);
        }
        let told = store::after(&self.pool, self.company, since, most as i64).await.map_err(Missed::Fault)?;
        match told.first() {
            Some(first) if first.seq != since + 1 => Err(Missed::Gone),
            _ => Ok(told.into_iter().map(|told| Arc::new(Telling::new(told))).collect()),
        }
    }

    /// The same from memory alone; none if it goes further back than that.
    fn kept(&self, since: i64, most: usize) -> Option<Vec<Arc<Telling>>> {
        let state = self.state();
        let newest = state.newest?;
        let from = (since - (newest - state.ring.len() as i64)).try_into().ok().filter(|_| since <= newest);
        match from {
            Some(from) => Some(state.ring.iter().skip(from).take(most).cloned().collect()),
            None if since > newest => Some(Vec::new()),
            None => None,
        }
    }

    pub(super) fn sit(&self, id: u64, seat: Seat) {
        self.state().seats.insert(id, seat);
    }

    /// Takes a socket out; says whether it was the last.
    pub(super) fn leave(&self, id: u64, topics: &[Topic]) -> bool {
        for topic in topics {
            self.stop_listening(id, *topic);
        }
        let mut state = self.state();
        state.seats.remove(&id);
        state.seats.is_empty()
    }

    /// The socket listens to the topic from now on: it is told to look, and hears pulses.
    pub(super) fn listen(&self, id: u64, topic: Topic) {
        let changed = {
            let mut state = self.state();
            let new = state.topics.entry(topic).or_default().insert(id);
            let here = state.named_at(topic, id).filter(|_| new);
            here.is_some_and(|here| state.watching.entry(topic).or_default().come(&here))
        };
        if changed {
            self.announce(topic, Some(id));
        }
    }

    /// The socket no longer listens to the topic.
    pub(super) fn stop_listening(&self, id: u64, topic: Topic) {
        let changed = {
            let mut state = self.state();
            let mut listened = false;
            if let Some(seats) = state.topics.get_mut(&topic) {
                listened = seats.remove(&id);
                if seats.is_empty() {
                    state.topics.remove(&topic);
                }
            }
            let here = state.named_at(topic, id).filter(|_| listened);
            let changed = here.is_some_and(|here| state.watching.get_mut(&topic).is_some_and(|watching| watching.go(&here)));
            if state.watching.get(&topic).is_some_and(Watching::is_empty) {
                state.watching.remove(&topic);
            }
            changed
        };
        if changed {
            self.announce(topic, None);
        }
    }

    /// Tells everyone on the topic, here and elsewhere, who looks at it now.
    fn announce(&self, topic: Topic, but: Option<u64>) {
        let local = self.state().local(topic);
        self.say_presence(topic, but);
        self.outbox.relay(self.company, topic, What::Here(local));
    }

    fn say_presence(&self, topic: Topic, but: Option<u64>) {
        let here = self.presence(topic);
        let frame = text(&ServerFrame::Presence { topic, here });
        self.say(topic, &frame, |id, seat| seat.person.is_some() && Some(id) != but);
    }

    /// Who looks at the topic, through this process or another.
    pub fn presence(&self, topic: Topic) -> Vec<Here> {
        let state = self.state();
        let mut here = state.local(topic);
        here.extend(state.elsewhere.iter().filter(|((of, _), _)| *of == topic).flat_map(|(_, (here, _))| here.iter().cloned()));
        sorted(here)
    }

    /// Another process says who looks at the topic through it.
    pub(super) fn here_elsewhere(&self, topic: Topic, process: Uuid, here: Vec<Here>) {
        let before = self.presence(topic);
        {
            let mut state = self.state();
            if here.is_empty() {
                state.elsewhere.remove(&(topic, process));
            } else {
                state.elsewhere.insert((topic, process), (here, Instant::now() + BELIEVED));
            }
        }
        if self.presence(topic) != before {
            self.say_presence(topic, None);
        }
    }

    /// Says again who looks through this process, and forgets those of processes gone silent.
    pub(super) fn freshen_presence(&self) {
        let (local, stale) = {
            let state = self.state();
            let local: Vec<_> = state.watching.iter().map(|(topic, watching)| (*topic, watching.named())).collect();
            let now = Instant::now();
            let stale: Vec<_> = state.elsewhere.iter().filter(|(_, (_, until))| *until < now).map(|(key, _)| *key).collect();
            (local, stale)
        };
        for (topic, here) in local {
            self.outbox.relay(self.company, topic, What::Here(here));
        }
        for (topic, process) in stale {
            self.here_elsewhere(topic, process, Vec::new());
        }
    }

    /// Tells every socket on the topic except one something that is not stored.
    pub fn pulse(&self, topic: Topic, pulse: serde_json::Value, but: Option<u64>) {
        let frame = text(&ServerFrame::Pulse { topic, pulse });
        self.say(topic, &frame, |id, _| Some(id) != but);
    }

    fn say(&self, topic: Topic, frame: &Utf8Bytes, to: impl Fn(u64, &Seat) -> bool) {
        let state = self.state();
        let seats = state.topics.get(&topic).into_iter().flatten().filter_map(|id| Some((*id, state.seats.get(id)?)));
        for (_, seat) in seats.filter(|(id, seat)| to(*id, seat)) {
            if seat.say.try_send(frame.clone()).is_err() {
                metrics::counter!("live_pulses_dropped_total").increment(1);
            }
        }
    }

    /// Ends the sockets of those people.
    pub(super) fn cut(&self, why: Bye, whom: impl Fn(&Person) -> bool) {
        for seat in self.state().seats.values_mut().filter(|seat| seat.person.as_ref().is_some_and(&whom)) {
            if let Some(cut) = seat.cut.take() {
                let _ = cut.send(why);
            }
        }
    }

    /// Ends every socket: the server stops.
    pub(super) fn cut_all(&self) {
        for cut in self.state().seats.values_mut().filter_map(|seat| seat.cut.take()) {
            let _ = cut.send(Bye::Restart);
        }
    }

    /// How many sockets are open.
    pub(super) fn count(&self) -> usize {
        self.state().seats.len()
    }

    /// The sign-ins whose sockets are open.
    pub(super) fn sessions(&self) -> Vec<SessionId> {
        self.state().seats.values().filter_map(|seat| Some(seat.person.as_ref()?.session)).collect()
    }
}

impl State {
    /// Who looks at the topic through this process.
    fn local(&self, topic: Topic) -> Vec<Here> {
        self.watching.get(&topic).map(Watching::named).unwrap_or_default()
    }

    /// As whom others see a socket that looks at the topic, if it is a person's. Being on the board, at a lead or in a
    /// thread is worth telling; every page listens to the rest.
    fn named_at(&self, topic: Topic, id: u64) -> Option<Here> {
        let told = !matches!(topic, Topic::Inbox | Topic::Tasks | Topic::Company);
        Some(self.seats.get(&id).filter(|_| told)?.person.as_ref()?.here.clone())
    }
}

fn sorted(mut here: Vec<Here>) -> Vec<Here> {
    here.sort_by(|a, b| (&a.name, a.user).cmp(&(&b.name, b.user)));
    here.dedup_by_key(|here| here.user);
    here.truncate(NAMED);
    here
}

/// A frame that is no event, as text.
pub(super) fn text(frame: &ServerFrame<()>) -> Utf8Bytes {
    serde_json::to_string(frame).unwrap_or_default().into()
}
