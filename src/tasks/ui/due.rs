//! A due moment in words: `Today 14:30`, `3 days late`.

use crate::ui::moment::{day, time};
use crate::values::{Day, Timestamp};

/// How pressing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// It should have been done.
    Late,
    /// It is for today.
    Today,
    /// It has time until another day.
    Later,
}

impl Urgency {
    /// As a class of style: nothing while there is time.
    pub fn class(self) -> &'static str {
        match self {
            Self::Late => "tag-danger",
            Self::Today => "tag-beam",
            Self::Later => "",
        }
    }
}

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The moment in words, and how pressing it is. `local` moves a moment into the reader's zone.
pub fn said(due: Timestamp, now: Timestamp, local: impl Fn(Timestamp) -> Timestamp) -> (String, Urgency) {
    let late = |count: i64, one: &str, many: &str| format!("{count} {} late", if count == 1 { one } else { many });
    match due.seconds_until(now) {
        s @ 86_400.. => return (late(s / 86_400, "day", "days"), Urgency::Late),
        s @ 3_600.. => return (late(s / 3_600, "hour", "hours"), Urgency::Late),
        s @ 60.. => return (late(s / 60, "min", "min"), Urgency::Late),
        _ if due <= now => return ("Now".into(), Urgency::Late),
        _ => {}
    }
    let (due, now) = (local(due), local(now));
    let at = time(due);
    match day(due) - day(now) {
        ..=0 => (format!("Today {at}"), Urgency::Today),
        1 => (format!("Tomorrow {at}"), Urgency::Later),
        // 1 January 1970 was a Thursday.
        2..=6 => (format!("{} {at}", WEEKDAYS[(day(due) + 3).rem_euclid(7) as usize]), Urgency::Later),
        _ => {
            let (date, this) = (Day::of(due).to_string(), Day::of(now).to_string());
            let (year, this_year) = (date.rsplit(' ').next(), this.rsplit(' ').next());
            let date = if year == this_year { date.rsplit_once(' ').map_or("", |(short, _)| short) } else { date.as_str() };
            (format!("{date}, {at}"), Urgency::Later)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_said_as_people_say_it() {
        // Sunday, 22 November 2026, 10:00 UTC.
        let now = Timestamp(1_795_341_600_000);
        let hour = 3_600_000;
        let said = |ms: i64, east: i64| said(Timestamp(now.0 + ms), now, |at| Timestamp(at.0 + east * hour)).0;
        for (ms, words) in [
            (0, "Now"),
            (-5 * 60_000, "5 min late"),
            (-hour, "1 hour late"),
            (-3 * hour, "3 hours late"),
            (-24 * hour, "1 day late"),
            (-80 * hour, "3 days late"),
            (1, "Today 10:00"),
            (4 * hour + 30 * 60_000, "Today 14:30"),
            (14 * hour, "Tomorrow 00:00"),
            (4 * 24 * hour, "Thu 10:00"),
            (6 * 24 * hour, "Sat 10:00"),
            (7 * 24 * hour, "29 Nov, 10:00"),
            (40 * 24 * hour, "1 Jan 2027, 10:00"),
        ] {
            assert_eq!(said(ms, 0), words);
        }
        assert_eq!(said(4 * hour, 9), "Today 23:00");
        assert_eq!(said(6 * hour, 9), "Tomorrow 01:00");
        assert_eq!(said(14 * hour, -5), "Today 19:00");
    }
}
