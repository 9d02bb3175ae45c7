//! What an assistant is, as both halves see it.

use crate::values::{AssistantId, KnowledgeId, UserId};
use crate::wire::{FromWire, ToWire};
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What kind of answer a qualification question wants.
    AnswerKind { Text = "text", Number = "number", Money = "money", Date = "date", YesNo = "yes_no" }
}

/// One thing the assistant finds out about a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire, ToWire)]
pub struct Question {
    /// Stable name within the assistant, lower case.
    pub key: String,
    /// Shown beside the answer.
    pub label: String,
    /// What the visitor is asked.
    pub question: String,
    /// What kind of answer it wants.
    pub kind: AnswerKind,
}

/// An assistant, as named in the side bar and on cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct AssistantFace {
    /// The assistant.
    pub id: AssistantId,
    /// Its name.
    pub name: String,
    /// Which of the eight lamps it wears, 0 to 7.
    pub hue: u8,
    /// Whether it answers, or is paused.
    pub live: bool,
}

/// One piece of what an assistant knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Knowledge {
    /// The piece.
    pub id: KnowledgeId,
    /// Named as the source when it is used.
    pub title: String,
    /// What there is to know.
    pub body: String,
}

/// An assistant, whole, as its page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Assistant {
    /// Id, name, lamp, live or paused.
    pub face: AssistantFace,
    /// Stands in the pages that carry the widget.
    pub public_key: String,
    /// How it speaks.
    pub persona: String,
    /// What it is there for.
    pub goals: String,
    /// Its first line.
    pub greeting: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
    /// What it knows.
    pub knowledge: Vec<Knowledge>,
    /// The reps whose own it is.
    pub reps: Vec<UserId>,
    /// Goes up with every change; saving names the version it saw.
    pub version: i32,
}

/// What a person can save of an assistant at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct AssistantEdit {
    /// The version that was seen.
    pub version: i32,
    /// Its name, 1 to 60 characters.
    pub name: String,
    /// How it speaks.
    pub persona: String,
    /// What it is there for.
    pub goals: String,
    /// Its first line, 1 to 600 characters.
    pub greeting: String,
    /// What it asks, in order.
    pub questions: Vec<Question>,
}

/// How many questions an assistant can ask.
pub const MOST_QUESTIONS: usize = 12;

impl AssistantEdit {
    /// Trims the questions, drops those without words, and makes a key from the label where there
    /// is none.
    ///
    /// # Errors
    /// A sentence for the writer: too many, too long, or two of the same key.
    pub fn tidy_questions(&mut self) -> Result<(), String> {
        for question in &mut self.questions {
            question.label = question.label.trim().to_owned();
            question.question = question.question.trim().to_owned();
            let source = if question.key.trim().is_empty() { &question.label } else { &question.key };
            let key: String =
                source.trim().to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(40).collect();
            question.key = key;
        }
        self.questions.retain(|question| !(question.label.is_empty() && question.question.is_empty()));
        if self.questions.len() > MOST_QUESTIONS {
            return Err(format!("An assistant can ask {MOST_QUESTIONS} questions at most."));
        }
        for (i, question) in self.questions.iter().enumerate() {
            if question.label.is_empty() || question.question.is_empty() {
                return Err("Each question needs a label and the words the visitor is asked.".into());
            }
            if question.label.chars().count() > 60 || question.question.chars().count() > 300 {
                return Err(format!("“{}” is too long: 60 characters for the label, 300 for the question.", question.label));
            }
            if self.questions[..i].iter().any(|other| other.key == question.key) {
                return Err(format!("Two questions are called “{}”. Give one another label.", question.label));
            }
        }
        Ok(())
    }
}

impl AnswerKind {
    /// The answer as it is kept, if it is one of this kind: what a language service wrote down is
    /// believed no further.
    pub fn accept(self, value: &str) -> Option<String> {
        let value: String = value.trim().chars().filter(|c| !c.is_control()).take(500).collect();
        let digits = |text: &str| !text.is_empty() && text.len() <= 15 && text.chars().all(|c| c.is_ascii_digit());
        let amount = |text: &str| {
            let plain = text.replace([',', ' '], "");
            let (whole, rest) = plain.split_once('.').unwrap_or((&plain, "0"));
            digits(whole) && digits(rest)
        };
        let fits = match self {
            AnswerKind::Text => !value.is_empty(),
            AnswerKind::Number => amount(&value),
            AnswerKind::Money => amount(value.trim_start_matches(['£', '€', '$'])),
            AnswerKind::YesNo => matches!(value.to_lowercase().as_str(), "yes" | "no"),
            AnswerKind::Date => {
                let parts: Vec<&str> = value.split('-').collect();
                let within =
                    |text: &str, most: u8| text.len() == 2 && digits(text) && text.parse().is_ok_and(|n: u8| (1..=most).contains(&n));
                matches!(parts[..], [year, month, day] if year.len() == 4 && digits(year) && within(month, 12) && within(day, 31))
            }
        };
        fits.then(|| if self == AnswerKind::YesNo { value.to_lowercase() } else { value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_of_the_asked_kind_are_kept() {
        let table = [
            (AnswerKind::Text, " a bakery\u{7} in Leeds ", Some("a bakery in Leeds")),
            (AnswerKind::Text, "  ", None),
            (AnswerKind::Number, "1,200", Some("1,200")),
            (AnswerKind::Number, "about forty", None),
            (AnswerKind::Money, "£84,000.50", Some("£84,000.50")),
            (AnswerKind::Money, "lots", None),
            (AnswerKind::Date, "2026-03-31", Some("2026-03-31")),
            (AnswerKind::Date, "2026-13-01", None),
            (AnswerKind::Date, "next Tuesday", None),
            (AnswerKind::YesNo, "Yes", Some("yes")),
            (AnswerKind::YesNo, "perhaps", None),
        ];
        for (kind, given, kept) in table {
            assert_eq!(kind.accept(given).as_deref(), kept, "{kind}: {given}");
        }
    }

    #[test]
    fn questions_get_a_key_and_two_of_one_key_are_refused() {
        let question = |label: &str| Question { key: String::new(), label: label.into(), question: "Well?".into(), kind: AnswerKind::Text };
        let edit = |labels: &[&str]| AssistantEdit {
            version: 1,
            name: "Nora".into(),
            persona: String::new(),
            goals: String::new(),
            greeting: "Hello".into(),
            questions: labels.iter().map(|label| question(label)).collect(),
        };
        let mut fine = edit(&["Roof area", "Budget"]);
        assert!(fine.tidy_questions().is_ok());
        assert_eq!(fine.questions[0].key, "roof_area");
        assert!(edit(&["Budget", "budget "]).tidy_questions().is_err());
        assert!(edit(&["a"; 13]).tidy_questions().is_err());
    }
}
