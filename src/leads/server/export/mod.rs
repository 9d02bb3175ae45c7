//! The leads of a view as CSV: `/leads.csv` with the address of the board behind it.

mod store;

use super::{fields, pipeline::store as stages};
use crate::accounts::policy::Action;
use crate::accounts::server::{actor::Actor, web::who_asks};
use crate::error::AppError;
use crate::leads::filter::Filter;
use crate::server::app::App;
use crate::values::{LeadId, Timestamp};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Query, Request, State},
    response::{IntoResponse, Response},
    routing::get,
};
use futures::Stream;
use http::header;
use std::{collections::HashMap, io};

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

const HEAD: [&str; 20] = [
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
    "Closes on",
    "Created",
    "Last activity",
    "In stage since",
    "Closed on",
    "Lost reason",
    "Tags",
    "Id",
];

/// So many leads are read at a time, each time in a transaction of its own: a download that is fetched
/// slowly, or not at all, holds no connection.
const AT_ONCE: i64 = 1000;

/// The leads in reach that the filter shows, the newest first, read while they are sent: however many
/// there are, no more than a thousand are in memory.
pub async fn export(app: &App, actor: &Actor, filter: Filter) -> Result<impl Stream<Item = io::Result<Bytes>> + use<>, AppError> {
    actor.require(Action::SeeLeads)?;
    let (columns, own) = {
        let mut tx = app.begin(actor).await?;
        (stages::all(&mut tx).await?, fields::in_use(&mut tx).await?)
    };
    let (app, actor, now) = (app.clone(), actor.clone(), Timestamp::now());
    Ok(async_stream::try_stream! {
        // The mark by which spreadsheets know UTF-8.
        let mut csv = csv::Writer::from_writer(Vec::from("\u{feff}"));
        // Those that the company has made come last, and a name that begins like a formula is none.
        csv.write_record(HEAD.into_iter().map(String::from).chain(own.iter().map(|own| safe(&own.name))))?;
        let mut before = None;
        loop {
            let rows = page(&app, &actor, before).await?;
            for row in &rows {
                let stage = columns.iter().find(|stage| stage.id == row.card.stage);
                if filter.shows(&row.card, stage, now) {
                    let stage = stage.map(|stage| stage.called(&columns)).unwrap_or_default();
                    csv.write_record(row.cells(&stage, &own).iter().map(|cell| safe(cell)))?;
                }
            }
            yield taken(&mut csv)?;
            before = rows.last().map(|row| row.card.id);
            if (rows.len() as i64) < AT_ONCE {
                break;
            }
        }
    })
}

/// The newest leads in reach that are older than `before`. A failure ends the download early, which
/// browsers show as failed.
async fn page(app: &App, actor: &Actor, before: Option<LeadId>) -> io::Result<Vec<store::Exported>> {
    let read = async {
        let mut tx = app.db.snapshot(actor).await?;
        Ok::<_, AppError>(store::export(&mut tx, &actor.scope(), before, AT_ONCE).await?)
    };
    read.await.map_err(io::Error::other)
}

/// What has been written so far.
pub(in crate::leads::server) fn taken(csv: &mut csv::Writer<Vec<u8>>) -> io::Result<Bytes> {
    let fresh = csv::Writer::from_writer(Vec::new());
    let full = std::mem::replace(csv, fresh);
    full.into_inner().map(Bytes::from).map_err(|error| io::Error::other(error.to_string()))
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets an apostrophe, also behind
/// what some spreadsheets take for the end of a cell (OWASP, "CSV Injection").
pub(in crate::leads::server) fn safe(cell: &str) -> String {
    let mut written = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for letter in cell.chars() {
        if begins && matches!(letter, '=' | '+' | '-' | '@' | '\t' | '\r') {
            written.push('\'');
        }
        begins = matches!(letter, ';' | '\t' | '\r' | '\n') || (begins && letter == ' ');
        written.push(letter);
    }
    written
}

#[cfg(test)]
mod tests;
