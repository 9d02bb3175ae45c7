//! Changing what is written about a lead, field by field. Two people who change different fields both have their
//! way; whoever changes the same field second is told what the first wrote.

use super::face::{read_day, read_email, read_name, read_organisation, read_phone, read_value};
use super::{fields, intake, service, store};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::{Event, Recorded};
use crate::activity::server::store as stream;
use crate::error::AppError;
use crate::leads::fields::{CustomField, Edited, FieldChange, FieldEdit, LeadEdit, LeadField, said_day, typed};
use crate::leads::model::Card;
use crate::server::app::App;
use crate::server::db::Tx;
use crate::values::{Currency, Day};
use std::collections::{HashMap, HashSet};

/// Changes fields of a lead.
///
/// # Errors
/// `Invalid` on the field that will not do. `Conflict` when somebody has written something else in one of them
/// since; `current` is then what stands in each such field now. Nothing is changed by either.
pub async fn edit_lead(app: &App, actor: &Actor, edit: LeadEdit) -> Result<Edited, AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    let card = service::locked(&mut tx, actor, edit.lead).await?;
    let details = store::details(&mut tx, edit.lead).await?;
    let (own, home) = (fields::in_use(&mut tx).await?, home(&mut tx).await?);
    let mut lead = Written { card, email: details.email, phone: details.phone, custom: details.custom };
    let (mut changed, mut refused) = (Vec::new(), Vec::new());
    let mut named = HashSet::new();
    for FieldEdit { field, was, to } in edit.changes {
        if !named.insert(field) {
            return Err(AppError::invalid(&field.to_string(), "It is named twice."));
        }
        let label = label(field, &own)?;
        let to = read(field, &to, lead.card.value.currency, home, &own)?;
        let now = lead.text(field);
        match now == to {
            true => {}
            false if now == was => {
                lead.write(field, &to);
                changed.push(FieldChange { field, label, was, now: to });
            }
            false => refused.push((field, label, now)),
        }
    }
    if edit.version.is_some_and(|version| version != lead.card.version) {
        return Err(service::stale(&mut tx, lead.card).await?);
    }
    if !refused.is_empty() {
        let told = stream::of_lead(&mut tx, lead.card.id, 50).await?;
        return Err(overtaken(&refused, &told));
    }
    if changed.is_empty() {
        return Ok(Edited { card: lead.card, changed });
    }
    let Written { mut card, email, phone, custom } = lead;
    card.version += 1;
    store::set_face(&mut tx, &card, &email, &phone).await?;
    if changed.iter().any(|change| matches!(change.field, LeadField::Custom(_))) {
        store::set_custom(&mut tx, card.id, &custom).await?;
    }
    intake::edited(&mut tx, &card, changed.clone());
    intake::rescore(&mut tx, &mut card).await?;
    tx.commit().await?;
    Ok(Edited { card, changed })
}

/// The company's currency.
async fn home(tx: &mut Tx) -> Result<Currency, AppError> {
    let company = tx.company();
    Ok(store::currency(tx, company).await?)
}

/// What is written about a lead.
struct Written {
    card: Card,
    email: String,
    phone: String,
    custom: store::Custom,
}

impl Written {
    fn text(&self, field: LeadField) -> String {
        match field {
            LeadField::Email => self.email.clone(),
            LeadField::Phone => self.phone.clone(),
            LeadField::Custom(id) => self.custom.get(&id).cloned().unwrap_or_default(),
            other => self.card.written(other).unwrap_or_default(),
        }
    }

    /// Writes what `read` gave.
    fn write(&mut self, field: LeadField, text: &str) {
        let currency = self.card.value.currency;
        match field {
            LeadField::Name => text.clone_into(&mut self.card.name),
            LeadField::Organisation => text.clone_into(&mut self.card.organisation),
            LeadField::Value => self.card.value = read_value("value", text, currency).unwrap_or(self.card.value),
            LeadField::Email => text.clone_into(&mut self.email),
            LeadField::Phone => text.clone_into(&mut self.phone),
            LeadField::ClosesOn => self.card.closes_on = Day::parse(text),
            LeadField::Custom(id) if text.is_empty() => drop(self.custom.remove(&id)),
            LeadField::Custom(id) => drop(self.custom.insert(id, text.to_owned())),
        }
    }
}

/// As people call a field.
///
/// # Errors
/// `Invalid` for one of the company's own that is not in use.
fn label(field: LeadField, own: &[CustomField]) -> Result<String, AppError> {
    match field {
        LeadField::Custom(id) => Ok(fields::find(own, id)?.name.clone()),
        known => Ok(known.label().to_owned()),
    }
}

/// What was typed, as it is kept.
fn read(field: LeadField, text: &str, currency: Currency, home: Currency, own: &[CustomField]) -> Result<String, AppError> {
    match field {
        LeadField::Name => read_name(text),
        LeadField::Organisation => read_organisation(text),
        LeadField::Value => read_value("value", text, currency).map(typed),
        LeadField::Email => read_email(text),
        LeadField::Phone => read_phone(text),
        LeadField::ClosesOn => Ok(read_day("closes_on", text)?.map(Day::iso).unwrap_or_default()),
        LeadField::Custom(id) => fields::read(fields::find(own, id)?, text, home),
    }
}

/// Somebody else has written something there since: says who and when, and what it is.
fn overtaken(refused: &[(LeadField, String, String)], told: &[Recorded]) -> AppError {
    let (first, label, now) = &refused[0];
    let by = told
        .iter()
        .find(|told| matches!(&told.event, Event::LeadEdited { changed, .. } if changed.iter().any(|change| change.field == *first)));
    let who = by.map_or_else(|| "Somebody".to_owned(), |told| told.actor.name().to_owned());
    let when = by.map_or_else(|| "meanwhile".to_owned(), Recorded::how_long_ago);
    let reason = match now.as_str() {
        "" => format!("{who} emptied {label} {when}. Save again to put yours there."),
        now => format!("{who} changed {label} to “{}” {when}. Save again to put yours in its place.", said_day(now)),
    };
    let current: HashMap<String, &String> = refused.iter().map(|(field, _, now)| (field.to_string(), now)).collect();
    AppError::Conflict { reason, current: serde_json::to_value(current).ok().map(Box::new) }
}

#[cfg(test)]
mod tests;
