//! A card's face, as text. A board can hold a thousand cards: written so, a card costs the server
//! two microseconds and the browser one element to take over, instead of thirty.
//!
//! Its looks are the classes `lead-…` of `style/components.css`: a class of utilities at each
//! element would be half of the page.
//!
//! Everything that people wrote goes through `escape`.

use crate::accounts::model::Colleague;
use crate::assistants::model::AssistantFace;
use crate::leads::model::{Card, Outcome, Stage};
use crate::tasks::ui::due::said;
use crate::ui::{avatar::initials, moment::here};
use crate::values::{Day, Timestamp};
use std::{borrow::Cow, fmt::Write};

/// Who the cards speak of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cast {
    /// Everyone in the company.
    pub colleagues: Vec<Colleague>,
    /// The assistants in reach.
    pub assistants: Vec<AssistantFace>,
}

/// What else the face depends on.
#[derive(Clone, Copy, Debug)]
pub struct Shade<'a> {
    /// The stage it stands in. Won or lost: no ring, one line of the message.
    pub stage: &'a Stage,
    /// A move of it has not reached the server yet.
    pub waiting: bool,
    /// The present moment.
    pub now: Timestamp,
}

/// So many tags a card names; of the others it says how many they are.
const TAGS: usize = 3;

/// Writes the inside of a card's `<article>`.
pub fn face(html: &mut String, card: &Card, cast: &Cast, shade: Shade) {
    let closed = shade.stage.outcome != Outcome::Open;
    let (id, name, organisation) = (card.id, escape(&card.name), escape(&card.organisation));
    // Writing to a String cannot fail.
    let _ = write!(
        html,
        "<div class=\"lead-top\"><div>\
         <a class=\"lead-name\" href=\"/leads/{id}\" title=\"{name}\">{name}</a>\
         <div class=\"lead-org\" title=\"{organisation}\">{organisation}</div></div>"
    );
    if let Some(score) = card.score.filter(|_| !closed).map(|score| score.get()) {
        let colour = match score {
            75.. => "hot",
            50..75 => "warm",
            _ => "cold",
        };
        // No drawing: one for each card on a board costs more than all that people can see of it.
        let (tens, ones) = (score / 10, score % 10);
        let _ = write!(
            html,
            "<i class=\"lead-ring {colour} tens-{tens} ones-{ones}\" role=\"img\" aria-label=\"Score {score} of 100\">{score}</i>"
        );
    }
    html.push_str("</div>");
    if !card.last_message.is_empty() {
        let mood = card.sentiment;
        let lines = if closed { "truncate" } else { "line-clamp-2" };
        let _ = write!(
            html,
            "<div class=\"lead-said\"><i class=\"{mood}\" role=\"img\" aria-label=\"Sentiment {mood}\"></i><p class=\"{lines}\">{}</p></div>",
            escape(&card.last_message)
        );
    }
    if let Some(step) = &card.next_step {
        let due = step.due.map(|due| said(due, shade.now, here));
        let (words, class) = due.as_ref().map_or(("", ""), |(words, urgency)| (words.as_str(), urgency.class()));
        let _ = write!(
            html,
            "<div class=\"lead-next tag {class}\"><svg class=\"ic\" aria-hidden=\"true\"><use href=\"/icons.svg#calendar\"/></svg>\
             <span>{}</span><i data-due>{words}</i></div>",
            escape(&step.words)
        );
    }
    if !card.tags.is_empty() && !closed {
        html.push_str("<div class=\"lead-tags\">");
        for tag in card.tags.iter().take(TAGS) {
            let _ = write!(html, "<span class=\"tag\">{}</span>", escape(tag.as_str()));
        }
        if card.tags.len() > TAGS {
            let _ = write!(html, "<span class=\"tag\">+{}</span>", card.tags.len() - TAGS);
        }
        html.push_str("</div>");
    }
    html.push_str("<div class=\"lead-foot\"><span>");
    if let Some(bot) = card.assistant.and_then(|id| cast.assistants.iter().find(|face| face.id == id)) {
        let _ =
            write!(html, "<i class=\"bot lamp-{1}\" role=\"img\" aria-label=\"{0}, AI assistant\"></i>", escape(&bot.name), bot.hue % 8);
    }
    match card.owner.and_then(|id| cast.colleagues.iter().find(|person| person.id == id)) {
        Some(person) => {
            let (name, tint) = (escape(&person.name), person.tint.clamp(1, 5));
            let letters = initials(&person.name);
            let letters = escape(&letters);
            let _ =
                write!(html, "<span class=\"person bg-peer-{tint}\" role=\"img\" aria-label=\"{name}\" title=\"{name}\">{letters}</span>");
        }
        None => html.push_str("<span class=\"person nobody\" role=\"img\" aria-label=\"Nobody’s yet\" title=\"Nobody’s yet\"></span>"),
    }
    let _ = write!(html, "</span><time>{}</time>", since(card, shade.now));
    if let Some(days) = shade.stage.rotten(card.stage_entered_at, shade.now) {
        let _ = write!(
            html,
            "<svg class=\"ic rotten\" role=\"img\" aria-label=\"In this stage for {days} days\"><title>In this stage for {days} days</title>\
             <use href=\"/icons.svg#timer\"/></svg>"
        );
    }
    if let Some(day) = card.closes_on.filter(|day| !closed && *day < Day::of(shade.now)) {
        let _ = write!(
            html,
            "<svg class=\"ic rotten\" role=\"img\" aria-label=\"Should have closed on {day}\"><title>Should have closed on {day}</title>\
             <use href=\"/icons.svg#calendar-x-2\"/></svg>"
        );
    }
    if card.next_step.is_none() && !closed {
        html.push_str("<i class=\"no-step\" role=\"img\" aria-label=\"No next step\" title=\"No next step\"></i>");
    }
    if shade.waiting {
        html.push_str(
            "<svg class=\"ic waiting\" width=\"13\" height=\"13\" role=\"img\" aria-label=\"Waiting to be sent\"><use href=\"/icons.svg#cloud-upload\"/></svg>",
        );
    }
    let _ = write!(html, "<a class=\"lead-move\" href=\"/board?move={id}\" data-move tabindex=\"-1\" aria-label=\"Move {name}\"></a><b>");
    if card.value.minor != 0 {
        html.push_str(&card.value.full());
    }
    html.push_str("</b></div>");
}

