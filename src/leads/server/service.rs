//! The verbs of the board and the lead page.

pub use super::board::load_board;
pub use super::edit::edit_lead;
pub use super::intake::{arrive, audience, felt, heard, hold, introduced, learned, talks_in};
pub use super::page::load_lead;
pub use super::trash::look_inside;
use super::{
    face::{Face, read_day},
    fields,
    pipeline::store as stages,
    place, store,
};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::{record, store as stream};
use crate::error::AppError;
use crate::leads::closing::{Closed, Closing, LostReason, Said};
use crate::leads::model::{Card, LeadMoved, NewLead, Outcome, Source, Stage};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::fault::{broke, internal};
use crate::tasks::server::service as tasks;
use crate::values::{Day, LeadId, Money, MutationId, Rank, StageId, Timestamp, UserId};

/// Adds a lead by hand, on top of its column. A sales rep's is their own, or they would not see it.
pub async fn create_lead(app: &App, actor: &Actor, new: NewLead) -> Result<Card, AppError> {
    actor.require(Action::CreateLead)?;
    let mut tx = app.begin(actor).await?;
    if let Some(made) = store::made_by(&mut tx, new.mutation).await? {
        return store::card(&mut tx, &actor.scope(), made).await?.ok_or(AppError::NotFound);
    }
    let company = tx.company();
    let currency = store::currency(&mut tx, company).await?;
    let mut face = Face::read(&new.name, &new.organisation, &new.value, &new.email, &new.phone, currency)?;
    face.closes_on = read_day("closes_on", &new.closes_on)?;
    let custom = fields::read_all(&mut tx, &new.custom, currency).await?;
    let stage = match new.stage {
        Some(stage) => stage,
        None => stages::all(&mut tx).await?.first().map(|stage| stage.id).ok_or(AppError::NotFound)?,
    };
    match stages::lock(&mut tx, &[stage]).await?.first() {
        // What a program sends in is not turned away, as a visitor is not.
        Some(_) if actor.me().is_none() => {}
        Some(stage) => has_room(&mut tx, stage, "stage").await?,
        None => return Err(AppError::invalid("stage", "That stage is no longer there. Choose another.")),
    }
    let lead = LeadId::new();
    let rank = place::rank_in(&mut tx, stage, lead, None, None).await?;
    let owner = actor.me().filter(|me| !me.role.sees_all_leads()).map(|me| me.user);
    let source = if actor.me().is_some() { Source::Manual } else { Source::Api };
    let mut fresh = face.lead(lead, (stage, rank), (owner, None), source, Timestamp::now());
    (fresh.mutation, fresh.custom) = (Some(new.mutation), custom);
    let card = fresh.card.clone();
    if let Err(error) = store::insert(&mut tx, company, &fresh).await {
        if !broke(&error, "leads_mutation_key") {
            return Err(error.into());
        }
        // The other click of a double click was faster; its lead is the answer to both.
        drop(tx);
        let mut tx = app.begin(actor).await?;
        let Some(made) = store::made_by(&mut tx, new.mutation).await? else {
            let reason = "This lead was added before, and somebody has put it into the trash since.".into();
            return Err(AppError::Conflict { reason, current: None });
        };
        return store::card(&mut tx, &actor.scope(), made).await?.ok_or(AppError::NotFound);
    }
    record(&mut tx, Event::LeadCreated { card: card.clone(), import: None }, Audience::of_lead(card.assistant, card.owner));
    tx.caused_by(new.mutation);
    tx.commit().await?;
    Ok(card)
}

/// Moves a card to where it was dropped. Gives the move as it was stored: with the rank that was
/// worked out here, and the card's new version. The same mutation again gets the same answer.
pub async fn move_lead(app: &App, actor: &Actor, mutation: MutationId, asked: LeadMoved) -> Result<LeadMoved, AppError> {
    actor.require(Action::MoveLead)?;
    // Drops mind no other drop: two into one gap may get one rank, and then their ids tell which is higher. What
    // minds is done over, alone.
    if let Some(moved) = try_move(app, actor, mutation, &asked, false).await? {
        return Ok(moved);
    }
    let moved = try_move(app, actor, mutation, &asked, true).await?;
    moved.ok_or_else(|| internal("a move that was alone found no place"))
}

