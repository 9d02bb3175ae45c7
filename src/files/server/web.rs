//! Where files come in and go out over HTTP.
//!
//! What goes out may have been made by anybody. It is called what its content is, browsers are told not to guess,
//! what they cannot show without running something is only ever downloaded, and what they show is shown in a
//! sandbox of no origin.

use super::service::{self, Stored, Terms};
use super::upload;
use crate::accounts::server::actor::Actor;
use crate::accounts::server::web::who_asks;
use crate::accounts::ui::outcome::FormOutcome;
use crate::error::AppError;
use crate::files::model::FileKind;
use crate::server::{app::App, forms::go, render};
use crate::values::{FileId, LeadId};
use axum::{
    Json, Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Request, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use std::ops::Range;

/// Where a file is fetched.
pub fn routes() -> Router<App> {
    Router::new().route("/files/{id}", get(send))
}

/// Where files come in: the address of the lead's page. It has limits of its own.
pub fn receiving() -> Router<App> {
    Router::new().route("/leads/{id}", post(receive)).layer(DefaultBodyLimit::disable())
}

async fn receive(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    // A page is for whoever has no script; a script wants to know what became of it.
    let script = parts.headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"application/json"));
    let done = async {
        let actor = who_asks(&parts.extensions).ok_or(AppError::SignedOut)?;
        let lead: LeadId = id.parse().map_err(|_| AppError::NotFound)?;
        let form = Multipart::from_request(Request::from_parts(parts.clone(), body), &()).await;
        let mut form = form.map_err(|_| AppError::invalid("file", "Choose a file."))?;
        upload::receive(&app, &actor, lead, &mut form, Terms::Team).await
    }
    .await;
    match done {
        Ok(file) if script => Json(file).into_response(),
        Err(error) if script => error.into_response(),
        Ok(_) => go(&format!("/leads/{id}#files")),
        Err(AppError::SignedOut) => go("/sign-in"),
        Err(error) => {
            let outcome = FormOutcome { form: "files".into(), error: Some(error), ..FormOutcome::default() };
            render::page(app, Request::from_parts(parts, Body::empty()), outcome).await
        }
    }
}

async fn send(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Some(actor) = who_asks(request.extensions()) else { return AppError::SignedOut.into_response() };
    let Ok(id) = id.parse::<FileId>() else { return AppError::NotFound.into_response() };
    match service::open(&app, &actor, id).await {
        Ok(file) => deliver(&app, &actor, &file, request.headers()),
        Err(error) => error.into_response(),
    }
}

/// The answer that sends a file, whole or in part, to whoever may have it.
pub fn deliver(app: &App, actor: &Actor, file: &Stored, asking: &HeaderMap) -> Response {
    let asked = |name| asking.get(name).and_then(|value| value.to_str().ok());
    // What stands under an id never changes. Who may see it can: so it is asked for each time.
    let tag = format!("\"{}\"", file.content.simple());
    let size = file.file.size as u64;
    let mut headers = headers(file, &tag);
    if asked(header::IF_NONE_MATCH).is_some_and(|known| known.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    let part = asked(header::RANGE).filter(|_| asked(header::IF_RANGE).is_none_or(|known| known == tag));
    let (status, range) = match part.and_then(|part| one_range(part, size)) {
        None => (StatusCode::OK, 0..size),
        Some(range) => {
            let said = if range.is_empty() { format!("bytes */{size}") } else { format!("bytes {}-{}/{size}", range.start, range.end - 1) };
            headers.extend(HeaderValue::from_str(&said).map(|said| (header::CONTENT_RANGE, said)));
            if range.is_empty() {
                return (StatusCode::RANGE_NOT_SATISFIABLE, headers).into_response();
            }
            (StatusCode::PARTIAL_CONTENT, range)
        }
    };
    headers.insert(header::CONTENT_LENGTH, (range.end - range.start).into());
    (status, headers, Body::from_stream(service::read(app, actor, file.content, range))).into_response()
}

fn headers(file: &Stored, tag: &str) -> HeaderMap {
    let (placed, policy) = match file.file.kind {
        FileKind::Other => ("attachment", "default-src 'none'; sandbox"),
        // Browsers' own viewers of PDF do not work in a sandbox. They run nothing in our name.
        FileKind::Pdf => ("inline", "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        FileKind::Picture | FileKind::Sound => {
            ("inline", "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox")
        }
    };
    let placed = format!("{placed}; filename*=UTF-8''{}", percent_encoded(&file.file.name));
    let said = [
        (header::CONTENT_TYPE, file.media.as_str()),
        (header::CONTENT_DISPOSITION, &placed),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "private, no-cache"),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    said.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::from_str(value).ok()?))).collect()
}

/// The bytes that a `Range` header asks for, if it is one range; empty if the file has none of them.
/// Whoever asks for several is given everything, as RFC 9110 allows.
fn one_range(header: &str, size: u64) -> Option<Range<u64>> {
    let (from, until) = header.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (from.trim().parse::<u64>(), until.trim().parse::<u64>()) {
        (Ok(from), Ok(last)) if from <= last => from..size.min(last.saturating_add(1)),
        (Ok(from), Err(_)) if until.trim().is_empty() => from..size,
        (Err(_), Ok(last)) if from.trim().is_empty() => size.saturating_sub(last)..size,
        _ => return None,
    };
    Some(range)
}

/// As RFC 8187 wants the name of a file.
fn percent_encoded(name: &str) -> String {
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => encoded.push(byte.into()),
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_given_and_anything_else_is_all() {
        assert_eq!(one_range("bytes=0-3", 10), Some(0..4));
        assert_eq!(one_range("bytes=4-", 10), Some(4..10));
        assert_eq!(one_range("bytes=-3", 10), Some(7..10));
        assert_eq!(one_range("bytes=8-99", 10), Some(8..10));
        assert_eq!(one_range(&format!("bytes=0-{}", u64::MAX), 10), Some(0..10));
        assert!(one_range("bytes=10-", 10).is_some_and(|range| range.is_empty()));
        for header in ["bytes=3-1", "bytes=0-1,4-5", "bytes=-", "bytes=a-b", "items=0-1", ""] {
            assert_eq!(one_range(header, 10), None, "{header}");
        }
    }

    #[test]
    fn a_name_ends_no_header() {
        assert_eq!(percent_encoded("Ähre \"1\"; a=b\r\n.pdf"), "%C3%84hre%20%221%22%3B%20a%3Db%0D%0A.pdf");
    }
}
