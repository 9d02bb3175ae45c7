//! An open thread's state in this tab: what is stored, what is on its way, what is being written.

use crate::activity::model::{Event, Recorded};
use crate::conversations::api::{load_thread, mark_seen, send_message, take_over};
use crate::conversations::model::{Author, Channel, Control, Delivery, Message, NewMessage, Owner, Pulse, Thread};
use crate::error::AppError;
use crate::files::model::Attached;
use crate::live::client::{Listener, Live, Status, use_live};
use crate::live::topic::Topic;
use crate::route::use_navigate;
use crate::ui::toast::{Toasts, use_toasts};
use crate::values::{ConversationId, MessageId, Timestamp, UserId};
use crate::wire::read;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// A message of ours that the server has not confirmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// As it will be shown; `Pending`.
    pub message: Message,
    /// Why it did not go out, and whether trying again may help.
    pub failed: Option<(String, bool)>,
}

/// What is on its way, of all threads: it outlives the thread's view. One for the inbox page.
#[derive(Clone, Copy)]
pub struct Outbox(pub RwSignal<Vec<Outgoing>>);

/// Somebody who is typing now.
#[derive(Clone, Debug, PartialEq)]
pub struct Typist {
    /// What they are.
    pub who: Author,
    /// Their name.
    pub name: String,
    since: Timestamp,
}

/// An answer that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The id the message will have.
    pub id: MessageId,
    /// Whole words so far.
    pub text: String,
    since: Timestamp,
}

/// An open thread. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Open {
    /// Which.
    pub id: ConversationId,
    /// What is stored.
    pub thread: RwSignal<Thread>,
    /// What is on its way.
    pub outbox: RwSignal<Vec<Outgoing>>,
    /// What the assistant is writing.
    pub draft: RwSignal<Option<Draft>>,
    /// What was written elsewhere and the person goes on with: by the assistant that was stopped, or to go out later.
    pub goes_on: RwSignal<Option<(String, Vec<Attached>)>>,
    /// Who is typing.
    pub typing: RwSignal<Vec<Typist>>,
    /// The tab's socket.
    pub live: Live,
}

/// A message as it is sent.
fn as_new(message: &Message) -> NewMessage {
    let files = message.files.iter().map(|file| file.id).collect();
    NewMessage { id: message.id, conversation: message.conversation, body: message.body.clone(), files, channel: Some(message.channel) }
}

/// So often a thread is loaded again when more was heard while it was loaded.
const RELOADS: usize = 5;
/// How long a typing mark lasts without being renewed, in milliseconds.
const TYPING: i64 = 5_000;
/// How long a draft lasts without a word more: its end may have been missed with the connection.
const DRAFT: i64 = 20_000;

impl Open {
    /// The state of a thread that was just loaded, kept fresh for as long as the caller lives.
    pub fn new(thread: Thread) -> Self {
        let open = Self {
            id: thread.row.id,
            outbox: expect_context::<Outbox>().0,
            draft: RwSignal::new(None),
            goes_on: RwSignal::new(None),
            typing: RwSignal::new(Vec::new()),
            live: use_live(),
            thread: RwSignal::new(thread),
        };
        open.listen();
        open.resend_when_connected();
        Effect::new(move || {
            if let Ok(ticking) = set_interval_with_handle(move || open.forget(Timestamp::now()), Duration::from_secs(1)) {
                on_cleanup(move || ticking.clear());
            }
        });
        open
    }

    fn listen(self) {
        let topic = Topic::Conversation(self.id);
        let (toasts, navigate) = (use_toasts(), use_navigate());
        let listener = Listener {
            on_event: Callback::new(move |recorded: Recorded| {
                if let Event::LeadRemoved { .. } = recorded.event {
                    toasts.error(format!("{} moved this lead to the trash, and its chat with it.", recorded.actor.name()));
                    return navigate.to("/inbox");
                }
                let waiting_before = self.waits();
                self.thread.update(|thread| thread.apply(&recorded));
                if let Event::MessageSent { message, .. } = &recorded.event {
                    self.confirmed(message.id);
                    self.typing.update(|typing| typing.retain(|typist| typist.who != message.author));
                }
                // The summary for the person who is asked for, and which ways are open now, are not in the event.
                let ways = match &recorded.event {
                    Event::ConsentChanged { .. } => true,
                    Event::MessageSent { message, .. } => message.author == Author::Visitor && message.channel == Channel::Sms,
                    _ => false,
                };
                if ways || self.waits() && !waiting_before {
                    self.reload();
                }
            }),
            on_pulse: Callback::new(move |pulse| self.pulse(pulse)),
            on_snapshot: Callback::new(move |()| self.reload()),
        };
        let since = self.thread.with_untracked(|thread| thread.seq);
        self.live.listen(topic, since, listener);
        // Notes are the lead's, not the conversation's.
        let listener = Listener {
            on_event: Callback::new(move |recorded: Recorded| {
                match &recorded.event {
                    Event::NoteWritten { .. } => self.thread.update(|thread| thread.noted(&recorded)),
                    // It is another lead's now, with other notes and another team.
                    Event::LeadsMerged { talks, .. } | Event::LeadsParted { talks, .. } if talks.contains(&self.id) => self.reload(),
                    _ => {}
                }
            }),
            on_pulse: Callback::new(|_| {}),
            on_snapshot: Callback::new(move |()| self.reload()),
        };
        self.live.listen(Topic::Inbox, since, listener);
    }

