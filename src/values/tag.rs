//! A word that people put on things.

use super::words::{is_plain_line, is_unseen};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A word or a few that people put on leads: one line, without commas, which stand between several. Two that
/// differ in capitals alone are one tag; the company spells it as it was first written.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, FromWire, ToWire)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// The longest, in characters.
    pub const LONGEST: usize = 30;
    /// The most that one lead can have.
    pub const MOST: usize = 12;

    /// A tag as typed, without spaces too many. None for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let fine = text.chars().count() <= Self::LONGEST && is_plain_line(&text) && !is_unseen(&text) && !text.contains(',');
        fine.then_some(Self(text))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the two are one tag.
    pub fn is(&self, other: &Tag) -> bool {
        self.0.to_lowercase() == other.0.to_lowercase()
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Tag;

    #[test]
    fn a_tag_is_a_short_line_without_commas() {
        assert_eq!(Tag::parse("  public   sector ").unwrap().as_str(), "public sector");
        for bad in ["", " ", "a,b", "\u{200b}", "a\u{202e}b", &"x".repeat(31)] {
            assert_eq!(Tag::parse(bad), None, "{bad:?}");
        }
        assert!(Tag::parse("ÄRGER").unwrap().is(&Tag::parse("ärger").unwrap()));
        assert!(!Tag::parse("hot").unwrap().is(&Tag::parse("hotel").unwrap()));
    }
}
