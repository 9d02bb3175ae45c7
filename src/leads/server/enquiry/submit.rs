//! An enquiry comes in.

use super::{store, ticket};
use crate::accounts::server::actor::Actor;
use crate::accounts::server::limit::{self, Tries};
use crate::error::AppError;
use crate::leads::enquiry::{Asked, EnquiryForm};
use crate::leads::server::{face::Face, intake, store as leads};
use crate::server::app::App;
use crate::values::words::{is_plain_line, is_unseen, plain_lines};
use crate::values::{Currency, MutationId, Timestamp};
use sha2::{Digest, Sha256};

/// Nobody fills a form in as quickly as that, in milliseconds.
const QUICKEST: i64 = 2_000;
/// A field that no person sees. Its name must mean nothing to browsers, or they would fill it in by themselves.
pub const TRAP: &str = "leave_empty";

/// What was sent, by field.
#[derive(Debug, Default)]
pub struct Typed(pub Vec<(String, String)>);

impl Typed {
    /// What was typed there; empty when the field is missing.
    pub fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// Why an enquiry was not taken.
#[derive(Debug, PartialEq)]
pub enum Refused {
    /// The page is older than a ticket is good, or none of ours: it needs a new one.
    Stale,
    /// It was filled in more quickly than a person can.
    TooQuick,
    /// The field that no person sees was filled in.
    Trapped,
    /// These fields will not do, each for what is said.
    Wrong(Vec<(&'static str, String)>),
    /// Something else.
    Because(AppError),
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Because(error)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Self {
        Self::Because(error.into())
    }
}

/// Takes an enquiry in: it makes a lead. Sent twice it makes one.
///
/// # Errors
/// See [`Refused`].
pub async fn take(app: &App, actor: &Actor, form: &EnquiryForm, typed: &Typed) -> Result<(), Refused> {
    actor.as_form()?;
    let now = Timestamp::now();
    let ticket = ticket::read(&app.inner.secret, form.id, typed.field("ticket"), now).ok_or(Refused::Stale)?;
    if !typed.field(TRAP).is_empty() {
        return Err(Refused::Trapped);
    }
    if now.0 - ticket.opened.0 < QUICKEST {
        return Err(Refused::TooQuick);
    }
    let wrong = wrong(form, typed);
    if !wrong.is_empty() {
        return Err(Refused::Wrong(wrong));
    }
    let enquiry = same(ticket.enquiry, typed);
    let mut tx = app.begin(actor).await?;
    if leads::made_by(&mut tx, enquiry).await?.is_some() {
        return Ok(());
    }
    // What will not do anyway costs the form nothing, or anybody could close it with garbage.
    let _counted = limit::count(app, Tries::EnquiryForm, &form.id.to_string()).await?;
    let company = tx.company();
    let currency = leads::currency(&mut tx, company).await?;
    let asked = |asked: Asked, name| if asked == Asked::No { "" } else { seen(typed.field(name)) };
    let (organisation, phone) = (asked(form.organisation, "organisation"), asked(form.phone, "phone"));
    let face = Face::read(typed.field("name"), organisation, "", typed.field("email"), phone, currency)?;
    let message = plain_lines(asked(form.message, "message"));
    let agreed = if form.consent.is_empty() { String::new() } else { format!("Agreed to: “{}”", form.consent) };
    let note = [message.as_str(), &agreed].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
    if intake::enquire(&mut tx, form, enquiry, face, (&message, note)).await? {
        store::count(&mut tx, form.id).await?;
        tx.caused_by(enquiry);
        tx.commit().await?;
    }
    Ok(())
}

/// What the same thing sent again has the same. Something else that is written on a page which the browser has kept
/// is another enquiry.
fn same(ticket: MutationId, typed: &Typed) -> MutationId {
    let mut hash = Sha256::new().chain_update(ticket.0);
    for (name, text) in typed.0.iter().filter(|(name, _)| name != "ticket") {
        hash = hash.chain_update(format!("{name}\0{text}\0"));
    }
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.finalize()[..16]);
    MutationId(uuid::Uuid::from_bytes(bytes))
}

/// The same, but nothing where nothing of it is seen.
fn seen(text: &str) -> &str {
    if is_unseen(text) { "" } else { text }
}

/// What will not do, in the order in which the fields stand.
fn wrong(form: &EnquiryForm, typed: &Typed) -> Vec<(&'static str, String)> {
    let fields = [
        ("name", Asked::Required, "Your name is needed."),
        ("email", Asked::Required, "Your e-mail address is needed."),
        ("organisation", form.organisation, "Your organisation is needed."),
        ("phone", form.phone, "Your telephone number is needed."),
        ("message", form.message, "A message is needed."),
        ("consent", if form.consent.is_empty() { Asked::No } else { Asked::Required }, "This has to be agreed to."),
    ];
    let fault = |name: &'static str, asked, needed: &str| {
        let text = seen(typed.field(name));
        match asked {
            Asked::No => None,
            Asked::Required if text.is_empty() => Some(needed.to_owned()),
            _ => unfit(name, text),
        }
    };
    fields.into_iter().filter_map(|(name, asked, needed)| Some((name, fault(name, asked, needed)?))).collect()
}

/// What will not do about one field that has something in it.
fn unfit(name: &str, text: &str) -> Option<String> {
    if name == "message" {
        let long = plain_lines(text).chars().count();
        let most = EnquiryForm::LONGEST_MESSAGE;
        return (long > most).then(|| format!("That is {long} characters; there is room for {most}."));
    }
    if name == "email" && !(is_plain_line(text.trim()) && text.chars().all(|sign| sign == ' ' || !is_unseen(&sign.to_string()))) {
        return Some("There is a sign in it that nobody can see. Type it again.".into());
    }
    let only = |field, or| if field == name { text } else { or };
    let read = Face::read(only("name", "-"), only("organisation", ""), "", only("email", ""), only("phone", ""), Currency::Gbp);
    match read {
        Err(AppError::Invalid { message, .. }) => Some(message),
        _ => None,
    }
}
