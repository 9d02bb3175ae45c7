//! Twilio's part: takes texts over its protocol, tells signed what became of them, and plays the telephones at the other
//! end, which can be read and written with. It knows any account; its texts are gone with the process.
//!
//! As with Twilio's own test numbers, texts to `+15005550001` are refused as no number, to `+15005550004` as opted out.
//! Texts to numbers that end in `30003` are taken and then not delivered, for that reason.

use crate::server::config::Secret;
use crate::server::integrations::twilio::signature;
use axum::{
    Form, Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use uuid::Uuid;

/// Between two things that become of a text.
const STEP: Duration = Duration::from_millis(400);
/// So many texts are remembered.
const MOST: usize = 2_000;

/// A text, as the telephones have it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Text {
    /// Its id.
    pub sid: String,
    /// Who sent it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What it says.
    pub body: String,
    /// What has become of it, in Twilio's words.
    pub status: String,
    /// When, as RFC 2822.
    pub date_created: String,
}

/// Where texts to a number are told, and the token that signs it.
struct Pointed {
    account: String,
    token: Secret,
    url: String,
}

#[derive(Default)]
struct Exchange {
    texts: Vec<Text>,
    numbers: HashMap<String, Pointed>,
}

type Shared = Arc<Mutex<Exchange>>;

/// Twilio's routes, and `/phone/{number}`: what stands on a telephone, and texts from it.
pub fn router() -> Router {
    Router::new()
        .route("/2010-04-01/Accounts/{account}/Messages.json", post(take).get(list))
        .route("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json", get(numbers))
        .route("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}", post(point))
        .route("/phone/{number}", get(read).post(write))
        .with_state(Shared::default())
}

/// The token that comes with a request for that account.
fn token(headers: &HeaderMap, account: &str) -> Option<Secret> {
    let basic = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let pair = String::from_utf8(BASE64_STANDARD.decode(basic).ok()?).ok()?;
    let token = pair.strip_prefix(&format!("{account}:")).filter(|token| !token.is_empty())?;
    Some(token.to_owned().into())
}

fn nobody() -> axum::response::ErrorResponse {
    refuse(StatusCode::UNAUTHORIZED, 20003, "Authenticate").into()
}

