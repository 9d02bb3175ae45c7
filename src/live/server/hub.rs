//! Loads new events and tells every socket of the company.
//!
//! Three things bring news: a commit in this process, a notification from another one, and a
//! question to the database about once a second. The first two may be lost; the third is why that
//! costs a second and no event.

use super::channel::{Channel, Person, Seat};
use super::relay::{self, Outbox, Relayed, What};
use super::store::{self, Pool};
use crate::activity::server::store::Told;
use crate::live::topic::{Bye, Topic};
use crate::values::{CompanyId, SessionId};
use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, timeout_at};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Sockets that one process holds.
const MOST_SOCKETS: usize = 20_000;
/// Frames not stored that wait for one socket.
const WAITING: usize = 32;
/// How often the database is asked for new events.
const POLL: Duration = Duration::from_secs(1);
/// How often the sessions behind the sockets are looked at. A cut within five seconds is promised.
const SWEEP: Duration = Duration::from_secs(3);
/// How often the other processes hear who is here.
const PRESENCE: Duration = Duration::from_secs(20);
/// So many seconds somebody counts as here after it was said.
const HERE: i32 = 50;

/// Tells sockets what happened. Cheap to clone; its tasks end with the last clone.
#[derive(Clone)]
pub struct Hub {
    core: Arc<Core>,
    _tasks: Arc<DropGuard>,
}

/// What the tasks share.
pub(super) struct Core {
    pub outbox: Arc<Outbox>,
    pool: Pool,
    companies: Mutex<HashMap<CompanyId, Arc<Channel>>>,
    /// Somebody's rights may have changed: look at once.
    doubt: Arc<Notify>,
    next: AtomicU64,
    draining: AtomicBool,
    started: Once,
    stop: CancellationToken,
}

/// A socket's place in the hub. Dropped, it is gone from every topic.
pub(super) struct Sitting {
    pub id: u64,
    pub channel: Arc<Channel>,
    pub look: Arc<Notify>,
    pub say: mpsc::Receiver<Utf8Bytes>,
    pub cut: oneshot::Receiver<Bye>,
    joined: Vec<Topic>,
    core: Arc<Core>,
}

impl Sitting {
    /// From now on it is told to look when something happens there, and hears pulses.
    pub fn listen(&mut self, topic: Topic) {
        if !self.joined.contains(&topic) {
            self.joined.push(topic);
            self.channel.listen(self.id, topic);
        }
    }

    /// No longer.
    pub fn stop_listening(&mut self, topic: Topic) {
        self.joined.retain(|other| *other != topic);
        self.channel.stop_listening(self.id, topic);
    }
}

impl Hub {
    /// Over the pool of the process's own role. Tasks start with the first hint or socket.
    pub fn new(pool: Pool) -> Self {
        let stop = CancellationToken::new();
        let core = Core {
            outbox: Arc::new(Outbox::new(pool.clone(), stop.clone())),
            pool,
            companies: Mutex::default(),
            doubt: Arc::default(),
            next: AtomicU64::new(1),
            draining: AtomicBool::new(false),
            started: Once::new(),
            stop: stop.clone(),
        };
        Self { core: Arc::new(core), _tasks: Arc::new(stop.drop_guard()) }
    }

    /// These events of that company were committed just now. Other processes get a hint; one that is
    /// lost costs a second, no event.
    pub fn happened(&self, company: CompanyId, told: Vec<Told>) {
        if let Some(channel) = self.core.channel(company) {
            channel.offer(told);
        }
        self.core.outbox.hint(company);
    }

    /// Tells everyone on the topic something that is not stored. It may be lost; other processes
    /// hear it only up to 7,900 bytes.
    pub fn pulse(&self, company: CompanyId, topic: Topic, pulse: &impl Serialize) {
        self.pulse_from(None, company, topic, pulse);
    }

    /// The same, said by one socket, which does not hear itself.
    pub(super) fn pulse_from(&self, socket: Option<u64>, company: CompanyId, topic: Topic, pulse: &impl Serialize) {
        match serde_json::to_value(pulse) {
            Ok(pulse) => {
                if let Some(channel) = self.core.channel(company) {
                    channel.pulse(topic, pulse.clone(), socket);
                }
                self.core.outbox.relay(company, topic, What::Pulse(pulse));
            }
            Err(cause) => tracing::error!(%cause, %topic, "a pulse cannot be written"),
        }
    }

    /// Ends the sockets of those sign-ins in this process, at once. Other processes do the same
    /// when they meet the event, or at their next sweep.
    pub fn cut(&self, sessions: &[SessionId]) {
        self.core.channels().iter().for_each(|channel| channel.cut(Bye::SignedOut, |person| sessions.contains(&person.session)));
    }

    /// How many sockets are open.
    pub fn sockets(&self) -> usize {
        self.core.sockets()
    }

    /// Says goodbye to every socket, lets none in any more, and waits until they are gone, five
    /// seconds at most.
    pub async fn drain(&self) {
        self.core.draining.store(true, Ordering::SeqCst);
        let end = Instant::now() + Duration::from_secs(5);
        let gone = async {
            while self.sockets() > 0 {
                self.core.channels().iter().for_each(|channel| channel.cut_all());
                sleep(Duration::from_millis(20)).await;
            }
        };
        let _ = timeout_at(end, gone).await;
    }

    pub(super) fn pool(&self) -> &Pool {
        &self.core.pool
    }

    /// Whether another socket can be let in.
    pub(super) fn has_room(&self) -> bool {
        !self.core.draining.load(Ordering::SeqCst) && self.sockets() < MOST_SOCKETS
    }

