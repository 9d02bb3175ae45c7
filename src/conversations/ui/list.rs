//! The list of conversations: who waits, what is yours, what the assistant answers.

use super::times::short;
use crate::activity::model::{Event, Recorded};
use crate::app::use_desk;
use crate::conversations::api::load_inbox;
use crate::conversations::model::{Author, Channel, ConversationRow, Inbox, Owner, Rest};
use crate::conversations::reduce::Group;
use crate::live::client::{Listener, use_live};
use crate::live::topic::Topic;
use crate::route::{use_navigate, use_query_map};
use crate::ui::avatar::{Bot, Lead, Person};
use crate::ui::clock::use_clock;
use crate::ui::empty::{Empty, Hint};
use crate::ui::icon::Icon;
use crate::ui::keys::{is_typing, within};
use crate::ui::marks::{Ago, SentimentMark};
use crate::ui::moment::use_zone;
use crate::values::{ConversationId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// Which part of the list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Show {
    Needs,
    Assistant,
    All,
}

impl Show {
    fn groups(self) -> &'static [Group] {
        match self {
            Show::Needs => &[Group::Waiting, Group::Yours],
            Show::Assistant => &[Group::Assistant],
            Show::All => &[Group::Waiting, Group::Yours, Group::Assistant, Group::Others, Group::Snoozed, Group::Closed],
        }
    }
    fn query(self) -> &'static str {
        match self {
            Show::Needs => "",
            Show::Assistant => "?show=ai",
            Show::All => "?show=all",
        }
    }
}

/// The list, kept fresh.
#[component]
pub fn ListPane(inbox: Inbox, open: Memo<Option<ConversationId>>) -> impl IntoView {
    let (desk, query) = (use_desk(), use_query_map());
    let me = Memo::new(move |_| desk.with(|desk| desk.me.as_ref().map(|me| me.user)));
    let inbox = follow(inbox);
    let show = Memo::new(move |_| match query.with(|query| query.get("show")).as_deref() {
        Some("ai") => Show::Assistant,
        Some("all") => Show::All,
        _ => Show::Needs,
    });
    let count = move |show: Show| inbox.with(|inbox| show.groups().iter().map(|group| inbox.group(*group, me.get()).len()).sum::<usize>());
    let shown = Memo::new(move |_| {
        inbox.with(|inbox| {
            show.get()
                .groups()
                .iter()
                .map(|group| (*group, inbox.group(*group, me.get()).iter().map(|row| row.id).collect::<Vec<_>>()))
                .filter(|(_, rows)| !rows.is_empty())
                .collect::<Vec<_>>()
        })
    });
    let here = move || open.get().map_or_else(|| "/inbox".to_owned(), |id| format!("/inbox/{id}"));
    let segment = move |each: Show, label: &'static str, number: bool| {
        view! {
            <a href=move || [&here(), each.query()].concat() aria-current=move || (show.get() == each).then_some("page")>
                {label}
                {number.then(|| view! { <span class="num">{move || count(each)}</span> })}
            </a>
        }
    };
    keys(shown, open, show);
    let now = seconds();
    view! {
        <header class="h-(--h-bar) px-4 flex items-center gap-2 shrink-0">
            <h1 class="text-md font-semibold">"Inbox"</h1>
        </header>
        <nav class="px-3 pb-2.5 shrink-0" aria-label="Which chats">
            <div class="seg w-full [&>*]:flex-1 [&>*]:justify-center max-md:[&>*]:h-9">
                {segment(Show::Needs, "Needs you", true)} {segment(Show::Assistant, "AI", true)}
                {segment(Show::All, "All", false)}
            </div>
        </nav>
        <div class="flex-1 min-h-0 overflow-y-auto flex flex-col" tabindex="0" role="region" aria-label="Conversation list">
            <For each=move || shown.get() key=|(group, _)| *group let((group, _))>
                <h2 class="rule-label px-4 pt-3 pb-1.5 first:pt-1.5">{group.label()}</h2>
                <ul>
                    <For
                        each=move || {
                            shown.with(|shown| {
                                shown.iter().find(|(each, _)| *each == group).map(|(_, rows)| rows.clone()).unwrap_or_default()
                            })
                        }
                        key=|id| *id
                        let(id)
                    >
                        <Row id inbox open show now />
                    </For>
                </ul>
            </For>
            {move || shown.with(Vec::is_empty).then(|| view! { <Nothing show=show.get() /> })}
        </div>
    }
}

