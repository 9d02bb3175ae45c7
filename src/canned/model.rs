//! Canned replies and the blanks in them.

use crate::values::CannedReplyId;
use crate::values::words::{is_plain_line, is_unseen, plain_lines};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// The longest text, in characters: as long as a message can be.
pub const LONGEST: usize = crate::conversations::model::LONGEST_MESSAGE;
/// The longest name, in characters.
const LONGEST_NAME: usize = 40;

crate::text_enum! {
    /// What can stand in a blank, by the name that is written there.
    Blank {
        /// The visitor's first name.
        FirstName = "first_name",
        /// The visitor's whole name.
        Name = "name",
        /// The visitor's organisation.
        Organisation = "organisation",
        /// The first name of whoever writes.
        MyFirstName = "my_first_name",
        /// The whole name of whoever writes.
        MyName = "my_name",
        /// The company that whoever writes works for.
        MyCompany = "my_company",
    }
}

impl Blank {
    /// As settings explain it.
    pub fn meaning(self) -> &'static str {
        match self {
            Blank::FirstName => "the visitor’s first name",
            Blank::Name => "the visitor’s name",
            Blank::Organisation => "the visitor’s organisation",
            Blank::MyFirstName => "your first name",
            Blank::MyName => "your name",
            Blank::MyCompany => "the name of your company",
        }
    }
}

/// A text that is written again and again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct CannedReply {
    /// Which.
    pub id: CannedReplyId,
    /// What is typed behind a slash.
    pub name: String,
    /// The text, with blanks such as `{{first_name|there}}`: what stands behind the bar is used where the value is missing.
    pub body: String,
    /// Goes up with every change.
    pub version: i32,
}

/// The blanks of a text: where each stands, what is written in it, and what stands there if the value is missing.
fn blanks(text: &str) -> impl Iterator<Item = (Range<usize>, &str, Option<&str>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let start = from + text[from..].find("{{")?;
        let end = start + text[start..].find("}}")?;
        from = end + 2;
        let inside = &text[start + 2..end];
        let (name, instead) = inside.split_once('|').map_or((inside, None), |(name, instead)| (name, Some(instead)));
        Some((start..end + 2, name.trim(), instead.map(str::trim)))
    })
}

/// The text with its blanks filled in. One whose value is missing, and that has nothing to stand there instead, stays.
pub fn fill(text: &str, value: impl Fn(Blank) -> String) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut from = 0;
    for (place, name, instead) in blanks(text) {
        let known = name.parse::<Blank>().ok().map(&value).filter(|value| !value.trim().is_empty());
        if let Some(value) = known.as_deref().or(instead.filter(|instead| !instead.is_empty())) {
            filled.push_str(&text[from..place.start]);
            filled.push_str(value);
            from = place.end;
        }
    }
    filled.push_str(&text[from..]);
    filled
}

/// The first blank that is left in a text, as it stands there. A message with one must not be sent.
pub fn left_blank(text: &str) -> Option<&str> {
    blanks(text).find(|(_, name, _)| name.parse::<Blank>().is_ok()).map(|(place, ..)| &text[place])
}

/// The name as it is kept.
///
/// # Errors
/// A sentence when it will not do.
pub fn clean_name(name: &str) -> Result<String, String> {
    let name = name.trim().trim_start_matches('/');
    let fits = !is_unseen(name) && name.chars().count() <= LONGEST_NAME && is_plain_line(name) && !name.contains(char::is_whitespace);
    if fits { Ok(name.to_owned()) } else { Err(format!("A name has 1 to {LONGEST_NAME} letters and no space, such as “price-list”.")) }
}

/// The text as it is kept.
///
/// # Errors
/// A sentence when it will not do, say because of a blank that nothing is known for.
pub fn clean_body(body: &str) -> Result<String, String> {
    let body = plain_lines(body);
    if is_unseen(&body) || body.chars().count() > LONGEST {
        return Err(format!("A reply has 1 to {LONGEST} characters."));
    }
    if let Some((_, name, _)) = blanks(&body).find(|(_, name, _)| name.parse::<Blank>().is_err()) {
        let known: Vec<_> = Blank::ALL.iter().map(|blank| blank.as_str()).collect();
        return Err(format!("Nothing is known by the name “{name}”. Blanks can be: {}.", known.join(", ")));
    }
    Ok(body)
}

/// The name of a canned reply that is being typed at the end of a text: where its slash stands, and what stands behind it.
pub fn begun(text: &str) -> Option<(usize, &str)> {
    let at = text.rfind('/')?;
    let (before, name) = (&text[..at], &text[at + 1..]);
    let fits = !name.contains(char::is_whitespace) && (before.is_empty() || before.ends_with(char::is_whitespace));
    fits.then_some((at, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(blank: Blank) -> String {
        match blank {
            Blank::FirstName => "Daniel",
            Blank::MyName => "Maya Lindqvist",
            _ => " ",
        }
        .into()
    }

    #[test]
    fn blanks_are_filled_in_and_a_missing_value_is_never_nothing() {
        let filled = fill("Hi {{first_name|there}}, {{ my_name }} of {{my_company|our team}}. {{organisation}}? {{x}} {{", known);
        assert_eq!(filled, "Hi Daniel, Maya Lindqvist of our team. {{organisation}}? {{x}} {{");
        assert_eq!(left_blank(&filled), Some("{{organisation}}"));
        assert_eq!(left_blank("{{organisation|}}"), Some("{{organisation|}}"));
        assert_eq!(fill("{{organisation|}}", known), "{{organisation|}}");
        assert_eq!(left_blank("In Vue you write {{ message }} or {{}}."), None);
        // What a visitor is called is text, not another blank to fill in.
        assert_eq!(fill("{{first_name}}", |_| "{{my_name}}".into()), "{{my_name}}");
    }

    #[test]
    fn what_is_kept_has_a_name_one_can_type_and_blanks_that_can_be_filled() {
        assert_eq!(clean_name(" /price-list "), Ok("price-list".into()));
        for name in ["", "/", "two words", "\u{200b}", &"x".repeat(41), "a\u{202e}b"] {
            assert!(clean_name(name).is_err(), "{name:?}");
        }
        assert_eq!(clean_body(" Hi {{first_name|you}}\r\n "), Ok("Hi {{first_name|you}}".into()));
        for body in ["", " ", "{{frist_name}}", &"x".repeat(LONGEST + 1)] {
            assert!(clean_body(body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn a_name_is_begun_by_a_slash_that_begins_a_word() {
        assert_eq!(begun("/"), Some((0, "")));
        assert_eq!(begun("Well, /pri"), Some((6, "pri")));
        for text in ["", "and/or", "https://x", "/price list", "a/"] {
            assert_eq!(begun(text), None, "{text}");
        }
    }
}
