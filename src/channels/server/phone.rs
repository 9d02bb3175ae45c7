//! A telephone of the demonstration: what the sandbox's carrier brought to it, and a field to text from it. Its screen is a
//! frame that looks again by itself.

use super::service::{client, hook_url};
use super::store;
use crate::accounts::server::actor::Actor;
use crate::channels::model::Number;
use crate::conversations::server::store::demo_companies;
use crate::error::AppError;
use crate::server::app::App;
use crate::server::forms::{Posted, go};
use crate::server::html::Esc;
use crate::server::integrations::sandbox::phone::{text_from, texts_on};
use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use leptos::nonce::Nonce;
use serde::Deserialize;

/// The telephone that is in the hand at first. The number is one of those that Ofcom keeps for stories.
const FIRST: &str = "+447700900123";

/// The page, and its screen.
pub fn routes() -> Router<App> {
    Router::new().route("/demo/phone", get(page).post(text)).route("/demo/phone/texts", get(screen))
}

#[derive(Deserialize)]
struct Asked {
    from: Option<String>,
    to: Option<String>,
    wrong: Option<String>,
}

/// The two ends: the telephone in the hand, and the number of the demo that it texts.
struct Ends {
    from: Number,
    to: Number,
    company: String,
}

async fn ends(app: &App, asked: &Asked) -> Result<Ends, AppError> {
    if !app.inner.demo || app.inner.sandbox_url.is_none() {
        return Err(AppError::NotFound);
    }
    let from = asked.from.as_deref().and_then(Number::parse).or_else(|| Number::parse(FIRST)).ok_or(AppError::NotFound)?;
    let wanted = asked.to.as_deref().and_then(Number::parse);
    for company in demo_companies(app.db.pool()).await? {
        let mut tx = app.begin(&Actor::system(company, "demo")).await?;
        let lines = store::lines(&mut tx).await?.into_iter().filter(|line| line.channel.sandbox);
        let Some(line) = lines.into_iter().find(|line| wanted.as_ref().is_none_or(|wanted| *wanted == line.channel.number)) else {
            continue;
        };
        let name = crate::assistants::server::store::company_name(&mut tx).await?;
        // The sandbox forgets with the process where texts to a number are told.
        let pointed = client(app, company, &line)?.point(line.channel.number.as_str(), &hook_url(app, &line.hook)).await;
        pointed.map_err(|error| anyhow::anyhow!("pointing the demo's number: {error}"))?;
        return Ok(Ends { from, to: line.channel.number, company: name });
    }
    Err(AppError::NotFound)
}

/// The two ends as an address names them.
fn query(ends: &Ends) -> String {
    format!("from={}&to={}", ends.from.as_str().replace('+', "%2B"), ends.to.as_str().replace('+', "%2B"))
}

async fn page(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let ends = ends(&app, &asked).await?;
    let wrong = if asked.wrong.is_some() { r#"<p class="wrong" role="alert">Nobody hears texts at that number just now.</p>"# } else { "" };
    let (from, to, company) = (Esc(ends.from.as_str()), Esc(ends.to.as_str()), Esc(&ends.company));
    let main = format!(
        r#"<main class="telephone"><header><h1>{company}</h1><p>{to}, texted from {from}. A made-up telephone of this demonstration.</p></header>
<iframe src="/demo/phone/texts?{query}" title="Texts"></iframe>
<form method="post" action="/demo/phone"><input type="hidden" name="to" value="{to}">{wrong}<label>Your number<input name="from" type="tel" value="{from}" autocomplete="off"></label><label>Text<textarea name="body" rows="2" maxlength="1600" required autofocus></textarea></label><button>Send</button></form></main>"#,
        query = Esc(&query(&ends)),
    );
    Ok(document(&main, "", "'none'"))
}

async fn screen(State(app): State<App>, Query(asked): Query<Asked>) -> Result<Response, AppError> {
    let ends = ends(&app, &asked).await?;
    let sandbox = app.inner.sandbox_url.as_deref().ok_or(AppError::NotFound)?;
    let texts = texts_on(sandbox, ends.from.as_str()).await?;
    let other = ends.to.as_str();
    let items: String = texts
        .iter()
        .filter(|text| text.from == other || text.to == other)
        .rev()
        .map(|text| format!(r#"<li{}>{}</li>"#, if text.to == other { r#" class="own""# } else { "" }, Esc(&text.body)))
        .collect();
    let main = match items.as_str() {
        "" => r#"<main aria-live="polite"><p class="none">No texts yet. Write one below; the answer comes in a few seconds.</p></main>"#
            .to_owned(),
        // The newest first: a frame begins at its top.
        items => format!(r#"<main aria-live="polite"><ul class="texts" aria-label="Texts, the newest first">{items}</ul></main>"#),
    };
    Ok(document(&main, LOOK_AGAIN, "'self'"))
}

async fn text(State(app): State<App>, form: Posted) -> Result<Response, AppError> {
    let asked = Asked { from: form.given("from").map(str::to_owned), to: form.given("to").map(str::to_owned), wrong: None };
    let ends = ends(&app, &asked).await?;
    let sandbox = app.inner.sandbox_url.as_deref().ok_or(AppError::NotFound)?;
    let body: String = form.field("body").chars().take(1_600).collect();
    let heard = text_from(sandbox, ends.from.as_str(), ends.to.as_str(), &body).await?;
    Ok(go(&format!("/demo/phone?{}{}", query(&ends), if heard { "" } else { "&wrong=1" })))
}

/// What the screen does by itself: only what is new changes anything, so that nobody who reads is disturbed.
const LOOK_AGAIN: &str = "setInterval(async () => {
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), 'text/html').querySelector('main');
  const shown = document.querySelector('main');
  if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...fresh.childNodes);
}, 1500)";

/// A page of the telephone. `main` is HTML.
fn document(main: &str, script: &str, framed_by: &str) -> Response {
    let nonce = Nonce::new().to_string();
    let script = if script.is_empty() { String::new() } else { format!(r#"<script nonce="{nonce}" type="module">{script}</script>"#) };
    let html = format!(
        r#"<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>A telephone</title><link rel="stylesheet" href="/widget/phone.css"><link rel="icon" href="data:,"></head>
<body>{main}{script}</body></html>
"#
    );
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {framed_by}"
    );
    let mut headers = HeaderMap::new();
    headers
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'")));
    (headers, Html(html)).into_response()
}
