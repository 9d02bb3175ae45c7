//! What the sandbox says: answers from the briefing's knowledge with the source named, keeps the
//! answers it gets, asks the next question, and hands over when it should. It invents nothing.

use super::{
    extract,
    find::{find, sentences, terms},
};
use crate::{
    assistants::model::{AnswerKind, Question},
    conversations::{model::HandOff, sentiment},
    server::integrations::{
        briefing::Briefing,
        openai::{ChatMessage, Role},
    },
};
use serde_json::{Value, json};

/// Text to say and tools to call.
pub struct Reply {
    pub text: String,
    pub tools: Vec<(&'static str, Value)>,
}

/// The next turn of the talk: answers the visitor's latest burst of messages.
pub fn reply(briefing: &Briefing, messages: &[ChatMessage]) -> Reply {
    let said: Vec<&str> = messages.iter().filter(|m| m.role == Role::Assistant).map(|m| m.content.as_str()).collect();
    let start = messages.iter().rposition(|m| m.role != Role::User).map_or(0, |i| i + 1);
    let burst = messages[start..].iter().map(|m| m.content.as_str()).collect::<Vec<_>>().join("\n");
    let sorted = Sorted::new(&burst);
    let mut turn = Turn { briefing, said, parts: Vec::new(), recorded: Vec::new(), hand_off: None };

    if turn.said.is_empty() {
        let own = format!("Hello, I’m {}, the AI assistant of {}.", briefing.assistant_name, briefing.company_name);
        turn.parts.push(if briefing.greeting.is_empty() { own } else { briefing.greeting.clone() });
    }
    let pending = turn.pending();
    let declined = pending.is_some() && extract::declines(&burst);
    if declined {
        turn.parts.push("That’s fine.".into());
    } else if let Some(question) = pending {
        turn.read_answer(question, &sorted);
    }
    if wants_person(&burst) {
        turn.parts.push("Of course. I’m passing this to a colleague, who will answer you here.".into());
        turn.hand_off = Some((HandOff::CustomerRequest, "The visitor asks for a person."));
    } else {
        turn.answer_questions(&sorted);
        if turn.hand_off.is_none() && !sorted.goodbye {
            turn.ask_next(pending.filter(|_| !declined));
        }
    }
    turn.end(&burst)
}

/// The visitor's sentences by what they are.
#[derive(Default)]
struct Sorted<'a> {
    questions: Vec<&'a str>,
    statements: Vec<&'a str>,
    thanks: bool,
    hello: bool,
    goodbye: bool,
}

