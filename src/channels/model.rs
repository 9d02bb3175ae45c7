//! Numbers, texts and consent, as both halves see them.

use crate::conversations::model::Channel;
use crate::values::{AssistantId, ChannelId, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The most characters of one text. Twilio takes no more.
pub const LONGEST_TEXT: usize = 1_600;

/// A telephone number as E.164 writes it: a plus, the country, the rest; 7 to 15 digits in all.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, FromWire)]
#[serde(try_from = "String", into = "String")]
pub struct Number(String);

/// The countries' codes of two digits. Those that begin with 1 or 7 have one, all others three.
/// Source: the list of ITU-T E.164 assigned country codes.
const TWO: [&str; 44] = [
    "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49", "51", "52", "53", "54",
    "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98",
];

impl Number {
    /// Reads a number that says its country: with a plus or two zeros in front. What groups the digits is dropped.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace("(0)", "");
        let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
        let fine = rest.chars().all(|c| c.is_ascii_digit() || " -./()\u{a0}".contains(c));
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        (fine && (7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| Self(format!("+{digits}")))
    }

    /// Reads a number as people of the country of `home` write it: with the country or without.
    pub fn read(text: &str, home: &Number) -> Option<Self> {
        if let Some(number) = Self::parse(text) {
            return Some(number);
        }
        let fine = text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || "-./()".contains(c));
        let digits: String = text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect();
        let national = digits.trim_start_matches('0');
        let (country, whole) = (home.country(), home.as_str().len() - 1);
        // As long as ours and with our country in front it is whole already, but for the plus.
        let is_whole = digits.len() == whole && digits.starts_with(country);
        let number = Self::parse(&if is_whole { format!("+{digits}") } else { format!("+{country}{national}") })?;
        // Within North America every number has ten digits behind the country.
        (fine && national.len() > 5 && (country != "1" || number.as_str().len() == 12)).then_some(number)
    }

    /// The country's code, without the plus.
    pub fn country(&self) -> &str {
        let digits = self.0.get(1..).unwrap_or_default();
        let length = match digits {
            _ if digits.starts_with(['1', '7']) => 1,
            _ if TWO.iter().any(|code| digits.starts_with(code)) => 2,
            _ => 3,
        };
        digits.get(..length).unwrap_or(digits)
    }

    /// As leads' numbers are compared: digits alone, with the country, and without it where it is that of `home`.
    pub fn keys(&self, home: &Number) -> Vec<String> {
        let digits = self.0.trim_start_matches('+');
        let national = digits.strip_prefix(home.country()).filter(|_| self.country() == home.country());
        std::iter::once(digits).chain(national.map(|rest| rest.trim_start_matches('0'))).map(str::to_owned).collect()
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl TryFrom<String> for Number {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Number::parse(&text).ok_or_else(|| "not a telephone number".into())
    }
}
impl From<Number> for String {
    fn from(number: Number) -> String {
        number.0
    }
}
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

crate::text_enum! {
    /// Why somebody may not be texted now.
    Bar {
        /// The lead has no number that can be texted.
        NoNumber = "no_number",
        /// The company has no number of its own.
        NoChannel = "no_channel",
        /// They asked for no more texts.
        OptedOut = "opted_out",
        /// They have neither written nor agreed.
        NoConsent = "no_consent",
        /// It is night where they are.
        QuietHours = "quiet_hours",
        /// They had several texts of late and answered none.
        TooOften = "too_often",
    }
}

impl Bar {
    /// As people read it.
    pub fn reason(self) -> &'static str {
        match self {
            Bar::NoNumber => "The lead has no mobile number that can be texted. Write it on their page, with its country.",
            Bar::NoChannel => "No number is set up for texts. An admin connects one under Settings, Text messages.",
            Bar::OptedOut => "They asked for no more texts. Only they can take that back, by texting START.",
            Bar::NoConsent => "They have not texted first, and nobody has noted that they agreed to be texted.",
            Bar::QuietHours => "It is outside the hours in which they may be texted, where they are. Send it later.",
            Bar::TooOften => "They had five texts within a day and answered none. Wait for them.",
        }
    }
}

/// One way to reach the person of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Way {
    /// Which.
    pub channel: Channel,
    /// Their number, where it is by text and known.
    pub number: Option<Number>,
    /// Why it cannot be gone now.
    pub bar: Option<Bar>,
}

/// A number of the company, as its settings show it. The token is never among it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct TextChannel {
    /// Which.
    pub id: ChannelId,
    /// The number.
    pub number: Number,
    /// The assistant that answers.
    pub assistant: AssistantId,
    /// The company's account with Twilio.
    pub account: String,
    /// Played by this program.
    pub sandbox: bool,
    /// From which hour of the lead's day on texts go out.
    pub day_from: i16,
    /// Until which.
    pub day_until: i16,
    /// The zone that counts where a number does not say where it is.
    pub zone: String,
    /// Where texts to the number have to be told.
    pub hook_url: String,
    /// When a text was last taken.
    pub last_sent_at: Option<Timestamp>,
    /// When one last came in.
    pub last_heard_at: Option<Timestamp>,
    /// What last went wrong, if nothing has gone well since.
    pub last_error: Option<(String, Timestamp)>,
    /// Goes up with every change.
    pub version: i32,
}

/// What the page of numbers shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct TextSettings {
    /// The numbers, in their order.
    pub channels: Vec<TextChannel>,
    /// Whether one can be tried that this program plays.
    pub sandbox: bool,
    /// Whether telephones can be played at `/demo/phone`.
    pub phone: bool,
}

/// What somebody wants who writes one of the words that carriers know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// No more texts.
    Stop,
    /// Texts again.
    Start,
}

