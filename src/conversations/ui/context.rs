//! What is known of the lead, beside the thread on a wide screen.

use super::open::Open;
use crate::conversations::model::{Answer, Thread};
use crate::ui::avatar::Lead;
use crate::ui::clock::use_clock;
use crate::ui::icon::Icon;
use crate::ui::marks::SentimentMark;
use leptos::prelude::*;

/// Width and height of the mood line's drawing.
const WIDE: f32 = 276.0;
const HIGH: f32 = 58.0;

/// Lead, summary, mood, qualification.
#[component]
pub fn ContextPane(open: Open) -> impl IntoView {
    let (lead, name) = open.thread.with_untracked(|thread| (thread.row.lead, thread.row.name.clone()));
    let summary = Memo::new(move |_| open.thread.with(|thread| thread.summary.clone()));
    let sentiment = Memo::new(move |_| open.thread.with(|thread| thread.row.sentiment));
    let first_at = Memo::new(move |_| open.thread.with(|thread| thread.messages.first().map(|message| message.at)));
    let clock = use_clock();
    let began = move || match first_at.get().map(|at| at.ago(clock.get())).as_deref() {
        None | Some("now") => "began just now".to_owned(),
        Some(ago) => format!("began {ago} ago"),
    };
    let answers = Memo::new(move |_| open.thread.with(|thread| thread.answers.clone()));
    let moods = Memo::new(move |_| open.thread.with(moods));
    view! {
        <aside
            id="about"
            // Where there is no room beside the thread it slides over it: the browser opens and
            // closes it, gives the focus back, and needs no script for that.
            popover="auto"
            class="hidden open:flex xl:flex w-(--w-context) max-w-[calc(100vw-40px)] shrink-0 flex-col min-h-0 border-l border-line overflow-y-auto bg-surface text-ink xl:static xl:h-auto max-xl:left-auto max-xl:h-dvh max-xl:shadow-overlay backdrop:bg-scrim xl:bg-transparent"
            aria-label="About the lead"
        >
            <div class="p-4 flex items-center gap-3 border-b border-line">
                <Lead name=name.clone() size=40 />
                <div class="min-w-0 flex-1">
                    <div class="font-semibold truncate" title=name.clone()>
                        {name.clone()}
                    </div>
                    <div class="text-xs text-ink-muted flex items-center gap-1.5">
                        {move || view! { <SentimentMark sentiment=sentiment.get() label=true /> }}
                        <span class="text-ink-faint">{began}</span>
                    </div>
                </div>
                <a class="btn btn-sm" href=format!("/leads/{lead}")>
                    "Profile"
                </a>
            </div>
            {move || {
                let summary = summary.get();
                (!summary.is_empty())
                    .then(|| {
                        view! {
                            <section class="p-4 border-b border-line">
                                <h3 class="flex items-center gap-1.5 text-sm mb-1.5">
                                    <span class="flex text-beam-ink">
                                        <Icon name="sparkles" size=14 />
                                    </span>
                                    "Why a person is wanted"
                                </h3>
                                <p class="text-ink-muted wrap-anywhere">{summary}</p>
                            </section>
                        }
                    })
            }}
            {move || {
                let moods = moods.get();
                (!moods.is_empty()).then(|| view! { <MoodSection moods /> })
            }}
            <section class="p-4">
                <h3 class="text-sm mb-1.5">"Qualification"</h3>
                {move || {
                    let answers = answers.get();
                    if answers.is_empty() {
                        view! { <p class="text-ink-muted text-xs">"The assistant asks nothing. Its questions are on its own page."</p> }.into_any()
                    } else {
                        view! { <ul class="flex flex-col">{answers.into_iter().map(|answer| view! { <Found answer /> }).collect_view()}</ul> }
                            .into_any()
                    }
                }}
            </section>
        </aside>
    }
}

