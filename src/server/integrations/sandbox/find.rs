//! Finds what the briefing's knowledge says about a question: BM25 over passages, then the
//! sentences of the best one that carry the question's words.

use crate::server::integrations::briefing::Passage;
use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

/// Words that say nothing about the subject.
const STOP: &str = "a about actually after all also am an and any anyone anything are as at be been before but by can \
    could did do does doing else etc ever find for from get give go going got had has have having hello help hey hi \
    him his how i if in info information interested into is it its just know let like long look looking make many may me \
    might more much my need no not now of off offer on one only or other our out over own please provide really \
    say see she should so some someone something sort still such take tell than thank thanks that the their them then \
    there these they thing this those to too two under until up us use very want was we well were what when where which \
    while who why will with would yes you your";

/// Words of one meaning, each group led by the word that stands for all.
const SAME: &[&str] = &[
    "price cost charge fee rate expensive cheap pricing tariff quote",
    "warranty guarantee cover covered",
    "delivery deliver shipping ship dispatch postage arrive",
    "hours open opening close closed",
    "refund return cancel cancellation",
    "repair fix mend broken service maintenance maintain",
    "location located address based",
    "payment pay instalment finance",
    "installation install fit",
];

static STOPS: LazyLock<HashSet<&str>> = LazyLock::new(|| STOP.split_whitespace().collect());
/// From the stem of a word to the stem that stands for its meaning.
static MEANINGS: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let group = |group: &'static str| {
        let first = group.split(' ').next().map(cut).unwrap_or_default();
        group.split(' ').map(move |word| (cut(word), first.clone()))
    };
    SAME.iter().copied().flat_map(group).collect()
});

/// The sentences that answer a question, and where they are from.
#[derive(Debug, PartialEq)]
pub struct Found<'a> {
    pub title: &'a str,
    pub text: String,
}

/// The passage that answers `question`, or `None` when too little of the question is covered to
/// claim that it does.
pub fn find<'a>(passages: &'a [Passage], question: &str) -> Option<Found<'a>> {
    let wanted: HashSet<String> = terms(question).into_iter().collect();
    if wanted.is_empty() {
        return None;
    }
    // The title counts twice: it is what the passage is about.
    let documents: Vec<Vec<String>> = passages.iter().map(|p| [terms(&p.title), terms(&p.title), terms(&p.body)].concat()).collect();
    let average = documents.iter().map(Vec::len).sum::<usize>() as f64 / documents.len().max(1) as f64;
    let weight: HashMap<&str, f64> = wanted
        .iter()
        .map(|term| {
            // A word we never heard of weighs no more than our rarest, or one place name would
            // outweigh the subject.
            let having = documents.iter().filter(|document| document.contains(term)).count().max(1) as f64;
            (term.as_str(), (1.0 + (documents.len() as f64 - having + 0.5) / (having + 0.5)).ln())
        })
        .collect();
    let total: f64 = weight.values().sum();
    let score = |document: &Vec<String>| -> (f64, f64) {
        let mut bm25 = 0.0;
        let mut covered = 0.0;
        for (term, weight) in &weight {
            let times = document.iter().filter(|t| t == term).count() as f64;
            if times > 0.0 {
                let length = 0.25 + 0.75 * document.len() as f64 / average;
                bm25 += weight * times * 2.2 / (times + 1.2 * length);
                covered += weight;
            }
        }
        (bm25, covered / total)
    };
    let best = documents.iter().map(score).enumerate().max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0));
    let (index, (_, covered)) = best?;
    // A word of the title shows that the subject is right; without one, more must fit.
    let on_subject = terms(&passages[index].title).iter().any(|term| wanted.contains(term));
    if covered < if on_subject { 0.3 } else { 0.6 } {
        return None;
    }
    let passage = &passages[index];
    Some(Found { title: &passage.title, text: excerpt(&passage.body, &weight) })
}

/// Up to two sentences that carry the most of the question, in the order they stand in.
fn excerpt(body: &str, weight: &HashMap<&str, f64>) -> String {
    let sentences = sentences(body);
    let value = |sentence: &&str| -> f64 {
        let terms: HashSet<String> = terms(sentence).into_iter().collect();
        terms.iter().filter_map(|term| weight.get(term.as_str())).sum()
    };
    let values: Vec<f64> = sentences.iter().map(value).collect();
    let best = values.iter().copied().fold(0.0, f64::max);
    let mut picked: Vec<usize> = (0..sentences.len()).filter(|i| values[*i] >= best * 0.6).collect();
    picked.sort_by(|a, b| values[*b].total_cmp(&values[*a]).then(a.cmp(b)));
    picked.truncate(2);
    picked.sort_unstable();
    picked.into_iter().map(|i| sentences[i]).collect::<Vec<_>>().join(" ")
}

/// The sentences of a text; a line's end ends one too.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in text.lines() {
        let mut start = 0;
        for (i, c) in line.char_indices() {
            let rest = &line[i + c.len_utf8()..];
            let next = rest.trim_start().chars().next();
            let ends = matches!(c, '.' | '!' | '?') && rest.starts_with(' ') && !next.is_some_and(char::is_lowercase);
            let word = line[start..i].rsplit(' ').next().unwrap_or("");
            if ends && !matches!(word, "e.g" | "i.e" | "Mr" | "Mrs" | "Ms" | "Dr" | "No" | "St" | "approx") {
                found.push(line[start..i + 1].trim());
                start = i + 1;
            }
        }
        found.push(line[start..].trim());
    }
    found.retain(|sentence| !sentence.is_empty());
    found
}

/// The stems of the words that say what a text is about.
pub fn terms(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace('’', "'").replace("how much", "price");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'').map(|w| w.trim_matches('\''));
    let words = words.map(|word| word.strip_suffix("'s").unwrap_or(word)).filter(|word| !word.is_empty());
    let stems = words.filter(|word| !STOPS.contains(word)).map(cut);
    stems.map(|stem| MEANINGS.get(&stem).cloned().unwrap_or(stem)).collect()
}

/// A word without its common endings.
fn cut(word: &str) -> String {
    let mut stem = word.to_owned();
    if stem.len() > 4 && stem.ends_with("ies") {
        stem.truncate(stem.len() - 3);
        stem.push('y');
    } else if stem.len() > 3 && stem.ends_with('s') && !stem.ends_with("ss") && !stem.ends_with("us") {
        stem.pop();
    }
    for ending in ["ing", "ed", "ly"] {
        if stem.len() > ending.len() + 2 && stem.ends_with(ending) {
            stem.truncate(stem.len() - ending.len());
            break;
        }
    }
    if stem.len() > 4 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}
