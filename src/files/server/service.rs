//! The verbs of files.

use super::jobs::Discard;
pub use super::store::Stored;
use super::store::{self, Coming};
use super::{media, upload::PIECE};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::{Event, Who};
use crate::activity::server::record;
use crate::error::AppError;
use crate::files::model::{Attached, FileChange, FileKind, LARGEST, LeadFile, TOO_LARGE};
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::values::{CompanyId, FileId, LeadId, Timestamp};
use axum::body::Bytes;
use futures::Stream;
use std::{io, ops::Range, time::Duration};
use uuid::Uuid;

/// The most files of one lead.
const MOST: i64 = 200;
/// What all files of a company may take, in bytes.
const ROOM: i64 = 20 << 30;
/// The most files that visitors have sent to one lead.
const VISITORS_MOST: i64 = 50;
/// What files of visitors may take of a company's, in bytes.
const VISITORS_ROOM: i64 = 4 << 30;
/// How long a file that was taken off can be put back.
const KEPT: Duration = Duration::from_secs(60 * 60);

/// What may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// From people of the company: anything, up to `LARGEST`.
    Team,
    /// From visitors: what browsers show, up to 10 MB.
    Visitors,
}

impl Terms {
    /// Whether a file may be as long as what has come of it so far, in bytes.
    pub(super) fn allow_length(self, came: usize) -> Result<(), AppError> {
        let (most, said) = match self {
            Terms::Team => (LARGEST, TOO_LARGE),
            Terms::Visitors => (10 << 20, "The file is larger than 10 MB."),
        };
        if came as i64 > most { Err(AppError::invalid("file", said)) } else { Ok(()) }
    }

    /// Whether a file may be what it is, by its first bytes.
    pub(super) fn allow_kind(self, head: &[u8]) -> Result<(), AppError> {
        let shown = media::kind(media::media(head)) != FileKind::Other;
        if shown || self == Terms::Team { Ok(()) } else { Err(AppError::invalid("file", "Only pictures, sound and PDF can be sent here.")) }
    }
}

/// Files of a lead that are to go with a message; of a visitor's message only what visitors have sent.
///
/// # Errors
/// `Invalid` on `files` when one of them is not there, or not theirs.
pub async fn to_send(tx: &mut Tx, lead: LeadId, ids: &[FileId], visitors: bool) -> Result<Vec<Attached>, AppError> {
    let mut files: Vec<Attached> = Vec::with_capacity(ids.len());
    for id in ids {
        let file = kept(tx, *id).await?.filter(|file| file.lead == lead && (!visitors || file.by_visitor));
        let file = file.ok_or_else(|| AppError::invalid("files", "One of the files is gone. Take it off and add it again."))?;
        if files.iter().all(|known| known.id != *id) {
            files.push(file.file.into());
        }
    }
    Ok(files)
}

/// Those of the files that are there, as messages name them.
pub async fn named(tx: &mut Tx, ids: &[FileId]) -> Result<Vec<Attached>, AppError> {
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        files.extend(kept(tx, *id).await?.map(|file| file.file.into()));
    }
    Ok(files)
}

/// A file that was not taken off its lead.
pub async fn kept(tx: &mut Tx, id: FileId) -> Result<Option<Stored>, AppError> {
    Ok(store::file(tx, id).await?.filter(|file| !file.removed))
}

/// The files of a lead in reach, the newest first.
pub async fn of_lead(tx: &mut Tx, lead: LeadId) -> Result<Vec<LeadFile>, AppError> {
    Ok(store::of_lead(tx, lead).await?)
}

/// Begins to take in a file; gives under what its pieces are to be kept. If the same file is here already, that is given.
///
/// # Errors
/// `NotFound` when the lead is out of reach, or another has a file of that id. `Invalid` on `file` when there is no room.
pub async fn begin(app: &App, actor: &Actor, id: FileId, lead: LeadId, name: &str) -> Result<Result<Uuid, LeadFile>, AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    leads::in_reach(&mut tx, actor, lead).await?;
    if let Some(known) = store::file(&mut tx, id).await? {
        return if known.lead == lead && !known.removed { Ok(Err(known.file)) } else { Err(AppError::NotFound) };
    }
    has_room(&mut tx, lead, &actor.who()).await?;
    store::clear(&mut tx, id).await?;
    let (company, content) = (tx.company(), Uuid::now_v7());
    if !store::begin(&mut tx, company, &Coming { id, lead, name, content }, &actor.who()).await? {
        return Err(lost());
    }
    tx.commit().await?;
    Ok(Ok(content))
}

async fn has_room(tx: &mut Tx, lead: LeadId, by: &Who) -> Result<(), AppError> {
    // Strangers must not be able to fill what the team needs.
    if *by == Who::Visitor {
        let (many, bytes) = store::by_visitors(tx, lead).await?;
        if many >= VISITORS_MOST || bytes >= VISITORS_ROOM {
            return Err(AppError::invalid("file", "No more files can be taken here just now."));
        }
    }
    if store::count(tx, lead).await? >= MOST {
        return Err(AppError::invalid("file", format!("A lead has {MOST} files at most. Remove one first.")));
    }
    if store::taken(tx).await? >= ROOM {
        return Err(AppError::invalid("file", "The files of your company take all of its 20 GB. Remove some first."));
    }
    Ok(())
}

