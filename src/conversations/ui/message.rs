//! One message: ours at the right, theirs at the left, and under it what is known of it.

use super::attach::Attachments;
use super::open::Open;
use crate::accounts::policy::Action;
use crate::activity::model::Who;
use crate::app::use_desk;
use crate::conversations::model::{About, Author, Channel, Delivery, Message, Note, Notice};
use crate::ui::avatar::{Bot, Lead, Person};
use crate::ui::icon::Icon;
use crate::ui::marks::SentimentMark;
use crate::ui::moment::Clock;
use crate::ui::toast::use_toasts;
use crate::values::{AssistantId, MessageId, UserId};
use leptos::prelude::*;

/// Who said it, as a face of 26 pixels.
#[component]
fn Face(author: Author, name: String, user: Option<UserId>, assistant: AssistantId) -> impl IntoView {
    let desk = use_desk();
    match author {
        Author::Visitor => view! { <Lead name size=26 /> }.into_any(),
        Author::Assistant => {
            let hue = move || desk.with(|desk| desk.assistant(assistant).map_or(0, |face| face.hue));
            view! { {move || view! { <Bot name=name.clone() hue=hue() size=26 /> }} }.into_any()
        }
        Author::Rep => {
            let tint = move || desk.with(|desk| user.and_then(|user| desk.colleague(user)).map_or(1, |person| person.tint));
            view! { {move || view! { <Person name=name.clone() tint=tint() size=26 /> }} }.into_any()
        }
    }
}

/// A message, stored or on its way.
#[component]
pub fn MessageView(id: MessageId, open: Open) -> impl IntoView {
    let found = Memo::new(move |_| open.find(id));
    // The face stands beside the last message of a run.
    let last_of_run = Memo::new(move |_| {
        open.thread.with(|thread| {
            let at = thread.messages.iter().position(|message| message.id == id);
            let next = at.and_then(|at| thread.messages.get(at + 1).map(|next| (at, next)));
            next.is_none_or(|(at, next)| (next.author, next.user) != (thread.messages[at].author, thread.messages[at].user))
        })
    });
    let Some((first, _)) = found.get_untracked() else { return ().into_any() };
    let Message { author, name, user, body, files, channel, at, .. } = first;
    let assistant = open.thread.with_untracked(|thread| thread.row.assistant);
    let theirs = author == Author::Visitor;
    let state = move || match found.get() {
        Some((_, Some(_))) => "failed",
        Some((message, None)) => message.state.as_str(),
        None => "",
    };
    let bubble = move || {
        let tone = match (theirs, state()) {
            (true, _) => "",
            (false, "failed") => "bubble-ours border-danger!",
            (false, "pending") => "bubble-ours border-dashed! opacity-75",
            (false, _) => "bubble-ours",
        };
        ["bubble w-fit max-w-[62ch] whitespace-pre-wrap wrap-anywhere ", tone, if theirs { "" } else { " ml-auto" }].concat()
    };
    let face = {
        let name = name.clone();
        move || match last_of_run.get() {
            true => view! {
                <span class="mb-5 flex">
                    <Face author name=name.clone() user assistant />
                </span>
            }
            .into_any(),
            false => view! { <span class="w-6.5 shrink-0"></span> }.into_any(),
        }
    };
    let body = view! {
        <div class="min-w-0">
            {(!body.is_empty()).then(|| view! { <div class=bubble>{body}</div> })}
            <Attachments files ours=!theirs />
            {move || found.with(|found| found.as_ref().and_then(|(message, _)| sources(message)))}
            <div class=["flex flex-wrap items-center gap-1.5 mt-1 text-2xs text-ink-faint ", if theirs { "" } else { "justify-end" }].concat()>
                {(!theirs).then(|| view! { <span class="truncate max-w-40" title=name.clone()>{name.clone()}</span> })}
                {(channel == Channel::Sms)
                    .then(|| {
                        view! {
                            <span class="flex" title="By text">
                                <Icon name="smartphone" size=12 />
                                <span class="sr-only">"By text"</span>
                            </span>
                        }
                    })}
                <Clock at />
                {move || {
                    found
                        .get()
                        .map(|(message, failed)| match (theirs, failed) {
                            (true, _) => view! { <Mood message /> }.into_any(),
                            (false, None) => view! { <Ticks message /> }.into_any(),
                            (false, Some((reason, _))) => view! { <Failed id open reason /> }.into_any(),
                        })
                }}
            </div>
        </div>
    };
    let class = ["flex gap-2.5 items-end max-w-[80%] ", if theirs { "" } else { "self-end" }].concat();
    let before = theirs.then(|| face.clone());
    let after = (!theirs).then_some(face);
    view! {
        <div class=class data-message=id.to_string() data-author=author.as_str() data-state=state>
            {before}
            {body}
            {after}
        </div>
    }
    .into_any()
}