impl<'a> Sorted<'a> {
    fn new(burst: &'a str) -> Self {
        let mut sorted = Self::default();
        for sentence in sentences(burst) {
            let lower = words(sentence);
            let has = |list: &[&str]| lower.iter().any(|word| list.contains(&word.as_str()));
            if lower.iter().all(|word| SMALL_TALK.split_whitespace().any(|w| w == word)) {
                sorted.thanks |= has(&["thanks", "thank", "cheers", "ta"]);
                sorted.hello |= has(&["hi", "hello", "hey", "morning", "afternoon", "evening"]);
                sorted.goodbye |= has(&["bye", "goodbye", "later"]);
            } else if is_question(sentence, &lower) {
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

fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

fn is_question(sentence: &str, words: &[String]) -> bool {
    let opens = "what what's how when where where's who who's which why do does did is are can could will would have has should";
    let asks = ["tell me", "like to know", "wondering", "want to know"];
    let lower = sentence.to_lowercase();
    sentence.ends_with('?')
        || words.first().is_some_and(|first| opens.split_whitespace().any(|word| word == first))
        || asks.iter().any(|phrase| lower.contains(phrase))
}

/// Whether the visitor asks for a person (not: whether they ask if they have one before them).
fn wants_person(burst: &str) -> bool {
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

/// A reply being put together.
struct Turn<'a> {
    briefing: &'a Briefing,
    /// What was said to the visitor so far.
    said: Vec<&'a str>,
    parts: Vec<String>,
    recorded: Vec<(&'a str, String)>,
    hand_off: Option<(HandOff, &'static str)>,
}

impl<'a> Turn<'a> {
    fn open(&self, question: &Question) -> bool {
        !self.briefing.answered.iter().any(|(key, _)| *key == question.key) && !self.recorded.iter().any(|(key, _)| *key == question.key)
    }

    fn times_asked(&self, question: &Question) -> usize {
        self.said.iter().filter(|text| text.contains(&question.question)).count()
    }

    /// The question that our last words put to the visitor.
    fn pending(&self) -> Option<&'a Question> {
        let last = self.said.last()?;
        self.briefing.questions.iter().find(|question| self.open(question) && last.contains(&question.question))
    }

    fn read_answer(&mut self, question: &'a Question, sorted: &Sorted) {
        let statement = sorted.statements.join(" ");
        match extract::answer(question.kind, &statement, self.briefing.today) {
            Some(value) => {
                self.recorded.push((&question.key, value));
                self.parts.push("Thank you, I’ve noted that.".into());
            }
            // They went on to something else; the question is put again below.
            None if statement.is_empty() => {}
            None => self.parts.push(format!(
                "Sorry, I didn’t catch {} there.",
                match question.kind {
                    AnswerKind::Number => "a number",
                    AnswerKind::Money => "an amount",
                    AnswerKind::Date => "a date",
                    AnswerKind::YesNo => "a yes or no",
                    AnswerKind::Text => "an answer",
                }
            )),
        }
    }

    fn answer_questions(&mut self, sorted: &Sorted) {
        // A bare statement may be about something we know, unless it was the answer to our question.
        let asked = if sorted.questions.is_empty() && self.recorded.is_empty() && self.pending().is_none() {
            &sorted.statements
        } else {
            &sorted.questions
        };
        let mut unknown = false;
        let before = self.parts.len();
        for sentence in asked.iter().take(3) {
            let part = match (self.about_itself(sentence), find(&self.briefing.passages, sentence)) {
                (Some(line), _) => line,
                (None, Some(found)) => format!("From “{}”: {}", found.title, found.text),
                (None, None) if sorted.questions.is_empty() => continue,
                (None, None) => {
                    unknown = true;
                    continue;
                }
            };
            if !self.parts.contains(&part) {
                self.parts.push(part);
            }
        }
        if unknown {
            let line = if self.parts.len() > before {
                "The rest I don’t know, and I’d rather not guess, so I’m passing it to a colleague, who will answer you here."
            } else {
                "I don’t have an answer to that, and I’d rather not guess, so I’m passing your question to a colleague, who will answer you here."
            };
            self.parts.push(line.into());
            self.hand_off = Some((HandOff::MissingKnowledge, "The knowledge does not cover the visitor’s question."));
        } else if self.parts.is_empty() {
            let line = match sorted {
                Sorted { goodbye: true, .. } => "Goodbye, and thank you for your time.",
                Sorted { thanks: true, .. } => "You’re welcome.",
                Sorted { hello: true, .. } => "Hello again.",
                Sorted { statements, .. } if !statements.is_empty() => "Thank you for telling me.",
                _ => return,
            };
            self.parts.push(line.into());
        }
    }

    /// Questions about the assistant, and those with no subject at all.
    fn about_itself(&self, sentence: &str) -> Option<String> {
        let lower = words(sentence).join(" ");
        let Briefing { assistant_name, company_name, .. } = self.briefing;
        let who = [
            "are you a",
            "are you an",
            "are you human",
            "are you real",
            "are you ai",
            "who are you",
            "your name",
            "am i talking",
            "am i speaking",
            "am i chatting",
        ];
        if who.iter().any(|phrase| lower.contains(phrase)) {
            return Some(format!("I’m {assistant_name}, the AI assistant of {company_name}. I can bring in a person whenever you like."));
        }
        if lower == "how are you" {
            return Some("Very well, thank you.".into());
        }
        let titles: Vec<_> = self.briefing.passages.iter().take(4).map(|p| format!("“{}”", p.title)).collect();
        if terms(sentence).is_empty() && !titles.is_empty() {
            return Some(format!("Gladly. I can tell you about {}.", titles.join(", ")));
        }
        None
    }

    /// Puts one question: the one still waiting for its answer at most once more, then the first
    /// that was never put.
    fn ask_next(&mut self, pending: Option<&Question>) {
        let again = pending.filter(|question| self.open(question) && self.times_asked(question) < 2);
        let next = again.or_else(|| self.briefing.questions.iter().find(|q| self.open(q) && self.times_asked(q) == 0));
        match next {
            Some(question) => self.parts.push(question.question.clone()),
            None if !self.recorded.is_empty() => {
                self.parts.push("That is all I wanted to ask. What else would you like to know?".into());
            }
            None if self.parts.is_empty() => self.parts.push("Is there anything else I can help with?".into()),
            None => {}
        }
    }

    fn end(self, burst: &str) -> Reply {
        let mut tools = Vec::new();
        if !self.recorded.is_empty() {
            let answers: Vec<_> = self.recorded.iter().map(|(key, value)| json!({ "key": key, "value": value })).collect();
            tools.push(("record_answers", json!({ "answers": answers })));
        }
        if let Some((reason, why)) = self.hand_off {
            let words: String = burst.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect();
            let summary = format!("{why} Their words: “{words}”");
            tools.push(("hand_off", json!({ "reason": reason, "summary": summary })));
        }
        Reply { text: self.parts.join(" "), tools }
    }
}

/// A value of the given schema, made from what the visitor wrote and nothing else: their words
/// for text, their mood for a choice of moods, otherwise the emptiest value that fits.
pub fn structured(messages: &[ChatMessage], schema: &Value) -> Value {
    let visitor = messages.iter().filter(|m| m.role == Role::User).map(|m| m.content.as_str()).collect::<Vec<_>>().join("\n");
    fill(schema, &visitor)
}

fn fill(schema: &Value, visitor: &str) -> Value {
    if let Some(choices) = schema["enum"].as_array() {
        let mood = sentiment::measure(visitor).sentiment.as_str();
        return choices.iter().find(|choice| *choice == mood).or(choices.first()).cloned().unwrap_or_default();
    }
    match schema["type"].as_str() {
        Some("object") => {
            let properties = schema["properties"].as_object().into_iter().flatten();
            properties.map(|(name, schema)| (name.clone(), fill(schema, visitor))).collect()
        }
        Some("string") => visitor.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(240).collect::<String>().into(),
        Some("array") => json!([]),
        Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(0)),
        Some("boolean") => json!(false),
        // `["string", "null"]`, `anyOf` and references: null is what they allow most often.
        _ => Value::Null,
    }
}
