//! What comes in from outside. What conversations tell a lead: that it came, what was said, felt and found out. What
//! an enquiry makes. Called inside the transaction of whoever took it in.

mod store;

use super::{face::Face, notes::store as notes, pipeline::store as stages, place, store as leads, trash};
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::assistants::model::AnswerKind;
use crate::channels::model::Number;
use crate::conversations::model::Answer;
use crate::error::AppError;
use crate::leads::enquiry::EnquiryForm;
use crate::leads::fields::FieldChange;
use crate::leads::introduction::{introduction, nameless};
use crate::leads::model::{Card, Outcome, Source, preview};
use crate::leads::scoring::{self, Facts};
use crate::server::db::{Audience, Tx};
use crate::server::fault::broke;
use crate::values::{AssistantId, ConversationId, Currency, Email, LeadId, MessageId, Money, MutationId, Sentiment, Timestamp};

/// The reach of a transaction that acts for the company as a whole.
fn everything() -> crate::accounts::server::actor::Scope {
    crate::accounts::server::actor::Scope { all: true, user: None, assistants: Vec::new() }
}

/// A visitor's first message, or the first text from a number, makes a lead, on top of the first stage. Nameless, it is
/// called by the end of its id. The caller stores the conversation under the id it gives.
pub async fn arrive(
    tx: &mut Tx,
    assistant: AssistantId,
    conversation: ConversationId,
    number: Option<&Number>,
    first_message: &str,
) -> Result<Card, AppError> {
    let columns = stages::all(tx).await?;
    let stage = columns.iter().find(|stage| stage.outcome == Outcome::Open).ok_or(AppError::NotFound)?.id;
    stages::lock(tx, &[stage]).await?;
    let (lead, now) = (LeadId::new(), Timestamp::now());
    let company = tx.company();
    let value = Money { minor: 0, currency: leads::currency(tx, company).await? };
    let (score, reasons) = scoring::score(&Facts {
        answers: Vec::new(),
        value,
        mood: Sentiment::Neutral,
        messages: 1,
        last_heard: Some(now),
        email: false,
        phone: number.is_some(),
        now,
    });
    let card = Card {
        id: lead,
        name: nameless(lead),
        organisation: String::new(),
        stage,
        rank: place::rank_in(tx, stage, lead, None, None).await?,
        value,
        score,
        sentiment: Sentiment::Neutral,
        assistant: Some(assistant),
        owner: None,
        last_message: preview(first_message),
        last_activity_at: now,
        stage_entered_at: now,
        created_at: now,
        source: if number.is_some() { Source::Sms } else { Source::Widget },
        closes_on: None,
        conversation: Some(conversation),
        next_step: None,
        tags: Vec::new(),
        version: 1,
    };
    let fresh = leads::Fresh {
        card: card.clone(),
        email: String::new(),
        phone: number.map_or_else(String::new, Number::to_string),
        reasons,
        custom: Default::default(),
        mutation: None,
    };
    leads::insert(tx, company, &fresh).await?;
    record(tx, Event::LeadCreated { card: card.clone(), import: None }, Audience::of_lead(card.assistant, card.owner));
    Ok(card)
}

