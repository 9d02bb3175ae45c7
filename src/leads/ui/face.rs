//! A card's face, as text. A board can hold a thousand cards: written so, a card costs the server
//! two microseconds and the browser one element to take over, instead of thirty.
//!
//! Everything that people wrote goes through `escape`.

use crate::accounts::model::Colleague;
use crate::assistants::model::AssistantFace;
use crate::leads::model::Card;
use crate::ui::avatar::initials;
use crate::values::{Sentiment, Timestamp};
use std::fmt::Write;

/// Who the cards speak of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cast {
    /// Everyone in the company.
    pub colleagues: Vec<Colleague>,
    /// The assistants in reach.
    pub assistants: Vec<AssistantFace>,
}

/// What else the face depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shade {
    /// The stage is won or lost: no ring, one line of the message.
    pub closed: bool,
    /// A move of it has not reached the server yet.
    pub waiting: bool,
    /// The present moment.
    pub now: Timestamp,
}

/// The inside of a card's `<article>`.
pub fn face(card: &Card, cast: &Cast, shade: Shade) -> String {
    let mut html = String::with_capacity(1600);
    let (id, name, organisation) = (card.id, escape(&card.name), escape(&card.organisation));
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        "<div class=\"flex items-start gap-2\"><div class=\"min-w-0 flex-1\">\
         <a class=\"block font-semibold truncate leading-[18px]\" href=\"/leads/{id}\" title=\"{name}\" draggable=\"false\">{name}</a>\
         <div class=\"text-xs text-ink-muted truncate\" title=\"{organisation}\">{organisation}</div></div>"
    );
    if let Some(score) = card.score.filter(|_| !shade.closed).map(|score| score.get()) {
        let colour = match score {
            75.. => "stroke-stage-proposal",
            50..75 => "stroke-ink-muted",
            _ => "stroke-ink-faint",
        };
        let _ = write!(
            html,
            "<svg class=\"shrink-0\" width=\"30\" height=\"30\" role=\"img\" aria-label=\"Score {score} of 100\">\
             <g fill=\"none\" stroke-width=\"2.5\" transform=\"rotate(-90 15 15)\"><circle class=\"stroke-pressed\" cx=\"15\" cy=\"15\" r=\"13.25\"/>"
        );
        if score > 0 {
            let _ = write!(
                html,
                "<circle class=\"{colour}\" cx=\"15\" cy=\"15\" r=\"13.25\" pathLength=\"100\" stroke-linecap=\"round\" stroke-dasharray=\"{score} 100\"/>"
            );
        }
        let _ = write!(
            html,
            "</g><text class=\"num fill-ink font-semibold\" x=\"15\" y=\"15\" font-size=\"11\" text-anchor=\"middle\" dominant-baseline=\"central\">{score}</text></svg>"
        );
    }
    html.push_str("</div>");
    if !card.last_message.is_empty() {
        let (word, shape) = mood(card.sentiment);
        let lines = if shade.closed { "truncate" } else { "line-clamp-2" };
        let _ = write!(
            html,
            "<div class=\"flex gap-1.5 mt-1.5\"><svg class=\"shrink-0 mt-[5px]\" width=\"8\" height=\"8\" viewBox=\"0 0 10 10\" role=\"img\" aria-label=\"Sentiment {word}\">{shape}</svg>\
             <p class=\"text-xs leading-[17px] text-ink-muted min-w-0 {lines}\">{}</p></div>",
            escape(&card.last_message)
        );
    }
    html.push_str("<div class=\"flex items-center mt-2 h-5\"><span class=\"flex gap-1\">");
    if let Some(bot) = card.assistant.and_then(|id| cast.assistants.iter().find(|face| face.id == id)) {
        let _ = write!(
            html,
            "<svg class=\"bot\" role=\"img\" aria-label=\"{}, AI assistant\" width=\"18\" height=\"18\" viewBox=\"0 0 24 24\"><use href=\"#lamp-{}\"/></svg>",
            escape(&bot.name),
            bot.hue % 8
        );
    }
    match card.owner.and_then(|id| cast.colleagues.iter().find(|person| person.id == id)) {
        Some(person) => {
            let (name, tint) = (escape(&person.name), person.tint.clamp(1, 5));
            let letters = escape(&initials(&person.name));
            let _ = write!(
                html,
                "<span class=\"person size-4.5 text-[8px] bg-peer-{tint}\" role=\"img\" aria-label=\"{name}\" title=\"{name}\">{letters}</span>"
            );
        }
        None => html.push_str(
            "<span class=\"person size-4.5 border border-dashed border-line-control text-ink-faint\" role=\"img\" aria-label=\"Nobody’s yet\" title=\"Nobody’s yet\">\
             <svg class=\"ic\" width=\"10\" height=\"10\" aria-hidden=\"true\"><use href=\"/icons.svg#plus\"/></svg></span>",
        ),
    }
    let _ = write!(html, "</span><span class=\"ml-2 text-2xs text-ink-faint num\">{}</span>", card.last_activity_at.ago(shade.now));
    if shade.waiting {
        html.push_str(
            "<svg class=\"ic ml-1.5 text-warning-ink\" width=\"13\" height=\"13\" role=\"img\" aria-label=\"Waiting to be sent\"><use href=\"/icons.svg#cloud-upload\"/></svg>",
        );
    }
    let _ = write!(
        html,
        "<span class=\"ml-auto flex items-center gap-1\"><a class=\"grid place-content-center size-6 rounded-sm text-ink-faint hover:bg-hover hover:text-ink opacity-0 \
         group-hover:opacity-100 group-focus-within:opacity-100 [@media(hover:none)]:opacity-100 max-md:size-8\" href=\"/board?move={id}\" data-move draggable=\"false\" \
         tabindex=\"-1\" aria-label=\"Move {name}\"><svg class=\"ic\" width=\"14\" height=\"14\" aria-hidden=\"true\"><use href=\"/icons.svg#ellipsis\"/></svg></a>\
         <span class=\"num text-xs font-medium\">{}</span></span></div>",
        if card.value.minor == 0 { String::new() } else { card.value.full() }
    );
    html
}