/// None if it can only be done `alone` in its column.
async fn try_move(app: &App, actor: &Actor, mutation: MutationId, asked: &LeadMoved, alone: bool) -> Result<Option<LeadMoved>, AppError> {
    let mut tx = app.begin(actor).await?;
    // Stages before leads, and both stages at once: nobody waits for one who waits for them.
    let both = [asked.from, asked.to];
    let held = if alone { stages::lock(&mut tx, &both).await? } else { stages::hold(&mut tx, &both).await? };
    let lead = store::lock_standing(&mut tx, &actor.scope(), asked.lead).await?.ok_or(AppError::NotFound)?;
    if lead.version != asked.version || lead.stage != asked.from {
        // Asked for twice, it finds the version that it made itself.
        if let Some(done) = store::move_by(&mut tx, asked.lead, mutation).await? {
            return Ok(Some(done));
        }
        let card = in_reach(&mut tx, actor, asked.lead).await?;
        return Err(stale(&mut tx, card).await?);
    }
    let Some(to) = held.iter().find(|stage| stage.id == asked.to) else {
        return Err(AppError::invalid("to", "That stage is no longer there."));
    };
    if asked.from != asked.to && to.wip_hard {
        if !alone {
            return Ok(None);
        }
        has_room(&mut tx, to, "to").await?;
    }
    let proposed = Rank::parse(asked.rank.as_str());
    let rank = if alone {
        place::rank_in(&mut tx, asked.to, asked.lead, asked.after, proposed.as_ref()).await?
    } else {
        match place::room_in(&mut tx, asked.to, asked.lead, asked.after, proposed.as_ref()).await? {
            Ok(rank) => rank,
            Err(_) => return Ok(None),
        }
    };
    let moved = LeadMoved { rank, version: lead.version + 1, at: Timestamp::now(), ..asked.clone() };
    store::set_place(&mut tx, &moved).await?;
    record(&mut tx, Event::LeadMoved(moved.clone()), Audience::of_lead(lead.assistant, lead.owner));
    tx.caused_by(mutation);
    tx.commit().await?;
    Ok(Some(moved))
}

/// Moves a card to the top of a stage: what a form without script asks for.
pub async fn move_lead_to(app: &App, actor: &Actor, lead: LeadId, to: StageId, version: i32) -> Result<LeadMoved, AppError> {
    actor.require(Action::MoveLead)?;
    let mut tx = app.begin(actor).await?;
    let card = store::card(&mut tx, &actor.scope(), lead).await?.ok_or(AppError::NotFound)?;
    drop(tx);
    let asked = LeadMoved { lead, from: card.stage, to, rank: card.rank, after: None, version, at: Timestamp::now() };
    move_lead(app, actor, MutationId::new(), asked).await
}

/// Gives a lead to somebody, or to nobody.
pub async fn assign_lead(app: &App, actor: &Actor, lead: LeadId, owner: Option<UserId>, version: i32) -> Result<Card, AppError> {
    actor.require(Action::AssignLead)?;
    let mut tx = app.begin(actor).await?;
    let mut card = locked(&mut tx, actor, lead).await?;
    if card.owner == owner {
        return Ok(card);
    }
    if card.version != version {
        return Err(stale(&mut tx, card).await?);
    }
    if let Some(owner) = owner
        && !store::works_here(&mut tx, owner).await?
    {
        return Err(AppError::invalid("owner", "That person does not work here any more. Choose somebody else."));
    }
    let prior = card.owner;
    card.owner = owner;
    card.version += 1;
    store::set_owner(&mut tx, lead, owner, card.version).await?;
    // Whoever loses it hears of it too: it leaves their board.
    let mut audience = Audience::of_lead(card.assistant, owner);
    audience.owners.extend(prior);
    record(&mut tx, Event::LeadAssigned { lead, owner, prior, assistant: card.assistant, version: card.version }, audience);
    tasks::handed_over(&mut tx, &card, prior).await?;
    tx.commit().await?;
    Ok(card)
}

/// Says how a deal ended: what it was worth and when it was won, or why it was lost. What was said
/// before is replaced; an empty value leaves the value as it is. Saying the same again changes nothing.
pub async fn close_lead(app: &App, actor: &Actor, lead: LeadId, value: &str, said: [&str; 3]) -> Result<Closed, AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    let mut card = locked(&mut tx, actor, lead).await?;
    let columns = stages::all(&mut tx).await?;
    let outcome = columns.iter().find(|stage| stage.id == card.stage).map_or(Outcome::Open, |stage| stage.outcome);
    if outcome == Outcome::Open {
        return Err(AppError::invalid("", "The lead stands in a stage where deals are still open. Move it to where they end first."));
    }
    let before = Said { value: card.value, closing: store::details(&mut tx, lead).await?.closing };
    if !value.trim().is_empty() {
        card.value =
            Money::parse(value, card.value.currency).ok_or_else(|| AppError::invalid("value", "Write an amount, such as 84,000."))?;
    }
    let [closed_on, reason, note] = said;
    let closing = Some(Closing::read(outcome, closed_on, reason, note, Day::of(Timestamp::now()))?);
    if before != (Said { value: card.value, closing: closing.clone() }) {
        closed(tx, &mut card, closing).await?;
    }
    Ok(Closed { card, before })
}

