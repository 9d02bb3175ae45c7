//! The browser's one socket a tab: topics, resume, backoff, presence.
//!
//! On the server every call here does nothing, so components call it without asking where they run.

use crate::activity::model::Recorded;
use crate::live::topic::{Here, Topic};
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
    status: RwSignal<Status>,
}

/// What a component wants to hear of a topic.
#[derive(Clone)]
pub struct Listener {
    /// Each event after `since`, in order, once.
    pub on_event: Callback<Recorded>,
    /// What is not stored: typing, half-streamed text.
    pub on_pulse: Callback<serde_json::Value>,
    /// Too much was missed: load the data afresh, then call `Live::caught_up` with its number.
    pub on_snapshot: Callback<()>,
}

/// Makes the socket known to every component; called once by `<App>` for a signed-in person.
pub fn provide_live() {
    provide_context(Live { status: RwSignal::new(Status::Connected) });
}

/// The tab's socket.
pub fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// How it is doing.
    pub fn status(&self) -> ReadSignal<Status> {
        self.status.read_only()
    }

    /// Listens to a topic as long as the calling component lives. `since` is the number of the
    /// last event that is in the component's data.
    pub fn listen(&self, _topic: Topic, _since: i64, _listener: Listener) {}

    /// The data of that topic was loaded afresh and holds everything up to `seq`.
    pub fn caught_up(&self, _topic: Topic, _seq: i64) {}

    /// Tells everyone else on the topic something that is not stored.
    pub fn pulse(&self, _topic: Topic, _pulse: &crate::conversations::model::Pulse) {}

    /// Who else is looking at the topic now.
    pub fn presence(&self, _topic: Topic) -> Signal<Vec<Here>> {
        Signal::derive(Vec::new)
    }
}