/// The inbox as a signal that the live connection keeps fresh.
fn follow(inbox: Inbox) -> RwSignal<Inbox> {
    let (since, inbox, live) = (inbox.seq, RwSignal::new(inbox), use_live());
    let reload = Callback::new(move |()| {
        spawn_local(async move {
            if let Ok(fresh) = load_inbox().await {
                let seq = fresh.seq;
                if inbox.try_set(fresh).is_none() {
                    live.caught_up(Topic::Inbox, seq);
                }
            }
        });
    });
    let on_event = Callback::new(move |recorded: Recorded| {
        inbox.update(|inbox| inbox.apply(&recorded));
        // Its conversations come back with it; one that is not among the newest may be among them now.
        let unknown =
            recorded.event.conversation().is_some_and(|id| inbox.with_untracked(|inbox| inbox.rows.iter().all(|row| row.id != id)));
        let stirs = matches!(
            recorded.event,
            Event::MessageSent { .. } | Event::ControlChanged { .. } | Event::ConversationRested { rest: None, .. }
        );
        if matches!(recorded.event, Event::LeadRestored { .. }) || (unknown && stirs) {
            reload.run(());
        }
    });
    let listener = Listener { on_event, on_pulse: Callback::new(|_| {}), on_snapshot: reload };
    live.listen(Topic::Inbox, since, listener);
    inbox
}

/// The present moment, each second; at first the page's clock.
fn seconds() -> ReadSignal<Timestamp> {
    let now = RwSignal::new(use_clock().get_untracked());
    Effect::new(move || {
        if let Ok(ticking) = set_interval_with_handle(move || now.set(Timestamp::now()), Duration::from_secs(1)) {
            on_cleanup(move || ticking.clear());
        }
    });
    now.read_only()
}

/// J and K, and the arrows, go down and up the list; Escape closes the thread.
fn keys(shown: Memo<Vec<(Group, Vec<ConversationId>)>>, open: Memo<Option<ConversationId>>, show: Memo<Show>) {
    let navigate = use_navigate();
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            // The arrows of a thread scroll it.
            let elsewhere = event.key().starts_with("Arrow") && within(&event, "[role=log]");
            if event.default_prevented() || elsewhere || is_typing(&event) {
                return;
            }
            let rows: Vec<_> = shown.with_untracked(|shown| shown.iter().flat_map(|(_, rows)| rows.clone()).collect());
            let at = open.get_untracked().and_then(|open| rows.iter().position(|id| *id == open));
            let next = match event.key().as_str() {
                "j" | "J" | "ArrowDown" => Some(at.map_or(0, |at| at + 1)),
                "k" | "K" | "ArrowUp" => Some(at.map_or(0, |at| at.saturating_sub(1))),
                // Before the thread, what lies over it.
                "Escape" if open.get_untracked().is_some() && document().query_selector(":popover-open").ok().flatten().is_none() => None,
                _ => return,
            };
            let path = match next.map(|next| rows.get(next)) {
                Some(Some(id)) => format!("/inbox/{id}{}", show.get_untracked().query()),
                Some(None) => return,
                None => format!("/inbox{}", show.get_untracked().query()),
            };
            event.prevent_default();
            navigate.to(&path);
        });
        on_cleanup(move || handle.remove());
    });
}

/// One conversation.
#[component]
fn Row(
    id: ConversationId,
    inbox: RwSignal<Inbox>,
    open: Memo<Option<ConversationId>>,
    show: Memo<Show>,
    now: ReadSignal<Timestamp>,
) -> impl IntoView {
    let desk = use_desk();
    let row = Memo::new(move |_| inbox.with(|inbox| inbox.rows.iter().find(|row| row.id == id).cloned()));
    let said = move |row: &ConversationRow| {
        desk.with(|desk| match (row.last_author, row.control.user) {
            (Author::Visitor, _) => row.last_message.clone(),
            (Author::Assistant, _) => {
                let name = desk.assistant(row.assistant).map_or("AI", |face| face.name.as_str());
                format!("{name}: {}", row.last_message)
            }
            (Author::Rep, Some(user)) if desk.me.as_ref().is_some_and(|me| me.user == user) => format!("You: {}", row.last_message),
            (Author::Rep, _) => format!("{}: {}", row.control.name.as_deref().unwrap_or("Team"), row.last_message),
        })
    };
    let contents = move |row: ConversationRow| {
        let (bold, ink) = if row.unread > 0 { ("font-semibold", "text-ink") } else { ("font-medium", "text-ink-muted") };
        let said = said(&row);
        view! {
            <span class="relative mt-0.5" aria-hidden="true">
                <Lead name=row.name.clone() size=34 />
                <span class="absolute -right-1.5 -bottom-1.5 flex ring-2 ring-surface rounded-sm">
                    <Badge row=row.clone() />
                </span>
            </span>
            <span class="min-w-0 flex-1">
                <span class="flex items-baseline gap-2">
                    <span class=["truncate ", bold].concat() title=row.name.clone()>
                        {row.name.clone()}
                    </span>
                    <span class="ml-auto flex items-center gap-1 text-2xs text-ink-faint shrink-0">
                        {(row.channel == Channel::Sms)
                            .then(|| {
                                view! {
                                    <span class="flex" title="By text">
                                        <Icon name="smartphone" size=12 />
                                        <span class="sr-only">"By text"</span>
                                    </span>
                                }
                            })}
                        <Ago at=row.last_at />
                    </span>
                </span>
                <span class="block text-xs text-ink-faint truncate" title=row.organisation.clone()>
                    {row.organisation.clone()}
                </span>
                <span class="flex items-center gap-1.5 mt-0.5">
                    <span class=["text-xs truncate flex-1 ", ink].concat()>{said}</span>
                    {row.waiting_since.filter(|_| row.rest.is_none()).map(|since| view! { <Wait since now /> })}
                    {match row.rest {
                        Some(Rest::Snoozed { until }) => Some(view! { <Until until now /> }),
                        _ => None,
                    }}
                    <SentimentMark sentiment=row.sentiment />
                    {(row.unread > 0)
                        .then(|| {
                            view! {
                                // The beam marks what needs a person; the rest is only not read yet.
                                <span class=if row.control.owner == Owner::Assistant { "count bg-pressed! text-ink-muted!" } else { "count" }>
                                    {row.unread}
                                    <span class="sr-only">" unread"</span>
                                </span>
                            }
                        })}
                </span>
            </span>
        }
    };
    view! {
        <li>
            <a
                class="row px-3 py-2.5 items-start! border-b border-line/60 focus-visible:-outline-offset-2"
                href=move || format!("/inbox/{id}{}", show.get().query())
                data-conversation=id.to_string()
                aria-current=move || (open.get() == Some(id)).then_some("true")
            >
                {move || row.get().map(contents)}
            </a>
        </li>
    }
}

