//! The leads of a view as CSV: `/leads.csv` with the address of the board behind it.

mod store;

use super::pipeline::store as stages;
use crate::accounts::policy::Action;
use crate::accounts::server::{actor::Actor, web::who_asks};
use crate::error::AppError;
use crate::leads::filter::Filter;
use crate::server::app::App;
use crate::values::Timestamp;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::{Stream, TryStreamExt};
use http::header;
use std::{borrow::Cow, collections::HashMap, io};

/// The one route.
pub fn route() -> Router<App> {
    Router::new().route("/leads.csv", get(download))
}

async fn download(State(app): State<App>, Query(query): Query<HashMap<String, String>>, request: Request) -> Response {
    let Some(actor) = who_asks(request.extensions()) else { return AppError::SignedOut.into_response() };
    match export(&app, &actor, Filter::read(|name| query.get(name).cloned())).await {
        Ok(rows) => {
            let named = "attachment; filename=\"leads.csv\"";
            ([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, named)], Body::from_stream(rows))
                .into_response()
        }
        Err(error) => error.into_response(),
    }
}

const HEAD: [&str; 18] = [
    "Name",
    "Organisation",
    "E-mail",
    "Phone",
    "Stage",
    "Value",
    "Currency",
    "Score",
    "Sentiment",
    "Owner",
    "Assistant",
    "Source",
    "Created",
    "Last activity",
    "In stage since",
    "Closed on",
    "Lost reason",
    "Id",
];

/// Rows are sent in pieces of about so many bytes.
const PIECE: usize = 32 * 1024;

/// The leads in reach that the filter shows, read while they are sent: however many there are, no
/// more than a piece is in memory.
pub async fn export(app: &App, actor: &Actor, filter: Filter) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>, AppError> {
    actor.require(Action::SeeLeads)?;
    let scope = actor.scope();
    let mut tx = app.begin(actor).await?;
    let columns = stages::all(&mut tx).await?;
    let now = Timestamp::now();
    Ok(async_stream::try_stream! {
        // The mark by which spreadsheets know UTF-8.
        let mut csv = csv::Writer::from_writer(Vec::from("\u{feff}"));
        csv.write_record(HEAD)?;
        {
            let mut rows = store::export(&mut tx, &scope);
            while let Some(row) = rows.try_next().await.map_err(broken)? {
                let stage = columns.iter().find(|stage| stage.id == row.card.stage);
                if !filter.shows(&row.card, stage, now) {
                    continue;
                }
                let stage = stage.map_or("", |stage| stage.name.as_str());
                csv.write_record(row.cells(stage).iter().map(|cell| safe(cell).into_owned()))?;
                if csv.get_ref().len() >= PIECE {
                    yield taken(&mut csv)?;
                }
            }
        }
        yield taken(&mut csv)?;
    })
}

/// What has been written so far.
fn taken(csv: &mut csv::Writer<Vec<u8>>) -> io::Result<Bytes> {
    let fresh = csv::Writer::from_writer(Vec::new());
    let full = std::mem::replace(csv, fresh);
    full.into_inner().map(Bytes::from).map_err(|error| io::Error::other(error.to_string()))
}

/// The download ends early, which browsers show as failed.
fn broken(error: sqlx::Error) -> io::Error {
    tracing::error!(%error, "reading leads for a download");
    io::Error::other("the database failed")
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe
/// (OWASP, "CSV Injection").
fn safe(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

#[cfg(test)]
mod tests;
