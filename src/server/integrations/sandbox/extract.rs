//! Reads a typed answer out of what a visitor writes: "about 40 of us", "£20–25k", "the 3rd of
//! May". British order of day and month.

use super::dates::date;
use crate::assistants::model::AnswerKind;
use chrono::NaiveDate;

/// The value of an answer of this kind as the briefing's rules want it written, or `None` when
/// there is none in the text. `text` holds what the visitor said that was not a question.
pub fn answer(kind: AnswerKind, text: &str, today: NaiveDate) -> Option<String> {
    match kind {
        AnswerKind::Text => {
            let text = text.trim().trim_end_matches('.');
            (!text.is_empty()).then(|| text.chars().take(300).collect())
        }
        AnswerKind::Number => best(amounts(text), |_| 0).map(|amount| amount.digits()),
        AnswerKind::Money => {
            let likely = |amount: &Amount| 2 * i32::from(amount.sign.is_some()) + i32::from(amount.scaled);
            best(amounts(text), likely).map(|amount| format!("{}{}", amount.sign.unwrap_or(""), amount.digits()))
        }
        AnswerKind::Date => date(text, today).map(|date| date.to_string()),
        AnswerKind::YesNo => yes_no(text).map(|yes| if yes { "yes" } else { "no" }.to_owned()),
    }
}

/// Whether the visitor would rather not answer, or cannot.
pub fn declines(text: &str) -> bool {
    let text = text.to_lowercase().replace('’', "'");
    let signs = [
        "don't know",
        "do not know",
        "dunno",
        "not sure",
        "no idea",
        "rather not",
        "prefer not",
        "not decided",
        "haven't decided",
        "undecided",
        "can't say",
        "skip",
        "none of your business",
        "not certain",
        "unsure",
    ];
    signs.iter().any(|sign| text.contains(sign))
}

struct Amount {
    value: f64,
    sign: Option<&'static str>,
    /// It was said with a "k", "thousand", "million".
    scaled: bool,
    /// It ends a range: "10 to 15".
    upper: bool,
}

impl Amount {
    fn digits(&self) -> String {
        if self.value.fract() == 0.0 { format!("{:.0}", self.value) } else { format!("{:.2}", self.value) }
    }
}

/// The first of the likeliest; of a range its upper end.
fn best(amounts: Vec<Amount>, likely: impl Fn(&Amount) -> i32) -> Option<Amount> {
    let top = amounts.iter().map(&likely).max()?;
    let first = amounts.iter().position(|amount| likely(amount) == top)?;
    let mut rest = amounts.into_iter().skip(first);
    let amount = rest.next()?;
    Some(match rest.next() {
        Some(upper) if upper.upper => upper,
        _ => amount,
    })
}

fn amounts(text: &str) -> Vec<Amount> {
    let text = text.to_lowercase().replace(['–', '—'], "-");
    // "10-15" is a range, "twenty-five" is one number, and so are both as two words.
    let text = text.replace('-', " - ");
    let words: Vec<&str> = text.split_whitespace().map(|w| w.trim_matches(['.', ',', '!', '?', ';', ':', '(', ')', '"', '~'])).collect();
    let mut found: Vec<Amount> = Vec::new();
    let mut last_at = usize::MAX - 9;
    let mut i = 0;
    while i < words.len() {
        let at = i;
        let Some((mut value, mut sign, mut scaled)) = number(words[i]) else {
            i += 1;
            continue;
        };
        // "twenty - five": tens and a unit.
        if (20.0..100.0).contains(&value) && value % 10.0 == 0.0 && words[i].chars().all(char::is_alphabetic) {
            let next = words[i + 1..].iter().position(|word| *word != "-").map(|gap| i + 1 + gap);
            if let Some((j, unit)) = next.and_then(|j| Some((j, spelt(words[j])?))).filter(|(_, unit)| *unit < 10.0) {
                value += unit;
                i = j;
            }
        }
        i += 1;
        while let Some(factor) = words.get(i).and_then(|word| scale(word)) {
            value *= factor;
            scaled = true;
            i += 1;
        }
        if let Some(named) = words.get(i).and_then(|word| currency(word)) {
            sign = Some(named);
            i += 1;
        }
        let joined = at > 0 && matches!(words[at - 1], "-" | "to" | "and" | "or") && last_at + 1 == at;
        if let Some(lower) = found.last().filter(|_| joined) {
            sign = sign.or(lower.sign);
        }
        found.push(Amount { value, sign, scaled, upper: joined });
        last_at = i;
    }
    found
}

