//! What is to go out later: how it is asked for, and how it stands at the end of the thread.

use super::attach::Attachments;
use super::kept::{keep, kept};
use super::open::Open;
use super::times::{AskTime, moment, offered, said};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::conversations::api::unschedule_message;
use crate::conversations::model::Scheduled;
use crate::error::AppError;
use crate::files::model::Attached;
use crate::ui::clock::use_clock;
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;
use crate::ui::moment::{here, use_zone};
use crate::ui::toast::use_toasts;
use crate::values::{MessageId, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The menu beside the button that sends.
#[component]
pub fn SendLater(chosen: Callback<Timestamp>) -> impl IntoView {
    let choosing = RwSignal::new(false);
    let items = move || {
        let item = |words: String, at: Timestamp| {
            view! {
                <button type="button" class="menu-item max-md:h-11!" role="menuitem" on:click=move |_| chosen.run(moment(at))>
                    <Icon name="clock" />
                    {words}
                </button>
            }
        };
        offered(here(Timestamp::now())).into_iter().map(|(words, at)| item(words, at)).collect_view()
    };
    // Made afresh whenever it is opened: the times go on.
    let opened = RwSignal::new(0u32);
    view! {
        <Menu
            label="Send later"
            class="btn btn-ghost btn-icon btn-sm shrink-0"
            panel="right-0 bottom-full mb-1 w-56"
            trigger=|| view! { <Icon name="clock" size=14 /> }
            on_open=Callback::new(move |()| opened.update(|opened| *opened += 1))
        >
            <p class="rule-label px-2 pt-1 pb-1">"Send"</p>
            {move || {
                opened.track();
                items()
            }}
            <button type="button" class="menu-item max-md:h-11!" role="menuitem" on:click=move |_| choosing.set(true)>
                <Icon name="calendar" />
                "Another time…"
            </button>
        </Menu>
        <AskTime choosing title="Send later" label="When" act="Send then" chosen />
    }
}

/// All that is to go out later in an open thread.
#[component]
pub fn ScheduledView(open: Open) -> impl IntoView {
    let ids = Memo::new(move |_| open.thread.with(|thread| thread.scheduled.iter().map(|scheduled| scheduled.id).collect::<Vec<_>>()));
    view! { <For each=move || ids.get() key=|id| *id children=move |id| view! { <Waiting id open /> } /> }
}

/// Puts words where the person writes; if that is another thread by now, they are kept for when this one is opened.
fn go_on(open: Open, body: String, files: Vec<Attached>) {
    if open.goes_on.try_set(Some((body.clone(), files))).is_some() {
        let before = kept(open.id, false).filter(|before| !before.trim().is_empty());
        keep(open.id, false, &before.map_or(body.clone(), |before| format!("{before}\n{body}")));
    }
}

/// What becomes of what was taken back.
#[derive(Clone, Copy, PartialEq)]
enum Then {
    Nothing,
    Edit,
    Send,
}

#[component]
fn Waiting(id: MessageId, open: Open) -> impl IntoView {
    let (desk, toasts, zone, clock) = (use_desk(), use_toasts(), use_zone(), use_clock());
    let found = open.thread.with_untracked(|thread| thread.scheduled.iter().find(|scheduled| scheduled.id == id).cloned());
    let Some(Scheduled { name, body, files, channel, at, .. }) = found else { return ().into_any() };
    let may = Memo::new(move |_| desk.with(|desk| desk.may(Action::Converse)));
    let words = (body.clone(), files.clone());
    // Taken back: to nothing, into what is being written, or out at once. By then this line is gone, and all it holds.
    let take_back = move |then: Then, (body, files): (String, Vec<Attached>)| {
        let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| (me.user, me.name.clone())));
        spawn_local(async move {
            let done = unschedule_message(id).await;
            if done.is_ok() {
                open.thread.try_update(|thread| thread.scheduled.retain(|scheduled| scheduled.id != id));
            }
            match (done, then, me) {
                (Ok(()), Then::Send, Some((me, name))) => open.say(open.pending(body, files, (name, Some(me)), channel)),
                (Ok(()), Then::Edit | Then::Send, _) => go_on(open, body, files),
                (Ok(()), Then::Nothing, _) => toasts.say("It does not go out."),
                (Err(AppError::NotFound), ..) => toasts.error("It has gone out already, or somebody cancelled it."),
                (Err(error), then, _) => {
                    toasts.error(error.to_string());
                    // It may be taken back all the same, and then stands nowhere else.
                    if then != Then::Nothing && matches!(error, AppError::Unavailable { .. }) {
                        go_on(open, body, files);
                    }
                }
            }
        });
    };
    let button = move |label: &'static str, then: Then| {
        let words = words.clone();
        view! {
            <button class="font-medium text-ink hover:underline min-h-6 px-1" on:click=move |_| take_back(then, words.clone())>
                {label}
            </button>
        }
    };
    view! {
        <div class="flex flex-col items-end max-w-[80%] self-end" data-scheduled=id.to_string()>
            {(!body.is_empty())
                .then(|| {
                    view! { <div class="bubble border-dashed! w-fit max-w-[62ch] whitespace-pre-wrap wrap-anywhere text-ink-muted">{body}</div> }
                })}
            <Attachments files ours=true />
            <div class="flex flex-wrap items-center justify-end gap-1.5 mt-1 text-2xs text-ink-faint">
                <Icon name="clock" size=12 />
                <span>{move || format!("{name}, goes out: {}", said(zone.local(at), zone.local(clock.get())))}</span>
                {move || {
                    may.get()
                        .then(|| view! { {button("Edit", Then::Edit)} {button("Send now", Then::Send)} {button("Cancel", Then::Nothing)} })
                }}
            </div>
        </div>
    }
    .into_any()
}
