//! A day of the calendar, without a time and without a zone.

use super::Timestamp;
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::fmt;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day of the calendar, 1900 to 2199. Sent as `2026-11-25`, shown as `25 Nov 2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, FromWire, ToWire)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Reads `2026-11-25`. None for what is no day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '-');
        let mut next = |digits: usize| {
            let part = parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
            part.parse::<u16>().ok()
        };
        let (year, month, day) = (next(4)?, next(2)?, next(2)?);
        let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let last = match month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => 31,
        };
        let fine = (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=last).contains(&day);
        fine.then_some(Self { year, month: month as u8, day: day as u8 })
    }

    /// The day of that moment, in UTC.
    pub fn of(at: Timestamp) -> Self {
        // Days are counted from 1 March 0000, so that a leap day ends its year (era: 400 years).
        let days = at.0.div_euclid(86_400_000) + 719_468;
        let (era, day) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let (date, month) = (day - (153 * month + 2) / 5 + 1, if month < 10 { month + 3 } else { month - 9 });
        let year = era * 400 + year + i64::from(month < 3);
        Self { year: year as u16, month: month as u8, day: date as u8 }
    }

    /// The first day of the months around it that are counted by so many from January (1: its month, 3: its
    /// quarter), and the first day after them.
    pub fn months(self, many: u8) -> (Self, Self) {
        let first = (self.month - 1) / many * many + 1;
        let next = first + many;
        let begins = Self { month: first, day: 1, ..self };
        let ends = if next > 12 { Self { year: self.year + 1, month: 1, day: 1 } } else { Self { month: next, ..begins } };
        (begins, ends)
    }

    /// As machines write it: `2026-11-25`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = MONTHS.get(usize::from(self.month).wrapping_sub(1)).copied().unwrap_or_default();
        write!(f, "{} {month} {}", self.day, self.year)
    }
}
impl TryFrom<String> for Day {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Day::parse(&text).ok_or_else(|| format!("{text:?} is no day"))
    }
}
impl From<Day> for String {
    fn from(day: Day) -> String {
        day.iso()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar_and_what_is_none_is_refused() {
        for days in (-20_000..60_000).step_by(97) {
            let day = Day::of(Timestamp(days * 86_400_000 + 1));
            let expected = chrono::DateTime::from_timestamp(days * 86_400, 0).map(|at| at.format("%Y-%m-%d").to_string());
            assert_eq!(Some(day.iso()), expected);
            assert_eq!(Day::parse(&day.iso()), Some(day));
        }
        for none in ["", "2026-13-01", "2026-02-29", "2026-2-1", "1826-01-01", "2026-11-25T00", "25.11.2026", "2026-00-10", "٢٠٢٦-01-01"]
        {
            assert_eq!(Day::parse(none), None, "{none:?}");
        }
        let months = |day: &str, many| Day::parse(day).map(|day| day.months(many)).map(|(begins, ends)| (begins.iso(), ends.iso()));
        assert_eq!(months("2026-11-29", 1), Some(("2026-11-01".into(), "2026-12-01".into())));
        assert_eq!(months("2026-11-29", 3), Some(("2026-10-01".into(), "2027-01-01".into())));
        assert_eq!(months("2026-04-01", 3), Some(("2026-04-01".into(), "2026-07-01".into())));
        assert_eq!(Day::parse("2024-02-29").map(|day| day.to_string()).as_deref(), Some("29 Feb 2024"));
    }
}