impl Wish {
    /// The wish of a whole text. These are Twilio's own words for English.
    pub fn read(text: &str) -> Option<Wish> {
        match text.trim().trim_end_matches(['.', '!']).to_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "OPTOUT" | "REVOKE" => Some(Wish::Stop),
            "START" | "YES" | "UNSTOP" => Some(Wish::Start),
            _ => None,
        }
    }
}

/// What GSM's own alphabet has besides ASCII, and what of ASCII it lacks or writes as two.
/// Source: 3GPP TS 23.038, basic character set and its extension.
const GSM: &str = "£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\n\r";
const TWICE: &str = "^{}\\[~]|€\u{c}";

/// How many texts a carrier makes of it. Each is paid for.
pub fn parts(text: &str) -> usize {
    let plain = |c: char| (c.is_ascii() && c != '`' && c != '\t') || GSM.contains(c) || c == '€';
    let (length, one, many) = if text.chars().all(plain) {
        (text.chars().map(|c| if TWICE.contains(c) { 2 } else { 1 }).sum::<usize>(), 160, 153)
    } else {
        (text.encode_utf16().count(), 70, 67)
    };
    if length <= one { 1 } else { length.div_ceil(many) }
}

/// As much of it as fits into one text: whole sentences if it can be, whole words otherwise.
pub fn fitted(text: &str) -> String {
    if text.chars().count() <= LONGEST_TEXT {
        return text.to_owned();
    }
    let end = text.char_indices().nth(LONGEST_TEXT - 1).map_or(text.len(), |(at, _)| at);
    let start = text.get(..end).unwrap_or_default();
    let sentence = start.rfind(['.', '!', '?', '\n']).map(|at| at + 1).filter(|at| *at > end / 2);
    match sentence.or_else(|| start.rfind(char::is_whitespace)) {
        Some(at) if sentence.is_some() => start.get(..at).unwrap_or_default().trim_end().to_owned(),
        at => format!("{}…", start.get(..at.unwrap_or(end)).unwrap_or_default().trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Option<String> {
        Number::parse(text).map(String::from)
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        assert_eq!(number("+44 (0)20 7946 0182").as_deref(), Some("+442079460182"));
        assert_eq!(number("0044 7700 900-123").as_deref(), Some("+447700900123"));
        for none in ["", "+", "07700 900123", "+44 7700 CALL ME", "+0123456789", "+12345", "+1234567890123456", "+44;7700900123"] {
            assert_eq!(number(none), None, "{none}");
        }
        let home = Number::parse("+442079460100").unwrap();
        let read = |text: &str| Number::read(text, &home).map(String::from);
        assert_eq!(read("07700 900123").as_deref(), Some("+447700900123"));
        assert_eq!(read("+1 555 123 4567").as_deref(), Some("+15551234567"));
        let keys = |text: &str| Number::parse(text).unwrap().keys(&home);
        assert_eq!(
            (keys("+447700900123"), keys("+15551234567")),
            (vec!["447700900123".into(), "7700900123".into()], vec!["15551234567".to_owned()])
        );
        assert_eq!(read("(07700) 900123").as_deref(), Some("+447700900123"));
        assert_eq!(read("447700900123").as_deref(), Some("+447700900123"));
        let us = Number::parse("+14155550100").unwrap();
        let there = |text: &str| Number::read(text, &us).map(String::from);
        assert_eq!(there("1 (415) 555-2671").as_deref(), Some("+14155552671"));
        assert_eq!(there("415.555.2671").as_deref(), Some("+14155552671"));
        assert_eq!(there("555-2671"), None, "without its area nobody knows which");
        assert_eq!(read("12"), None);
        assert_eq!(read("call me"), None);
    }

    #[test]
    fn countries_have_one_to_three_digits() {
        let country = |text: &str| Number::parse(text).unwrap().country().to_owned();
        assert_eq!(
            ["+15551234567", "+79161234567", "+447700900123", "+353851234567", "+4915112345678", "+420601123456"].map(country),
            ["1", "7", "44", "353", "49", "420"]
        );
    }

    #[test]
    fn only_a_whole_text_is_a_wish() {
        for stop in ["STOP", " stop ", "Stop.", "unsubscribe", "QUIT!"] {
            assert_eq!(Wish::read(stop), Some(Wish::Stop), "{stop}");
        }
        assert_eq!(Wish::read("start"), Some(Wish::Start));
        for none in ["Please stop by tomorrow", "stopped", "", "Yes please"] {
            assert_eq!(Wish::read(none), None, "{none}");
        }
    }

    #[test]
    fn a_text_is_paid_for_by_its_parts() {
        assert_eq!([parts(""), parts(&"a".repeat(160)), parts(&"a".repeat(161)), parts(&"a".repeat(307))], [1, 1, 2, 3]);
        assert_eq!([parts(&"€".repeat(80)), parts(&"€".repeat(81))], [1, 2], "a euro is two");
        assert_eq!([parts(&"ц".repeat(70)), parts(&"ц".repeat(71)), parts("Hello 👋")], [1, 2, 1]);
    }

    #[test]
    fn what_is_too_long_ends_with_a_sentence_or_a_word() {
        assert_eq!(fitted("Short."), "Short.");
        let sentences = "One sentence here. ".repeat(200);
        let cut = fitted(&sentences);
        assert!(cut.ends_with("here.") && cut.chars().count() <= LONGEST_TEXT, "{}", cut.len());
        let words = fitted(&"word ".repeat(500));
        assert!(words.ends_with("word…") && words.chars().count() <= LONGEST_TEXT);
        assert_eq!(fitted(&"é".repeat(3_000)).chars().count(), LONGEST_TEXT);
    }
}
