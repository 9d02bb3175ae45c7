//! The mood of a message, from its words: a lexicon, and the few rules of English that turn a
//! word's mood round or up. Rough, quick, and the same every time.

use crate::values::Sentiment;

/// What [`measure`] finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The mood in one word.
    pub sentiment: Sentiment,
    /// From −100 (furious) to 100 (delighted).
    pub score: i8,
}

/// Words by how strongly they are felt, from 4 to 1.
const GOOD: [&str; 4] = [
    "helpful useful fine okay ok nice clear easy glad interested interesting keen like liked likes hope hopefully welcome \
     works working agree agreed fair sure reasonable affordable safe quick quickly smooth ready thanks thank cheers curious \
     simple useful reliable comfortable worth benefit better sensible yes",
    "good great happy pleased enjoy enjoyed friendly impressed impressive kind solved recommend recommended satisfied \
     delightful lovely cool appreciate appreciated appreciates grateful win success successful bargain generous beautiful \
     trust improved improvement convenient excited ideal neat smart thoughtful",
    "love loved loves excellent brilliant fantastic perfect perfectly superb thrilled delighted awesome best wonderful \
     amazing outstanding exceptional incredible marvellous",
    "phenomenal flawless ecstatic",
];
const BAD: [&str; 4] = [
    "slow late delay delayed delays unclear hard issue issues concern concerns concerned doubt doubts unsure hesitant \
     expensive pricey costly busy missing wait waiting unfortunately sorry lost stuck tired cannot complicated difficult \
     worry worried worries confusing confused lacking limited problem problems tricky hassle bug bugs",
    "bad wrong broken fail failed fails failure poor disappointed disappointing unhappy annoyed annoying upset rude complain \
     complaint complaints frustrating frustrated ignored refund cancel cancelled mistake mistakes error errors unfair waste wasted \
     useless misleading misled overpriced unacceptable dislike pushy spam unreliable damaged faulty crash crashed sad ugly \
     unprofessional dissatisfied regret impossible pathetic nonsense",
    "terrible awful horrible angry hate hated hates worst furious disgusting disgusted dreadful appalling ridiculous \
     liar lied lies lying cheated rubbish atrocious disgraceful outrageous nightmare shocking dishonest stole stolen rip-off",
    "scam fraud scammed fraudulent despicable",
];

/// Turns of sales talk that mean more than their words, and what each adds.
const PHRASES: &[(&str, f64)] = &[
    ("you promised", -2.5),
    ("too expensive", -1.5),
    ("too much money", -2.0),
    ("still waiting", -1.5),
    ("not interested", -2.5),
    ("no longer interested", -2.5),
    ("stop messaging", -3.0),
    ("stop contacting", -3.0),
    ("leave me alone", -3.0),
    ("take my business elsewhere", -3.0),
    ("ripped off", -3.0),
    ("rip off", -3.0),
    ("fed up", -3.0),
    ("let down", -2.5),
    ("waste of time", -2.0),
    ("out of our budget", -2.0),
    ("over budget", -2.0),
    ("better offer elsewhere", -2.0),
    ("sounds great", 1.0),
    ("sounds good", 1.0),
    ("looking forward", 2.5),
    ("look forward", 2.5),
    ("can't wait", 3.0),
    ("cannot wait", 3.5),
    ("sign me up", 3.0),
    ("let's do it", 3.0),
    ("count me in", 3.0),
    ("well done", 2.5),
    ("good value", 1.0),
    ("no problem", 2.5),
    ("no worries", 2.5),
    ("exactly what", 2.0),
];

const NEGATIONS: &[&str] = &[
    "not", "no", "never", "without", "neither", "nor", "cannot", "hardly", "barely", "nothing", "none", "dont", "didnt", "isnt", "wasnt",
    "cant", "wont", "doesnt",
];
const BOOSTERS: &[&str] = &[
    "very",
    "really",
    "so",
    "extremely",
    "absolutely",
    "totally",
    "incredibly",
    "completely",
    "utterly",
    "truly",
    "especially",
    "particularly",
    "super",
    "too",
    "most",
    "deeply",
    "thoroughly",
    "hugely",
];
const DAMPERS: &[&str] = &["slightly", "somewhat", "bit", "little", "fairly", "quite", "kinda", "rather", "partly", "almost"];

