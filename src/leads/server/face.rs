//! The fields of a lead that people type.

use crate::error::AppError;
use crate::values::{Currency, Email, Money};

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
        if name.is_empty() {
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
}

/// One line of text, trimmed.
fn line(field: &str, what: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = text.trim();
    if text.chars().count() > longest {
        return Err(AppError::invalid(field, format!("{what} has at most {longest} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(AppError::invalid(field, format!("{what} is one line of text.")));
    }
    Ok(text.to_owned())
}
