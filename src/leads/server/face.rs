//! The fields of a lead that people type.

use super::store::Fresh;
use crate::error::AppError;
use crate::leads::model::{Card, Source};
use crate::leads::scoring::{self, Facts};
use crate::values::words::{is_plain_line, is_unseen};
use crate::values::*;

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
}

impl Face {
    /// Reads them.
    ///
    /// # Errors
    /// `Invalid` on the field that will not do.
    pub fn read(name: &str, organisation: &str, value: &str, email: &str, phone: &str, currency: Currency) -> Result<Self, AppError> {
        let name = line("name", "A name", name, 120)?;
        if is_unseen(&name) {
            return Err(AppError::invalid("name", "Who is it? Give a name, or the company's."));
        }
        let organisation = line("organisation", "An organisation", organisation, 120)?;
        let phone = line("phone", "A telephone number", phone, 40)?;
        if !phone.is_empty() && phone.chars().filter(char::is_ascii_digit).count() < 5 {
            return Err(AppError::invalid("phone", "Give at least five digits, such as 020 7946 0182."));
        }
        let email = match email.trim() {
            "" => String::new(),
            typed => Email::parse(typed)
                .ok_or_else(|| AppError::invalid("email", "That is no e-mail address. It looks like name@company.com."))?
                .as_str()
                .to_owned(),
        };
        let value = match value.trim() {
            "" => Money { minor: 0, currency },
            typed => Money::parse(typed, currency)
                .ok_or_else(|| AppError::invalid("value", format!("Give an amount in {currency}, such as 84,000 or 84k.")))?,
        };
        Ok(Self { name, organisation, value, email, phone })
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
            conversation: None,
            next_step: None,
            tags: Vec::new(),
            version: 1,
        };
        Fresh { card, email: self.email, phone: self.phone, reasons, source, mutation: None }
    }
}

/// One line of text, trimmed.
fn line(field: &str, what: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > longest {
        return Err(AppError::invalid(field, format!("{what} has at most {longest} characters.")));
    }
    if !is_plain_line(text) {
        return Err(AppError::invalid(field, format!("{what} is one line of plain text.")));
    }
    Ok(text.to_owned())
}