/// What a screen reader says of a card.
pub fn label(card: &Card) -> String {
    let mut text = card.name.clone();
    if !card.organisation.is_empty() {
        let _ = write!(text, ", {}", card.organisation);
    }
    if let Some(score) = card.score {
        let _ = write!(text, ", score {}", score.get());
    }
    let _ = write!(text, ", {}", card.value.full());
    text
}

fn mood(sentiment: Sentiment) -> (&'static str, &'static str) {
    match sentiment {
        Sentiment::Positive => ("positive", "<circle class=\"fill-sentiment-positive\" cx=\"5\" cy=\"5\" r=\"4\"/>"),
        Sentiment::Neutral => {
            ("neutral", "<circle class=\"stroke-sentiment-neutral\" cx=\"5\" cy=\"5\" r=\"3.2\" fill=\"none\" stroke-width=\"1.7\"/>")
        }
        Sentiment::Negative => (
            "negative",
            "<rect class=\"fill-sentiment-negative\" x=\"1.7\" y=\"1.7\" width=\"6.6\" height=\"6.6\" rx=\"1\" transform=\"rotate(45 5 5)\"/>",
        ),
    }
}

/// Text as it may stand in HTML, between tags or in a quoted attribute.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::*;

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        let evil = "\"><img src=x onerror='alert(1)'>&lt;script>";
        let (assistant, owner) = (AssistantId::new(), UserId::new());
        let card = Card {
            id: LeadId::new(),
            name: evil.into(),
            organisation: evil.into(),
            stage: StageId::new(),
            rank: Rank::between(None, None),
            value: Money { minor: 8_400_000, currency: Currency::Gbp },
            score: Some(Score::new(62)),
            sentiment: Sentiment::Negative,
            assistant: Some(assistant),
            owner: Some(owner),
            last_message: evil.into(),
            last_activity_at: Timestamp(0),
            stage_entered_at: Timestamp(0),
            conversation: None,
            version: 1,
        };
        let cast = Cast {
            colleagues: vec![Colleague { id: owner, name: evil.into(), tint: 9 }],
            assistants: vec![AssistantFace { id: assistant, name: evil.into(), hue: 200, live: true }],
        };
        let html = face(&card, &cast, Shade { closed: false, waiting: true, now: Timestamp(120_000) });
        assert!(!html.contains("<img") && !html.contains("<script") && !html.contains("onerror='"), "{html}");
        for shown in ["£84,000", ">62<", ">2m<", "Sentiment negative", "#lamp-0", "bg-peer-5"] {
            assert!(html.contains(shown), "{shown} is missing: {html}");
        }
        assert_eq!(html.matches('<').count(), html.matches('>').count());
    }
}
