//! Opaque tokens, the session cookie, and who a request comes from.

use super::store;
use crate::accounts::model::Me;
use crate::error::AppError;
use crate::server::app::App;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use axum_extra::extract::cookie::CookieJar;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use sha2::{Digest, Sha256};

/// The cookie, where the connection is encrypted. The prefix makes browsers refuse it from
/// sister domains, from other paths, and without encryption.
const COOKIE: &str = "__Host-spotlight";
/// The cookie on one's own machine, without encryption.
const LOOPBACK_COOKIE: &str = "spotlight";
/// How long "keep me signed in" keeps, in seconds: 30 days.
const REMEMBERED: u32 = 30 * 24 * 60 * 60;

/// A fresh secret for a session, an invitation or a reset: 32 random bytes as text for the
/// holder, and the hash to store.
pub fn token() -> (String, Vec<u8>) {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes);
    let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let hash = hash(&token);
    (token, hash)
}

/// What is stored of a token. It is random enough that no salt and no slow hash is needed.
pub fn hash(token: &str) -> Vec<u8> {
    Sha256::digest(token).to_vec()
}

/// A new sign-in: what its cookie is made of.
#[derive(Debug)]
pub struct SignedIn {
    /// For the cookie; stored nowhere.
    pub token: String,
    /// Whether the cookie outlives the browser.
    pub remembered: bool,
}

/// How cookies of a request are: with or without encryption.
fn is_open(app: &App, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    !app.inner.https && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// The cookie that carries a new sign-in, as the value of `Set-Cookie`.
pub fn cookie(app: &App, headers: &HeaderMap, signed_in: &SignedIn) -> String {
    set_cookie(app, headers, &signed_in.token, signed_in.remembered.then_some(REMEMBERED))
}

/// What makes the browser forget the cookie, as the value of `Set-Cookie`.
pub fn forget(app: &App, headers: &HeaderMap) -> String {
    set_cookie(app, headers, "", Some(0))
}

/// Without an age the cookie ends with the browser.
fn set_cookie(app: &App, headers: &HeaderMap, value: &str, max_age: Option<u32>) -> String {
    let (name, secure) = if is_open(app, headers) { (LOOPBACK_COOKIE, "") } else { (COOKIE, "; Secure") };
    let max_age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{max_age}")
}

/// The token a request presents. The open cookie counts only where it would have been set: else
/// a sister domain could plant one.
fn presented(app: &App, headers: &HeaderMap) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    let name = if is_open(app, headers) { LOOPBACK_COOKIE } else { COOKIE };
    jar.get(name).map(|cookie| cookie.value().to_owned())
}

/// Who a token belongs to; none when it is unknown, ended or revoked.
///
/// # Errors
/// When the database cannot be reached.
pub async fn of_token(app: &App, token: &str) -> Result<Option<Me>, AppError> {
    Ok(store::session_by_token(app.db.pool(), &hash(token)).await?)
}

/// Says who a request comes from: `Me` among its extensions, or nobody. A database out of reach
/// is said as that: taken for signed out, everyone would be sent to sign in.
pub async fn recognise(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some(token) = presented(&app, request.headers()) {
        match of_token(&app, &token).await {
            Ok(Some(me)) => {
                request.extensions_mut().insert(me);
            }
            Ok(None) => {}
            Err(error) => return error.into_response(),
        }
    }
    next.run(request).await
}

/// Browser and system, in words, from the `User-Agent` header: "Firefox on Linux".
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    // Each claims to be those that come after it.
    let named = |table: &[(&str, &'static str)]| table.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    let browser = named(&[("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari")]);
    let system = named(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(only), None) | (None, Some(only)) => only.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}