/// One question and what is known.
#[component]
fn Found(answer: Answer) -> impl IntoView {
    let (icon, tone, text, ink) = match answer.value {
        Some(value) => ("circle-check", "text-positive-ink", value, ""),
        None => ("circle-dashed", "text-ink-faint", "Not asked".to_owned(), "text-ink-faint"),
    };
    view! {
        <li class="flex items-center gap-2 min-h-7" data-answer=answer.key>
            <span class=["flex ", tone].concat()>
                <Icon name=icon size=15 />
            </span>
            <span class="text-ink-muted shrink-0 max-w-[50%] truncate" title=answer.label.clone()>
                {answer.label.clone()}
            </span>
            <span class=["ml-auto truncate text-right ", ink].concat() title=text.clone()>
                {text.clone()}
            </span>
        </li>
    }
}

/// The moods of the visitor's messages, 0 to 100, oldest first.
pub fn moods(thread: &Thread) -> Vec<u8> {
    thread.messages.iter().filter_map(|message| message.mood).map(|mood| ((mood.clamp(-100, 100) + 100) / 2) as u8).collect()
}

/// The mood's course in a sentence.
pub fn finding(moods: &[u8]) -> String {
    match (moods.first(), moods.last()) {
        (Some(first), Some(last)) if moods.len() > 1 => {
            let change = match i16::from(*last) - i16::from(*first) {
                10.. => format!("rose from {first} to {last}"),
                ..=-10 => format!("fell from {first} to {last}"),
                _ => format!("stayed near {last}"),
            };
            format!("Mood {change} over {} messages", moods.len())
        }
        (_, Some(last)) => format!("Mood {last} of 100 in one message"),
        _ => "No mood yet".into(),
    }
}

/// The mood as a line.
#[component]
pub fn MoodSection(moods: Vec<u8>) -> impl IntoView {
    let last = moods.last().copied().unwrap_or(50);
    let bad = last < 40;
    let step = (WIDE - 16.0) / (moods.len().max(2) - 1) as f32;
    let points: Vec<(f32, f32)> =
        moods.iter().enumerate().map(|(n, mood)| (4.0 + n as f32 * step, 4.0 + (HIGH - 8.0) * (1.0 - f32::from(*mood) / 100.0))).collect();
    let path = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect::<Vec<_>>().join(" ");
    let (x, y) = points.last().copied().unwrap_or_default();
    let dot = if bad { "fill-sentiment-negative" } else { "fill-chart-1" };
    view! {
        <section class="p-4 border-b border-line">
            <div class="flex items-baseline">
                <h3 class="text-sm">"Mood in this chat"</h3>
                <span class="ml-auto text-xs num text-ink-muted">{format!("{last} of 100")}</span>
            </div>
            <svg
                viewBox=format!("0 0 {WIDE} {HIGH}")
                class="w-full max-w-96 mt-2"
                role="img"
                aria-label=finding(&moods)
            >
                <path class="stroke-chart-grid" d=format!("M0 {}H{WIDE}", HIGH / 2.0) stroke-dasharray="2 4" />
                <path
                    class="stroke-chart-2"
                    d=format!("M{path}")
                    fill="none"
                    stroke-width="2"
                    stroke-linecap="round"
                    stroke-linejoin="round"
                />
                {if bad {
                    view! {
                        <rect class=dot x=x - 4.0 y=y - 4.0 width="8" height="8" rx="1" transform=format!("rotate(45 {x:.1} {y:.1})") />
                    }
                        .into_any()
                } else {
                    view! { <circle class=dot cx=x cy=y r="4" /> }.into_any()
                }}
            </svg>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::finding;

    #[test]
    fn the_mood_is_told_in_a_sentence() {
        assert_eq!(finding(&[70, 60, 24]), "Mood fell from 70 to 24 over 3 messages");
        assert_eq!(finding(&[40, 80]), "Mood rose from 40 to 80 over 2 messages");
        assert_eq!(finding(&[50, 52]), "Mood stayed near 52 over 2 messages");
        assert_eq!(finding(&[50]), "Mood 50 of 100 in one message");
        assert_eq!(finding(&[]), "No mood yet");
    }
}
