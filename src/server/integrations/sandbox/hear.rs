//! Makes out what the visitor's words are: a question, a statement, a courtesy, a call for a person.

use super::find::sentences;

/// The visitor's sentences by what they are.
#[derive(Default)]
pub struct Sorted<'a> {
    pub questions: Vec<&'a str>,
    pub statements: Vec<&'a str>,
    pub thanks: bool,
    pub hello: bool,
    pub goodbye: bool,
}

impl<'a> Sorted<'a> {
    /// Sorts the sentences of everything the visitor said since we last spoke.
    pub fn new(burst: &'a str) -> Self {
        let mut sorted = Self::default();
        for sentence in sentences(burst) {
            let lower = words(sentence);
            let has = |list: &[&str]| lower.iter().any(|word| list.contains(&word.as_str()));
            if lower.iter().all(|word| SMALL_TALK.split_whitespace().any(|w| w == word)) {
                sorted.thanks |= has(&["thanks", "thank", "cheers", "ta"]);
                sorted.hello |= has(&["hi", "hello", "hey", "morning", "afternoon", "evening"]);
                sorted.goodbye |= has(&["bye", "goodbye", "later"]);
            } else if is_question(sentence) {
                sorted.questions.push(sentence);
            } else {
                sorted.statements.push(sentence);
            }
        }
        sorted
    }
}

const SMALL_TALK: &str = "hi hello hey there good morning afternoon evening thanks thank you very much so that that's is \
    great ok okay cool perfect cheers ta bye goodbye see later lovely brilliant have a nice day all the best take care \
    for your help then and";

/// The words of a text, lower case.
pub fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn is_question(sentence: &str) -> bool {
    let asks = ["tell me", "like to know", "wondering", "want to know"];
    let lower = sentence.to_lowercase();
    sentence.ends_with('?') || opens_question(sentence) || asks.iter().any(|phrase| lower.contains(phrase))
}

/// Whether a sentence begins as questions do.
pub fn opens_question(sentence: &str) -> bool {
    let opens = "what what's how when where where's who who's which why do does did is are can could will would have has should";
    words(sentence).first().is_some_and(|first| opens.split_whitespace().any(|word| word == first))
}

/// Whether the visitor asks for a person (not: whether they ask if they have one before them).
pub fn wants_person(burst: &str) -> bool {
    let people = [
        "human",
        "person",
        "someone",
        "somebody",
        "agent",
        "representative",
        "rep",
        "salesperson",
        "adviser",
        "advisor",
        "colleague",
        "manager",
        "staff",
        "operator",
        "people",
    ];
    let is_person = |word: &String| people.contains(&word.as_str());
    sentences(burst).into_iter().any(|sentence| {
        let words = words(sentence);
        let pair = |a: &str, b: &str| words.windows(2).any(|pair| pair[0] == a && pair[1] == b);
        if pair("are", "you") || pair("am", "i") {
            return false;
        }
        let refused = |at: usize| words[at.saturating_sub(4)..at].iter().any(|w| w == "no" || w == "not" || w.ends_with("n't"));
        let asked = words.iter().enumerate().any(|(at, word)| {
            let near = &words[at + 1..words.len().min(at + 6)];
            let wanted = match word.as_str() {
                "speak" | "talk" | "chat" | "connect" | "transfer" | "contact" => near.iter().any(is_person),
                "want" | "need" | "get" | "give" | "prefer" => {
                    near.iter().any(|w| w == "human" || w == "agent" || w == "representative")
                        || near.windows(2).any(|w| w[0] == "real" && w[1] == "person")
                }
                "someone" | "somebody" => near.iter().any(|w| matches!(w.as_str(), "call" | "ring" | "phone" | "contact")),
                "call" | "ring" | "phone" => near.first().is_some_and(|w| w == "me"),
                _ => false,
            };
            wanted && !refused(at)
        });
        asked
            || (words.len() <= 3
                && words.iter().any(|w| matches!(w.as_str(), "human" | "agent" | "person" | "representative" | "operator")))
    })
}
