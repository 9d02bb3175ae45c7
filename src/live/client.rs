//! The browser's one socket a tab: topics, resume, backoff, presence.
//!
//! On the server every call here does nothing, so components call it without asking where they run.

use super::browser;
use crate::accounts::model::Desk;
use crate::activity::model::Recorded;
use crate::live::topic::{Here, Topic};
use crate::values::UserId;
use crate::wire::ToWire;
use leptos::prelude::*;

/// How the socket is doing; shown as `data-live` on the document element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Everything arrives.
    Connected,
    /// The connection was lost and is being sought.
    Reconnecting,
    /// The browser says there is no network.
    Offline,
}

/// The tab's socket. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Live {
    pub(super) status: RwSignal<Status>,
    pub(super) back: RwSignal<Option<u32>>,
    pub(super) new_version: RwSignal<bool>,
    /// The build that the page came with; none where there is no desk.
    pub(super) build: StoredValue<Option<String>>,
    pub(super) me: StoredValue<Option<UserId>>,
}

/// What a component wants to hear of a topic.
#[derive(Clone)]
pub struct Listener {
    /// Each event after `since`, in order, once.
    pub on_event: Callback<Recorded>,
    /// What is not stored: typing, half-streamed text.
    pub on_pulse: Callback<serde_json::Value>,
    /// Too much was missed, or the topic is no longer open to this person: load the data afresh,
    /// then call `Live::caught_up` with its number.
    pub on_snapshot: Callback<()>,
}

/// Makes the socket known to every component; called once by `<App>`, after the desk is provided.
/// The socket opens with the first listener.
pub fn provide_live() {
    let desk = use_context::<RwSignal<Desk>>().map(|desk| desk.get_untracked());
    provide_context(Live {
        status: RwSignal::new(Status::Connected),
        back: RwSignal::new(None),
        new_version: RwSignal::new(false),
        me: StoredValue::new(desk.as_ref().and_then(|desk| Some(desk.me.as_ref()?.user))),
        build: StoredValue::new(desk.map(|desk| desk.build)),
    });
}

/// The tab's socket.
pub fn use_live() -> Live {
    expect_context()
}

/// Whether there is a browser around; false while the server renders.
const IN_BROWSER: bool = cfg!(target_arch = "wasm32");

impl Live {
    /// How it is doing.
    pub fn status(&self) -> ReadSignal<Status> {
        self.status.read_only()
    }

    /// Set after each lost connection, once everything that was missed has been told: how many
    /// events that were.
    pub fn back(&self) -> ReadSignal<Option<u32>> {
        self.back.read_only()
    }

    /// Whether the server is of another build than the page: a reload is worth offering.
    pub fn new_version(&self) -> ReadSignal<bool> {
        self.new_version.read_only()
    }

    /// Listens to a topic as long as the calling component lives. `since` is the number of the
    /// last event that is in the component's data.
    pub fn listen(&self, topic: Topic, since: i64, listener: Listener) {
        if IN_BROWSER {
            let id = browser::listen(*self, topic, since, listener);
            on_cleanup(move || browser::forget(id));
        }
    }

    /// Does not wait for the next try to reconnect.
    pub fn try_now(&self) {
        if IN_BROWSER && self.status.get_untracked() != Status::Connected {
            browser::connect();
        }
    }

    /// The data of that topic was loaded afresh and holds everything up to `seq`.
    pub fn caught_up(&self, topic: Topic, seq: i64) {
        if IN_BROWSER {
            browser::caught_up(topic, seq);
        }
    }

    /// Tells everyone else on the topic something that is not stored: once a second at most, and
    /// only while the socket is open. The server takes typing in a conversation and nothing else.
    pub fn pulse(&self, topic: Topic, pulse: &crate::conversations::model::Pulse) {
        if IN_BROWSER {
            browser::pulse(topic, pulse.to_wire());
        }
    }

    /// Who else is looking at the topic now. Known only while somebody listens to it.
    pub fn presence(&self, topic: Topic) -> Signal<Vec<Here>> {
        if IN_BROWSER {
            let here = browser::presence(*self, topic);
            Signal::derive(move || here.get())
        } else {
            Signal::derive(Vec::new)
        }
    }
}
