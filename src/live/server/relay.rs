//! Between processes: hints, pulses and presence, through the database's notifications. All of it
//! may be lost; events never travel this way.

use super::hub::Core;
use super::store::{self, Pool};
use crate::live::topic::{Here, Topic};
use crate::values::CompanyId;
use serde::{Deserialize, Serialize};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// "These companies have new events": `PROCESS COMPANY,COMPANY,…`.
const HINTS: &str = "spotlight_events";
/// A `Relayed` as JSON.
const PULSES: &str = "spotlight_pulse";
/// Postgres refuses a payload of 8,000 bytes and more.
const LARGEST: usize = 7_900;
/// Pulses that wait to be sent; the oldest are forgotten first.
const WAITING: usize = 512;

/// What is said to the other processes.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Relayed {
    /// The process that says it.
    pub from: Uuid,
    /// In which company.
    pub company: CompanyId,
    /// Where.
    pub topic: Topic,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum What {
    /// Something not stored.
    Pulse(serde_json::Value),
    /// Everyone who looks at the topic through that process; nobody if empty.
    Here(Vec<Here>),
}

/// What waits to be said to the other processes. Written by anyone, emptied by one task.
pub(super) struct Outbox {
    /// This process.
    pub process: Uuid,
    pool: Pool,
    waiting: Mutex<Waiting>,
    ready: Notify,
    started: Once,
    stop: CancellationToken,
}

#[derive(Default)]
struct Waiting {
    hints: HashSet<CompanyId>,
    pulses: VecDeque<String>,
}

impl Outbox {
    pub fn new(pool: Pool, stop: CancellationToken) -> Self {
        Self { process: Uuid::new_v4(), pool, waiting: Mutex::default(), ready: Notify::new(), started: Once::new(), stop }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wake(self: &Arc<Self>) {
        self.started.call_once(|| {
            let outbox = self.clone();
            tokio::spawn(async move { outbox.stop.clone().run_until_cancelled(outbox.send_all()).await });
        });
        self.ready.notify_one();
    }

    /// The company has new events. Said once however often it is asked for meanwhile.
    pub fn hint(self: &Arc<Self>, company: CompanyId) {
        self.waiting().hints.insert(company);
        self.wake();
    }

    /// Says it to the others. What is larger than a notification can be stays in this process.
    pub fn relay(self: &Arc<Self>, company: CompanyId, topic: Topic, what: What) {
        let relayed = Relayed { from: self.process, company, topic, what };
        match serde_json::to_string(&relayed) {
            Ok(text) if text.len() <= LARGEST => {
                let mut waiting = self.waiting();
                if waiting.pulses.len() == WAITING {
                    waiting.pulses.pop_front();
                    metrics::counter!("live_relay_forgotten_total").increment(1);
                }
                waiting.pulses.push_back(text);
            }
            Ok(text) => {
                tracing::debug!(%topic, bytes = text.len(), "too large for the other processes");
                metrics::counter!("live_relay_oversized_total").increment(1);
                return;
            }
            Err(cause) => return tracing::error!(%cause, "a pulse cannot be written"),
        }
        self.wake();
    }

    async fn send_all(&self) {
        loop {
            self.ready.notified().await;
            let Waiting { hints, pulses } = std::mem::take(&mut *self.waiting());
            let hints: Vec<String> = hints.iter().map(ToString::to_string).collect();
            // 37 bytes an id, after the process's own.
            let hints: Vec<String> = hints.chunks(200).map(|ids| format!("{} {}", self.process, ids.join(","))).collect();
            let pulses: Vec<String> = pulses.into();
            for (channel, payloads) in [(HINTS, hints), (PULSES, pulses)] {
                if payloads.is_empty() {
                    continue;
                }
                if let Err(cause) = store::notify(&self.pool, channel, &payloads).await {
                    tracing::warn!(%cause, channel, "the other processes could not be told");
                }
            }
        }
    }
}

/// Hears what the other processes say, for ever.
pub(super) async fn receive(core: Arc<Core>) {
    loop {
        match store::listener(core.pool(), &[HINTS, PULSES]).await {
            Ok(mut listener) => loop {
                match listener.recv().await {
                    Ok(said) if said.channel() == HINTS => hinted(&core, said.payload()),
                    Ok(said) => match serde_json::from_str::<Relayed>(said.payload()) {
                        Ok(relayed) if relayed.from != core.outbox.process => core.relayed(relayed),
                        Ok(_) => {}
                        Err(cause) => tracing::warn!(%cause, "another process said something unreadable"),
                    },
                    Err(cause) => {
                        tracing::warn!(%cause, "not hearing the other processes; asking the database meanwhile");
                        break;
                    }
                }
            },
            Err(cause) => tracing::warn!(%cause, "cannot hear the other processes; asking the database meanwhile"),
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

fn hinted(core: &Core, payload: &str) {
    let Some((from, companies)) = payload.split_once(' ') else { return };
    if from.parse() != Ok(core.outbox.process) {
        companies.split(',').filter_map(|id| id.parse().ok()).for_each(|company| core.wake(company));
    }
}
