//! The tab's one connection: web-sys and timers around the `Book`. Nothing here runs on the server.

use super::book::{Book, Tell, read};
use super::client::{Listener, Live, Status};
use super::topic::{Bye, ClientFrame, Here, ServerFrame, Topic};
use crate::values::Timestamp;
use crate::wire::{ToWire, print};
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, WebSocket};

/// Nothing heard for this long: the connection is dead, whatever the browser says.
const DEAD: i64 = 40_000;
/// Nothing heard for this long when the tab is looked at again: not worth trusting.
const DOUBTFUL: i64 = 20_000;
/// Seconds before each try to reconnect; the last one for ever.
const WAITS: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 15.0];
/// Pulses of one topic are at least this far apart, in milliseconds.
const PULSES: i64 = 1_000;

thread_local! {
    static TAB: RefCell<Option<Tab>> = const { RefCell::new(None) };
}

struct Tab {
    live: Live,
    book: Book,
    listeners: HashMap<u64, Listener>,
    here: HashMap<Topic, ArcRwSignal<Vec<Here>>>,
    pulsed: HashMap<Topic, i64>,
    link: Option<Link>,
    /// Goes up with each connection: what an older one still says is not listened to.
    round: u32,
    /// Failed tries in a row.
    tries: usize,
    retry: Option<TimeoutHandle>,
    heard: i64,
    /// The page goes away: no more tries.
    leaving: bool,
}

/// An open connection with its handlers, which live as long as it does.
struct Link {
    socket: WebSocket,
    greeted: bool,
    _open: Closure<dyn FnMut()>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut()>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}

/// Borrows the tab, opening it at the first call. Callbacks of components never run inside.
fn tab<T>(live: Live, act: impl FnOnce(&mut Tab) -> T) -> T {
    let first = TAB.with(|tab| tab.borrow().is_none());
    if first {
        TAB.with(|tab| tab.replace(Some(Tab::new(live))));
        watch();
        connect();
    }
    TAB.with(|tab| act(tab.borrow_mut().get_or_insert_with(|| Tab::new(live))))
}

/// The same where there is a tab already.
fn with<T>(act: impl FnOnce(&mut Tab) -> T) -> Option<T> {
    TAB.with(|tab| tab.borrow_mut().as_mut().map(act))
}

pub(super) fn listen(live: Live, topic: Topic, since: i64, listener: Listener) -> u64 {
    tab(live, |tab| {
        let (id, frame) = tab.book.listen(topic, since);
        tab.listeners.insert(id, listener);
        tab.send(frame.as_slice());
        id
    })
}

pub(super) fn forget(id: u64) {
    with(|tab| {
        tab.listeners.remove(&id);
        let frame = tab.book.forget(id);
        tab.send(frame.as_slice());
    });
}

pub(super) fn caught_up(topic: Topic, seq: i64) {
    with(|tab| {
        let frame = tab.book.caught_up(topic, seq);
        tab.send(frame.as_slice());
    });
}

pub(super) fn pulse(topic: Topic, pulse: serde_json::Value) {
    with(|tab| {
        let now = Timestamp::now().0;
        if tab.pulsed.get(&topic).is_none_or(|last| now - last >= PULSES) {
            tab.pulsed.insert(topic, now);
            tab.send(&[ClientFrame::Pulse { topic, pulse }]);
        }
    });
}

pub(super) fn presence(live: Live, topic: Topic) -> ArcRwSignal<Vec<Here>> {
    tab(live, |tab| tab.here.entry(topic).or_default().clone())
}

impl Tab {
    fn new(live: Live) -> Self {
        Self {
            live,
            book: Book::default(),
            listeners: HashMap::new(),
            here: HashMap::new(),
            pulsed: HashMap::new(),
            link: None,
            round: 0,
            tries: 0,
            retry: None,
            heard: 0,
            leaving: false,
        }
    }

    /// Sends if the server has said hello; what is not sent now is asked for when it has.
    fn send(&self, frames: &[ClientFrame]) {
        let Some(link) = self.link.as_ref().filter(|link| link.greeted) else { return };
        frames.iter().for_each(|frame| send(&link.socket, frame));
    }
}

fn send(socket: &WebSocket, frame: &ClientFrame) {
    let _ = socket.send_with_str(&print(&frame.to_wire()));
}

fn show(live: Live, status: Status) {
    if live.status.get_untracked() != status {
        live.status.set(status);
    }
    let word = match status {
        Status::Connected => "connected",
        Status::Reconnecting => "reconnecting",
        Status::Offline => "offline",
    };
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-live", word);
    }
}

/// Listens to the browser for as long as the tab lives: network, visibility, silence.
fn watch() {
    let again = || {
        let doubtful = with(|tab| {
            let silent = Timestamp::now().0 - tab.heard > DOUBTFUL;
            silent || tab.link.is_none()
        });
        if doubtful == Some(true) {
            if let Some(live) = with(|tab| tab.live) {
                show(live, Status::Reconnecting);
            }
            connect();
        }
    };
    // These handles remove the handler when asked to; dropped, they leave it in place.
    let _ = window_event_listener_untyped("online", move |_| again());
    let _ = window_event_listener_untyped("offline", |_| lost());
    let _ = window_event_listener_untyped("pagehide", |_| {
        with(|tab| tab.leaving = true);
    });
    let _ = window_event_listener_untyped("pageshow", move |_| {
        with(|tab| tab.leaving = false);
        again();
    });
    let seen = Closure::<dyn FnMut()>::new(move || {
        if document().visibility_state() == web_sys::VisibilityState::Visible {
            again();
        }
    });
    let _ = document().add_event_listener_with_callback("visibilitychange", seen.as_ref().unchecked_ref());
    seen.forget();
    set_interval(
        || {
            let dead = with(|tab| tab.link.is_some() && Timestamp::now().0 - tab.heard > DEAD);
            if dead == Some(true) {
                lost();
            }
        },
        Duration::from_secs(5),
    );
}

