//! How people say who they are: "I'm Joanna Pike from Pike Ceramics."

use crate::values::LeadId;

/// What a lead is called while nobody has said who they are: `Visitor 4F2A`. Short, stable, and said aloud without trouble.
pub fn nameless(lead: LeadId) -> String {
    let id = lead.0.simple().to_string();
    format!("Visitor {}", id[id.len() - 4..].to_uppercase())
}

/// What somebody said of themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Introduction {
    /// Their name, one to four words.
    pub name: String,
    /// Where they are from; may be empty.
    pub organisation: String,
}

/// What they begin with. Only words with capital letters after it are taken for a name, so that
/// "I'm looking for a quote" introduces nobody.
const OPENINGS: [&str; 6] = ["my name is ", "i'm ", "i’m ", "i am ", "this is ", "it's "];
const FROM: [&str; 3] = ["from", "at", "with"];

/// The first introduction in a message, if there is one.
pub fn introduction(text: &str) -> Option<Introduction> {
    // Byte for byte the same length, so that places found in one hold in the other.
    let lower = text.to_ascii_lowercase();
    let at = OPENINGS.iter().filter_map(|opening| opening_at(&lower, opening)).min()?;
    let rest = text.get(at..)?;
    let sentence = rest.split(['.', '!', '?', '\n', ';']).next().unwrap_or(rest);
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let (name, ended) = capitalised(&words, 4);
    if name.is_empty() {
        return None;
    }
    let next = words.get(name.len()).copied().unwrap_or_default();
    let from = FROM.contains(&next.to_ascii_lowercase().as_str()) && !ended;
    let organisation = if from { capitalised(&words[name.len() + 1..], 5).0 } else { Vec::new() };
    // "I'm Swedish": one word is a name only where it says where the person is from, or ends there.
    if name.len() == 1 && organisation.is_empty() && !ended && !next.is_empty() {
        return None;
    }
    Some(Introduction { name: join(&name), organisation: join(&organisation) })
}

/// Where the words after an opening begin, if it stands at the beginning of a word.
fn opening_at(lower: &str, opening: &str) -> Option<usize> {
    let at = lower.find(opening)?;
    let own_word = lower[..at].chars().next_back().is_none_or(|before| !before.is_alphanumeric());
    own_word.then_some(at + opening.len())
}

/// The words in front that begin with a capital (small words such as "de" and "&" may stand
/// between them), and whether a comma ends them.
fn capitalised<'a>(words: &[&'a str], most: usize) -> (Vec<&'a str>, bool) {
    let mut taken: Vec<&str> = Vec::new();
    let mut ended = words.is_empty();
    for (i, word) in words.iter().take(most).enumerate() {
        let bare = word.trim_end_matches([',', ':', ')']);
        let joins = matches!(*word, "de" | "van" | "von" | "der" | "da" | "al" | "&" | "and" | "of" | "the")
            && words.get(i + 1).is_some_and(|next| next.starts_with(char::is_uppercase));
        if !(bare.starts_with(char::is_uppercase) || joins) || bare.is_empty() {
            break;
        }
        taken.push(bare);
        ended = bare.len() < word.len() || i + 1 == words.len();
        if ended {
            break;
        }
    }
    (taken, ended)
}

fn join(words: &[&str]) -> String {
    words.join(" ").chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_who_say_who_they_are_are_understood() {
        let said = |text: &str| introduction(text).map(|found| (found.name, found.organisation));
        let pair = |name: &str, organisation: &str| Some((name.to_owned(), organisation.to_owned()));
        assert_eq!(said("Hi, I'm Joanna Pike from Pike Ceramics. What would it cost?"), pair("Joanna Pike", "Pike Ceramics"));
        assert_eq!(said("My name is Anneke de Vries."), pair("Anneke de Vries", ""));
        assert_eq!(said("Hello, this is Tom from Hartwell Dairy"), pair("Tom", "Hartwell Dairy"));
        assert_eq!(said("I’m Inês, and I have a question"), pair("Inês", ""));
        for nobody in ["I'm looking for a quote", "I am sure it is fine", "I'm Swedish and curious", "What would 150 kW cost?", ""] {
            assert_eq!(said(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn a_nameless_visitor_is_called_by_the_end_of_their_id() {
        assert_eq!(nameless(LeadId(uuid::Uuid::from_u128(0x4f2a))), "Visitor 4F2A");
    }
}
