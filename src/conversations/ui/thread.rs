//! The thread: what was said, in order, and what is being said now.

use super::actions::AtRest;
use super::composer::Composer;
use super::context::ContextPane;
use super::head::Head;
use super::later::ScheduledView;
use super::message::{DraftView, MessageView, NoteView, NoticeView, TypingView};
use super::open::Open;
use crate::conversations::model::{Note, Notice, Thread};
use crate::ui::clock::use_clock;
use crate::ui::icon::Icon;
use crate::ui::moment::{day, day_name, use_zone};
use crate::values::{MessageId, Timestamp};
use leptos::{html, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// A line of the thread.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Line {
    /// A new day begins.
    Day(i64),
    /// Somebody said something.
    Message(MessageId),
    /// Control changed, or the chat was put to rest.
    Notice(i64),
    /// The team noted something.
    Note(i64),
}

/// The stored lines in order of time, a heading before each day. `at` is where a message or a
/// notice or a note stands in the reader's time.
pub fn lines(thread: &Thread, notes: &[Note], local: impl Fn(Timestamp) -> Timestamp) -> Vec<Line> {
    let notices = thread.notices.iter().map(|notice| (notice.at, Line::Notice(notice.seq)));
    let mut between: Vec<_> = notices.chain(notes.iter().map(|note| (note.at, Line::Note(note.seq)))).collect();
    between.sort_by_key(|(at, _)| *at);
    let mut lines = Vec::with_capacity(thread.messages.len() + between.len() + 4);
    let mut between = between.into_iter().peekable();
    let mut last_day = None;
    let mut push = |at: Timestamp, line: Line| {
        let day = day(local(at));
        if last_day.replace(day) != Some(day) {
            lines.push(Line::Day(day));
        }
        lines.push(line);
    };
    for message in &thread.messages {
        while let Some((at, line)) = between.next_if(|(at, _)| *at < message.at) {
            push(at, line);
        }
        push(message.at, Line::Message(message.id));
    }
    for (at, line) in between {
        push(at, line);
    }
    lines
}

/// An open thread with its head, its composer and what is known beside it.
#[component]
pub fn ThreadPane(thread: Thread) -> impl IntoView {
    let open = Open::new(thread);
    open.mark_seen();
    let name = move || open.thread.with(|thread| format!("Conversation with {}", thread.row.name));
    view! {
        <section
            class="flex-1 min-w-0 flex flex-col min-h-0"
            data-conversation=open.id.to_string()
            aria-label=name
        >
            <Head open />
            <Log open />
            <AtRest open />
            <Composer open />
        </section>
        <ContextPane open />
    }
}

/// How near the end counts as reading the end, in pixels.
const NEAR: i32 = 80;

/// The messages. The end stays in view while the reader is near it; otherwise what they read stays
/// where it is, and a pill says that something new is there.
#[component]
fn Log(open: Open) -> impl IntoView {
    let (zone, clock) = (use_zone(), use_clock());
    let element = NodeRef::<html::Div>::new();
    let (near, fresh) = (StoredValue::new(true), RwSignal::new(false));
    let stored = Memo::new(move |_| open.thread.with(|thread| lines(thread, &thread.notes, |at| zone.local(at))));
    let shown = Memo::new(move |_| {
        let mut shown = stored.get();
        // What is on its way stands at the end until it is stored.
        open.outbox.with(|outbox| {
            for outgoing in outbox.iter().filter(|outgoing| outgoing.message.conversation == open.id) {
                let line = Line::Message(outgoing.message.id);
                if !shown.contains(&line) {
                    shown.push(line);
                }
            }
        });
        shown
    });
    let end = move || {
        if let Some(log) = element.get_untracked() {
            log.set_scroll_top(log.scroll_height());
        }
    };
    let on_scroll = move |_| {
        let Some(log) = element.get_untracked() else { return };
        let is_near = log.scroll_height() - log.client_height() - log.scroll_top() < NEAR;
        near.set_value(is_near);
        if is_near && fresh.get_untracked() {
            fresh.set(false);
        }
    };
    Effect::new(move |before: Option<usize>| {
        let count = shown.with(Vec::len);
        open.draft.track();
        open.typing.track();
        let ours = shown.with(|shown| match shown.last() {
            Some(Line::Message(id)) => open.outbox.with(|outbox| outbox.iter().any(|outgoing| outgoing.message.id == *id)),
            _ => false,
        });
        let more = before.is_some_and(|before| count > before);
        if near.get_value() || (more && ours) {
            // After the lines are there.
            request_animation_frame(end);
        } else if more {
            fresh.set(true);
        }
        count
    });
    // A composer that grows, or a keyboard that comes up, must not hide the end.
    Effect::new(move || {
        let Some(log) = element.get() else { return };
        let grown = Closure::<dyn FnMut()>::new(move || {
            if near.try_get_value() == Some(true) {
                end();
            }
        });
        let Ok(observer) = web_sys::ResizeObserver::new(grown.as_ref().unchecked_ref()) else { return };
        observer.observe(&log);
        let kept = StoredValue::new_local((observer, grown));
        on_cleanup(move || {
            kept.with_value(|(observer, _)| observer.disconnect());
        });
    });
    view! {
        <div class="relative flex-1 min-h-0 flex flex-col">
            <div
                node_ref=element
                class="flex-1 min-h-0 overflow-y-auto px-4 md:px-6 py-3 flex flex-col gap-2.5 outline-offset-[-2px]"
                role="log"
                aria-live="polite"
                aria-label="Messages"
                tabindex="0"
                on:scroll=on_scroll
            >
                <For each=move || shown.get() key=Line::clone let(line)>
                    {match line {
                        Line::Day(of) => {
                            let name = move || day_name(of, day(zone.local(clock.get())));
                            view! { <div class="self-center text-2xs text-ink-faint">{name}</div> }.into_any()
                        }
                        Line::Message(id) => view! { <MessageView id open /> }.into_any(),
                        Line::Notice(seq) => view! { <NoticeLine seq open /> }.into_any(),
                        Line::Note(seq) => view! { <NoteLine seq open /> }.into_any(),
                    }}
                </For>
                <ScheduledView open />
                <DraftView open />
                <TypingView open />
            </div>
            <Show when=move || fresh.get()>
                <button
                    class="btn btn-sm absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full! shadow-raised z-(--z-sticky)"
                    on:click=move |_| {
                        end();
                        fresh.set(false);
                    }
                >
                    "New reply"
                    <Icon name="chevron-down" size=14 />
                </button>
            </Show>
        </div>
    }
}