/// Opens a connection in place of the present one.
pub(super) fn connect() {
    let location = window().location();
    let (Ok(protocol), Ok(host)) = (location.protocol(), location.host()) else { return };
    let scheme = if protocol == "https:" { "wss" } else { "ws" };
    let Ok(socket) = WebSocket::new(&format!("{scheme}://{host}/live")) else { return };
    let old = with(|tab| {
        if let Some(retry) = tab.retry.take() {
            retry.clear();
        }
        tab.book.disconnected();
        tab.round += 1;
        tab.heard = Timestamp::now().0;
        let round = tab.round;
        let greeting = socket.clone();
        let open = Closure::<dyn FnMut()>::new(move || send(&greeting, &ClientFrame::Hello { v: 1, visitor: None }));
        let message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            if let Some(text) = event.data().as_string() {
                read(&text).into_iter().for_each(|frame| heard(round, frame));
            }
        });
        let close = Closure::<dyn FnMut()>::new(move || {
            // Not from inside the handler: `lost` drops it.
            set_timeout(
                move || {
                    if with(|tab| tab.round) == Some(round) {
                        lost()
                    }
                },
                Duration::ZERO,
            );
        });
        socket.set_onopen(Some(open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(close.as_ref().unchecked_ref()));
        tab.link.replace(Link { socket, greeted: false, _open: open, _message: message, _close: close })
    });
    // The old one may be the one that is calling: let it return before its handlers go.
    set_timeout(move || drop(old), Duration::ZERO);
}

/// The connection is gone: tries again, later each time.
fn lost() {
    let online = window().navigator().on_line();
    let shown = with(|tab| {
        if tab.leaving {
            return None;
        }
        drop(tab.link.take());
        tab.book.disconnected();
        tab.round += 1;
        let wait = WAITS[tab.tries.min(WAITS.len() - 1)];
        tab.tries += 1;
        // 75 % to 125 %: a crowd does not come back in the same instant.
        let wait = wait * (0.75 + js_sys::Math::random() / 2.0);
        if let Some(retry) = tab.retry.take() {
            retry.clear();
        }
        tab.retry = set_timeout_with_handle(connect, Duration::from_secs_f64(wait)).ok();
        Some(tab.live)
    });
    if let Some(live) = shown.flatten() {
        show(live, if online { Status::Reconnecting } else { Status::Offline });
    }
}

/// A frame came in on that connection.
fn heard(round: u32, frame: ServerFrame<crate::activity::model::Recorded>) {
    let told = with(|tab| {
        if tab.round != round {
            return None;
        }
        tab.heard = Timestamp::now().0;
        let (mut tells, mut greeted) = (Vec::new(), None);
        match &frame {
            ServerFrame::Hello { build, .. } => {
                tab.tries = 0;
                if let Some(link) = &mut tab.link {
                    link.greeted = true;
                }
                let (frames, first) = tab.book.connected();
                tab.send(&frames);
                tells = first;
                greeted = Some(build.clone());
            }
            ServerFrame::Bye { reason } => goodbye(*reason),
            _ => {}
        }
        tells.extend(tab.book.heard(frame));
        Some((tab.live, tells, greeted))
    });
    if let Some((live, tells, greeted)) = told.flatten() {
        if let Some(build) = greeted {
            show(live, Status::Connected);
            if live.build.with_value(|own| own.as_ref().is_some_and(|own| *own != build)) {
                live.new_version.set(true);
            }
        }
        tells.into_iter().for_each(|tell| pass_on(live, tell));
    }
}

fn pass_on(live: Live, tell: Tell) {
    let listener = |id| with(|tab| tab.listeners.get(&id).cloned()).flatten();
    match tell {
        Tell::Event(id, event) => {
            if let Some(listener) = listener(id) {
                listener.on_event.run(event);
            }
        }
        Tell::Pulse(id, pulse) => {
            if let Some(listener) = listener(id) {
                listener.on_pulse.run(pulse);
            }
        }
        Tell::Snapshot(id) => {
            if let Some(listener) = listener(id) {
                listener.on_snapshot.run(());
            }
        }
        Tell::Presence(topic, mut here) => {
            let me = live.me.get_value();
            here.retain(|other| Some(other.user) != me);
            if let Some(signal) = with(|tab| tab.here.entry(topic).or_default().clone()) {
                signal.set(here);
            }
        }
        Tell::Back(missed) => live.back.set(Some(missed)),
    }
}

/// The server ends the connection. The rest comes when it closes, which it does next.
fn goodbye(reason: Bye) {
    let location = window().location();
    match reason {
        Bye::SignedOut => {
            let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
            let next = js_sys::encode_uri_component(&path);
            let _ = location.assign(&format!("/sign-in?next={}", JsValue::from(next).as_string().unwrap_or_default()));
        }
        Bye::RightsChanged => {
            let _ = location.reload();
        }
        Bye::BadFrame | Bye::TooSlow | Bye::Restart => {}
    }
}
