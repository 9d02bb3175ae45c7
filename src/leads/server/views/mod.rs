//! Filters that people keep: for themselves, or for everyone in the company.

mod store;
#[cfg(test)]
mod tests;

pub use store::of_person;

use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::filter::Filter;
use crate::leads::views::View;
use crate::server::{app::App, db::Audience, fault::broke};
use crate::values::ViewId;
use crate::values::words::{is_plain_line, is_unseen};
use axum::extract::Query;
use std::collections::HashMap;

/// Keeps a filter, as an address says it. The id is made by whoever asks: sent twice, it is kept once.
///
/// # Errors
/// `Invalid` on `name` for one that will not do or is taken; without a field when there is nothing to keep, or
/// too much is kept already.
pub async fn keep_view(app: &App, actor: &Actor, id: ViewId, name: &str, query: &str, shared: bool) -> Result<View, AppError> {
    actor.require(Action::SeeLeads)?;
    let me = actor.require_person()?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_unseen(&name) || !is_plain_line(&name) || name.chars().count() > View::LONGEST_NAME {
        return Err(AppError::invalid("name", format!("A name has 1 to {} characters.", View::LONGEST_NAME)));
    }
    let filter = read(query);
    if filter == Filter::default() {
        return Err(AppError::invalid("", "There is nothing to keep yet: choose a condition or an order first."));
    }
    let view = View { id, name, query: filter.query(), owner: me.user, shared };
    let mut tx = app.begin(actor).await?;
    if store::count(&mut tx, me.user, id).await? >= View::MOST {
        return Err(AppError::invalid("", format!("You keep {} views. Remove one first.", View::MOST)));
    }
    let company = tx.company();
    match store::insert(&mut tx, company, &view).await {
        Ok(false) => return Ok(view),
        Ok(true) => {}
        Err(error) if broke(&error, "views_name") => {
            return Err(AppError::invalid("name", "You keep a view of that name already."));
        }
        Err(error) => return Err(error.into()),
    }
    record(&mut tx, Event::ViewKept { view: view.clone() }, audience(&view, false));
    tx.commit().await?;
    Ok(view)
}

/// Lets everyone in the company use a view of one's own, or nobody else any more.
///
/// # Errors
/// `NotFound` for one that is not one's own.
pub async fn share_view(app: &App, actor: &Actor, id: ViewId, shared: bool) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    let view = store::lock(&mut tx, id).await?.filter(|view| view.owner == me.user).ok_or(AppError::NotFound)?;
    if view.shared != shared {
        store::share(&mut tx, id, shared).await?;
        let was = view.shared;
        let view = View { shared, ..view };
        record(&mut tx, Event::ViewKept { view: view.clone() }, audience(&view, was));
        tx.commit().await?;
    }
    Ok(())
}

/// Removes a view: one's own, or a shared one of somebody else.
///
/// # Errors
/// `NotFound` for one that is neither. `Forbidden` for somebody else's, if one's role may not.
pub async fn remove_view(app: &App, actor: &Actor, id: ViewId) -> Result<(), AppError> {
    let me = actor.require_person()?;
    let mut tx = app.begin(actor).await?;
    let view = store::lock(&mut tx, id).await?.filter(|view| view.is_for(me.user)).ok_or(AppError::NotFound)?;
    if view.owner != me.user {
        actor.require(Action::RemoveSharedViews)?;
    }
    store::delete(&mut tx, id).await?;
    record(&mut tx, Event::ViewRemoved { view: id }, audience(&view, false));
    tx.commit().await?;
    Ok(())
}

/// The filter of an address. What is no condition is none.
fn read(query: &str) -> Filter {
    let parameters = format!("/{query}").parse().ok().and_then(|address| Query::<HashMap<String, String>>::try_from_uri(&address).ok());
    Filter::read(|name| parameters.as_ref()?.get(name).cloned())
}

/// Whom it is told to: whoever has it, and whoever had it until now.
fn audience(view: &View, was_shared: bool) -> Audience {
    if view.shared || was_shared { Audience::everyone() } else { Audience::of_person(view.owner) }
}