#[component]
fn NoticeLine(seq: i64, open: Open) -> impl IntoView {
    let notice = open.thread.with_untracked(|thread| thread.notices.iter().find(|notice| notice.seq == seq).cloned());
    notice.map(|notice: Notice| view! { <NoticeView notice /> })
}

#[component]
fn NoteLine(seq: i64, open: Open) -> impl IntoView {
    let note = open.thread.with_untracked(|thread| thread.notes.iter().find(|note| note.seq == seq).cloned());
    note.map(|note| view! { <NoteView note /> })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::model::Who;
    use crate::conversations::model::{About, Author, Channel, Control, ConversationRow, Delivery, Message, Owner};
    use crate::values::{AssistantId, ConversationId, LeadId, Sentiment};
    use uuid::Uuid;

    #[test]
    fn notices_stand_among_the_messages_and_each_day_is_headed() {
        let id = |n: u128| MessageId(Uuid::from_u128(n));
        let message = |n: i32, at: i64| Message {
            id: id(n.unsigned_abs().into()),
            conversation: ConversationId(Uuid::nil()),
            number: n,
            author: Author::Visitor,
            user: None,
            name: String::new(),
            body: String::new(),
            files: vec![],
            channel: Channel::Web,
            state: Delivery::Sent,
            failure: None,
            partial: false,
            sources: vec![],
            sentiment: None,
            mood: None,
            at: Timestamp(at),
        };
        let hour = 3_600_000;
        let thread = Thread {
            row: ConversationRow {
                id: ConversationId(Uuid::nil()),
                lead: LeadId(Uuid::nil()),
                name: String::new(),
                organisation: String::new(),
                assistant: AssistantId(Uuid::nil()),
                control: Control { owner: Owner::Assistant, user: None, name: None, epoch: 0 },
                handoff: None,
                waiting_since: None,
                unread: 0,
                last_message: String::new(),
                last_author: Author::Visitor,
                last_at: Timestamp(0),
                sentiment: Sentiment::Neutral,
                rest: None,
                channel: Channel::Web,
            },
            messages: vec![message(1, hour), message(2, 23 * hour), message(3, 23 * hour + 1)],
            notices: vec![Notice { seq: 5, at: Timestamp(24 * hour), about: About::Waiting, text: String::new() }],
            notes: vec![Note { seq: 4, at: Timestamp(2 * hour), by: Who::Visitor, body: String::new() }],
            team: vec![],
            ways: vec![],
            scheduled: vec![],
            summary: String::new(),
            answers: vec![],
            seq: 5,
        };
        let utc = lines(&thread, &thread.notes, |at| at);
        let (m, day) = (|n| Line::Message(id(n)), Line::Day);
        assert_eq!(utc, [day(0), m(1), Line::Note(4), m(2), m(3), day(1), Line::Notice(5)]);
        // Two hours east of Greenwich the second message is of the next day.
        let east = lines(&thread, &thread.notes, |at| Timestamp(at.0 + 2 * hour));
        assert_eq!(east, [day(0), m(1), Line::Note(4), day(1), m(2), m(3), Line::Notice(5)]);
    }
}
