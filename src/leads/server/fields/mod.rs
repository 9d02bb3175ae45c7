//! Fields that a company makes for its leads, and what may be written in them.

mod store;
#[cfg(test)]
mod tests;

pub use store::in_use;

use super::face::{line, read_day, read_value};
use super::store::Custom;
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::fields::{CustomField, FieldKind, LeadField, typed};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::values::words::{is_plain_line, is_unseen};
use crate::values::{Currency, Day, FieldId, groups_thousands};

/// The company's own fields, in order, also those that are put away.
pub async fn load_fields(app: &App, actor: &Actor) -> Result<Vec<CustomField>, AppError> {
    actor.require(Action::SeeLeads)?;
    Ok(store::all(&mut *app.begin(actor).await?).await?)
}

/// Adds a field, behind the others. Of a choice, `choices` has one on each line.
pub async fn add_field(app: &App, actor: &Actor, name: &str, kind: &str, choices: &str) -> Result<(), AppError> {
    let (mut tx, known) = changing(app, actor).await?;
    if known.len() >= CustomField::MOST {
        return Err(AppError::invalid("name", format!("A company has {} fields of its own at most.", CustomField::MOST)));
    }
    let name = named(name, &known, None)?;
    let kind = kind.parse().map_err(|_| AppError::invalid("kind", "Choose what stands in it."))?;
    let choices = if kind == FieldKind::Choice { read_choices(choices)? } else { Vec::new() };
    let field = CustomField { id: FieldId::new(), slug: slug(&name, &known), name, kind, choices, away: false };
    let company = tx.company();
    store::insert(&mut tx, company, &field, known.len() as i16).await?;
    changed(tx).await
}

/// Gives a field another name, and a choice other choices. What was chosen before stays where it was chosen.
pub async fn change_field(app: &App, actor: &Actor, id: FieldId, name: &str, choices: &str) -> Result<(), AppError> {
    let (mut tx, known) = changing(app, actor).await?;
    let mut field = known.iter().find(|field| field.id == id).cloned().ok_or(AppError::NotFound)?;
    field.name = named(name, &known, Some(id))?;
    if field.kind == FieldKind::Choice {
        field.choices = read_choices(choices)?;
    }
    store::set(&mut tx, &field).await?;
    changed(tx).await
}

/// Puts a field away, or brings it back. What was written in it is kept.
pub async fn put_away(app: &App, actor: &Actor, id: FieldId, away: bool) -> Result<(), AppError> {
    let (mut tx, known) = changing(app, actor).await?;
    let field = known.into_iter().find(|field| field.id == id).ok_or(AppError::NotFound)?;
    store::set(&mut tx, &CustomField { away, ..field }).await?;
    changed(tx).await
}

/// Moves a field one place up or down among those in use. At the end of the row nothing happens.
pub async fn shift_field(app: &App, actor: &Actor, id: FieldId, up: bool) -> Result<(), AppError> {
    let (mut tx, known) = changing(app, actor).await?;
    let at = known.iter().position(|field| field.id == id).ok_or(AppError::NotFound)?;
    let mut there = (0..known.len()).filter(|other| !known[*other].away);
    let other = if up { there.rfind(|other| *other < at) } else { there.find(|other| *other > at) };
    let Some(other) = other else { return Ok(()) };
    let mut order: Vec<FieldId> = known.iter().map(|field| field.id).collect();
    order.swap(at, other);
    store::order(&mut tx, &order).await?;
    changed(tx).await
}

/// Begins a change of the fields: nobody else changes them until it ends.
async fn changing(app: &App, actor: &Actor) -> Result<(Tx, Vec<CustomField>), AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    let company = tx.company();
    store::lock(&mut tx, company).await?;
    let known = store::all(&mut tx).await?;
    Ok((tx, known))
}

async fn changed(mut tx: Tx) -> Result<(), AppError> {
    record(&mut tx, Event::FieldsChanged, Audience::everyone());
    tx.commit().await?;
    Ok(())
}

/// A name that no other field has.
fn named(name: &str, known: &[CustomField], own: Option<FieldId>) -> Result<String, AppError> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_unseen(&name) || !is_plain_line(&name) || name.chars().count() > CustomField::LONGEST_NAME {
        return Err(AppError::invalid("name", format!("A name has 1 to {} characters.", CustomField::LONGEST_NAME)));
    }
    let every = LeadField::EVERY.map(LeadField::label);
    if every.iter().chain(&["Stage", "Owner", "Assistant", "E-mail"]).any(|every| every.to_lowercase() == name.to_lowercase()) {
        return Err(AppError::invalid("name", "Every lead has that already."));
    }
    match known.iter().find(|field| Some(field.id) != own && field.name.to_lowercase() == name.to_lowercase()) {
        Some(CustomField { away: true, .. }) => Err(AppError::invalid("name", "A field of that name is put away. Bring it back instead.")),
        Some(_) => Err(AppError::invalid("name", "Another field is called that.")),
        None => Ok(name),
    }
}

