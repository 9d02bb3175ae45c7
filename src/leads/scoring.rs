//! How promising a lead is, 0 to 100, and why: every point has a line that says where it is from.

use crate::conversations::model::Answer;
use crate::values::{Money, Score, Sentiment, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// One line of why a score is what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct ScoreReason {
    /// In words.
    pub label: String,
    /// What it added or took away.
    pub points: i16,
}

/// What a score is worked out from.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What has been found out.
    pub answers: Vec<Answer>,
    /// What the deal is worth.
    pub value: Money,
    /// The visitor's mood of late.
    pub mood: Sentiment,
    /// How many messages they have written.
    pub messages: i64,
    /// When they wrote last.
    pub last_heard: Option<Timestamp>,
    /// Whether an e-mail address is known.
    pub email: bool,
    /// Whether a telephone number is known.
    pub phone: bool,
    /// The present moment.
    pub now: Timestamp,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// Answers beyond this many add nothing: the fifth says more than the ninth.
const ANSWERS_THAT_COUNT: usize = 5;

/// The score and its reasons, the weightiest first. None while nothing is known.
pub fn score(facts: &Facts) -> (Option<Score>, Vec<ScoreReason>) {
    let mut reasons = Vec::new();
    let mut add = |points: i16, label: String| {
        if points != 0 {
            reasons.push(ScoreReason { label, points });
        }
    };
    let major = facts.value.minor / 100;
    let budget = match major {
        100_000.. => 20,
        25_000.. => 14,
        5_000.. => 8,
        1.. => 4,
        _ => 0,
    };
    add(budget, format!("A deal of {}", facts.value.full()));
    // Who and where they are is not an answer that qualifies; it has a line of its own below.
    let contact = ["name", "email", "phone"];
    let known = facts.answers.iter().filter(|answer| !contact.contains(&answer.key.as_str()));
    for answer in known.filter(|answer| answer.value.is_some()).take(ANSWERS_THAT_COUNT) {
        add(7, format!("{}: {}", answer.label, answer.value.as_deref().unwrap_or_default()));
    }
    match (facts.email, facts.phone) {
        (true, true) => add(10, "E-mail and telephone known".into()),
        (true, false) => add(7, "E-mail known".into()),
        (false, true) => add(7, "Telephone known".into()),
        (false, false) => {}
    }
    match facts.mood {
        Sentiment::Positive => add(10, "Good mood of late".into()),
        Sentiment::Negative => add(-12, "Bad mood of late".into()),
        Sentiment::Neutral => {}
    }
    let talk = i16::try_from(facts.messages.clamp(0, 8)).unwrap_or(0) * 2;
    add(talk, if facts.messages == 1 { "Wrote one message".into() } else { format!("Wrote {} messages", facts.messages) });
    if let Some(heard) = facts.last_heard {
        match heard.seconds_until(facts.now) {
            s if s < DAY => add(9, "Heard from within a day".into()),
            s if s < 7 * DAY => add(4, "Heard from within a week".into()),
            s if s >= 14 * DAY => add(-8, format!("Silent for {} weeks", s / (7 * DAY))),
            _ => {}
        }
    }
    if reasons.is_empty() {
        return (None, reasons);
    }
    reasons.sort_by_key(|reason| -reason.points);
    let sum = reasons.iter().map(|reason| i32::from(reason.points)).sum();
    (Some(Score::new(sum)), reasons)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Currency;

    fn nothing() -> Facts {
        Facts {
            answers: Vec::new(),
            value: Money { minor: 0, currency: Currency::Gbp },
            mood: Sentiment::Neutral,
            messages: 0,
            last_heard: None,
            email: false,
            phone: false,
            now: Timestamp(100 * DAY * 1000),
        }
    }

    fn answer(key: &str, value: Option<&str>) -> Answer {
        Answer { key: key.into(), label: key.to_uppercase(), value: value.map(str::to_owned) }
    }

    fn points(facts: &Facts) -> i32 {
        score(facts).0.map_or(-1, |score| score.get().into())
    }

    #[test]
    fn nothing_known_is_no_score() {
        assert_eq!(score(&nothing()), (None, Vec::new()));
    }

    #[test]
    fn the_reasons_add_up_to_the_score() {
        let facts = Facts {
            answers: vec![answer("sites", Some("3")), answer("date", None), answer("roof", Some("flat"))],
            value: Money { minor: 8_400_000, currency: Currency::Gbp },
            messages: 5,
            last_heard: Some(Timestamp(100 * DAY * 1000 - 60_000)),
            email: true,
            ..nothing()
        };
        let (score, reasons) = score(&facts);
        assert_eq!(reasons.iter().map(|reason| i32::from(reason.points)).sum::<i32>(), 14 + 14 + 7 + 10 + 9);
        assert_eq!(score, Some(Score::new(54)));
        assert!(reasons.windows(2).all(|pair| pair[0].points >= pair[1].points));
        assert!(reasons.iter().any(|reason| reason.label == "A deal of £84,000"), "{reasons:?}");
    }

    #[test]
    fn more_interest_never_scores_lower() {
        let at = |messages, minor, mood| points(&Facts { messages, mood, value: Money { minor, currency: Currency::Gbp }, ..nothing() });
        assert!(at(1, 0, Sentiment::Neutral) < at(2, 0, Sentiment::Neutral));
        assert!(at(2, 600_000, Sentiment::Neutral) < at(2, 6_000_000, Sentiment::Neutral));
        assert!(at(4, 600_000, Sentiment::Negative) < at(4, 600_000, Sentiment::Neutral));
        assert!(at(4, 600_000, Sentiment::Neutral) < at(4, 600_000, Sentiment::Positive));
        assert_eq!(at(8, 0, Sentiment::Neutral), at(80, 0, Sentiment::Neutral));
    }

    #[test]
    fn the_best_lead_scores_a_hundred_and_the_worst_none() {
        let best = Facts {
            answers: (0..9).map(|n| answer(&format!("question-{n}"), Some("yes"))).collect(),
            value: Money { minor: 90_000_000, currency: Currency::Gbp },
            mood: Sentiment::Positive,
            messages: 30,
            last_heard: Some(Timestamp(100 * DAY * 1000)),
            email: true,
            phone: true,
            ..nothing()
        };
        assert_eq!(points(&best), 100);
        let worst = Facts { mood: Sentiment::Negative, messages: 1, last_heard: Some(Timestamp(0)), ..nothing() };
        assert_eq!(points(&worst), 0);
        assert!(score(&worst).1.iter().any(|reason| reason.label == "Silent for 14 weeks"));
    }
}
