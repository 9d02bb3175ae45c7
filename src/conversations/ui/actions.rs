//! What can be done with a chat besides answering: close it, put it off, give it to a colleague, open it again.

use super::open::Open;
use super::times::{AskTime, moment, offered, said};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::conversations::api::{close_chat, give_chat, open_chat, snooze_chat};
use crate::conversations::model::Rest;
use crate::ui::avatar::Person;
use crate::ui::icon::Icon;
use crate::ui::keys::is_typing;
use crate::ui::menu::Menu;
use crate::ui::moment::{here, use_zone};
use crate::ui::toast::{Toasts, use_toasts};
use crate::values::{Timestamp, UserId};
use leptos::prelude::*;
use leptos::task::spawn_local;

impl Open {
    /// Puts the chat to rest, or opens it, and offers to take that back.
    fn rests(self, toasts: Toasts, rest: Option<Rest>) {
        let (id, before, name) = self.thread.with_untracked(|thread| (self.id, thread.row.rest, thread.row.name.clone()));
        let seen = self.thread.with_untracked(|thread| thread.messages.last().map_or(0, |message| message.number));
        let ask = move |rest| async move {
            match rest {
                Some(Rest::Closed) => close_chat(id, seen).await,
                Some(Rest::Snoozed { until }) => snooze_chat(id, until, seen).await,
                None => open_chat(id).await,
            }
        };
        spawn_local(async move {
            match ask(rest).await {
                Ok(()) => {
                    self.thread.try_update(|thread| thread.row.rest = rest);
                    let said = match rest {
                        Some(Rest::Closed) => format!("The chat with {name} is closed"),
                        Some(Rest::Snoozed { until }) => format!("Put off until {}", said(here(until), here(Timestamp::now()))),
                        None => format!("The chat with {name} is open again"),
                    };
                    toasts.offer_undo(said, move || ask(before));
                }
                Err(error) => toasts.error(error.to_string()),
            }
        });
    }

    fn goes_to(self, toasts: Toasts, person: UserId, name: String) {
        let epoch = self.thread.with_untracked(|thread| thread.row.control.epoch);
        spawn_local(async move {
            if self.answered_by(give_chat(self.id, person, epoch).await, toasts) {
                toasts.say(format!("{name} answers from here on"));
            }
        });
    }
}

/// The menu of an open thread. E closes the chat, or opens it again.
#[component]
pub fn Actions(open: Open) -> impl IntoView {
    let (desk, toasts) = (use_desk(), use_toasts());
    let may = Memo::new(move |_| desk.with(|desk| desk.may(Action::Converse)));
    let rest = Memo::new(move |_| open.thread.with(|thread| thread.row.rest));
    let team = Memo::new(move |_| {
        let (team, now) = open.thread.with(|thread| (thread.team.clone(), thread.row.control.user));
        desk.with(|desk| desk.colleagues.iter().filter(|who| team.contains(&who.id) && now != Some(who.id)).cloned().collect::<Vec<_>>())
    });
    let choosing = RwSignal::new(false);
    let chosen = Callback::new(move |until| open.rests(toasts, Some(Rest::Snoozed { until })));
    let close = move || open.rests(toasts, if rest.get_untracked().is_some() { None } else { Some(Rest::Closed) });
    close_by_key(may, close);
    let item = |icon: &'static str, label: String, key: Option<&'static str>, act: Box<dyn Fn() + Send + Sync>| {
        view! {
            <button type="button" class="menu-item max-md:h-11!" role="menuitem" on:click=move |_| act()>
                <Icon name=icon />
                <span class="flex-1">{label}</span>
                {key.map(|key| view! { <kbd class="kbd max-md:hidden" aria-hidden="true">{key}</kbd> })}
            </button>
        }
    };
    let resting = move || {
        let at_rest = rest.get().is_some();
        let closing = if at_rest {
            item("undo-2", "Open again".into(), Some("E"), Box::new(close))
        } else {
            item("circle-check", "Close".into(), Some("E"), Box::new(close))
        };
        let times = if at_rest { Vec::new() } else { offered(here(Timestamp::now())) };
        view! {
            {closing}
            <Show when=move || !at_rest>
                <p class="rule-label px-2 pt-2 pb-1">"Put off"</p>
            </Show>
            {times
                .into_iter()
                .map(|(words, until)| {
                    item("clock", words, None, Box::new(move || chosen.run(moment(until))))
                })
                .collect_view()}
            {(!at_rest).then(|| item("calendar", "Another time…".into(), None, Box::new(move || choosing.set(true))))}
        }
    };
    let giving = move || {
        let team = team.get();
        (!team.is_empty()).then(|| {
            view! {
                <p class="rule-label px-2 pt-2 pb-1">"Give to"</p>
                {team
                    .into_iter()
                    .map(|who| {
                        let name = who.name.clone();
                        view! {
                            <button
                                type="button"
                                class="menu-item max-md:h-11!"
                                role="menuitem"
                                on:click=move |_| open.goes_to(toasts, who.id, name.clone())
                            >
                                <span class="flex" aria-hidden="true"><Person name=who.name.clone() tint=who.tint size=20 /></span>
                                <span class="truncate">{who.name.clone()}</span>
                            </button>
                        }
                    })
                    .collect_view()}
            }
        })
    };
    view! {
        <Menu
            label="Chat actions"
            panel="right-0 top-full mt-1 w-60 max-h-[70dvh] overflow-y-auto"
            trigger=|| view! { <Icon name="ellipsis" /> }
        >
            {move || may.get().then(|| view! { {resting} {giving} })}
            <a class="menu-item max-md:h-11! border-t border-line rounded-none! mt-1" role="menuitem" href=format!("/inbox/{}?view=transcript", open.id)>
                <Icon name="scroll-text" />
                "Transcript"
            </a>
        </Menu>
        <AskTime choosing title="Put the chat off" label="Until" act="Put off" chosen />
    }
}

/// E closes the chat, or opens it again, from anywhere on the page that is not typed in.
fn close_by_key(may: Memo<bool>, close: impl Fn() + Copy + Send + Sync + 'static) {
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if !event.default_prevented() && event.key().eq_ignore_ascii_case("e") && !is_typing(&event) && may.get_untracked() {
                event.prevent_default();
                close();
            }
        });
        on_cleanup(move || handle.remove());
    });
}

/// Says that the chat is at rest, above where one writes.
#[component]
pub fn AtRest(open: Open) -> impl IntoView {
    let (desk, toasts, zone) = (use_desk(), use_toasts(), use_zone());
    let clock = crate::ui::clock::use_clock();
    let may = Memo::new(move |_| desk.with(|desk| desk.may(Action::Converse)));
    move || {
        open.thread.with(|thread| thread.row.rest).map(|rest| {
            let (icon, words) = match rest {
                Rest::Closed => ("circle-check", "This chat is closed. If the visitor writes, it opens again.".to_owned()),
                Rest::Snoozed { until } => {
                    let until = said(zone.local(until), zone.local(clock.get()));
                    ("clock", format!("Put off until {until}, or until the visitor writes."))
                }
            };
            view! {
                <div class="mx-3 md:mx-4 mb-2 px-3 py-1.5 rounded-md bg-sunken text-ink-muted flex items-center gap-2 shrink-0" data-rest>
                    <Icon name=icon size=14 />
                    <span class="flex-1 min-w-0">{words}</span>
                    {may
                        .get()
                        .then(|| {
                            view! {
                                <button class="btn btn-sm shrink-0" on:click=move |_| open.rests(toasts, None)>
                                    "Open again"
                                </button>
                            }
                        })}
                </div>
            }
        })
    }
}