/// How long ago something last happened, as the card says it.
pub fn since(card: &Card, now: Timestamp) -> String {
    card.last_activity_at.ago(now)
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
    if let Some(step) = &card.next_step {
        let _ = write!(text, ", next step: {}", step.words);
    }
    text
}

/// Text as it may stand in HTML, between tags or in a quoted attribute.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['&', '<', '>', '"', '\'']) {
        return text.into();
    }
    let mut safe = String::with_capacity(text.len() + 16);
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
    safe.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leads::model::tests::card;
    use crate::values::*;

    #[test]
    fn what_people_wrote_cannot_become_markup() {
        let evil = "\"><img src=x onerror='alert(1)'>&lt;script>";
        let (assistant, owner) = (AssistantId::new(), UserId::new());
        let stage = Stage::open("new".into(), "New".into());
        let card = Card {
            name: evil.into(),
            organisation: evil.into(),
            score: Some(Score::new(62)),
            sentiment: Sentiment::Negative,
            assistant: Some(assistant),
            owner: Some(owner),
            last_message: evil.into(),
            tags: ["<img src=x onerror=alert(1)>", "b", "c", "d", "e"].into_iter().filter_map(Tag::parse).collect(),
            ..card(7, stage.id, 8_400_000, Currency::Gbp)
        };
        let cast = Cast {
            colleagues: vec![Colleague { id: owner, name: evil.into(), tint: 9 }],
            assistants: vec![AssistantFace { id: assistant, name: evil.into(), hue: 200, live: true }],
        };
        let mut html = String::new();
        face(&mut html, &card, &cast, Shade { stage: &stage, waiting: true, now: Timestamp(120_000) });
        assert!(!html.contains("<img") && !html.contains("<script") && !html.contains("onerror='"), "{html}");
        for shown in ["£84,000", "&lt;img src=x", ">c<", ">+2<", ">62<", ">2m<", "Sentiment negative", "lamp-0", "bg-peer-5"] {
            assert!(html.contains(shown), "{shown} is missing: {html}");
        }
        assert_eq!(html.matches('<').count(), html.matches('>').count());
    }
}