    /// Gives a socket its place.
    pub(super) fn sit(&self, company: CompanyId, person: Option<Person>) -> Sitting {
        let core = &self.core;
        core.started.call_once(|| {
            core.spawn(relay::receive(core.clone()));
            core.spawn(poll(core.clone()));
            core.spawn(sweep(core.clone()));
            core.spawn(presence(core.clone()));
        });
        let id = core.next.fetch_add(1, Ordering::Relaxed);
        let (look, (to_say, say), (to_cut, cut)) = (Arc::new(Notify::new()), mpsc::channel(WAITING), oneshot::channel());
        let channel = {
            let mut companies = core.companies();
            let channel = companies.entry(company).or_insert_with(|| {
                let stop = core.stop.child_token();
                let channel = Channel::new(company, core.pool.clone(), core.outbox.clone(), core.doubt.clone(), stop.clone());
                let channel = Arc::new(channel);
                let loader = channel.clone();
                tokio::spawn(async move { stop.run_until_cancelled(loader.keep_loading()).await });
                channel
            });
            channel.sit(id, Seat { look: look.clone(), say: to_say, cut: Some(to_cut), person });
            channel.clone()
        };
        metrics::gauge!("live_sockets").increment(1);
        Sitting { id, channel, look, say, cut, joined: Vec::new(), core: core.clone() }
    }
}

impl Drop for Sitting {
    fn drop(&mut self) {
        // Under the lock that `sit` takes, so that nobody sits down on a channel being removed.
        let mut companies = self.core.companies();
        if self.channel.leave(self.id, &self.joined) {
            companies.remove(&self.channel.company);
            self.channel.stop.cancel();
        }
        metrics::gauge!("live_sockets").decrement(1);
    }
}

impl Core {
    pub fn pool(&self) -> &Pool {
        &self.pool
    }

    fn companies(&self) -> MutexGuard<'_, HashMap<CompanyId, Arc<Channel>>> {
        self.companies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn channel(&self, company: CompanyId) -> Option<Arc<Channel>> {
        self.companies().get(&company).cloned()
    }

    fn channels(&self) -> Vec<Arc<Channel>> {
        self.companies().values().cloned().collect()
    }

    fn sockets(&self) -> usize {
        self.channels().iter().map(|channel| channel.count()).sum()
    }

    /// There may be new events of that company.
    pub fn wake(&self, company: CompanyId) {
        if let Some(channel) = self.channel(company) {
            channel.wake.notify_one();
        }
    }

    /// Another process said something.
    pub fn relayed(&self, relayed: Relayed) {
        if let Some(channel) = self.channel(relayed.company) {
            match relayed.what {
                What::Pulse(pulse) => channel.pulse(relayed.topic, pulse, None),
                What::Here(here) => channel.here_elsewhere(relayed.topic, relayed.from, here),
            }
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        tokio::spawn(async move { stop.run_until_cancelled(task).await });
    }
}

/// Asks the database which streams have grown, for ever.
async fn poll(core: Arc<Core>) {
    let mut tick = interval(POLL);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let channels: HashMap<_, _> = core.companies().clone();
        let ids: Vec<CompanyId> = channels.keys().copied().collect();
        if ids.is_empty() {
            continue;
        }
        match store::newest_of(&core.pool, &ids).await {
            Ok(newest) => {
                for (company, seq) in newest {
                    if let Some(channel) = channels.get(&company).filter(|channel| channel.newest().is_none_or(|known| known < seq)) {
                        channel.wake.notify_one();
                    }
                }
            }
            Err(cause) => tracing::warn!(%cause, "the database could not be asked for new events"),
        }
    }
}

/// Ends sockets whose session has ended or whose rights have changed, for ever. While the
/// database does not answer, nobody is thrown out.
async fn sweep(core: Arc<Core>) {
    loop {
        tokio::select! {
            () = sleep(SWEEP) => {}
            () = core.doubt.notified() => {}
        }
        let mut sessions: Vec<SessionId> = core.channels().iter().flat_map(|channel| channel.sessions()).collect();
        sessions.sort();
        sessions.dedup();
        if sessions.is_empty() {
            continue;
        }
        match store::standing(&core.pool, &sessions).await {
            Ok(standing) => {
                let standing: HashMap<_, _> = standing.into_iter().collect();
                for channel in core.channels() {
                    // A socket that was opened since we asked is looked at next time.
                    let asked = |person: &Person| sessions.binary_search(&person.session).is_ok();
                    channel.cut(Bye::SignedOut, |person| asked(person) && !standing.contains_key(&person.session));
                    channel.cut(Bye::RightsChanged, |person| {
                        asked(person) && standing.get(&person.session).is_some_and(|rights| *rights != person.rights)
                    });
                }
            }
            Err(cause) => tracing::warn!(%cause, "the sessions behind the sockets could not be looked at"),
        }
    }
}

/// Tells the other processes who looks at what, and the database who is here at all, for ever.
async fn presence(core: Arc<Core>) {
    loop {
        sleep(PRESENCE).await;
        let channels = core.channels();
        channels.iter().for_each(|channel| channel.freshen_presence());
        let mut sessions: Vec<SessionId> = channels.iter().flat_map(|channel| channel.sessions()).collect();
        sessions.sort();
        sessions.dedup();
        if !sessions.is_empty()
            && let Err(cause) = store::are_here(&core.pool, &sessions, HERE).await
        {
            tracing::warn!(%cause, "it could not be noted who is here");
        }
    }
}
