//! What is looked for, what is found, and how the words are shown in it.

use crate::values::{ConversationId, LeadId, Score, Timestamp};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// More than so many characters are no search.
pub const LONGEST: usize = 200;
/// More words than this narrow nothing.
const MOST_WORDS: usize = 8;
/// How many characters of a note or message are shown.
const EXCERPT: usize = 140;
/// How many of them stand before the first word that was found.
const BEFORE: usize = 24;

crate::text_enum! {
    /// Where the words stand.
    HitKind {
        /// In the person's name, organisation, address or number.
        Person = "person",
        /// In a private note on the lead.
        Note = "note",
        /// In a message of its conversation.
        Message = "message",
    }
}

/// A lead that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Hit {
    /// The lead.
    pub lead: LeadId,
    /// Where the words stand.
    pub kind: HitKind,
    /// The conversation: for a message the one it stands in.
    pub conversation: Option<ConversationId>,
    /// The person's name.
    pub name: String,
    /// Their organisation; may be empty.
    pub organisation: String,
    /// The name of its stage.
    pub stage: String,
    /// How promising it is.
    pub score: Option<Score>,
    /// When it was written; for a person when something last happened.
    pub at: Timestamp,
    /// What stands around the words; empty for a person.
    pub excerpt: String,
}

impl Hit {
    /// Where it leads: a message to its thread, all else to the lead.
    pub fn address(&self) -> String {
        match (self.kind, self.conversation) {
            (HitKind::Message, Some(conversation)) => format!("/inbox/{conversation}"),
            _ => format!("/leads/{}", self.lead),
        }
    }
}

/// What was found, one line a lead: people first, then the newest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Found {
    /// The leads.
    pub hits: Vec<Hit>,
    /// There are more than these.
    pub more: bool,
}

/// Whether what was typed is long enough to look for it in all that was ever written: so much begins
/// with a letter or two that it says nothing, and takes long to find.
pub fn is_telling(typed: &str) -> bool {
    words(typed).any(|word| word.chars().count() > 2)
}

/// What was typed as a name that it may be a slip of; empty when it is meant as it stands.
pub fn plain(typed: &str) -> String {
    if typed.contains('"') { String::new() } else { words(typed).take(MOST_WORDS).collect::<Vec<_>>().join(" ") }
}