/// Takes back what was said of a deal's end, if the lead is still that version: it is what it `was` before.
pub async fn take_back_closing(app: &App, actor: &Actor, lead: LeadId, version: i32, was: Said) -> Result<Card, AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    let mut card = locked(&mut tx, actor, lead).await?;
    if card.version != version {
        return Err(stale(&mut tx, card).await?);
    }
    let columns = stages::all(&mut tx).await?;
    let outcome = columns.iter().find(|stage| stage.id == card.stage).map_or(Outcome::Open, |stage| stage.outcome);
    let worth = was.value;
    if worth.currency != card.value.currency || !(0..=Money::MOST).contains(&worth.minor) {
        return Err(AppError::invalid("value", "That is no amount."));
    }
    // What had been said of another end, or while it was open, had ceased to count.
    let said = was.closing.filter(|closing| closing.fits(outcome));
    let said = said.map(|Closing { closed_on, reason, note }| {
        Closing::read(outcome, &closed_on.iso(), reason.map_or("", LostReason::as_str), &note, Day::of(Timestamp::now()))
    });
    let said = said.transpose()?;
    card.value = worth;
    closed(tx, &mut card, said).await?;
    Ok(card)
}

/// Writes how a deal ended, and tells it.
async fn closed(mut tx: Tx, card: &mut Card, closing: Option<Closing>) -> Result<(), AppError> {
    card.version += 1;
    store::set_closing(&mut tx, card, closing.as_ref()).await?;
    let told = Event::LeadClosed { lead: card.id, value: card.value, closing, version: card.version };
    record(&mut tx, told, Audience::of_lead(card.assistant, card.owner));
    tx.commit().await?;
    Ok(())
}

/// Whether a person may put one more lead into a stage, which is locked.
async fn has_room(tx: &mut Tx, stage: &Stage, field: &str) -> Result<(), AppError> {
    match stage.wip_limit.filter(|_| stage.wip_hard) {
        Some(limit) if stages::count_in(tx, stage.id).await? >= i64::from(limit) => Err(AppError::invalid(
            field,
            format!("{} holds {limit} {} at most. Move one on first.", stage.name, if limit == 1 { "lead" } else { "leads" }),
        )),
        _ => Ok(()),
    }
}

/// A lead in reach.
///
/// # Errors
/// `NotFound` when it is not, or does not exist.
pub async fn in_reach(tx: &mut Tx, actor: &Actor, lead: LeadId) -> Result<Card, AppError> {
    store::card(tx, &actor.scope(), lead).await?.ok_or(AppError::NotFound)
}

/// A lead in reach, locked until the transaction ends.
pub async fn locked(tx: &mut Tx, actor: &Actor, lead: LeadId) -> Result<Card, AppError> {
    let scope = actor.scope();
    store::lock(tx, &scope, lead).await?;
    store::card(tx, &scope, lead).await?.ok_or(AppError::NotFound)
}

/// Somebody else was faster: says who, what and when, and gives the card as it now is.
pub(super) async fn stale(tx: &mut Tx, card: Card) -> Result<AppError, AppError> {
    let (known, all) = (stream::of_lead(tx, card.id, 10).await?, stages::all(tx).await?);
    let name = |id: StageId| all.iter().find(|stage| stage.id == id).map_or("another stage", |stage| stage.name.as_str());
    let what = known.iter().find_map(|told| match &told.event {
        Event::LeadMoved(moved) if moved.from == moved.to => Some((told, format!("moved it within {}", name(moved.to)))),
        Event::LeadMoved(moved) => Some((told, format!("moved it to {}", name(moved.to)))),
        Event::LeadAssigned { owner: Some(_), .. } => Some((told, "gave it to somebody else".into())),
        Event::LeadAssigned { owner: None, .. } => Some((told, "took its owner away".into())),
        Event::LeadEdited { .. } => Some((told, "changed its details".into())),
        Event::LeadRestored { .. } => Some((told, "brought it back from the trash".into())),
        _ => None,
    });
    let reason = match what {
        Some((told, what)) => format!("{} {what} {}.", told.actor.name(), told.how_long_ago()),
        None => "Somebody changed it meanwhile.".into(),
    };
    Ok(AppError::Conflict { reason, current: serde_json::to_value(card).ok().map(Box::new) })
}