/// A number in digits or letters, with its currency and whether it had a "k" or "m" on it.
pub fn number(word: &str) -> Option<(f64, Option<&'static str>, bool)> {
    let sign = ["£", "€", "$"].into_iter().find(|sign| word.starts_with(sign) || word.ends_with(sign));
    let bare = word.trim_matches(['£', '€', '$', '+']);
    let (digits, factor) = match bare.find(|c: char| c.is_alphabetic()) {
        Some(0) => return spelt(bare).map(|value| (value, sign, false)),
        Some(at) => (&bare[..at], scale(&bare[at..])?),
        None => (bare, 1.0),
    };
    let fine = digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','));
    let value: f64 = fine.then(|| digits.replace(',', "").parse().ok())??;
    Some((value * factor, sign, factor > 1.0))
}

fn scale(word: &str) -> Option<f64> {
    match word {
        "hundred" => Some(1e2),
        "k" | "thousand" | "grand" => Some(1e3),
        "m" | "mn" | "million" => Some(1e6),
        "dozen" => Some(12.0),
        _ => None,
    }
}

fn currency(word: &str) -> Option<&'static str> {
    match word {
        "pound" | "pounds" | "quid" | "gbp" | "sterling" => Some("£"),
        "euro" | "euros" | "eur" => Some("€"),
        "dollar" | "dollars" | "usd" => Some("$"),
        _ => None,
    }
}

fn spelt(word: &str) -> Option<f64> {
    const UNITS: &[&str] = &[
        "zero",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let unit = UNITS.iter().position(|unit| *unit == word).map(|n| n as f64);
    let tens = || TENS.iter().position(|tens| *tens == word).map(|n| (n + 2) as f64 * 10.0);
    unit.or_else(tens).or(match word {
        "hundred" | "thousand" | "million" | "dozen" => scale(word),
        "couple" => Some(2.0),
        _ => None,
    })
}

fn yes_no(text: &str) -> Option<bool> {
    let text = text.to_lowercase().replace('’', "'");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|w| !w.is_empty()).collect();
    let no = ["no", "nope", "nah", "not", "never", "none", "negative"];
    let yes = ["yes", "yeah", "yep", "yup", "sure", "definitely", "absolutely", "correct", "certainly", "indeed", "course", "aye"];
    for (i, word) in words.iter().enumerate() {
        if no.contains(word) || word.ends_with("n't") {
            return Some(false);
        }
        let we = i > 0 && matches!(words[i - 1], "i" | "we" | "it" | "they" | "there");
        if yes.contains(word) || (we && matches!(*word, "do" | "am" | "are" | "have" | "is" | "can" | "will" | "did")) {
            // "We do not".
            return Some(!words.get(i + 1).is_some_and(|next| no.contains(next)));
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn typed_answers_are_read_as_people_write_them() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(); // a Tuesday
        use AnswerKind::*;
        let table: &[(AnswerKind, &str, Option<&str>)] = &[
            (Number, "about 40 of us", Some("40")),
            (Number, "Twenty-five people", Some("25")),
            (Number, "we have 1,200 seats.", Some("1200")),
            (Number, "10 to 15", Some("15")),
            (Number, "a dozen", Some("12")),
            (Number, "three hundred", Some("300")),
            (Number, "2.5", Some("2.50")),
            (Number, "quite a lot", None),
            (Money, "£84,000.50", Some("£84000.50")),
            (Money, "around 20k", Some("20000")),
            (Money, "between £20 and £25k", Some("£25000")),
            (Money, "£20-25k", Some("£25000")),
            (Money, "3 of them for 15 grand", Some("15000")),
            (Money, "two million dollars", Some("$2000000")),
            (Money, "1.5m euros", Some("€1500000")),
            (Money, "not much", None),
            (Date, "2027-01-31", Some("2027-01-31")),
            (Date, "on 3/5/27", Some("2027-05-03")),
            (Date, "the 3rd of May, please", Some("2027-05-03")),
            (Date, "December 12", Some("2026-12-12")),
            (Date, "12 March 2028", Some("2028-03-12")),
            (Date, "some time in March", Some("2027-03-01")),
            (Date, "we may move", None),
            (Date, "tomorrow", Some("2026-11-25")),
            (Date, "next Tuesday", Some("2026-12-01")),
            (Date, "in three weeks", Some("2026-12-15")),
            (Date, "next month", Some("2026-12-01")),
            (Date, "by the end of the year", Some("2026-12-31")),
            (Date, "31 February", None),
            (YesNo, "Yes please", Some("yes")),
            (YesNo, "we do", Some("yes")),
            (YesNo, "We do not", Some("no")),
            (YesNo, "I don’t think so", Some("no")),
            (YesNo, "blue", None),
            (Text, " A conservatory. ", Some("A conservatory")),
            (Text, "", None),
        ];
        for (kind, text, expected) in table {
            assert_eq!(answer(*kind, text, today).as_deref(), *expected, "{kind}: {text}");
        }
    }
}