/// Keeps the next piece of a file.
pub(super) async fn keep(app: &App, actor: &Actor, content: Uuid, number: i32, piece: &[u8]) -> Result<(), AppError> {
    // Each by itself: whoever sends slowly holds no connection.
    let mut tx = app.begin(actor).await?;
    if !store::keep(&mut tx, content, number, piece).await? {
        return Err(lost());
    }
    tx.commit().await?;
    Ok(())
}

/// The file is here whole, and begins like that: from now on it is seen.
pub(super) async fn finish(app: &App, actor: &Actor, content: Uuid, head: &[u8]) -> Result<LeadFile, AppError> {
    let mut tx = app.begin(actor).await?;
    let lead = store::waits(&mut tx, content).await?.ok_or_else(lost)?;
    let card = leads::locked(&mut tx, actor, lead).await?;
    // Others' may have come in meanwhile.
    has_room(&mut tx, lead, &actor.who()).await?;
    let now = Timestamp::now();
    let Some(id) = store::finish(&mut tx, content, lead, media::media(head), now).await? else { return Err(lost()) };
    let file = store::file(&mut tx, id).await?.ok_or_else(lost)?.file;
    let event = Event::FileChanged { lead, file: file.clone(), change: FileChange::Added };
    record(&mut tx, event, Audience::of_lead(card.assistant, card.owner));
    tx.commit().await?;
    Ok(file)
}

/// A file that does not come in whole leaves nothing behind.
pub(super) async fn give_up(app: &App, actor: &Actor, content: Uuid) -> Result<(), AppError> {
    let mut tx = app.begin(actor).await?;
    store::give_up(&mut tx, content).await?;
    tx.commit().await?;
    Ok(())
}

fn lost() -> AppError {
    AppError::invalid("file", "The file was sent anew, or its lead is gone. Look at the lead again.")
}

/// A file of a lead in reach.
pub(super) async fn open(app: &App, actor: &Actor, id: FileId) -> Result<Stored, AppError> {
    actor.require(Action::SeeLeads)?;
    let mut tx = app.begin(actor).await?;
    let file = kept(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    leads::in_reach(&mut tx, actor, file.lead).await?;
    Ok(file)
}

/// Its bytes of that range, read while they are sent: no more than a piece is in memory, and whoever reads slowly
/// holds no connection. A file that ceases to be while it is read breaks off.
pub(super) fn read(app: &App, actor: &Actor, content: Uuid, range: Range<u64>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
    let (app, actor, piece) = (app.clone(), actor.clone(), PIECE as u64);
    async_stream::try_stream! {
        let mut at = range.start;
        while at < range.end {
            let body = load(&app, &actor, content, (at / piece) as i32).await.map_err(io::Error::other)?;
            let from = (at % piece) as usize;
            let until = body.len().min(from + (range.end - at) as usize);
            if from >= until {
                Err(io::Error::from(io::ErrorKind::UnexpectedEof))?;
            }
            at += (until - from) as u64;
            yield Bytes::from(body).slice(from..until);
        }
    }
}

async fn load(app: &App, actor: &Actor, content: Uuid, number: i32) -> Result<Vec<u8>, AppError> {
    let mut tx = app.begin(actor).await?;
    store::piece(&mut tx, content, number).await?.ok_or(AppError::NotFound)
}

/// Takes a file off its lead, or puts it back. Asked for twice, it is done once.
///
/// # Errors
/// `NotFound` when the lead is out of reach, or the file is gone for good.
pub async fn mark_file(app: &App, actor: &Actor, id: FileId, removed: bool) -> Result<(), AppError> {
    actor.require(Action::EditLead)?;
    let mut tx = app.begin(actor).await?;
    let lead = store::file(&mut tx, id).await?.ok_or(AppError::NotFound)?.lead;
    let card = leads::locked(&mut tx, actor, lead).await?;
    // While we waited the lead may have become part of another.
    let known = store::file(&mut tx, id).await?.filter(|file| file.lead == lead).ok_or(AppError::NotFound)?;
    if known.removed != removed {
        store::mark(&mut tx, id, removed).await?;
        let change = if removed { FileChange::Removed } else { FileChange::Restored };
        if removed {
            enqueue(&mut tx, &Discard { company: actor.company(), file: id }, When::after(KEPT)).await?;
        }
        record(&mut tx, Event::FileChanged { lead, file: known.file, change }, Audience::of_lead(card.assistant, card.owner));
        tx.commit().await?;
    }
    Ok(())
}

/// Lets go of a file that was taken off so long ago that it can no longer be put back.
pub(super) async fn discard(app: &App, company: CompanyId, id: FileId) -> Result<(), AppError> {
    let mut tx = app.begin(&Actor::system(company, "files")).await?;
    store::discard(&mut tx, id, KEPT.as_secs_f64()).await?;
    tx.commit().await?;
    Ok(())
}