/// What the answer rests on.
fn sources(message: &Message) -> Option<impl IntoView + use<>> {
    let titles = message.sources.join(", ");
    (!titles.is_empty()).then(|| {
        view! {
            <p class="flex items-center gap-1 mt-1 text-2xs text-ink-faint justify-end min-w-0" title=titles.clone()>
                <Icon name="book-open" size=12 />
                <span class="truncate">{format!("From {titles}")}</span>
            </p>
        }
    })
}

/// The mood of a visitor's message.
#[component]
fn Mood(message: Message) -> impl IntoView {
    message.sentiment.map(|sentiment| view! { <SentimentMark sentiment label=true /> })
}

/// How far a message of ours has come.
#[component]
fn Ticks(message: Message) -> impl IntoView {
    if let Some(failure) = message.failure {
        return view! {
            <span class="inline-flex items-start gap-1 text-danger-ink" role="status">
                <Icon name="circle-alert" size=14 />
                <span class="min-w-0">{failure}</span>
            </span>
        }
        .into_any();
    }
    let (icon, word, tone) = match message.state {
        Delivery::Pending => ("clock", "Sending", ""),
        Delivery::Sent => ("check", "Sent", ""),
        Delivery::Failed => ("circle-alert", "Not delivered", "text-danger-ink"),
        Delivery::Delivered => ("check-check", "Delivered", ""),
        Delivery::Read => ("check-check", "Read", "text-beam-ink"),
    };
    view! {
        {message.partial.then(|| view! { <span class="tag h-4! text-2xs!">"Broke off half-way"</span> })}
        <span class=["inline-flex items-center ", tone].concat() title=word>
            <Icon name=icon size=14 />
            <span class="sr-only">{word}</span>
        </span>
    }
    .into_any()
}

/// Why a message did not go out, and what can be done.
#[component]
fn Failed(id: MessageId, open: Open, reason: String) -> impl IntoView {
    view! {
        <span class="inline-flex items-center gap-1 text-danger-ink" role="status">
            <Icon name="circle-alert" size=14 />
            {reason}
        </span>
        <button class="font-medium text-ink hover:underline min-h-6 px-1" on:click=move |_| open.send(id)>
            "Retry"
        </button>
        <button class="font-medium text-ink hover:underline min-h-6 px-1" on:click=move |_| open.confirmed(id)>
            "Delete"
        </button>
    }
}

/// A line between the messages.
#[component]
pub fn NoticeView(notice: Notice) -> impl IntoView {
    let rule = || view! { <span class="h-px flex-1 bg-line"></span> };
    let icon = match notice.about {
        About::Waiting => "bell-ring",
        About::Person => "hand",
        About::Assistant => "sparkles",
        About::Closed => "circle-check",
        About::Snoozed => "clock",
        About::Opened => "undo-2",
        About::Consent => "message-square-text",
    };
    let tone = if notice.about == About::Waiting { "text-danger-ink" } else { "text-ink-faint" };
    view! {
        <div class="self-stretch flex items-center gap-3 text-xs text-ink-muted my-0.5">
            {rule()} <span class="inline-flex items-center gap-1.5 min-w-0">
                <span class=["flex ", tone].concat()>
                    <Icon name=icon size=14 />
                </span>
                <span>{notice.text} " " <span class="text-ink-faint"><Clock at=notice.at /></span></span>
            </span> {rule()}
        </div>
    }
}

