//! Leads brought in as a file. What can be done with one: receive it, say what its columns are, check every
//! row, import those that will do, stop, go on, take the report away.

mod file;
/// The forms of the pages, and the report as a file.
pub mod forms;
mod guess;
mod row;
/// The job that reads the rows.
pub mod run;
mod store;
#[cfg(test)]
mod tests;
mod upload;

use super::{export, fields};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::error::AppError;
use crate::leads::imports::{Column, Fate, Field, ImportPage, ImportRow, ImportState, Rejected};
use crate::server::app::App;
use crate::server::db::{Audience, Tx};
use crate::server::jobs::{When, enqueue};
use crate::values::{ImportId, Timestamp};
use axum::body::Bytes;
use futures::Stream;
use run::ReadImport;
use std::io;
use store::Import;

/// So many imports are listed.
const LISTED: i64 = 20;
/// Rejected rows on one page.
const A_PAGE: i64 = 50;
/// Rejected rows read at a time for the download: each may have a megabyte.
const AT_ONCE: i64 = 20;
/// Seconds without a row after which whoever reads the file is taken for gone.
const STUCK: i64 = 60;

/// The newest imports.
///
/// # Errors
/// `Forbidden` to reps.
pub async fn load_imports(app: &App, actor: &Actor) -> Result<Vec<ImportRow>, AppError> {
    actor.require(Action::ImportLeads)?;
    let imports = store::newest(&mut *app.begin(actor).await?, LISTED).await?;
    Ok(imports.into_iter().map(|import| import.row).collect())
}