/// Who answers, at the corner of the lead's avatar.
#[component]
fn Badge(row: ConversationRow) -> impl IntoView {
    let desk = use_desk();
    move || {
        desk.with(|desk| match (row.control.owner, row.control.user) {
            (Owner::Person, Some(user)) => {
                let (name, tint) = desk.colleague(user).map_or(("?", 1), |person| (person.name.as_str(), person.tint));
                view! { <Person name=name.to_owned() tint size=16 /> }.into_any()
            }
            _ => {
                let (name, hue) = desk.assistant(row.assistant).map_or(("AI", 0), |face| (face.name.as_str(), face.hue));
                view! { <Bot name=name.to_owned() hue size=16 /> }.into_any()
            }
        })
    }
}

/// When a chat comes back that was put off.
#[component]
fn Until(until: Timestamp, now: ReadSignal<Timestamp>) -> impl IntoView {
    let zone = use_zone();
    // The seconds of the clock make no other text.
    let words = Memo::new(move |_| short(zone.local(until), zone.local(now.get())));
    view! {
        <span class="tag h-4.5! num shrink-0">
            <Icon name="clock" size=12 />
            <span class="sr-only">"Put off until "</span>
            {words}
        </span>
    }
}

/// How long the visitor has been waiting: said after two minutes, red after four.
#[component]
fn Wait(since: Timestamp, now: ReadSignal<Timestamp>) -> impl IntoView {
    move || {
        let seconds = since.seconds_until(now.get());
        let text = if seconds < 3600 { format!("{}:{:02}", seconds / 60, seconds % 60) } else { since.ago(now.get()) };
        let tone = if seconds >= 240 { "tag-danger" } else { "" };
        (seconds >= 120).then(|| {
            view! {
                <span class=["tag h-4.5! num shrink-0 ", tone].concat()>
                    <Icon name="timer" size=12 />
                    <span class="sr-only">"Waiting for "</span>
                    {text}
                </span>
            }
        })
    }
}

/// Nothing is in that part of the list.
#[component]
fn Nothing(show: Show) -> impl IntoView {
    match show {
        Show::Needs => view! {
            <Empty title="Nobody is waiting" text="Chats that ask for a person, and those you answer, stand here." hint=Hint::Chat>
                <a class="btn" href="/inbox?show=ai">
                    "See what the AI answers"
                </a>
            </Empty>
        }
        .into_any(),
        Show::Assistant => view! {
            <Empty title="The assistants have no chats" text="Every chat that an assistant answers stands here." hint=Hint::Chat>
                <a class="btn" href="/inbox?show=all">
                    "See all chats"
                </a>
            </Empty>
        }
        .into_any(),
        Show::All => view! {
            <Empty title="No chats yet" text="A visitor’s first message on your site opens one. Put an assistant on a page to begin." hint=Hint::Chat>
                <a class="btn" href="/assistants">
                    "Assistants"
                </a>
            </Empty>
        }
        .into_any(),
    }
}