/// What the team noted. It looks like nothing that goes to the visitor.
#[component]
pub fn NoteView(note: Note) -> impl IntoView {
    let desk = use_desk();
    let (by, name) = (note.by.clone(), note.by.name().to_owned());
    let face = move || match by.clone() {
        Who::Person { id, name } => {
            let tint = desk.with(|desk| desk.colleague(id).map_or(1, |person| person.tint));
            view! { <Person name tint size=26 /> }.into_any()
        }
        other => view! { <Lead name=other.name().to_owned() size=26 /> }.into_any(),
    };
    view! {
        <div class="flex gap-2.5 items-end max-w-[80%] self-end" data-note=note.seq>
            <div class="min-w-0">
                <div class="bubble bubble-note ml-auto w-fit max-w-[62ch] whitespace-pre-wrap wrap-anywhere">
                    <p class="text-xs text-ink-muted">
                        <b class="text-ink">{name}</b>
                        " to the team"
                    </p>
                    {note.body}
                </div>
                <p class="mt-1 text-2xs text-ink-faint text-right">"Only your team sees notes, " <Clock at=note.at /></p>
            </div>
            <span class="mb-5 flex">{face}</span>
        </div>
    }
}

/// What the assistant has written so far. Not announced: the whole message is, when it is there.
#[component]
pub fn DraftView(open: Open) -> impl IntoView {
    let desk = use_desk();
    let assistant = open.thread.with_untracked(|thread| thread.row.assistant);
    let writing = Memo::new(move |_| open.draft.with(Option::is_some));
    let may = Memo::new(move |_| desk.with(|desk| desk.may(Action::Converse)));
    let begun = Memo::new(move |_| open.draft.with(|draft| draft.as_ref().is_some_and(|draft| !draft.text.is_empty())));
    let toasts = use_toasts();
    let face =
        move || desk.with(|desk| desk.assistant(assistant).map_or(("The assistant".to_owned(), 0), |face| (face.name.clone(), face.hue)));
    view! {
        <Show when=move || writing.get()>
            {move || {
                let (name, hue) = face();
                view! {
                    <div class="flex gap-2.5 items-end max-w-[80%] self-end" data-draft>
                        <div class="min-w-0">
                            <div aria-hidden="true" class="bubble bubble-ours border-beam-line! ml-auto w-fit max-w-[62ch] whitespace-pre-wrap wrap-anywhere shadow-[0_0_24px_-6px_color-mix(in_oklch,var(--color-beam)_45%,transparent)]">
                                {move || open.draft.with(|draft| draft.as_ref().map(|draft| draft.text.clone()))}
                                <span class="caret"></span>
                            </div>
                            <div class="flex items-center gap-1.5 mt-1 text-2xs text-ink-faint justify-end">
                                <i class="live size-1.5!"></i>
                                {format!("{name} is writing")}
                                // Before its first word there is nothing to go on with.
                                {(may.get() && begun.get())
                                    .then(|| {
                                        view! {
                                            <button
                                                class="font-medium text-beam-ink hover:underline min-h-6 px-1"
                                                on:click=move |_| open.stop_and_edit(toasts)
                                            >
                                                "Stop and edit"
                                            </button>
                                        }
                                    })}
                            </div>
                        </div>
                        <span class="mb-5 flex">
                            <Bot name hue size=26 />
                        </span>
                    </div>
                }
            }}
        </Show>
    }
}

/// Who is typing.
#[component]
pub fn TypingView(open: Open) -> impl IntoView {
    let dots = |label: String| {
        view! {
            <div class="bubble py-2.5!">
                <span class="dots" role="img" aria-label=label>
                    <i></i>
                    <i></i>
                    <i></i>
                </span>
            </div>
        }
    };
    move || {
        open.typing
            .get()
            .into_iter()
            .filter(|typist| typist.who != Author::Assistant)
            .map(|typist| {
                let label = format!("{} is typing", typist.name);
                if typist.who == Author::Visitor {
                    view! {
                        <div class="flex gap-2.5 items-center" data-typing="visitor">
                            <Lead name=typist.name.clone() size=26 />
                            {dots(label)}
                        </div>
                    }
                    .into_any()
                } else {
                    view! {
                        <div class="flex gap-2 items-center self-end text-2xs text-ink-faint" data-typing="rep">
                            {label.clone()}
                            {dots(label)}
                        </div>
                    }
                    .into_any()
                }
            })
            .collect_view()
    }
}