/// A name as other programs write it: `Roof area` becomes `roof_area`; with a number if that is taken.
fn slug(name: &str, known: &[CustomField]) -> String {
    let words: String = name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' }).collect();
    // With room for a number behind it.
    let base: String = words.split_whitespace().collect::<Vec<_>>().join("_").chars().take(36).collect();
    let base = if base.is_empty() { "field".to_owned() } else { base };
    let free = |slug: &String| known.iter().all(|field| field.slug != *slug);
    let mut tries = (2..).map(|number| format!("{base}_{number}"));
    // As many names as there are fields may be taken, and then one is free.
    Some(base.clone()).filter(free).or_else(|| tries.find(free)).unwrap_or(base)
}

/// One on each line; what is there twice counts once.
fn read_choices(text: &str) -> Result<Vec<String>, AppError> {
    let mut choices: Vec<String> = Vec::new();
    for choice in text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")) {
        let again = choices.iter().any(|known| known.to_lowercase() == choice.to_lowercase());
        if !is_unseen(&choice) && !again {
            choices.push(line("choices", "A choice", &choice, 60)?);
        }
    }
    match choices.len() {
        0 | 1 => Err(AppError::invalid("choices", "Write at least two, one on each line.")),
        2..=CustomField::MOST_CHOICES => Ok(choices),
        _ => Err(AppError::invalid("choices", format!("{} are the most.", CustomField::MOST_CHOICES))),
    }
}

/// The field of that id among those in use.
///
/// # Errors
/// `Invalid` on it, if it is none.
pub fn find(own: &[CustomField], id: FieldId) -> Result<&CustomField, AppError> {
    own.iter().find(|field| field.id == id).ok_or_else(|| AppError::invalid(&id.to_string(), "That field is no longer there."))
}

/// What was typed in a field, as it is kept; empty is nothing.
///
/// # Errors
/// `Invalid` on the field, by its id.
pub fn read(field: &CustomField, text: &str, home: Currency) -> Result<String, AppError> {
    let name = field.id.to_string();
    let text = line(&name, &field.name, text, CustomField::LONGEST)?;
    let wrong = |what: &str| Err(AppError::invalid(&name, what));
    match field.kind {
        _ if text.is_empty() => Ok(text),
        FieldKind::Text => Ok(text),
        FieldKind::Money => Ok(match read_value(&name, &text, home)? {
            nothing if nothing.minor == 0 => "0".to_owned(),
            value => typed(value),
        }),
        FieldKind::Date => Ok(read_day(&name, &text)?.map(Day::iso).unwrap_or_default()),
        FieldKind::Choice => match field.choices.iter().find(|choice| choice.to_lowercase() == text.to_lowercase()) {
            Some(choice) => Ok(choice.clone()),
            None => wrong("Choose one of the list."),
        },
        FieldKind::Number => match number(&text) {
            Some(number) => Ok(number),
            None => wrong("Give a number, such as 1200 or 3.5."),
        },
        FieldKind::Link => match link(&text) {
            Some(link) => Ok(link),
            None => wrong("Give the address of a page, such as https://example.com."),
        },
    }
}

/// What programs send for new leads.
pub async fn read_all(tx: &mut Tx, sent: &[(FieldId, String)], home: Currency) -> Result<Custom, AppError> {
    if sent.is_empty() {
        return Ok(Custom::new());
    }
    let own = store::in_use(tx).await?;
    let mut custom = Custom::new();
    for (id, text) in sent {
        let text = read(find(&own, *id)?, text, home)?;
        if !text.is_empty() {
            custom.insert(*id, text);
        }
    }
    Ok(custom)
}

/// A number without what groups its digits.
fn number(text: &str) -> Option<String> {
    if !groups_thousands(text) {
        return None;
    }
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\'')).map(|c| if c == '−' { '-' } else { c }).collect();
    let digits = bare.strip_prefix('-').unwrap_or(&bare);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let fine = |part: &str| !part.is_empty() && part.len() <= 15 && part.bytes().all(|byte| byte.is_ascii_digit());
    (fine(whole) && fine(rest)).then_some(bare)
}

/// An address that a browser may be sent to: the web, and nothing that runs.
fn link(text: &str) -> Option<String> {
    let whole = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
    let address: http::Uri = whole.parse().ok()?;
    let web = matches!(address.scheme_str(), Some("http" | "https"));
    let host = address.host().is_some_and(|host| host.contains('.') && !host.starts_with('.') && !host.ends_with('.'));
    // A name before the host is how one address passes for another.
    let plain = !address.authority().is_some_and(|authority| authority.as_str().contains('@'));
    (web && host && plain).then_some(whole)
}
