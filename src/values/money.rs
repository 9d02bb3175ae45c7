//! Amounts of money, and the currencies they are of.

use crate::text_enum;
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};

text_enum! {
    /// The currencies a company can trade in.
    Currency { Gbp = "GBP", Eur = "EUR", Usd = "USD" }
}

impl Currency {
    /// The sign written before an amount.
    pub fn sign(self) -> &'static str {
        match self {
            Currency::Gbp => "£",
            Currency::Eur => "€",
            Currency::Usd => "$",
        }
    }
}

/// An amount of money in minor units (pence, cents). Two currencies are never added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire, ToWire)]
pub struct Money {
    /// Minor units.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// The largest amount, in minor units: a hundred thousand million.
    pub const MOST: i64 = 10_000_000_000_000;

    /// As on a card: `£212,000`. Pence are shown only where there are any.
    pub fn full(self) -> String {
        let (whole, rest) = (self.minor.unsigned_abs() / 100, self.minor.unsigned_abs() % 100);
        let grouped = grouped(&whole.to_string());
        let minus = if self.minor < 0 { "−" } else { "" };
        let pence = if rest == 0 { String::new() } else { format!(".{rest:02}") };
        format!("{minus}{}{grouped}{pence}", self.currency.sign())
    }

    /// As in a total: `£950`, `£252k`, `£1.71m`.
    pub fn short(self) -> String {
        let (sign, whole) = (self.currency.sign(), self.minor / 100);
        match whole {
            w if w.abs() >= 999_500 => format!("{sign}{:.2}m", w as f64 / 1e6),
            w if w.abs() >= 1_000 => format!("{sign}{:.0}k", w as f64 / 1e3),
            w => format!("{sign}{w}"),
        }
    }

    /// Reads what a person types: `84000`, `84,000`, `£84,000.50`, `84k`. None when it is no
    /// amount, negative, or above a hundred thousand million.
    pub fn parse(text: &str, currency: Currency) -> Option<Self> {
        let text = text.trim().trim_start_matches(currency.sign());
        // `1250,50` is not a hundred times as much.
        if !groups_thousands(text) {
            return None;
        }
        let cleaned: String = text.chars().filter(|c| *c != ',' && *c != ' ').collect();
        let (number, factor) = match cleaned.strip_suffix(['k', 'K']) {
            Some(number) => (number, 1000.0),
            None => (cleaned.as_str(), 1.0),
        };
        let plain = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
        let amount = plain.then(|| number.parse::<f64>().ok()).flatten()? * factor;
        (amount <= 1e11).then(|| Self { minor: (amount * 100.0).round() as i64, currency })
    }
}

/// Whether commas, if there are any, stand where they part thousands.
pub fn groups_thousands(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default().trim_end_matches(['k', 'K']);
    let rest = &text[text.find('.').unwrap_or(text.len())..];
    let mut groups = whole.split(',').map(|group| group.chars().filter(char::is_ascii_digit).count());
    let first = groups.next().unwrap_or_default();
    let mut more = groups.peekable();
    !rest.contains(',') && (more.peek().is_none() || (1..=3).contains(&first)) && more.all(|digits| digits == 3)
}

/// Digits in groups of three: `1,234,567`.
pub fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