/// An enquiry makes a lead, on top of the stage that its form says, or of the first one. The message stands on its card, and
/// with whatever was agreed to (`note`) among its notes. A full stage turns nobody away. False if this very enquiry
/// had made its lead by now: then the transaction is to be dropped.
pub(super) async fn enquire(
    tx: &mut Tx,
    form: &EnquiryForm,
    enquiry: MutationId,
    face: Face,
    (message, note): (&str, String),
) -> Result<bool, AppError> {
    let columns = stages::all(tx).await?;
    let wanted = columns.iter().find(|stage| Some(stage.id) == form.stage);
    let stage = wanted.or_else(|| columns.iter().find(|stage| stage.outcome == Outcome::Open)).ok_or(AppError::NotFound)?.id;
    if stages::lock(tx, &[stage]).await?.is_empty() {
        // Taken off the board since it was looked at.
        return Err(AppError::Unavailable { what: "The form".into() });
    }
    let (company, lead) = (tx.company(), LeadId::new());
    let rank = place::rank_in(tx, stage, lead, None, None).await?;
    let mut fresh = face.lead(lead, (stage, rank), (form.owner, form.assistant), Source::Form, Timestamp::now());
    fresh.card.last_message = preview(message);
    fresh.mutation = Some(enquiry);
    match leads::insert(tx, company, &fresh).await {
        Err(error) if broke(&error, "leads_mutation_key") => return Ok(false),
        stored => stored?,
    }
    let audience = Audience::of_lead(form.assistant, form.owner);
    record(tx, Event::LeadCreated { card: fresh.card, import: None }, audience.clone());
    if !note.is_empty() {
        notes::insert_note(tx, company, enquiry, lead, None, &note).await?;
        record(tx, Event::NoteWritten { lead, body: note, mentions: Vec::new() }, audience);
    }
    Ok(true)
}

/// Locks a lead until the transaction ends: whoever is behind it writes again, which brings it back out of the
/// trash. The transaction looks inside. Gives who may hear of it.
pub async fn hold(tx: &mut Tx, lead: LeadId) -> Result<Audience, AppError> {
    leads::lock(tx, &everything(), lead).await?;
    let card = leads::card(tx, &everything(), lead).await?.ok_or(AppError::NotFound)?;
    let audience = Audience::of_lead(card.assistant, card.owner);
    trash::back_again(tx, card).await?;
    Ok(audience)
}

/// A lead that was there has a first conversation, or another one: its card leads there.
pub async fn talks_in(tx: &mut Tx, lead: LeadId, conversation: ConversationId) -> Result<(), AppError> {
    leads::lock(tx, &everything(), lead).await?;
    store::set_conversation(tx, lead, conversation).await?;
    Ok(())
}

/// The visitor said this in a conversation of that lead: its card shows it.
pub async fn heard(tx: &mut Tx, lead: LeadId, body: &str, at: Timestamp) -> Result<(), AppError> {
    store::set_last_message(tx, lead, &preview(body), at).await?;
    Ok(())
}

/// Who may hear of that lead.
pub async fn audience(tx: &mut Tx, lead: LeadId) -> Result<Audience, AppError> {
    let card = leads::card(tx, &everything(), lead).await?.ok_or(AppError::NotFound)?;
    Ok(Audience::of_lead(card.assistant, card.owner))
}

/// A visitor who was nameless may have said who they are: the card is called by it from now on.
pub async fn introduced(tx: &mut Tx, lead: LeadId, body: &str) -> Result<(), AppError> {
    let Some(said) = introduction(body) else { return Ok(()) };
    leads::lock(tx, &everything(), lead).await?;
    let mut card = leads::card(tx, &everything(), lead).await?.ok_or(AppError::NotFound)?;
    if card.name != nameless(lead) {
        return Ok(());
    }
    card.name = said.name;
    if card.organisation.is_empty() {
        card.organisation = said.organisation;
    }
    let details = leads::details(tx, lead).await?;
    leads::set_face(tx, &card, &details.email, &details.phone).await?;
    edited(tx, &card, Vec::new());
    Ok(())
}

/// The visitor's mood of late. The caller records `SentimentMeasured`; the score follows here.
pub async fn felt(tx: &mut Tx, lead: LeadId, overall: Sentiment) -> Result<(), AppError> {
    leads::lock(tx, &everything(), lead).await?;
    let mut card = leads::card(tx, &everything(), lead).await?.ok_or(AppError::NotFound)?;
    store::set_mood(tx, lead, overall).await?;
    card.sentiment = overall;
    rescore(tx, &mut card).await
}

