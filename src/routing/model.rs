//! Hours, and how long somebody waits, as both halves see them.

use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// The days as they are written in a week, Monday first.
pub const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// How chats are handed over in a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Routing {
    /// So many seconds somebody waits for a person until they are told that nobody could come.
    pub pickup: i32,
    /// The zone of the hours.
    pub zone: String,
    /// When people answer, day by day, Monday first.
    pub days: Vec<Day>,
    /// Goes up with every change; 0 is as it was at first.
    pub version: i32,
}

/// The minutes of a day between which people answer; none is not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Day {
    /// From which minute on; none is closed.
    pub opens: Option<i16>,
    /// Until which.
    pub closes: Option<i16>,
}

/// As it is until a company says otherwise: always open, and a minute and a half to pick up.
impl Default for Routing {
    fn default() -> Self {
        let day = Day { opens: Some(0), closes: Some(1_440) };
        Self { pickup: 90, zone: "Europe/London".into(), days: vec![day; 7], version: 0 }
    }
}

impl Day {
    fn span(self) -> Option<std::ops::Range<i16>> {
        Some(self.opens?..self.closes?)
    }
}

impl Routing {
    /// Whether people answer at that minute of that day, 0 being Monday.
    pub fn open(&self, day: usize, minute: i16) -> bool {
        self.days.get(day).and_then(|day| day.span()).is_some_and(|span| span.contains(&minute))
    }

    /// When people answer next, from that minute of that day on: `today at 09:00`, `on Monday at 09:00`. None if never.
    pub fn next(&self, day: usize, minute: i16) -> Option<String> {
        (0..=7).find_map(|ahead| {
            let at = (day + ahead) % 7;
            let opens = self.days.get(at)?.span()?.start;
            let when = match ahead {
                0 if opens <= minute => return None,
                0 => "today".to_owned(),
                1 => "tomorrow".to_owned(),
                _ => format!("on {}", DAYS.get(at)?),
            };
            Some(format!("{when} at {}", clock(opens)))
        })
    }
}

/// A minute of the day as a clock shows it.
pub fn clock(minute: i16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> Routing {
        let day = |opens, closes| Day { opens: Some(opens), closes: Some(closes) };
        let shut = Day { opens: None, closes: None };
        let mut days = vec![day(540, 1_050); 5];
        days.extend([shut, shut]);
        Routing { days, ..Routing::default() }
    }

    #[test]
    fn people_answer_within_their_hours() {
        let office = office();
        assert!(office.open(0, 540) && office.open(4, 1_049));
        assert!(!office.open(0, 539) && !office.open(0, 1_050) && !office.open(5, 600));
        assert!((0..7).all(|day| Routing::default().open(day, 0) && Routing::default().open(day, 1_439)));
    }

    #[test]
    fn it_is_said_when_they_answer_next() {
        let office = office();
        let next = |day, minute| office.next(day, minute);
        assert_eq!(next(0, 100).as_deref(), Some("today at 09:00"));
        assert_eq!(next(0, 1_200).as_deref(), Some("tomorrow at 09:00"));
        assert_eq!(next(4, 1_200).as_deref(), Some("on Monday at 09:00"));
        assert_eq!(next(6, 0).as_deref(), Some("tomorrow at 09:00"));
        let never = Routing { days: vec![Day { opens: None, closes: None }; 7], ..Routing::default() };
        assert_eq!(never.next(0, 0), None);
        let mondays = Routing { days: [vec![office.days[0]], vec![Day { opens: None, closes: None }; 6]].concat(), ..office };
        assert_eq!(mondays.next(0, 1_200).as_deref(), Some("on Monday at 09:00"));
    }
}