    fn waits(self) -> bool {
        self.thread.try_with_untracked(|thread| thread.row.waiting_since.is_some()).unwrap_or_default()
    }

    /// Loads the thread afresh.
    pub fn reload(self) {
        spawn_local(async move {
            // What was loaded may be older than what has been heard meanwhile; then it is loaded once more.
            for _ in 0..RELOADS {
                // An error leaves what is shown; the live connection tells what comes.
                let Ok(fresh) = load_thread(self.id).await else { return };
                match self.thread.try_with_untracked(|thread| thread.seq <= fresh.seq) {
                    Some(true) => {
                        let seq = fresh.seq;
                        self.thread.set(fresh);
                        return self.live.caught_up(Topic::Conversation(self.id), seq);
                    }
                    Some(false) => {}
                    None => return,
                }
            }
        });
    }

    fn pulse(self, pulse: serde_json::Value) {
        match read(&pulse) {
            Some(Pulse::Typing { who, name }) => {
                let name = if who == Author::Visitor { self.thread.with_untracked(|thread| thread.row.name.clone()) } else { name };
                self.typing.update(|typing| {
                    typing.retain(|typist| (typist.who, &typist.name) != (who, &name));
                    typing.push(Typist { who, name, since: Timestamp::now() });
                });
            }
            // A draft may be told after its message, or after a person took over.
            Some(Pulse::Draft { message, text })
                if self.thread.with_untracked(|thread| thread.row.control.owner == Owner::Assistant)
                    && !self.thread.with_untracked(|thread| thread.messages.iter().any(|known| known.id == message)) =>
            {
                // Whole words: the last one may go on.
                let words = text.rfind(char::is_whitespace).map_or("", |end| &text[..end]).to_owned();
                self.draft.set(Some(Draft { id: message, text: words, since: Timestamp::now() }));
            }
            Some(Pulse::DraftDropped { message }) => self.drop_draft(message),
            // A newer server may say what this page does not know.
            Some(Pulse::Draft { .. }) | None => {}
        }
    }

