//! What the provider posts: texts that came in, and what became of ours. It signs with the account's token; what is not
//! signed is answered as if there were no such address.

use super::service::{hook_url, token};
use super::store::{self, Line};
use crate::accounts::server::actor::Actor;
use crate::channels::model::Number;
use crate::conversations::model::Delivery;
use crate::conversations::server::texts::{self, Incoming};
use crate::error::AppError;
use crate::server::app::App;
use crate::server::integrations::twilio::is_signed;
use crate::values::{CompanyId, MessageId};
use axum::{
    Form, Router,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
    routing::post,
};

/// Their addresses.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/hooks/twilio/{hook}", post(incoming))
        .route("/hooks/twilio/{hook}/status", post(status))
        .layer(DefaultBodyLimit::max(64 * 1024))
}

/// The fields of a form, in their order.
struct Fields(Vec<(String, String)>);

impl Fields {
    fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// The number that a request is for, if the provider signed it. `rest` is what stands behind the hook in the address.
async fn signed(app: &App, hook: &str, rest: &str, headers: &HeaderMap, fields: &Fields) -> Result<(CompanyId, Line), AppError> {
    let (company, channel) = store::by_hook(app.db.pool(), hook).await?.ok_or(AppError::NotFound)?;
    let mut tx = app.begin(&Actor::system(company, "texts")).await?;
    let line = super::service::line(&mut tx, channel).await?;
    let token = token(app, company, &line)?;
    let given = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !is_signed(&token, &format!("{}{rest}", hook_url(app, hook)), &fields.0, given) {
        tracing::warn!(%company, %channel, "a text that nobody signed was refused: is PUBLIC_URL the address that Twilio calls?");
        return Err(AppError::NotFound);
    }
    Ok((company, line))
}

async fn incoming(
    State(app): State<App>,
    Path(hook): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let fields = Fields(fields);
    let rest = query.map_or_else(String::new, |query| format!("?{query}"));
    let (company, line) = signed(&app, &hook, &rest, &headers, &fields).await?;
    let from = Number::parse(fields.get("From"));
    let (Some(from), false) = (from, fields.get("MessageSid").is_empty()) else {
        // A short code or a name: there is nobody who could be answered.
        return Ok(taken());
    };
    if fields.get("To") != line.channel.number.as_str() {
        let words = format!("Twilio sends texts for {} here. Point that number elsewhere, or connect it.", fields.get("To"));
        let mut tx = app.begin(&Actor::system(company, "texts")).await?;
        store::set_health(&mut tx, line.channel.id, false, false, Some(&words)).await?;
        tx.commit().await?;
        return Ok(taken());
    }
    let incoming = Incoming {
        channel: line.channel.id,
        assistant: line.channel.assistant,
        ours: line.channel.number,
        from,
        sid: fields.get("MessageSid").to_owned(),
        body: fields.get("Body").to_owned(),
        files: fields.get("NumMedia").parse().unwrap_or(0),
    };
    texts::heard(&app, company, incoming).await?;
    Ok(taken())
}

async fn status(
    State(app): State<App>,
    Path(hook): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, AppError> {
    let (fields, query) = (Fields(fields), query.unwrap_or_default());
    let (company, line) = signed(&app, &hook, &format!("/status?{query}"), &headers, &fields).await?;
    let message: MessageId = query.strip_prefix("message=").and_then(|id| id.parse().ok()).ok_or(AppError::NotFound)?;
    let Some((state, reason)) = became(fields.get("MessageStatus"), fields.get("ErrorCode")) else { return Ok(taken()) };
    let mut tx = app.begin(&Actor::system(company, "texts")).await?;
    // Not yet, or no more: what is told of it changes nothing.
    let Some(text) = store::lock_text(&mut tx, message).await?.filter(|text| text.channel == line.channel.id) else { return Ok(taken()) };
    store::set_sid(&mut tx, message, fields.get("MessageSid")).await?;
    texts::marked(&mut tx, &text, message, state, reason.as_deref()).await?;
    tx.commit().await?;
    Ok(taken())
}

/// What a status of Twilio's means here; none where it is no step of ours.
fn became(status: &str, code: &str) -> Option<(Delivery, Option<String>)> {
    match status {
        "sent" => Some((Delivery::Sent, None)),
        "delivered" => Some((Delivery::Delivered, None)),
        "read" => Some((Delivery::Read, None)),
        "failed" | "undelivered" => Some((Delivery::Failed, Some(why(code)))),
        _ => None,
    }
}

/// Why a text was not delivered. The numbers are those of Twilio's list of errors.
fn why(code: &str) -> String {
    let words = match code {
        "30003" => "Their telephone is switched off, or cannot be reached.",
        "30004" => "Their carrier, or they, block texts from this number.",
        "30005" => "There is no such number any more.",
        "30006" => "That is a landline, or its carrier takes no texts.",
        "30007" => "The carrier took it for spam.",
        "21610" => "They asked for no more texts.",
        "" => "The carrier did not deliver it, and did not say why.",
        _ => "The carrier did not deliver it.",
    };
    if code.is_empty() { words.into() } else { format!("{words} ({code})") }
}

/// Nothing is said in answer: what we say goes out by itself.
fn taken() -> Response {
    ([(header::CONTENT_TYPE, "text/xml")], "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response/>").into_response()
}