/// Measures a message's mood. Neutral is a score from −15 to 15, and what has no feeling in it.
pub fn measure(text: &str) -> Measured {
    let plain = text.replace('’', "'");
    let lower = plain.to_lowercase();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '-').filter(|word| !word.is_empty()).collect();
    let lowered: Vec<String> = words.iter().map(|word| word.trim_matches(['\'', '-']).to_lowercase()).collect();
    let shouted = |word: &str| word.len() > 2 && word.chars().all(char::is_uppercase);
    // Capitals mean something only where not everything is in capitals.
    let some_quiet = words.iter().any(|word| word.chars().any(char::is_lowercase));

    let mut felt: Vec<(usize, f64)> = Vec::new();
    for (i, word) in lowered.iter().enumerate() {
        let mut value = lexicon(word);
        if value == 0.0 {
            continue;
        }
        if some_quiet && shouted(words[i]) {
            value *= 1.3;
        }
        // The three words before it: nearer ones weigh more, and a sentence's end shields it.
        for (distance, before) in lowered[i.saturating_sub(3)..i].iter().rev().enumerate() {
            let fade = 1.0 - 0.1 * distance as f64;
            if BOOSTERS.contains(&before.as_str()) {
                value *= 1.0 + 0.3 * fade;
            } else if DAMPERS.contains(&before.as_str()) {
                value *= 1.0 - 0.3 * fade;
            } else if (NEGATIONS.contains(&before.as_str()) || before.ends_with("n't")) && same_clause(&plain, &words, i - distance - 1, i)
            {
                // "No, thanks" is not the opposite of thanks; "not good" is milder than bad.
                value *= -0.7;
            }
        }
        felt.push((i, value));
    }
    // After "but" comes what is meant.
    if let Some(but) = lowered.iter().rposition(|word| matches!(word.as_str(), "but" | "however" | "although")) {
        for (i, value) in &mut felt {
            *value *= if *i < but { 0.5 } else { 1.5 };
        }
    }
    let phrases: f64 = PHRASES.iter().filter(|(phrase, _)| lower.contains(phrase)).map(|(_, value)| value).sum();
    let mut sum = felt.iter().map(|(_, value)| value).sum::<f64>() + phrases;
    let faces = |list: &[&str]| list.iter().filter(|face| text.contains(**face)).count() as f64;
    sum += 2.0 * faces(&[":)", ":-)", ":D", "😀", "😊", "👍", "❤", "🎉"]) - 2.0 * faces(&[":(", ":-(", "😠", "😡", "😞", "👎"]);
    let calls = text.matches('!').count().min(3) as f64;
    sum += sum.signum() * 0.3 * calls * f64::from(sum != 0.0);

    // Bends an endless sum into −1 to 1; 15 sets how soon it saturates.
    let score = (100.0 * sum / (sum * sum + 15.0).sqrt()).round() as i8;
    let sentiment = match score {
        16.. => Sentiment::Positive,
        ..=-16 => Sentiment::Negative,
        _ => Sentiment::Neutral,
    };
    Measured { sentiment, score }
}

fn lexicon(word: &str) -> f64 {
    let strength = |lists: &[&str; 4]| lists.iter().position(|list| list.split_whitespace().any(|w| w == word)).map(|i| i as f64 + 1.0);
    strength(&GOOD).or_else(|| strength(&BAD).map(|strength| -strength)).unwrap_or(0.0)
}

/// Whether nothing like a comma or full stop stands between two words of the text.
fn same_clause(text: &str, words: &[&str], from: usize, to: usize) -> bool {
    // Each word is a slice of the text, so its place is the distance of the two beginnings.
    let place = |i: usize| words[i].as_ptr() as usize - text.as_ptr() as usize;
    let between = &text[place(from)..place(to)];
    !between.contains([',', '.', '!', '?', ';', ':'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use Sentiment::{Negative, Neutral, Positive};

    #[test]
    fn moods_of_sentences() {
        let table = [
            ("That sounds great, thank you!", Positive),
            ("I love it", Positive),
            ("not bad at all", Positive),
            ("Can't wait to get started", Positive),
            ("No problem, thanks", Positive),
            ("The demo was impressive and the price is fair.", Positive),
            ("It was slow at first, but now it is excellent", Positive),
            ("👍", Positive),
            ("", Neutral),
            ("We have 40 people in two offices.", Neutral),
            ("What are your opening hours?", Neutral),
            ("Our budget is £20k", Neutral),
            ("I'm not happy with this", Negative),
            ("This isn’t good", Negative),
            ("You promised a call on Monday", Negative),
            ("That is too expensive for us", Negative),
            ("The app is nice, but support is terrible", Negative),
            ("I am still waiting for a refund", Negative),
            ("Worst experience ever. Complete waste of time!!!", Negative),
            ("Please stop messaging me", Negative),
            ("We're not interested", Negative),
        ];
        for (text, expected) in table {
            let measured = measure(text);
            assert_eq!(measured.sentiment, expected, "{text}: {}", measured.score);
        }
    }

    #[test]
    fn stronger_words_score_further_out() {
        let rising = [
            "I am furious, this is a scam!",
            "this is bad",
            "where is it",
            "this is good",
            "this is very good",
            "this is VERY good!!",
            "absolutely brilliant, I love it!",
        ];
        let scores: Vec<i8> = rising.iter().map(|text| measure(text).score).collect();
        assert!(scores.windows(2).all(|pair| pair[0] < pair[1]), "{scores:?}");
        assert!(scores[0] >= -100 && scores[6] <= 100);
    }

    #[test]
    fn any_text_is_measured() {
        for text in ["'", "-", "don't", "ÄÖÜ ß", "!!!", "no no no no", &"awful ".repeat(5000)] {
            let score = measure(text).score;
            assert!((-100..=100).contains(&score), "{text}");
        }
    }
}