fn refuse(status: StatusCode, code: u32, message: &str) -> Response {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    (status, Json(json!({ "code": code, "message": message, "more_info": more, "status": status.as_u16() }))).into_response()
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Outgoing {
    to: String,
    from: String,
    body: String,
    status_callback: Option<String>,
}

async fn take(
    State(shared): State<Shared>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Form(outgoing): Form<Outgoing>,
) -> axum::response::Result<Response> {
    let token = token(&headers, &account).ok_or_else(nobody)?;
    let bad = StatusCode::BAD_REQUEST;
    match outgoing.to.as_str() {
        "+15005550001" => return Err(refuse(bad, 21211, "The 'To' number +15005550001 is not a valid phone number.").into()),
        "+15005550004" => return Err(refuse(bad, 21610, "Attempt to send to unsubscribed recipient").into()),
        _ if !(1..=1600).contains(&outgoing.body.chars().count()) => {
            return Err(refuse(bad, 21617, "The concatenated message body exceeds the 1600 character limit").into());
        }
        _ => {}
    }
    let text = keep(&shared, &outgoing.from, &outgoing.to, &outgoing.body, "queued");
    if let Some(url) = outgoing.status_callback {
        tokio::spawn(report(shared, token, account.clone(), url, text.clone()));
    }
    Ok((StatusCode::CREATED, Json(described(&account, &text))).into_response())
}

/// A text as Twilio describes it.
fn described(account: &str, text: &Text) -> Value {
    json!({
        "sid": text.sid, "account_sid": account, "from": text.from, "to": text.to, "body": text.body, "status": text.status,
        "date_created": text.date_created, "date_sent": null, "date_updated": text.date_created, "direction": "outbound-api",
        "error_code": null, "error_message": null, "num_segments": "1", "num_media": "0", "price": null, "price_unit": "USD",
        "api_version": "2010-04-01", "messaging_service_sid": null,
        "uri": format!("/2010-04-01/Accounts/{account}/Messages/{}.json", text.sid), "subresource_uris": {},
    })
}

fn keep(shared: &Shared, from: &str, to: &str, body: &str, status: &str) -> Text {
    let text = Text {
        sid: format!("SM{}", Uuid::new_v4().simple()),
        from: from.to_owned(),
        to: to.to_owned(),
        body: body.to_owned(),
        status: status.to_owned(),
        date_created: chrono::Utc::now().to_rfc2822(),
    };
    let mut exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if exchange.texts.len() >= MOST {
        exchange.texts.remove(0);
    }
    exchange.texts.push(text.clone());
    text
}

/// Tells what becomes of a text, one thing after the other.
async fn report(shared: Shared, token: Secret, account: String, url: String, text: Text) {
    let fails = text.to.ends_with("30003");
    for status in if fails { ["sent", "undelivered"] } else { ["sent", "delivered"] } {
        tokio::time::sleep(STEP).await;
        set_status(&shared, &text.sid, status);
        let mut fields = vec![
            ("AccountSid", account.as_str()),
            ("From", &text.from),
            ("To", &text.to),
            ("MessageSid", &text.sid),
            ("SmsSid", &text.sid),
            ("MessageStatus", status),
            ("SmsStatus", status),
            ("ApiVersion", "2010-04-01"),
        ];
        if status == "undelivered" {
            fields.push(("ErrorCode", "30003"));
        }
        post_signed(&token, &url, &fields).await;
    }
}

fn set_status(shared: &Shared, sid: &str, status: &str) {
    let mut exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(kept) = exchange.texts.iter_mut().find(|kept| kept.sid == sid) {
        status.clone_into(&mut kept.status);
    }
}

/// Posts as Twilio does. Gives the status of the answer, 0 when there was none.
async fn post_signed(token: &Secret, url: &str, fields: &[(&str, &str)]) -> u16 {
    let fields: Vec<_> = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let signed = signature(token, url, &fields);
    let sent = reqwest::Client::new().post(url).header("x-twilio-signature", signed).form(&fields).timeout(Duration::from_secs(15));
    match sent.send().await {
        Ok(answer) => answer.status().as_u16(),
        Err(error) => {
            tracing::warn!(%error, "the sandbox could not post a text");
            0
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    to: Option<String>,
    from: Option<String>,
}

async fn list(
    State(shared): State<Shared>,
    Path(account): Path<String>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> axum::response::Result<Json<Value>> {
    token(&headers, &account).ok_or_else(nobody)?;
    let exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
    let is = |asked: &Option<String>, number: &str| asked.as_deref().is_none_or(|asked| asked == number);
    let found = exchange.texts.iter().rev().filter(|text| is(&wanted.to, &text.to) && is(&wanted.from, &text.from)).take(50);
    let messages: Vec<_> = found.map(|text| described(&account, text)).collect();
    Ok(Json(json!({ "messages": messages, "page": 0, "page_size": 50, "next_page_uri": null })))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Which {
    phone_number: String,
}

async fn numbers(Path(account): Path<String>, headers: HeaderMap, Query(which): Query<Which>) -> axum::response::Result<Json<Value>> {
    token(&headers, &account).ok_or_else(nobody)?;
    // Its id is the number: what is pointed later is known by it.
    let number = json!({ "sid": format!("PN{}", which.phone_number.trim_start_matches('+')), "phone_number": which.phone_number });
    Ok(Json(json!({ "incoming_phone_numbers": [number], "page": 0, "page_size": 50, "next_page_uri": null })))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Pointing {
    sms_url: String,
}

async fn point(
    State(shared): State<Shared>,
    Path((account, sid)): Path<(String, String)>,
    headers: HeaderMap,
    Form(pointing): Form<Pointing>,
) -> axum::response::Result<Json<Value>> {
    let token = token(&headers, &account).ok_or_else(nobody)?;
    let number = sid.trim_end_matches(".json").replacen("PN", "+", 1);
    let answer = json!({ "sid": sid.trim_end_matches(".json"), "phone_number": number, "sms_url": pointing.sms_url });
    let mut exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
    exchange.numbers.insert(number, Pointed { account, token, url: pointing.sms_url });
    Ok(Json(answer))
}

/// What stands on a telephone, the oldest first.
async fn read(State(shared): State<Shared>, Path(number): Path<String>) -> Json<Vec<Text>> {
    let exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
    Json(exchange.texts.iter().filter(|text| text.from == number || text.to == number).cloned().collect())
}

#[derive(Deserialize)]
struct Typed {
    to: String,
    body: String,
}

/// Texts from a telephone.
async fn write(State(shared): State<Shared>, Path(number): Path<String>, Json(typed): Json<Typed>) -> StatusCode {
    let pointed = {
        let exchange = shared.lock().unwrap_or_else(PoisonError::into_inner);
        exchange.numbers.get(&typed.to).map(|to| (to.account.clone(), to.token.clone(), to.url.clone()))
    };
    let Some((account, token, url)) = pointed else { return StatusCode::NOT_FOUND };
    let text = keep(&shared, &number, &typed.to, &typed.body, "received");
    let fields = [
        ("AccountSid", account.as_str()),
        ("From", &text.from),
        ("To", &text.to),
        ("Body", &text.body),
        ("MessageSid", &text.sid),
        ("SmsSid", &text.sid),
        ("SmsMessageSid", &text.sid),
        ("NumMedia", "0"),
        ("NumSegments", "1"),
        ("SmsStatus", "received"),
        ("ApiVersion", "2010-04-01"),
    ];
    StatusCode::from_u16(post_signed(&token, &url, &fields).await).unwrap_or(StatusCode::BAD_GATEWAY)
}

/// What stands on a telephone of the sandbox at that address, the oldest first.
///
/// # Errors
/// When the sandbox is not there.
pub async fn texts_on(sandbox: &str, number: &str) -> anyhow::Result<Vec<Text>> {
    Ok(reqwest::get(format!("{sandbox}/phone/{number}")).await?.error_for_status()?.json().await?)
}

/// Texts from a telephone of the sandbox at that address. False if nobody hears it there.
///
/// # Errors
/// When the sandbox is not there.
pub async fn text_from(sandbox: &str, number: &str, to: &str, body: &str) -> anyhow::Result<bool> {
    let sent = reqwest::Client::new().post(format!("{sandbox}/phone/{number}")).json(&json!({ "to": to, "body": body })).send().await?;
    Ok(sent.status().is_success())
}