    fn drop_draft(self, id: MessageId) {
        if self.draft.try_with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.id == id)) == Some(true) {
            self.draft.set(None);
        }
    }

    /// Forgets who has stopped typing, and a draft that nobody goes on with.
    fn forget(self, now: Timestamp) {
        let old = |since: Timestamp, most: i64| now.0 - since.0 > most;
        if self.typing.with_untracked(|typing| typing.iter().any(|typist| old(typist.since, TYPING))) {
            self.typing.update(|typing| typing.retain(|typist| !old(typist.since, TYPING)));
        }
        if self.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| old(draft.since, DRAFT))) {
            self.draft.set(None);
        }
    }

    /// Takes in who answers now, as a request for that said. If it was refused, says why, and shows who has it.
    pub fn answered_by(self, answer: Result<Control, AppError>, toasts: Toasts) -> bool {
        let (done, control, wrong) = match answer {
            Ok(control) => (true, Some(control), None),
            Err(AppError::Conflict { reason, current }) => (false, current.and_then(|current| read::<Control>(&current)), Some(reason)),
            Err(error) => (false, None, Some(error.to_string())),
        };
        if let Some(control) = control {
            self.thread.try_update(|thread| thread.put_control(control));
        }
        wrong.into_iter().for_each(|wrong| toasts.error(wrong));
        done
    }

    /// Takes over while the assistant is writing, and hands what it has written to whoever goes on with it.
    pub fn stop_and_edit(self, toasts: Toasts) {
        let Some(draft) = self.draft.get_untracked() else { return };
        let epoch = self.thread.with_untracked(|thread| thread.row.control.epoch);
        spawn_local(async move {
            let answer = take_over(self.id, epoch).await;
            // It went on until it was stopped.
            let latest = self.draft.try_get_untracked().flatten().filter(|latest| latest.id == draft.id).unwrap_or(draft);
            if !self.answered_by(answer, toasts) {
                return;
            }
            // Its last word may have been quicker; then there is nothing to go on with.
            let done = load_thread(self.id).await.is_ok_and(|thread| thread.messages.iter().any(|message| message.id == latest.id));
            if done {
                toasts.say("It had finished already. You answer from here on.");
            } else {
                self.drop_draft(latest.id);
                self.goes_on.try_set(Some((latest.text, Vec::new())));
            }
        });
    }

    /// Shows a new message of ours at once and sends it.
    pub fn say(self, message: Message) {
        let id = message.id;
        // Gone only when the inbox was left at this moment; what is said goes out all the same.
        let new = as_new(&message);
        if self.outbox.try_update(|outbox| outbox.push(Outgoing { message, failed: None })).is_none() {
            return spawn_local(async move { drop(send_message(new).await) });
        }
        self.send(id);
    }

    /// Sends, or sends again, with the same id: the server stores it once.
    pub fn send(self, id: MessageId) {
        let Some(message) = self.outbox.try_update(|outbox| {
            let outgoing = outbox.iter_mut().find(|outgoing| outgoing.message.id == id)?;
            outgoing.failed = None;
            Some(as_new(&outgoing.message))
        }) else {
            return;
        };
        let Some(message) = message else { return };
        spawn_local(async move {
            match send_message(message).await {
                Ok(stored) => {
                    self.thread.try_update(|thread| thread.put(stored));
                    self.confirmed(id);
                }
                Err(error) => {
                    let again = matches!(error, AppError::Unavailable { .. } | AppError::TooMany { .. } | AppError::Internal { .. });
                    let reason = match error {
                        AppError::Unavailable { .. } => "Not sent: no connection. It goes out when it is back.".to_owned(),
                        other => format!("Not sent. {other}"),
                    };
                    self.outbox.try_update(|outbox| {
                        if let Some(outgoing) = outbox.iter_mut().find(|outgoing| outgoing.message.id == id) {
                            outgoing.failed = Some((reason, again));
                        }
                    });
                }
            }
        });
    }

    /// Takes a message out of those on their way.
    pub fn confirmed(self, id: MessageId) {
        self.outbox.try_update(|outbox| outbox.retain(|outgoing| outgoing.message.id != id));
        if self.draft.try_with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.id == id)) == Some(true) {
            self.draft.set(None);
        }
    }

    /// What was lost with the connection goes out again when it is back.
    fn resend_when_connected(self) {
        let status = self.live.status();
        Effect::new(move |before: Option<Status>| {
            let now = status.get();
            if now == Status::Connected && before.is_some_and(|before| before != Status::Connected) {
                let lost: Vec<MessageId> = self.outbox.with_untracked(|outbox| {
                    outbox
                        .iter()
                        .filter(|outgoing| matches!(outgoing.failed, Some((_, true))))
                        .map(|outgoing| outgoing.message.id)
                        .collect()
                });
                for id in lost {
                    self.send(id);
                }
            }
            now
        });
    }

    /// The message of that id, stored or on its way, and why it failed if it did.
    pub fn find(self, id: MessageId) -> Option<(Message, Option<(String, bool)>)> {
        let stored = self.thread.with(|thread| thread.messages.iter().find(|message| message.id == id).cloned());
        stored.map(|message| (message, None)).or_else(|| {
            self.outbox.with(|outbox| {
                outbox.iter().find(|outgoing| outgoing.message.id == id).map(|outgoing| (outgoing.message.clone(), outgoing.failed.clone()))
            })
        })
    }

    /// Tells the server that somebody has looked, whenever something is unread, the page is in
    /// front and the window has focus.
    pub fn mark_seen(self) {
        let looking = RwSignal::new(false);
        let look = move || {
            let seen = document().visibility_state() == web_sys::VisibilityState::Visible && document().has_focus().unwrap_or(false);
            if looking.try_get_untracked().is_some_and(|before| before != seen) {
                looking.set(seen);
            }
        };
        let asking = StoredValue::new(false);
        Effect::new(move || {
            look();
            let handles = [
                window_event_listener(leptos::ev::focus, move |_| look()),
                window_event_listener(leptos::ev::blur, move |_| look()),
                window_event_listener_untyped("visibilitychange", move |_| look()),
            ];
            on_cleanup(move || handles.into_iter().for_each(WindowListenerHandle::remove));
        });
        let unread = Memo::new(move |_| self.thread.with(|thread| thread.row.unread));
        Effect::new(move || {
            if !looking.get() || unread.get() == 0 || asking.get_value() {
                return;
            }
            asking.set_value(true);
            spawn_local(async move {
                let done = mark_seen(self.id).await;
                asking.try_set_value(false);
                if done.is_ok() {
                    self.thread.try_update(|thread| thread.row.unread = 0);
                }
            });
        });
    }

    /// A message as it is shown before the server has it.
    pub fn pending(self, body: String, files: Vec<Attached>, (name, user): (String, Option<UserId>), channel: Channel) -> Message {
        Message {
            id: MessageId::new(),
            conversation: self.id,
            number: 0,
            author: Author::Rep,
            user,
            name,
            body,
            files,
            channel,
            state: Delivery::Pending,
            failure: None,
            partial: false,
            sources: Vec::new(),
            sentiment: None,
            mood: None,
            at: Timestamp::now(),
        }
    }
}