/// The words of what was typed, lower case, without what is no letter or number.
fn words(typed: &str) -> impl Iterator<Item = String> {
    typed.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What Postgres is asked: every word, or the beginning of one; what stands in "quotes" as it stands.
/// None when there is nothing to look for.
pub fn query(typed: &str) -> Option<String> {
    // A telephone number is one word, in however many groups it is typed; other numbers are as typed.
    if typed.chars().all(|c| c.is_ascii_digit() || " +-()./,".contains(c)) {
        let groups: Vec<String> = words(typed).take(MOST_WORDS).map(|group| format!("{group}:*")).collect();
        let whole = typed.chars().filter(char::is_ascii_digit).collect::<String>();
        return match groups.len() {
            0 => None,
            1 => Some(format!("{whole}:*")),
            _ => Some(format!("{whole}:* | ({})", groups.join(" & "))),
        };
    }
    let mut terms = Vec::new();
    for (i, part) in typed.split('"').enumerate() {
        if i % 2 == 1 {
            let phrase: Vec<String> = words(part).collect();
            terms.extend((!phrase.is_empty()).then(|| format!("({})", phrase.join(" <-> "))));
        } else {
            terms.extend(words(part).map(|word| format!("{word}:*")));
        }
    }
    terms.truncate(MOST_WORDS);
    (!terms.is_empty()).then(|| terms.join(" & "))
}

/// A piece of text, and whether it is what was looked for.
pub type Piece = (String, bool);

/// The text with the words of `typed` marked wherever a word begins with one.
pub fn marked(text: &str, typed: &str) -> Vec<Piece> {
    let wanted: Vec<Vec<char>> = words(typed).take(MOST_WORDS).map(|word| word.chars().collect()).collect();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut put = |c: char, hit: bool| match pieces.last_mut() {
        Some((piece, was)) if *was == hit => piece.push(c),
        _ => pieces.push((c.to_string(), hit)),
    };
    let letters: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < letters.len() {
        let begins = letters[at].is_alphanumeric() && (at == 0 || !letters[at - 1].is_alphanumeric());
        let length = if begins { wanted.iter().filter(|word| starts(&letters[at..], word)).map(Vec::len).max().unwrap_or(0) } else { 0 };
        for _ in 0..length {
            put(letters[at], true);
            at += 1;
        }
        if length == 0 {
            put(letters[at], false);
            at += 1;
        }
    }
    pieces
}

/// Whether the text starts with that word, in whatever case.
fn starts(text: &[char], word: &[char]) -> bool {
    text.len() >= word.len() && text.iter().zip(word).all(|(c, w)| c == w || c.to_lowercase().eq(std::iter::once(*w)))
}

/// What stands around the first of the words in a long text, in one line.
pub fn excerpt(text: &str, typed: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let before: usize = marked(&text, typed).iter().take_while(|(_, hit)| !hit).map(|(piece, _)| piece.chars().count()).sum();
    let length = text.chars().count();
    // Words that do not stand in it so, say in another order of letters: its beginning.
    let start = if before == length { 0 } else { before.saturating_sub(BEFORE).min(length.saturating_sub(EXCERPT)) };
    // No word is cut at the beginning, unless it is the only one there.
    let cut = text.chars().skip(start.saturating_sub(1)).take(BEFORE).position(|c| c == ' ').unwrap_or(0);
    let start = if start == 0 { 0 } else { start + cut };
    let middle: String = text.chars().skip(start).take(EXCERPT).collect();
    let (left, right) = (if start > 0 { "…" } else { "" }, if start + EXCERPT < length { "…" } else { "" });
    format!("{left}{middle}{right}")
}

/// Whether every word of `typed` begins a word of `text`.
pub fn fits(text: &str, typed: &str) -> bool {
    let has: Vec<String> = words(text).collect();
    words(typed).all(|word| has.iter().any(|other| other.starts_with(&word)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_typed_becomes_a_question_that_postgres_can_read() {
        assert_eq!(query("  solar ROOF "), Some("solar:* & roof:*".into()));
        assert_eq!(query("\"flat roof\" lease"), Some("(flat <-> roof) & lease:*".into()));
        assert_eq!(query("O'Neill & | !:*"), Some("o:* & neill:*".into()));
        assert_eq!(query("priya@ashdown.example"), Some("priya:* & ashdown:* & example:*".into()));
        assert_eq!(query("+44 (7700) 900"), Some("447700900:* | (44:* & 7700:* & 900:*)".into()));
        assert_eq!(query("84"), Some("84:*".into()));
        assert_eq!(query(" \" ' \\ "), None);
        assert_eq!(query(""), None);
    }

    #[test]
    fn words_are_marked_where_they_begin_a_word() {
        let bold = |text, typed| {
            marked(text, typed).into_iter().map(|(piece, hit)| if hit { format!("[{piece}]") } else { piece }).collect::<String>()
        };
        assert_eq!(bold("Imogen Moss", "mo"), "Imogen [Mo]ss");
        assert_eq!(bold("Flat roofs, FLAT fees", "flat roof"), "[Flat] [roof]s, [FLAT] fees");
        assert_eq!(bold("Zoë Ångström", "zoë å"), "[Zoë] [Å]ngström");
    }

    #[test]
    fn an_excerpt_shows_the_first_of_the_words() {
        let long = format!("{} the lease ends {}", "before ".repeat(60), "after ".repeat(60));
        let cut = excerpt(&long, "lease");
        assert!(cut.starts_with('…') && cut.ends_with('…') && cut.contains("the lease ends"), "{cut}");
        assert_eq!(excerpt("short\n text", "nothing"), "short text");
    }

    proptest! {
        #[test]
        fn marking_loses_nothing(text in ".{0,80}", typed in ".{0,20}") {
            prop_assert_eq!(marked(&text, &typed).into_iter().map(|(piece, _)| piece).collect::<String>(), text);
        }
    }
}
