//! Keys by which other programs ask.

mod store;

use super::limit::{self, Tries};
use super::{actor::Actor, session};
use crate::accounts::model::ApiKeyRow;
use crate::accounts::policy::Action;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::server::app::App;
use crate::server::db::Audience;
use crate::values::ApiKeyId;
use http::{HeaderMap, header};

/// What every key begins with, so that one that lies about is known for what it is.
const PREFIX: &str = "spk_";
/// So many keys may be in use at once.
const MOST: usize = 50;

/// The keys that are in use, the newest first.
pub async fn load_keys(app: &App, actor: &Actor) -> Result<Vec<ApiKeyRow>, AppError> {
    actor.require(Action::ManageCompany)?;
    Ok(store::keys(&mut *app.begin(actor).await?).await?)
}

/// Makes a key and gives it: it is shown once and stored nowhere.
///
/// # Errors
/// `Invalid` on `name`; `Forbidden` for anyone but admins.
pub async fn make_key(app: &App, actor: &Actor, name: &str) -> Result<String, AppError> {
    actor.require(Action::ManageCompany)?;
    let me = actor.require_person()?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !(1..=60).contains(&name.chars().count()) {
        return Err(AppError::invalid("name", "Name the program that will use it, in up to 60 characters."));
    }
    let (secret, _) = session::token();
    let key = format!("{PREFIX}{secret}");
    let hint: String = key.chars().skip(key.len() - 4).collect();
    let mut tx = app.begin(actor).await?;
    if store::keys(&mut tx).await?.len() >= MOST {
        return Err(AppError::invalid("name", format!("{MOST} keys are in use. Withdraw one that is not needed first.")));
    }
    let company = tx.company();
    store::add(&mut tx, company, ApiKeyId::new(), &name, &session::hash(&key), &hint, me.user).await?;
    record(&mut tx, Event::CompanyChanged, Audience::staff());
    tx.commit().await?;
    Ok(key)
}

/// Withdraws a key: nothing that is sent with it counts any more.
///
/// # Errors
/// `NotFound` when there is none such; `Forbidden` for anyone but admins.
pub async fn revoke_key(app: &App, actor: &Actor, key: ApiKeyId) -> Result<(), AppError> {
    actor.require(Action::ManageCompany)?;
    let mut tx = app.begin(actor).await?;
    if !store::revoke(&mut tx, key).await? {
        return Err(AppError::NotFound);
    }
    record(&mut tx, Event::CompanyChanged, Audience::staff());
    tx.commit().await?;
    Ok(())
}

/// The program that sends this request, by the key in its `Authorization: Bearer`.
///
/// # Errors
/// `SignedOut` without a key that counts; `TooMany` when it asks too often.
pub async fn of_request(app: &App, headers: &HeaderMap) -> Result<Actor, AppError> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let key = given.and_then(|given| given.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let key = key.map(|(_, key)| key.trim()).filter(|key| key.starts_with(PREFIX)).ok_or(AppError::SignedOut)?;
    let (company, id, name) = store::by_hash(app.db.pool(), &session::hash(key)).await?.ok_or(AppError::SignedOut)?;
    let _counted = limit::count(app, Tries::ApiKey, &id.to_string()).await?;
    Ok(Actor::key(company, id, name))
}
