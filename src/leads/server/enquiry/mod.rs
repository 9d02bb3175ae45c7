//! Forms for enquiries: what admins decide about them, and what is sent by them.

/// The forms of the pages on which they are made.
pub mod forms;
mod page;
pub mod store;
mod submit;
#[cfg(test)]
mod tests;
mod ticket;
/// The page that visitors see.
pub mod visit;

use super::{pipeline::store as stages, store as leads};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::assistants::server::service::new_public_key;
use crate::error::AppError;
use crate::leads::enquiry::{Asked, EnquiryForm, EnquiryFormPage, FormChange, FormChanged};
use crate::leads::model::Outcome;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::fault::broke;
use crate::values::EnquiryFormId;
use crate::values::words::{is_plain_line, is_unseen, plain_lines};
use http::Uri;

/// Forms of one company.
const MOST: usize = 50;

/// What an admin typed about a form.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub name: String,
    pub heading: String,
    pub intro: String,
    pub organisation: String,
    pub phone: String,
    pub message: String,
    pub consent: String,
    pub thanks: String,
    pub redirect: String,
    /// Ids; empty is none.
    pub stage: String,
    pub assistant: String,
    pub owner: String,
    pub live: bool,
}

/// The company's forms, by name.
pub async fn load_forms(app: &App, actor: &Actor) -> Result<Vec<EnquiryForm>, AppError> {
    actor.require(Action::ManageEnquiryForms)?;
    Ok(store::forms(&mut *app.begin(actor).await?).await?)
}

