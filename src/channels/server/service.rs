//! The verbs of the company's numbers, and of consent.

use super::reach::{Route, route};
use super::store::{self, Line};
use super::{jobs::SendText, zones::is_zone};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::assistants::server::store as assistants;
use crate::channels::model::{Bar, Number, TextChannel, TextSettings};
use crate::conversations::model::Delivery;
use crate::conversations::server::{reads, texts};
use crate::error::AppError;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::config::Secret;
use crate::server::db::{Audience, Tx};
use crate::server::fault::{broke, internal};
use crate::server::integrations::{http::CallError, twilio::Twilio};
use crate::server::jobs::{When, enqueue};
use crate::server::seal::{Seal, Sealed};
use crate::values::{AssistantId, ChannelId, CompanyId, ConversationId, LeadId, MessageId};

/// So many numbers a company has at most.
const MOST: usize = 20;
/// The name of the account that this program plays itself.
const SANDBOX_ACCOUNT: &str = "AC00000000000000000000000000sandbox";

/// What somebody has filled in about a number.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The one that is changed; a fresh id for a new one.
    pub id: ChannelId,
    /// The version that they saw; 0 for a new one.
    pub version: i32,
    /// The number.
    pub number: String,
    /// The account with Twilio.
    pub account: String,
    /// Its token; empty leaves the one that is there.
    pub token: Secret,
    /// Whose texts it answers.
    pub assistant: AssistantId,
    /// From which hour of the lead's day on.
    pub day_from: i16,
    /// Until which.
    pub day_until: i16,
    /// The zone that counts where a number does not say where it is.
    pub zone: String,
    /// Played by this program: account and token are made up.
    pub sandbox: bool,
}

/// The company's numbers.
///
/// # Errors
/// `Forbidden` for anyone but admins.
pub async fn load(app: &App, actor: &Actor) -> Result<TextSettings, AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    let lines = store::lines(&mut tx).await?.into_iter();
    let channels = lines.map(|line| TextChannel { hook_url: hook_url(app, &line.hook), ..line.channel }).collect();
    Ok(TextSettings { channels, sandbox: app.inner.sandbox_url.is_some(), phone: app.inner.demo })
}

/// Keeps a number, or changes one. A token goes in and never comes out.
///
/// # Errors
/// `Invalid` on the field in question, `Conflict` when somebody has changed it since.
pub async fn connect(app: &App, actor: &Actor, wanted: Wanted) -> Result<ChannelId, AppError> {
    actor.require(Action::ManageCompany)?;
    let number = Number::parse(&wanted.number)
        .ok_or_else(|| AppError::invalid("number", "Write the number with its country, such as +44 20 7946 0100."))?;
    if !is_zone(&wanted.zone) {
        return Err(AppError::invalid("zone", "There is no such zone. Write it as Europe/London."));
    }
    if !(0..=23).contains(&wanted.day_from) || !(wanted.day_from + 1..=24).contains(&wanted.day_until) {
        return Err(AppError::invalid("day_until", "The day has to end after it begins."));
    }
    let mut tx = app.begin(actor).await?;
    let lines = store::lines(&mut tx).await?;
    let known = lines.iter().find(|line| line.channel.id == wanted.id);
    if known.is_none() && wanted.version != 0 {
        return Err(AppError::NotFound);
    }
    if known.is_none() && lines.len() >= MOST {
        return Err(AppError::invalid("number", format!("A company has {MOST} numbers at most.")));
    }
    if assistants::assistant(&mut tx, wanted.assistant).await?.is_none() {
        return Err(AppError::invalid("assistant", "Choose the assistant that answers."));
    }
    let sandbox = known.map_or(wanted.sandbox, |line| line.channel.sandbox);
    if sandbox && app.inner.sandbox_url.is_none() {
        return Err(AppError::invalid("number", "There is no sandbox in production."));
    }
    let account = if sandbox { SANDBOX_ACCOUNT.to_owned() } else { wanted.account.trim().to_owned() };
    let is_account = account.len() == 34 && account.starts_with("AC") && account.bytes().all(|b| b.is_ascii_alphanumeric());
    if !sandbox && !is_account {
        return Err(AppError::invalid("account", "An account SID is AC and 32 letters and digits. It stands on Twilio’s console."));
    }
    let token = wanted.token.expose().trim();
    let place = place(tx.company(), wanted.id);
    let sealed = match known {
        Some(line) if token.is_empty() && line.channel.account == account => line.token.clone(),
        _ if sandbox => seal(app, &place, &Secret::random(24))?,
        _ if !(16..=200).contains(&token.len()) => {
            return Err(AppError::invalid("token", "Paste the account’s auth token. It stands on Twilio’s console."));
        }
        _ => seal(app, &place, &token.to_owned().into())?,
    };
    let channel = TextChannel {
        id: wanted.id,
        number,
        assistant: wanted.assistant,
        account,
        sandbox,
        day_from: wanted.day_from,
        day_until: wanted.day_until,
        zone: wanted.zone,
        hook_url: String::new(),
        last_sent_at: None,
        last_heard_at: None,
        last_error: None,
        version: wanted.version,
    };
    let hook = known.map_or_else(|| Secret::random(24).expose().to_owned(), |line| line.hook.clone());
    let taken = |error: sqlx::Error| match error {
        error if broke(&error, "channels_number_key") => AppError::invalid("number", "That number is connected already."),
        other => other.into(),
    };
    if !store::keep(&mut tx, &Line { channel, hook, token: sealed }).await.map_err(taken)? {
        return Err(AppError::Conflict { reason: "Somebody has changed this number meanwhile. Look at it again.".into(), current: None });
    }
    record(&mut tx, Event::CompanyChanged, Audience::staff());
    tx.commit().await?;
    Ok(wanted.id)
}

