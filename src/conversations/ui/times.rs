//! Times to come: until when a chat is put off, and when a message goes out.

use crate::ui::dialog::Dialog;
use crate::ui::field::Field;
use crate::ui::marks::iso;
use crate::ui::moment::{day, day_name, moment_at, time};
use crate::values::{Day, Timestamp};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// When a working day begins.
const MORNING: i64 = 9 * HOUR;

/// The times to come that are had with one choice, by the reader's clock: in words, and the moment on that clock.
pub fn offered(now: Timestamp) -> Vec<(String, Timestamp)> {
    let today = day(now);
    let morning = |days: i64| Timestamp((today + days) * DAY + MORNING);
    // 1 January 1970 was a Thursday.
    let to_monday = 7 - (today + 3).rem_euclid(7);
    let mut times = vec![("In 3 hours".to_owned(), Timestamp(now.0 + 3 * HOUR)), ("Tomorrow, 09:00".to_owned(), morning(1))];
    if to_monday > 1 {
        times.push(("Monday, 09:00".to_owned(), morning(to_monday)));
    }
    times
}

/// The moment at which a clock of this browser shows `local`.
pub fn moment(local: Timestamp) -> Timestamp {
    moment_at(&iso(local)[..16]).unwrap_or(local)
}

/// A day and time, as a sentence has it.
pub fn said(until: Timestamp, now: Timestamp) -> String {
    let day = match day(until) - day(now) {
        -1 => "yesterday".into(),
        0 => "today".into(),
        1 => "tomorrow".into(),
        _ => day_name(day(until), day(now)),
    };
    format!("{day}, {}", time(until))
}

/// A day and time, where there is little room: `09:00` today, `Tue 09:00` within a week, `1 Dec` after that.
pub fn short(until: Timestamp, now: Timestamp) -> String {
    let name = day_name(day(until), day(now));
    match day(until) - day(now) {
        0 => time(until),
        1..=6 => format!("{} {}", &name[..3], time(until)),
        _ => Day::of(until).to_string().split(' ').take(2).collect::<Vec<_>>().join(" "),
    }
}

/// Asks for a time, if it is none of those offered.
#[component]
pub fn AskTime(
    /// Whether it is asked for.
    choosing: RwSignal<bool>,
    title: &'static str,
    label: &'static str,
    /// What its button says.
    act: &'static str,
    /// Hears of the moment.
    chosen: Callback<Timestamp>,
) -> impl IntoView {
    let (at, wrong) = (RwSignal::new(String::new()), RwSignal::new(None::<String>));
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        match moment_at(&at.get_untracked()) {
            Some(moment) if moment > Timestamp::now() => {
                choosing.set(false);
                chosen.run(moment);
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
        <Dialog open=choosing title=title>
            <form class="flex flex-col gap-4" on:submit=on_submit novalidate>
                <div on:input=move |event| {
                    at.set(event_target_value(&event));
                    wrong.set(None);
                }>
                    <Field name="moment" label=label kind="datetime-local" error=wrong required=true />
                </div>
                <button class="btn btn-primary self-end">{act}</button>
            </form>
        </Dialog>
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_as_there_is_room() {
        let at = |local| Timestamp(chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap().and_utc().timestamp_millis());
        let now = at("2026-11-30T22:00");
        let both = |local| (said(at(local), now), short(at(local), now));
        assert_eq!(both("2026-11-30T23:05"), ("today, 23:05".into(), "23:05".into()));
        assert_eq!(both("2026-12-01T09:00"), ("tomorrow, 09:00".into(), "Tue 09:00".into()));
        assert_eq!(both("2026-12-06T09:00"), ("Sunday 6 December, 09:00".into(), "Sun 09:00".into()));
        assert_eq!(both("2027-01-07T09:00"), ("Thursday 7 January 2027, 09:00".into(), "7 Jan".into()));
        assert_eq!(both("2026-11-29T09:00"), ("yesterday, 09:00".into(), "29 Nov".into()));
    }

    #[test]
    fn mornings_to_come_are_offered() {
        let at = |local| chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap().and_utc().timestamp_millis();
        let offered = |local| -> Vec<_> {
            offered(Timestamp(at(local))).into_iter().map(|(words, until)| (words, iso(until)[..16].to_owned())).collect()
        };
        // A Wednesday.
        let times = offered("2026-11-25T22:30");
        assert_eq!(times[0].1, "2026-11-26T01:30");
        assert_eq!(times[1], ("Tomorrow, 09:00".into(), "2026-11-26T09:00".into()));
        assert_eq!(times[2], ("Monday, 09:00".into(), "2026-11-30T09:00".into()));
        // On a Sunday tomorrow is the Monday; on a Monday the next is meant.
        assert_eq!(offered("2026-11-29T08:00").len(), 2);
        assert_eq!(offered("2026-11-30T08:00")[2].1, "2026-12-07T09:00");
    }
}