/// One of them, with what can be chosen about it.
pub async fn load_form(app: &App, actor: &Actor, id: EnquiryFormId) -> Result<EnquiryFormPage, AppError> {
    actor.require(Action::ManageEnquiryForms)?;
    let mut tx = app.begin(actor).await?;
    let form = store::form(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    Ok(EnquiryFormPage { form, stages: stages::all(&mut tx).await?, origin: app.inner.public_url.clone() })
}

/// Makes a form that asks for the usual, and takes enquiries at once: nobody has its address yet.
///
/// # Errors
/// `Invalid` on `name`; `Forbidden` for anyone but admins.
pub async fn make_form(app: &App, actor: &Actor, name: &str) -> Result<EnquiryForm, AppError> {
    actor.require(Action::ManageEnquiryForms)?;
    let form = EnquiryForm {
        id: EnquiryFormId::new(),
        public_key: new_public_key(),
        name: line("name", name, 60)?,
        heading: "Get in touch".into(),
        intro: String::new(),
        organisation: Asked::Optional,
        phone: Asked::Optional,
        message: Asked::Required,
        consent: String::new(),
        thanks: "Thank you. We have your message and will write back soon.".into(),
        redirect: String::new(),
        stage: None,
        assistant: None,
        owner: None,
        live: true,
        submissions: 0,
        last_at: None,
    };
    let mut tx = app.begin(actor).await?;
    if store::forms(&mut tx).await?.len() >= MOST {
        return Err(AppError::invalid("name", format!("There are {MOST} forms. Remove one that is not needed first.")));
    }
    let company = tx.company();
    store::insert(&mut tx, company, &form).await.map_err(taken)?;
    changed(tx, &form, FormChange::Made).await?;
    Ok(form)
}

/// Changes what is decided about a form.
///
/// # Errors
/// `Invalid` on the field that will not do; `NotFound`; `Forbidden` for anyone but admins.
pub async fn change_form(app: &App, actor: &Actor, id: EnquiryFormId, edit: &Edit) -> Result<(), AppError> {
    actor.require(Action::ManageEnquiryForms)?;
    let asked = |field: &str, text: &str| text.parse::<Asked>().map_err(|_| AppError::invalid(field, "Choose one of these."));
    let mut tx = app.begin(actor).await?;
    let mut form = store::form(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    form.name = line("name", &edit.name, 60)?;
    form.heading = line("heading", &edit.heading, 120)?;
    form.intro = lines("intro", &edit.intro, 1000)?;
    form.organisation = asked("organisation", &edit.organisation)?;
    form.phone = asked("phone", &edit.phone)?;
    form.message = asked("message", &edit.message)?;
    form.consent = if is_unseen(&edit.consent) { String::new() } else { line("consent", &edit.consent, EnquiryForm::LONGEST_CONSENT)? };
    form.thanks = lines("thanks", &edit.thanks, 1000)?;
    if is_unseen(&form.thanks) {
        return Err(AppError::invalid("thanks", "Say something to whoever has written."));
    }
    form.redirect = address(&edit.redirect)?;
    form.live = edit.live;
    // The stage before the form: whoever takes an enquiry in locks them in that order.
    form.stage = chosen("stage", &edit.stage)?;
    if let Some(stage) = form.stage {
        let held = stages::hold(&mut tx, &[stage]).await?;
        if held.first().is_none_or(|stage| stage.outcome != Outcome::Open) {
            return Err(AppError::invalid("stage", "That stage is no longer there. Choose another."));
        }
    }
    form.assistant = chosen("assistant", &edit.assistant)?;
    if let Some(assistant) = form.assistant
        && !store::has_assistant(&mut tx, assistant).await?
    {
        return Err(gone("assistant"));
    }
    form.owner = chosen("owner", &edit.owner)?;
    if let Some(owner) = form.owner
        && !leads::works_here(&mut tx, owner).await?
    {
        return Err(gone("owner"));
    }
    if !store::set(&mut tx, &form).await.map_err(taken)? {
        return Err(AppError::NotFound);
    }
    changed(tx, &form, FormChange::Changed).await
}

/// Removes a form. Its leads stay.
///
/// # Errors
/// `NotFound`; `Forbidden` for anyone but admins.
pub async fn remove_form(app: &App, actor: &Actor, id: EnquiryFormId) -> Result<(), AppError> {
    actor.require(Action::ManageEnquiryForms)?;
    let mut tx = app.begin(actor).await?;
    let name = store::delete(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    record(&mut tx, Event::EnquiryFormChanged(FormChanged { form: id, name, change: FormChange::Removed }), Audience::staff());
    tx.commit().await?;
    Ok(())
}

async fn changed(mut tx: Tx, form: &EnquiryForm, change: FormChange) -> Result<(), AppError> {
    record(&mut tx, Event::EnquiryFormChanged(FormChanged { form: form.id, name: form.name.clone(), change }), Audience::staff());
    tx.commit().await?;
    Ok(())
}

fn taken(error: sqlx::Error) -> AppError {
    if broke(&error, "enquiry_forms_name") { AppError::invalid("name", "Another form is called that.") } else { error.into() }
}

fn gone(field: &str) -> AppError {
    AppError::invalid(field, "There is none such any more. Choose another.")
}

/// The id of what was chosen; none when nothing was.
fn chosen<T: std::str::FromStr>(field: &str, id: &str) -> Result<Option<T>, AppError> {
    if id.is_empty() { Ok(None) } else { id.parse().map(Some).map_err(|_| gone(field)) }
}

/// One line of text that can be seen.
fn line(field: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_unseen(&text) || !is_plain_line(&text) || text.chars().count() > longest {
        return Err(AppError::invalid(field, format!("Write one line of 1 to {longest} characters.")));
    }
    Ok(text)
}

/// Several lines of text; perhaps none.
fn lines(field: &str, text: &str, longest: usize) -> Result<String, AppError> {
    let text = plain_lines(text);
    match text.chars().count() {
        long if long > longest => Err(AppError::invalid(field, format!("That is {long} characters; there is room for {longest}."))),
        _ => Ok(text),
    }
}

/// The address of a page that visitors are sent to; empty is none. Only over https, and with nothing in it that an
/// address has escaped.
fn address(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    let plain = text.len() <= 500 && text.bytes().all(|sign| sign.is_ascii_graphic() && !b"\"'<>\\^`{|}".contains(&sign));
    let uri = text.parse::<Uri>().ok().filter(|uri| plain && uri.scheme_str() == Some("https") && text.starts_with("https://"));
    let host =
        uri.as_ref().and_then(Uri::authority).filter(|authority| !authority.as_str().contains('@')).map(|authority| authority.host());
    if host.is_some_and(|host| !host.is_empty()) {
        Ok(text.to_owned())
    } else {
        Err(AppError::invalid("redirect", "Give the whole address, such as https://example.com/thanks."))
    }
}