/// Asks the provider whether the account's token is good and the number its own, and has it tell us of texts to it. What
/// comes of it stands beside the number.
///
/// # Errors
/// `Invalid` with what the provider said.
pub async fn test(app: &App, actor: &Actor, id: ChannelId) -> Result<(), AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    let line = line(&mut tx, id).await?;
    let twilio = client(app, tx.company(), &line)?;
    drop(tx);
    let done = twilio.point(line.channel.number.as_str(), &hook_url(app, &line.hook)).await;
    let trouble = done.err().map(|error| in_words(&error));
    let mut tx = app.begin(actor).await?;
    store::set_health(&mut tx, id, false, false, trouble.as_deref()).await?;
    tx.commit().await?;
    trouble.map_or(Ok(()), |trouble| Err(AppError::invalid("test", trouble)))
}

/// Gives a number up. What was texted by it stays.
pub async fn disconnect(app: &App, actor: &Actor, id: ChannelId) -> Result<(), AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    for message in store::on_their_way(&mut tx, id).await? {
        if let Some(text) = store::lock_text(&mut tx, message).await? {
            texts::marked(&mut tx, &text, message, Delivery::Failed, Some("The number was given up before it went out.")).await?;
        }
    }
    store::remove(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    record(&mut tx, Event::CompanyChanged, Audience::staff());
    tx.commit().await?;
    Ok(())
}

/// Somebody of the team knows that the person of a conversation agreed to be texted, and says how.
///
/// # Errors
/// `Invalid` on `how`; `Conflict` when there is no number, or they asked for no more texts.
pub async fn note_consent(app: &App, actor: &Actor, conversation: ConversationId, how: &str) -> Result<(), AppError> {
    actor.require(Action::Converse)?;
    let me = actor.require_person()?;
    let how = how.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(3..=300).contains(&how.chars().count()) {
        return Err(AppError::invalid("how", "Say how and when they agreed, in up to 300 characters."));
    }
    let mut tx = app.begin(actor).await?;
    let row = reads::row(&mut tx, actor, conversation).await?;
    let refused = |bar: Bar| AppError::Conflict { reason: bar.reason().into(), current: None };
    let Route { to, .. } = route(&mut tx, conversation).await?.map_err(refused)?;
    if store::facts(&mut tx, &to, None).await?.opted_out {
        return Err(refused(Bar::OptedOut));
    }
    let how = format!("{how} (noted by {})", me.name);
    store::agree(&mut tx, &to, &how).await?;
    consented(&mut tx, row.lead, conversation, true, how).await?;
    tx.commit().await?;
    Ok(())
}

