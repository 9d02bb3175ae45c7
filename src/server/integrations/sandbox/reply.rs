//! What the sandbox says: answers from the briefing's knowledge with the source named, keeps the
//! answers it gets, asks the next question, and hands over when it should. It invents nothing.

use super::{
    extract,
    find::{find, terms},
    hear::{Sorted, opens_question, wants_person, words},
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
    let mut sorted = Sorted::new(&burst);
    let mut turn = Turn { briefing, said, parts: Vec::new(), recorded: Vec::new(), hand_off: None };

    if turn.said.is_empty() {
        let own = format!("Hello, I’m {}, the AI assistant of {}.", briefing.assistant_name, briefing.company_name);
        turn.parts.push(if briefing.greeting.is_empty() { own } else { briefing.greeting.clone() });
    }
    let pending = turn.pending();
    let declined = pending.is_some() && extract::declines(&burst);
    if wants_person(&burst) {
        turn.parts.push("Of course. I’m passing this to a colleague, who will answer you here.".into());
        turn.hand_off = Some((HandOff::CustomerRequest, "The visitor asks for a person."));
    } else {
        if declined {
            turn.parts.push("That’s fine.".into());
        } else if let Some(question) = pending {
            turn.read_answer(question, &mut sorted);
        }
        turn.answer_questions(&sorted);
        if turn.hand_off.is_none() && !sorted.goodbye {
            turn.ask_next(pending.filter(|_| !declined));
        }
    }
    // The chat itself shows the greeting, above the first message: said again only if it is all.
    if turn.said.is_empty() && !briefing.greeting.is_empty() && turn.parts.len() > 1 {
        turn.parts.remove(0);
    }
    turn.end(&burst)
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

    fn read_answer(&mut self, question: &'a Question, sorted: &mut Sorted) {
        let today = self.briefing.today;
        // "Maybe 20k?" is an answer, whatever its mark; "How much is it?" is none.
        if question.kind != AnswerKind::Text {
            let answers = |said: &&str| !opens_question(said) && extract::answer(question.kind, said, today).is_some();
            if let Some(at) = sorted.questions.iter().position(answers) {
                let said = sorted.questions.remove(at);
                sorted.statements.push(said);
            }
        }
        let statement = sorted.statements.join(" ");
        match extract::answer(question.kind, &statement, today) {
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
                Sorted { hello: true, .. } => "Hello!",
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
            let known = self.briefing.answered.iter().map(|(key, value)| format!("{key}: {value}"));
            let known: Vec<_> = known.chain(self.recorded.iter().map(|(key, value)| format!("{key}: {value}"))).collect();
            let known = if known.is_empty() { String::new() } else { format!(" Known so far: {}.", known.join("; ")) };
            let summary = format!("{why} Their words: “{words}”{known}");
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
