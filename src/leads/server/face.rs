//! The fields of a lead that people type.

use super::store::Fresh;
use crate::error::AppError;
use crate::leads::model::{Card, Source};
use crate::leads::scoring::{self, Facts};
use crate::values::words::{is_plain_line, is_unseen};
use crate::values::*;
use std::collections::HashMap;

/// A telephone number as it is compared: digits alone, without zeros in front. `+44 (0)20 7946 0182` and
/// `0044 20 7946 0182` are the same; without the country's number it is another. As in migrations/0015.
pub fn phone_key(phone: &str) -> String {
    let digits: String = phone.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
    digits.trim_start_matches('0').to_owned()
}

/// The fields of a lead that people type, read and checked.
#[derive(Debug)]
pub struct Face {
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// What the deal is worth.
    pub value: Money,
    /// Their address, lower case; may be empty.
    pub email: String,
    /// Their telephone; may be empty.
    pub phone: String,
    /// The day the deal is expected to be made.
    pub closes_on: Option<Day>,
}

impl Face {
    /// Reads them.
    ///
    /// # Errors
    /// `Invalid` on the field that will not do.
    pub fn read(name: &str, organisation: &str, value: &str, email: &str, phone: &str, currency: Currency) -> Result<Self, AppError> {
        Ok(Self {
            name: read_name(name)?,
            organisation: read_organisation(organisation)?,
            phone: read_phone(phone)?,
            email: read_email(email)?,
            value: read_value("value", value, currency)?,
            closes_on: None,
        })
    }

    /// The lead it makes: at that place, of that person and assistant, come that way. Nothing has been said.
    pub fn lead(
        self,
        id: LeadId,
        (stage, rank): (StageId, Rank),
        (owner, assistant): (Option<UserId>, Option<AssistantId>),
        source: Source,
        now: Timestamp,
    ) -> Fresh {
        let (score, reasons) = scoring::score(&Facts {
            answers: Vec::new(),
            value: self.value,
            mood: Sentiment::Neutral,
            messages: 0,
            last_heard: None,
            email: !self.email.is_empty(),
            phone: !self.phone.is_empty(),
            now,
        });
        let card = Card {
            id,
            name: self.name,
            organisation: self.organisation,
            stage,
            rank,
            value: self.value,
            score,
            sentiment: Sentiment::Neutral,
            assistant,
            owner,
            last_message: String::new(),
            last_activity_at: now,
            stage_entered_at: now,
            created_at: now,
            source,
            closes_on: self.closes_on,
            conversation: None,
            next_step: None,
            tags: Vec::new(),
            version: 1,
        };
        Fresh { card, email: self.email, phone: self.phone, reasons, custom: HashMap::new(), mutation: None }
    }
}

/// The person's name.
pub fn read_name(text: &str) -> Result<String, AppError> {
    let name = line("name", "A name", text, 120)?;
    if is_unseen(&name) {
        return Err(AppError::invalid("name", "Who is it? Give a name, or the company's."));
    }
    Ok(name)
}

/// Their organisation; may be empty.
pub fn read_organisation(text: &str) -> Result<String, AppError> {
    let organisation = line("organisation", "An organisation", text, 120)?;
    Ok(if is_unseen(&organisation) { String::new() } else { organisation })
}

/// Their telephone; may be empty.
pub fn read_phone(text: &str) -> Result<String, AppError> {
    let phone = line("phone", "A telephone number", text, 40)?;
    if !phone.is_empty() && phone.chars().filter(char::is_ascii_digit).count() < 5 {
        return Err(AppError::invalid("phone", "Give at least five digits, such as 020 7946 0182."));
    }
    Ok(phone)
}

/// Their address, lower case; may be empty.
pub fn read_email(text: &str) -> Result<String, AppError> {
    match text.trim() {
        "" => Ok(String::new()),
        typed => Email::parse(typed)
            .filter(|email| !email.as_str().chars().any(|sign| is_unseen(sign.encode_utf8(&mut [0; 4]))))
            .map(|email| email.as_str().to_owned())
            .ok_or_else(|| AppError::invalid("email", "That is no e-mail address. It looks like name@company.com.")),
    }
}

/// An amount; nothing typed is nothing.
pub fn read_value(field: &str, text: &str, currency: Currency) -> Result<Money, AppError> {
    match text.trim() {
        "" => Ok(Money { minor: 0, currency }),
        typed => Money::parse(typed, currency)
            .ok_or_else(|| AppError::invalid(field, format!("Give an amount in {currency}, such as 84,000 or 84k."))),
    }
}

/// A day; none if nothing was typed.
pub fn read_day(field: &str, text: &str) -> Result<Option<Day>, AppError> {
    match text.trim() {
        "" => Ok(None),
        typed => Day::parse(typed).map(Some).ok_or_else(|| AppError::invalid(field, "Give a day, such as 2026-11-25.")),
    }
}

/// One line of text, trimmed.
pub fn line(field: &str, what: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > longest {
        return Err(AppError::invalid(field, format!("{what} has at most {longest} characters.")));
    }
    if !is_plain_line(text) {
        return Err(AppError::invalid(field, format!("{what} is one line of plain text.")));
    }
    Ok(text.to_owned())
}