/// Says in the thread that somebody may be texted from now on, or not any more.
pub async fn consented(tx: &mut Tx, lead: LeadId, conversation: ConversationId, agreed: bool, how: String) -> Result<(), AppError> {
    let audience = leads::audience(tx, lead).await?;
    record(tx, Event::ConsentChanged { lead, conversation, agreed, how }, audience);
    Ok(())
}

/// A message that is stored goes out as a text.
pub async fn dispatch(tx: &mut Tx, message: MessageId, route: &Route) -> Result<(), AppError> {
    store::add_text(tx, message, route.line.channel.id, &route.to, None).await?;
    let job = SendText { company: tx.company(), message };
    enqueue(tx, &job, When::now().replacing(SendText::key(message))).await
}

/// The number of that id.
pub(super) async fn line(tx: &mut Tx, id: ChannelId) -> Result<Line, AppError> {
    store::lines(tx).await?.into_iter().find(|line| line.channel.id == id).ok_or(AppError::NotFound)
}

/// A client of the number's account.
pub(super) fn client(app: &App, company: CompanyId, line: &Line) -> Result<Twilio, AppError> {
    let token = token(app, company, line)?;
    let base = match (&app.inner.sandbox_url, line.channel.sandbox) {
        (Some(url), true) => url,
        (None, true) => return Err(AppError::Unavailable { what: "The sandbox".into() }),
        (_, false) => &app.inner.twilio_base_url,
    };
    Ok(Twilio::new(base, &line.channel.account, token, app.inner.http.clone()))
}

/// The token of the number's account.
pub(super) fn token(app: &App, company: CompanyId, line: &Line) -> Result<Secret, AppError> {
    app.inner.seal.open(&place(company, line.channel.id), &line.token).map_err(|error| internal(format!("a token: {error:#}")))
}

fn seal(app: &App, place: &str, token: &Secret) -> Result<Sealed, AppError> {
    app.inner.seal.seal(place, token).map_err(|error| internal(format!("sealing a token: {error:#}")))
}

/// Where a token is kept: opened as that of another number, or company, it is refused.
pub(super) fn place(company: CompanyId, id: ChannelId) -> String {
    format!("talk.channels.token/{company}/{id}")
}

/// Where texts to a number have to be told.
pub(super) fn hook_url(app: &App, hook: &str) -> String {
    format!("{}/hooks/twilio/{hook}", app.inner.public_url)
}

/// What went wrong with the provider, for people.
pub(super) fn in_words(error: &CallError) -> String {
    match error {
        CallError::Refused { status: 401, .. } => "Twilio does not accept this account and token.".into(),
        CallError::Refused { message, code: Some(code), .. } => format!("Twilio says: {message} ({code})"),
        CallError::Refused { message, .. } => format!("Twilio says: {message}"),
        CallError::Limited { .. } => "Twilio has had too many requests. It is tried again.".into(),
        _ => "Twilio cannot be reached just now.".into(),
    }
}

/// Seals every token anew that is not sealed with the first of these keys. Gives how many.
///
/// # Errors
/// When one cannot be opened; those before it are done.
pub async fn reseal(app: &App, seal: &Seal) -> anyhow::Result<usize> {
    let mut done = 0;
    for company in store::companies(app.db.pool()).await? {
        let mut tx = app.begin(&Actor::system(company, "reseal")).await?;
        for line in store::lines(&mut tx).await? {
            if line.token.key != seal.current() {
                let place = place(company, line.channel.id);
                let token = seal.open(&place, &line.token)?;
                store::set_token(&mut tx, line.channel.id, &seal.seal(&place, &token)?).await?;
                done += 1;
            }
        }
        tx.commit().await?;
    }
    Ok(done)
}
