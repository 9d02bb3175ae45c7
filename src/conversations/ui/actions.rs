//! What can be done with a chat besides answering: close it, put it off, give it to a colleague, open it again.

use super::open::Open;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::conversations::api::{close_chat, give_chat, open_chat, snooze_chat};
use crate::conversations::model::{Control, Rest};
use crate::error::AppError;
use crate::ui::avatar::Person;
use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::icon::Icon;
use crate::ui::keys::is_typing;
use crate::ui::marks::iso;
use crate::ui::menu::Menu;
use crate::ui::moment::{day, day_name, here, moment_at, time, use_zone};
use crate::ui::toast::{Toasts, use_toasts};
use crate::values::{Timestamp, UserId};
use crate::wire::read;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// When a working day begins, for whoever puts a chat off until then.
const MORNING: i64 = 9 * HOUR;

/// Until when a chat can be put off with one choice, by the reader's clock: in words, and the moment on that clock.
fn offered(now: Timestamp) -> Vec<(String, Timestamp)> {
    let today = day(now);
    let morning = |days: i64| Timestamp((today + days) * DAY + MORNING);
    // 1 January 1970 was a Thursday.
    let to_monday = 7 - (today + 3).rem_euclid(7);
    let mut times = vec![("For 3 hours".to_owned(), Timestamp(now.0 + 3 * HOUR)), ("Until tomorrow, 09:00".to_owned(), morning(1))];
    if to_monday > 1 {
        times.push(("Until Monday, 09:00".to_owned(), morning(to_monday)));
    }
    times
}

/// The moment at which a clock of this browser shows `local`.
fn moment(local: Timestamp) -> Timestamp {
    moment_at(&iso(local)[..16]).unwrap_or(local)
}

/// A day and time, as a sentence has it.
fn said(until: Timestamp, now: Timestamp) -> String {
    format!("{}, {}", day_name(day(until), day(now)), time(until))
}

impl Open {
    /// Puts the chat to rest, or opens it, and offers to take that back.
    fn rests(self, toasts: Toasts, rest: Option<Rest>) {
        let (id, before, name) = self.thread.with_untracked(|thread| (self.id, thread.row.rest, thread.row.name.clone()));
        let ask = move |rest| async move {
            match rest {
                Some(Rest::Closed) => close_chat(id).await,
                Some(Rest::Snoozed { until }) => snooze_chat(id, until).await,
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
            match give_chat(self.id, person, epoch).await {
                Ok(control) => {
                    self.thread.try_update(|thread| thread.put_control(control));
                    toasts.say(format!("{name} answers from here on"));
                }
                Err(AppError::Conflict { reason, current }) => {
                    if let Some(now) = current.and_then(|current| read::<Control>(&current)) {
                        self.thread.try_update(|thread| thread.put_control(now));
                    }
                    toasts.error(reason);
                }
                Err(error) => toasts.error(error.to_string()),
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
                    item("clock", words, None, Box::new(move || open.rests(toasts, Some(Rest::Snoozed { until: moment(until) }))))
                })
                .collect_view()}
            {(!at_rest).then(|| item("calendar", "Until another time…".into(), None, Box::new(move || choosing.set(true))))}
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
        <Until open choosing />
    }
}

/// Asks until when, if it is none of those offered.
#[component]
fn Until(open: Open, choosing: RwSignal<bool>) -> impl IntoView {
    let toasts = use_toasts();
    let (at, wrong) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        match moment_at(&at.get_untracked()) {
            Some(until) if until > Timestamp::now() => {
                choosing.set(false);
                open.rests(toasts, Some(Rest::Snoozed { until }));
            }
            _ => wrong.set(Some("Choose a time that is to come.".into())),
        }
    };
    Effect::new(move || {
        if choosing.get() {
            at.set(String::new());
            wrong.set(None);
        }
    });
    view! {
        <Dialog open=choosing title="Put the chat off">
            <form class="flex flex-col gap-4" on:submit=on_submit novalidate>
                <div on:input=move |event| {
                    at.set(event_target_value(&event));
                    wrong.set(None);
                }>
                    <Field name="until" label="Until" kind="datetime-local" error=wrong required=true />
                </div>
                <button class="btn btn-primary self-end">"Put off"</button>
            </form>
        </Dialog>
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn chats_are_put_off_until_mornings_to_come() {
        let at = |local| chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap().and_utc().timestamp_millis();
        let offered = |local| -> Vec<_> {
            offered(Timestamp(at(local))).into_iter().map(|(words, until)| (words, iso(until)[..16].to_owned())).collect()
        };
        // A Wednesday.
        let times = offered("2026-11-25T22:30");
        assert_eq!(times[0].1, "2026-11-26T01:30");
        assert_eq!(times[1], ("Until tomorrow, 09:00".into(), "2026-11-26T09:00".into()));
        assert_eq!(times[2], ("Until Monday, 09:00".into(), "2026-11-30T09:00".into()));
        // On a Sunday tomorrow is the Monday; on a Monday the next is meant.
        assert_eq!(offered("2026-11-29T08:00").len(), 2);
        assert_eq!(offered("2026-11-30T08:00")[2].1, "2026-12-07T09:00");
    }
}