/// The assistant found something out. What was known already, word for word, is passed over.
/// `name`, `organisation`, `email` and `phone` go to the contact; a sum of money becomes the
/// deal's value where that was nothing.
pub async fn learned(
    tx: &mut Tx,
    lead: LeadId,
    conversation: ConversationId,
    message: MessageId,
    answers: Vec<Answer>,
) -> Result<(), AppError> {
    leads::lock(tx, &everything(), lead).await?;
    let mut card = leads::card(tx, &everything(), lead).await?.ok_or(AppError::NotFound)?;
    let before = card.clone();
    let details = leads::details(tx, lead).await?;
    let (mut email, mut phone) = (details.email.clone(), details.phone.clone());
    let money: Vec<String> = match card.assistant {
        Some(assistant) => {
            let questions = store::questions(tx, assistant).await?;
            questions.into_iter().filter(|question| question.kind == AnswerKind::Money).map(|question| question.key).collect()
        }
        None => Vec::new(),
    };
    let company = tx.company();
    let mut fresh = Vec::new();
    for answer in answers {
        let Some(value) = answer.value.as_deref().map(str::trim).filter(|value| !value.is_empty()) else { continue };
        let value: String = value.chars().filter(|c| !c.is_control()).take(500).collect();
        if !store::set_answer(tx, company, lead, message, &answer, &value).await? {
            continue;
        }
        match answer.key.as_str() {
            "name" => card.name = value.chars().take(120).collect(),
            "organisation" => card.organisation = value.chars().take(120).collect(),
            "email" => email = Email::parse(&value).map_or(email, |parsed| parsed.as_str().to_owned()),
            "phone" => phone = value.chars().take(40).collect(),
            key if card.value.minor == 0 && (key == "budget" || money.iter().any(|money| money == key)) => {
                card.value = amount(&value, card.value.currency).unwrap_or(card.value);
            }
            _ => {}
        }
        fresh.push(Answer { value: Some(value), ..answer });
    }
    if fresh.is_empty() {
        return Ok(());
    }
    let audience = Audience::of_lead(card.assistant, card.owner);
    record(tx, Event::AnswersFound { lead, conversation, answers: fresh }, audience);
    if card != before || email != details.email || phone != details.phone {
        // The version stays: nothing here is in the way of what a person is doing with the card.
        leads::set_face(tx, &card, &email, &phone).await?;
    }
    if card != before {
        edited(tx, &card, Vec::new());
    }
    rescore(tx, &mut card).await
}

/// The sum in what somebody said: `about £200k`, `84,000 pounds`.
fn amount(text: &str, currency: Currency) -> Option<Money> {
    let bare = |word: &str| Money::parse(word.trim_matches(|c: char| !c.is_ascii_digit() && c != 'k' && c != 'K'), currency);
    Money::parse(text, currency).or_else(|| text.split_whitespace().find_map(bare)).filter(|money| money.minor > 0)
}

/// Says that the card's own fields are now these; what was `changed`, if by hand.
pub(super) fn edited(tx: &mut Tx, card: &Card, changed: Vec<FieldChange>) {
    let event = Event::LeadEdited {
        lead: card.id,
        name: card.name.clone(),
        organisation: card.organisation.clone(),
        value: card.value,
        version: card.version,
        changed,
    };
    record(tx, event, Audience::of_lead(card.assistant, card.owner));
}

/// Works the score out anew, and says so if it changed.
pub(super) async fn rescore(tx: &mut Tx, card: &mut Card) -> Result<(), AppError> {
    let (score, reasons) = scoring::score(&store::facts(tx, card).await?);
    let Some(score) = score.filter(|score| card.score != Some(*score)) else { return Ok(()) };
    store::set_score(tx, card.id, score, &reasons).await?;
    card.score = Some(score);
    record(tx, Event::LeadScored { lead: card.id, score, reasons }, Audience::of_lead(card.assistant, card.owner));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_found_in_what_people_say() {
        let minor = |text| amount(text, Currency::Gbp).map(|money| money.minor);
        assert_eq!(minor("84,000"), Some(8_400_000));
        assert_eq!(minor("about £200k, approved"), Some(20_000_000));
        assert_eq!(minor("15000 pounds."), Some(1_500_000));
        assert_eq!(minor("no idea"), None);
        assert_eq!(minor("0"), None);
    }
}
