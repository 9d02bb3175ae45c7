//! The thread as a transcript: for reading in one go, and for paper.

use super::context::{MoodSection, moods};
use super::open::Open;
use super::thread::{Line, lines};
use crate::conversations::model::Thread;
use crate::ui::clock::use_clock;
use crate::ui::icon::Icon;
use crate::ui::marks::{SentimentMark, iso};
use crate::ui::moment::{day, day_name, time, use_zone};
use crate::values::{MessageId, Timestamp};
use leptos::prelude::*;

/// Time, speaker, words and mood of every message, on one page.
#[component]
pub fn TranscriptPane(thread: Thread) -> impl IntoView {
    let open = Open::new(thread);
    let (zone, clock) = (use_zone(), use_clock());
    let (name, organisation) = open.thread.with_untracked(|thread| (thread.row.name.clone(), thread.row.organisation.clone()));
    // Without the team's notes: a transcript may be meant for the visitor.
    let shown = Memo::new(move |_| open.thread.with(|thread| lines(thread, &[], |at| zone.local(at))));
    let moods = Memo::new(move |_| open.thread.with(moods));
    view! {
        <section
            class="flex-1 min-w-0 flex flex-col min-h-0"
            data-conversation=open.id.to_string()
            aria-label=format!("Transcript of the chat with {name}")
        >
            <header class="h-(--h-bar) px-3 md:px-4 flex items-center gap-2.5 border-b border-line shrink-0 print:hidden">
                <a href=format!("/inbox/{}", open.id) class="btn btn-ghost btn-icon -ml-1" aria-label="Back to the chat">
                    <Icon name="chevron-left" />
                </a>
                <span class="text-ink-muted truncate">"Transcript"</span>
                <button class="btn btn-sm ml-auto" on:click=move |_| { let _ = window().print(); }>
                    "Print"
                </button>
            </header>
            <div class="flex-1 min-h-0 overflow-y-auto print:overflow-visible" tabindex="0" role="region" aria-label="Transcript">
                <article class="max-w-[80ch] mx-auto px-4 md:px-6 py-5">
                    <h2 class="text-md">{name.clone()}</h2>
                    <p class="text-ink-muted mb-3">{organisation}</p>
                    {move || {
                        let moods = moods.get();
                        (!moods.is_empty()).then(|| view! { <div class="-mx-4"><MoodSection moods /></div> })
                    }}
                    <div class="mt-3">
                        <For each=move || shown.get() key=Line::clone let(line)>
                            {match line {
                                Line::Day(of) => {
                                    view! { <h3 class="text-xs text-ink-faint mt-4 mb-1">{move || day_name(of, day(zone.local(clock.get())))}</h3> }
                                        .into_any()
                                }
                                Line::Message(id) => view! { <Spoken id open /> }.into_any(),
                                Line::Notice(seq) => view! { <Told seq open /> }.into_any(),
                                Line::Note(_) => ().into_any(),
                            }}
                        </For>
                    </div>
                </article>
            </div>
        </section>
    }
}

/// A moment in the first column.
#[component]
fn When(at: Timestamp) -> impl IntoView {
    let zone = use_zone();
    view! {
        <time class="num text-xs text-ink-faint w-11 shrink-0 pt-px" datetime=iso(at)>
            {move || time(zone.local(at))}
        </time>
    }
}

#[component]
fn Spoken(id: MessageId, open: Open) -> impl IntoView {
    let found = Memo::new(move |_| open.find(id).map(|(message, _)| message));
    move || {
        found.get().map(|message| {
            view! {
                <div class="flex gap-2 py-1 break-inside-avoid" data-message=id.to_string() data-author=message.author.as_str()>
                    <When at=message.at />
                    <p class="min-w-0 whitespace-pre-wrap wrap-anywhere">
                        <b>{message.name.clone()}</b>
                        {"  "}
                        {message.line().into_owned()}
                        {message.partial.then_some(" […]")}
                        {message.sentiment.map(|sentiment| {
                            view! {
                                <span class="ml-2 text-2xs text-ink-faint">
                                    <SentimentMark sentiment label=true />
                                </span>
                            }
                        })}
                    </p>
                </div>
            }
        })
    }
}

#[component]
fn Told(seq: i64, open: Open) -> impl IntoView {
    let notice = open.thread.with_untracked(|thread| thread.notices.iter().find(|notice| notice.seq == seq).cloned());
    notice.map(|notice| {
        view! {
            <div class="flex gap-2 py-1 text-ink-muted">
                <When at=notice.at />
                <p class="min-w-0 italic">{notice.text}</p>
            </div>
        }
    })
}
