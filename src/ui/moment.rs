//! Days and times in the reader's zone. The server does not know it: the first render is in UTC,
//! the browser's follows as soon as the page is awake.

use super::marks::iso;
use crate::values::Timestamp;
use leptos::prelude::*;

/// Milliseconds in a day.
const DAY: i64 = 86_400_000;
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Turns moments into the reader's own time.
#[derive(Clone, Copy)]
pub struct Zone(ReadSignal<bool>);

/// Made once a page.
pub fn provide_zone() {
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    provide_context(Zone(awake.read_only()));
}

/// The page's zone.
pub fn use_zone() -> Zone {
    expect_context()
}

impl Zone {
    /// Whether the browser is awake, and the zone its own; until then it is UTC.
    pub fn awake(self) -> bool {
        self.0.get()
    }

    /// The moment, moved so that its UTC reading is the reader's local one.
    pub fn local(self, at: Timestamp) -> Timestamp {
        if self.0.get() { here(at) } else { at }
    }
}

/// The moment, moved so that its UTC reading is the local one of this browser. On the server it stays
/// as it is.
pub fn here(at: Timestamp) -> Timestamp {
    if cfg!(target_arch = "wasm32") { Timestamp(at.0 + i64::from(minutes_east(&(at.0 as f64).into())) * 60_000) } else { at }
}

/// How far this browser's clocks are ahead of UTC, in minutes, at a local day and time as an input of type
/// `datetime-local` has it; 0 where that is none, and on the server.
pub fn ahead_at(local: &str) -> i32 {
    if cfg!(target_arch = "wasm32") { minutes_east(&local.into()) } else { 0 }
}

/// The moment at which this browser's clocks show a day and time, as an input of type `datetime-local` has it; none
/// where that is none, and on the server.
pub fn moment_at(local: &str) -> Option<Timestamp> {
    let at = if cfg!(target_arch = "wasm32") { js_sys::Date::new(&local.into()).get_time() } else { f64::NAN };
    at.is_finite().then_some(Timestamp(at as i64))
}

fn minutes_east(of: &wasm_bindgen::JsValue) -> i32 {
    // No number becomes 0.
    -js_sys::Date::new(of).get_timezone_offset() as i32
}

/// Hour and minute of a local moment: `10:31`.
pub fn time(local: Timestamp) -> String {
    iso(local)[11..16].to_owned()
}

/// The day of a local moment, counted from 1970.
pub fn day(local: Timestamp) -> i64 {
    local.0.div_euclid(DAY)
}

/// A day as the thread heads it: `Today`, `Yesterday`, `Friday 20 November`, and with its year
/// when that is another than today's.
pub fn day_name(day: i64, today: i64) -> String {
    match today - day {
        0 => return "Today".into(),
        1 => return "Yesterday".into(),
        _ => {}
    }
    let (date, now) = (iso(Timestamp(day * DAY)), iso(Timestamp(today * DAY)));
    // 1 January 1970 was a Thursday.
    let weekday = WEEKDAYS[((day + 3).rem_euclid(7)) as usize];
    let month = date[5..7].parse::<usize>().ok().and_then(|month| MONTHS.get(month - 1)).copied().unwrap_or_default();
    let year = if date[..4] == now[..4] { String::new() } else { format!(" {}", &date[..4]) };
    format!("{weekday} {} {month}{year}", date[8..10].trim_start_matches('0'))
}

/// One moment as a `<time>` in hours and minutes.
#[component]
pub fn Clock(at: Timestamp) -> impl IntoView {
    let zone = use_zone();
    view! {
        <time class="num" datetime=iso(at)>
            {move || time(zone.local(at))}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_as_people_name_them() {
        // 22 November 2026 is a Sunday.
        let today = day(Timestamp(1_795_305_600_000));
        assert_eq!(iso(Timestamp(today * DAY)), "2026-11-22T00:00:00Z");
        assert_eq!(day_name(today, today), "Today");
        assert_eq!(day_name(today - 1, today), "Yesterday");
        assert_eq!(day_name(today - 2, today), "Friday 20 November");
        assert_eq!(day_name(today - 327, today), "Tuesday 30 December 2025");
        assert_eq!(time(Timestamp(today * DAY + 37_860_000)), "10:31");
    }
}
