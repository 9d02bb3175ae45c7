//! Reads a date as people say it: "the 3rd of May", "next Tuesday", "in three weeks". British
//! order of day and month.

use super::extract::number;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

const MONTHS: [&str; 12] =
    ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];

/// The first date in a text, seen from `today`. Without a year it is the next such day.
pub fn date(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().map(|w| w.trim_matches(['.', ',', '!', '?', ';', '(', ')'])).collect();
    let at = |i: usize| words.get(i).copied().unwrap_or("");
    for (i, &word) in words.iter().enumerate() {
        if let Some(date) = word.parse().ok().or_else(|| slashed(word, today)) {
            return Some(date);
        }
        let before = |back: usize| i.checked_sub(back).map_or("", at);
        let month = MONTHS.iter().position(|month| word == *month || (3..=4).contains(&word.len()) && month.starts_with(word));
        if let Some(month) = month {
            let ahead = day(at(i + 1)).filter(|_| at(i + 1).len() <= 4);
            let day = day(before(1)).or_else(|| day(before(2)).filter(|_| before(1) == "of")).or(ahead);
            let year = [i + 1, i + 2].into_iter().find_map(|j| at(j).parse().ok().filter(|year| (2000..2200).contains(year)));
            // "may" and "march" are words too; alone they are months only after "in" and the like.
            let leads_in = ["in", "by", "early", "mid", "late", "during", "until", "of", "from"];
            if day.is_some() || year.is_some() || words.len() == 1 || leads_in.contains(&before(1)) {
                return coming(day.unwrap_or(1), month as u32 + 1, year, today);
            }
        }
        let months_ahead = |n: u32| today.checked_add_months(Months::new(n));
        match (word, before(1)) {
            ("today" | "now" | "immediately" | "asap", _) => return Some(today),
            ("tomorrow", _) => return today.checked_add_days(Days::new(1)),
            ("week", "next") => return weekday(today, Weekday::Mon),
            ("month", "next") => return months_ahead(1)?.with_day(1),
            ("year", "next") => return NaiveDate::from_ymd_opt(today.year() + 1, 1, 1),
            ("month", _) if words[..i].contains(&"end") => return months_ahead(1)?.with_day(1)?.pred_opt(),
            ("year", _) if words[..i].contains(&"end") => return NaiveDate::from_ymd_opt(today.year(), 12, 31),
            _ => {}
        }
        let count = number(before(1)).map(|(n, ..)| n).or((before(1) == "a").then_some(1.0));
        if let Some(count) = count.filter(|n| (0.0..1000.0).contains(n)).map(|n| n as u32) {
            match word.trim_end_matches("'") {
                "day" | "days" => return today.checked_add_days(Days::new(count.into())),
                "week" | "weeks" => return today.checked_add_days(Days::new(u64::from(count) * 7)),
                "month" | "months" => return months_ahead(count),
                "year" | "years" => return months_ahead(count * 12),
                _ => {}
            }
        }
        if let Ok(named) = word.parse::<Weekday>() {
            // Short forms parse too, and "sun" or "sat" are words of their own.
            if word.len() > 3 {
                return weekday(today, named);
            }
        }
    }
    None
}

/// `3`, `3rd`, `21st`: a day of a month.
fn day(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let fine = matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th");
    digits.parse().ok().filter(|day| fine && (1..=31).contains(day))
}

/// `3/5`, `3/5/27`, `03.05.2027`: day first.
fn slashed(word: &str, today: NaiveDate) -> Option<NaiveDate> {
    let parts: Vec<&str> = word.split(['/', '.']).collect();
    let (day, month) = (parts.first()?.parse().ok()?, parts.get(1)?.parse().ok()?);
    match parts.len() {
        2 if word.contains('/') => coming(day, month, None, today),
        3 => {
            let year: i32 = parts[2].parse().ok()?;
            NaiveDate::from_ymd_opt(if year < 100 { 2000 + year } else { year }, month, day)
        }
        _ => None,
    }
}

/// The next such day of the year, unless the year is given.
fn coming(day: u32, month: u32, year: Option<i32>, today: NaiveDate) -> Option<NaiveDate> {
    let this = NaiveDate::from_ymd_opt(year.unwrap_or(today.year()), month, day);
    match this {
        Some(date) if year.is_none() && date < today => NaiveDate::from_ymd_opt(today.year() + 1, month, day),
        other => other,
    }
}

/// The next such day of the week, after today.
fn weekday(today: NaiveDate, wanted: Weekday) -> Option<NaiveDate> {
    let ahead = (7 + wanted.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7;
    today.checked_add_days(Days::new(if ahead == 0 { 7 } else { ahead.into() }))
}