/// One import, with a page of its rejected rows of that fate: those behind line `after`.
///
/// # Errors
/// `Forbidden` to reps; `NotFound`.
pub async fn load_import(app: &App, actor: &Actor, id: ImportId, fate: Fate, after: i64) -> Result<ImportPage, AppError> {
    actor.require(Action::ImportLeads)?;
    let mut tx = app.begin(actor).await?;
    let import = store::import(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    let mut rejected = store::rejected_briefly(&mut tx, id, fate, after, A_PAGE + 1).await?;
    let more = rejected.len() as i64 > A_PAGE;
    rejected.truncate(A_PAGE as usize);
    let percent = if import.size == 0 { 0 } else { import.place.0 * 100 / import.size };
    let still = import.updated_at.seconds_until(Timestamp::now()) > STUCK;
    Ok(ImportPage {
        percent: percent.clamp(0, 100) as u8,
        stuck: still && import.row.state.busy(),
        next: rejected.last().filter(|_| more).map(|row| row.line),
        row: import.row,
        header: import.header,
        samples: import.samples,
        mapping: import.mapping,
        fields: fields::in_use(&mut tx).await?,
        rejected,
    })
}

/// Says what the columns are, and has every row checked.
///
/// # Errors
/// `Invalid` on the column, named `column0` and so on, or on `columns`; `Conflict` once rows are imported.
pub async fn check(app: &App, actor: &Actor, id: ImportId, mapping: Vec<Column>) -> Result<(), AppError> {
    let (mut tx, import) = held(app, actor, id).await?;
    if import.row.state == ImportState::Checking {
        return Ok(());
    }
    wants(&import, &[ImportState::Mapping, ImportState::Checked])?;
    if mapping.len() != import.header.len() {
        return Err(AppError::NotFound);
    }
    let own = fields::in_use(&mut tx).await?;
    for (at, column) in mapping.iter().enumerate().filter(|(_, column)| **column != Column::Every(Field::Skip)) {
        let label = match column {
            Column::Every(field) => Some(field.label()),
            Column::Custom(id) => own.iter().find(|own| own.id == *id).map(|own| own.name.as_str()),
        };
        let wrong = match label {
            None => "That field is no longer there.".to_owned(),
            Some(label) if mapping[..at].contains(column) => format!("Another column is {label} already."),
            Some(_) => continue,
        };
        return Err(AppError::invalid(&format!("column{at}"), wrong));
    }
    let names = [Field::Name, Field::FirstName, Field::LastName, Field::Organisation, Field::Email];
    if !names.iter().any(|field| mapping.contains(&Column::Every(*field))) {
        return Err(AppError::invalid("columns", "Say which column has the name, the organisation or the e-mail address."));
    }
    store::set_mapping(&mut tx, id, &mapping).await?;
    begin(tx, actor, id, ImportState::Checking).await
}

/// Back to the columns.
///
/// # Errors
/// `Conflict` once rows are imported.
pub async fn choose_again(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    let (mut tx, import) = held(app, actor, id).await?;
    wants(&import, &[ImportState::Mapping, ImportState::Checking, ImportState::Checked])?;
    store::set_state(&mut tx, id, ImportState::Mapping).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes leads of the rows that will do. Asked twice it is done once.
///
/// # Errors
/// `Conflict` before the rows were checked.
pub async fn start(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    let (tx, import) = held(app, actor, id).await?;
    match import.row.state {
        ImportState::Importing | ImportState::Done => Ok(()),
        _ => {
            wants(&import, &[ImportState::Checked])?;
            begin(tx, actor, id, ImportState::Importing).await
        }
    }
}

/// Stops: the transaction that is under way is the last. What came in stays.
///
/// # Errors
/// `Conflict` when nothing is being imported.
pub async fn stop(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    let (mut tx, import) = held(app, actor, id).await?;
    wants(&import, &[ImportState::Importing, ImportState::Stopped])?;
    store::set_state(&mut tx, id, ImportState::Stopped).await?;
    record(&mut tx, Event::LeadsImported { import: id }, Audience::everyone());
    tx.commit().await?;
    Ok(())
}

/// Goes on where it stopped, or where whoever read the file was lost.
///
/// # Errors
/// `Conflict` when there is nothing to go on with.
pub async fn go_on(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    let (mut tx, import) = held(app, actor, id).await?;
    wants(&import, &[ImportState::Checking, ImportState::Importing, ImportState::Stopped])?;
    if import.row.state == ImportState::Stopped {
        store::set_state(&mut tx, id, ImportState::Importing).await?;
    }
    enqueue(&mut tx, &ReadImport::of(actor, id)?, When::now().replacing(ReadImport::key(id))).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the import away with its file and its report. Its leads stay.
///
/// # Errors
/// `Conflict` while its rows are being imported.
pub async fn remove(app: &App, actor: &Actor, id: ImportId) -> Result<(), AppError> {
    let (mut tx, import) = held(app, actor, id).await?;
    if import.row.state == ImportState::Importing {
        return Err(conflict("It is being imported. Stop it first."));
    }
    store::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(())
}

/// The rejected rows as CSV, as they stood in the file, with line and reason behind them: what was mended in
/// it can be brought in again. Read while it is sent.
///
/// # Errors
/// `Forbidden` to reps; `NotFound`.
pub async fn report(app: &App, actor: &Actor, id: ImportId) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>, AppError> {
    actor.require(Action::ImportLeads)?;
    let import = store::import(&mut *app.begin(actor).await?, id).await?.ok_or(AppError::NotFound)?;
    let (app, actor) = (app.clone(), actor.clone());
    Ok(async_stream::try_stream! {
        let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::from("\u{feff}"));
        let head = import.header.iter().map(String::as_str).chain(["Line", "Reason"]);
        csv.write_record(head.map(export::safe))?;
        for fate in [Fate::Bad, Fate::Duplicate] {
            let mut after = 0;
            loop {
                let rows = rejected(&app, &actor, id, fate, after).await.map_err(io::Error::other)?;
                for row in &rows {
                    // A row that has fewer cells than there are columns gets the missing ones.
                    let missing = import.header.len().saturating_sub(row.cells.len());
                    let cells = row.cells.iter().map(String::as_str).chain(std::iter::repeat_n("", missing));
                    csv.write_record(cells.chain([row.line.to_string().as_str(), row.reason.as_str()]).map(export::safe))?;
                }
                yield export::taken(&mut csv)?;
                let Some(last) = rows.last() else { break };
                after = last.line;
            }
        }
    })
}

async fn rejected(app: &App, actor: &Actor, id: ImportId, fate: Fate, after: i64) -> Result<Vec<Rejected>, AppError> {
    Ok(store::rejected(&mut *app.begin(actor).await?, id, fate, after, AT_ONCE).await?)
}

/// An import, locked. Waits for the rows that are being read.
async fn held(app: &App, actor: &Actor, id: ImportId) -> Result<(Tx, Import), AppError> {
    actor.require(Action::ImportLeads)?;
    let mut tx = app.begin(actor).await?;
    let import = store::lock(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    Ok((tx, import))
}

/// From the first row on.
async fn begin(mut tx: Tx, actor: &Actor, id: ImportId, state: ImportState) -> Result<(), AppError> {
    store::rewind(&mut tx, id).await?;
    store::set_state(&mut tx, id, state).await?;
    enqueue(&mut tx, &ReadImport::of(actor, id)?, When::now().replacing(ReadImport::key(id))).await?;
    tx.commit().await?;
    Ok(())
}

fn wants(import: &Import, states: &[ImportState]) -> Result<(), AppError> {
    if states.contains(&import.row.state) {
        return Ok(());
    }
    Err(conflict(&format!("That is not possible just now: {}.", import.row.state.label().to_lowercase())))
}

fn conflict(reason: &str) -> AppError {
    AppError::Conflict { reason: reason.into(), current: None }
}
