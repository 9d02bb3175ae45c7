//! What the widget asks for over HTTP: the panel page, a session, messages, marks. Everything
//! works as a plain form too, with a cookie in place of the script's token.

use super::panel::{PanelMessage, PanelPage, demo_site_page, panel_page};
use super::store::{self, Door};
use super::visitor::{self, Shown, control_for_visitor, message_for_visitor};
use crate::accounts::server::actor::Actor;
use crate::accounts::server::visitor::{check, issue};
use crate::assistants::server::store as assistants;
use crate::conversations::model::Delivery;
use crate::error::AppError;
use crate::files::model::Attached;
use crate::files::server::{service::Terms, upload, web::deliver};
use crate::server::app::App;
use crate::server::guard::{Address, page_policy};
use crate::values::{FileId, MessageId, VisitorId};
use axum::{
    Extension, Form, Json, Router,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Path, Query, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use leptos::nonce::Nonce;
use serde::Deserialize;
use serde_json::{Value, json};

/// The widget's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/w/{key}", get(panel))
        .route("/w/{key}/session", post(session))
        .route("/w/{key}/messages", post(messages))
        .route("/w/{key}/files/{id}", get(file))
        .route("/w/{key}/read", post(read))
        .route("/w/{key}/delivered", post(delivered))
        .route("/demo/site", get(demo_site))
}

/// Where files come in. It has limits of its own.
pub fn receiving() -> Router<App> {
    Router::new().route("/w/{key}/files", post(take_file)).layer(DefaultBodyLimit::disable())
}

async fn take_file(
    State(app): State<App>,
    Path(key): Path<String>,
    Extension(Address(address)): Extension<Address>,
    request: Request,
) -> Result<Json<Attached>, AppError> {
    let door = door(&app, &key).await?;
    visitor::limit_address(&app, &address).await?;
    let actor = door.known(&app, request.headers()).ok_or(AppError::SignedOut)?;
    let (lead, keeper) = visitor::takes_files(&app, &actor).await?;
    let mut form = Multipart::from_request(request, &()).await.map_err(|_| AppError::invalid("file", "Choose a file."))?;
    Ok(Json(upload::receive(&app, &keeper, lead, &mut form, Terms::Visitors).await?.into()))
}

/// A file of the thread. The script asks with its token: an address alone opens nothing.
async fn file(State(app): State<App>, Path((key, id)): Path<(String, String)>, headers: HeaderMap) -> Result<Response, AppError> {
    let door = door(&app, &key).await?;
    let actor = door.known(&app, &headers).ok_or(AppError::SignedOut)?;
    let (file, reader) = visitor::file(&app, &actor, id.parse().map_err(|_| AppError::NotFound)?).await?;
    Ok(deliver(&app, &reader, &file, &headers))
}

async fn door(app: &App, key: &str) -> Result<Door, AppError> {
    store::door(app.db.pool(), key).await?.ok_or(AppError::NotFound)
}

impl Door {
    fn cookie_name(&self) -> String {
        format!("spotlight_visitor_{}", self.key)
    }

    /// A visitor nobody has met, and their token.
    fn newcomer(&self, app: &App) -> (String, Option<Actor>) {
        let token = issue(&app.inner.secret, self.company, self.assistant, VisitorId(uuid::Uuid::new_v4()));
        let actor = check(&app.inner.secret, &token, self.assistant);
        (token, actor)
    }

    /// The visitor a token stands for.
    fn visitor(&self, app: &App, token: &str) -> Option<Actor> {
        check(&app.inner.secret, token, self.assistant)
    }

    /// The visitor whom the script's header, or else the form's cookie, makes known.
    fn known(&self, app: &App, headers: &HeaderMap) -> Option<Actor> {
        let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
        match bearer {
            Some(token) => self.visitor(app, token),
            None => self.visitor(app, CookieJar::from_headers(headers).get(&self.cookie_name())?.value()),
        }
    }

    /// Who may frame the panel: our own pages, the company's sites, and for the demo whatever
    /// runs on the same machine.
    fn framed_by(&self, app: &App) -> String {
        let fine = |origin: &&String| origin.bytes().all(|b| b.is_ascii_alphanumeric() || b":/.-*[]".contains(&b));
        let mut sources = vec!["'self'"];
        sources.extend(self.origins.iter().filter(fine).map(String::as_str));
        if self.demo && app.inner.demo {
            // CSP has no way to write an IPv6 address.
            sources.extend(["http://localhost:*", "http://127.0.0.1:*"]);
        }
        sources.join(" ")
    }

    /// The panel page, with the thread of a visitor who is known.
    async fn page(&self, app: &App, token: Option<&str>, refused: Option<(AppError, String)>) -> Result<Response, AppError> {
        let actor = token.and_then(|token| self.visitor(app, token));
        let shown = match &actor {
            Some(actor) => visitor::shown(app, actor).await?.messages,
            None => Vec::new(),
        };
        let messages = shown.into_iter().map(|message| PanelMessage {
            id: message.id.to_string(),
            author: message.author.as_str(),
            body: message.line().into_owned(),
            name: message.name,
            state: message.state.as_str(),
            at: message.at.0,
        });
        let status = refused.as_ref().map_or(StatusCode::OK, |(error, _)| error.status());
        let (error, draft) = refused.map_or((None, String::new()), |(error, draft)| (Some(error.to_string()), draft));
        let nonce = Nonce::new().to_string();
        let html = panel_page(&PanelPage {
            nonce: nonce.clone(),
            public_key: self.key.clone(),
            company: self.company_name.clone(),
            assistant: self.name.clone(),
            hue: self.hue,
            greeting: self.greeting.clone(),
            live: self.live,
            messages: messages.collect(),
            token: actor.and(token).map(str::to_owned),
            next_id: MessageId::new().to_string(),
            error,
            draft,
            build: app.inner.build.clone(),
        });
        Ok((status, page_headers(&nonce, &self.framed_by(app)), Html(html)).into_response())
    }
}

fn page_headers(nonce: &str, framed_by: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let policy = HeaderValue::from_str(&page_policy(nonce, framed_by)).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // A thread is one visitor's own.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers
}

async fn panel(State(app): State<App>, Path(key): Path<String>, jar: CookieJar) -> Result<Response, AppError> {
    let door = door(&app, &key).await?;
    let token = jar.get(&door.cookie_name()).map(Cookie::value);
    door.page(&app, token, None).await
}

#[derive(Deserialize)]
struct SessionRequest {
    token: Option<String>,
}

async fn session(State(app): State<App>, Path(key): Path<String>, Json(request): Json<SessionRequest>) -> Result<Json<Value>, AppError> {
    let door = door(&app, &key).await?;
    let known = request.token.and_then(|token| door.visitor(&app, &token).map(|actor| (token, Some(actor))));
    let (token, actor) = known.unwrap_or_else(|| door.newcomer(&app));
    let Shown { conversation, messages, seq } = visitor::shown(&app, &actor.ok_or(AppError::NotFound)?).await?;
    let (conversation, control) = conversation.unzip();
    Ok(Json(json!({
        "token": token, "conversation": conversation, "control": control.as_ref().map(control_for_visitor), "seq": seq,
        "assistant": { "name": door.name, "hue": door.hue, "greeting": door.greeting, "live": door.live },
        "company": door.company_name, "messages": messages.iter().map(message_for_visitor).collect::<Vec<_>>(),
    })))
}

#[derive(Deserialize)]
struct NewWords {
    id: MessageId,
    body: String,
    #[serde(default)]
    files: Vec<FileId>,
    page: Option<Page>,
}

#[derive(Deserialize)]
struct Page {
    url: String,
}

#[derive(Deserialize)]
struct Written {
    id: MessageId,
    body: String,
}

async fn messages(
    State(app): State<App>,
    Path(key): Path<String>,
    Extension(Address(address)): Extension<Address>,
    request: Request,
) -> Result<Response, AppError> {
    let door = door(&app, &key).await?;
    visitor::limit_address(&app, &address).await?;
    let headers = request.headers().clone();
    let known = door.known(&app, &headers);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/json") {
        let Json(words) = Json::<NewWords>::from_request(request, &app).await.map_err(|_| unreadable())?;
        let actor = known.ok_or(AppError::SignedOut)?;
        let page = words.page.as_ref().map(|page| page.url.as_str());
        let (message, conversation) = visitor::visitor_says(&app, &actor, words.id, &words.body, &words.files, page).await?;
        return Ok(Json(json!({ "message": message_for_visitor(&message), "conversation": conversation })).into_response());
    }
    let Form(written) = Form::<Written>::from_request(request, &app).await.map_err(|_| unreadable())?;
    let jar = CookieJar::from_headers(&headers);
    let (token, actor) = match (known, jar.get(&door.cookie_name())) {
        (Some(actor), Some(cookie)) => (cookie.value().to_owned(), Some(actor)),
        _ => door.newcomer(&app),
    };
    let actor = actor.ok_or(AppError::NotFound)?;
    let outcome = visitor::visitor_says(&app, &actor, written.id, &written.body, &[], None).await;
    let jar = CookieJar::new().add(
        Cookie::build((door.cookie_name(), token.clone()))
            .path("/w/")
            .http_only(true)
            .secure(app.inner.https)
            .same_site(SameSite::Lax)
            .permanent(),
    );
    match outcome {
        Ok(_) => Ok((jar, Redirect::to(&format!("/w/{}#body", door.key))).into_response()),
        Err(error) => Ok((jar, door.page(&app, Some(&token), Some((error, written.body))).await?).into_response()),
    }
}

#[derive(Deserialize)]
struct Upto {
    upto: MessageId,
}

async fn read(state: State<App>, key: Path<String>, headers: HeaderMap, upto: Json<Upto>) -> Result<StatusCode, AppError> {
    mark(state, key, headers, upto, Delivery::Read).await
}

async fn delivered(state: State<App>, key: Path<String>, headers: HeaderMap, upto: Json<Upto>) -> Result<StatusCode, AppError> {
    mark(state, key, headers, upto, Delivery::Delivered).await
}

async fn mark(
    State(app): State<App>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Json(Upto { upto }): Json<Upto>,
    state: Delivery,
) -> Result<StatusCode, AppError> {
    let door = door(&app, &key).await?;
    let actor = door.known(&app, &headers).ok_or(AppError::SignedOut)?;
    visitor::visitor_marks(&app, &actor, upto, state).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Choice {
    assistant: Option<String>,
}

/// A site with the widget on it, to try it as a visitor does.
async fn demo_site(State(app): State<App>, Query(choice): Query<Choice>) -> Result<Response, AppError> {
    if !app.inner.demo {
        return Err(AppError::NotFound);
    }
    let mut all = Vec::new();
    for company in store::demo_companies(app.db.pool()).await? {
        let mut tx = app.begin(&Actor::system(company, "demo")).await?;
        all.extend(assistants::assistants(&mut tx, None).await?);
    }
    // The first is the one that is met, and shall answer.
    all.sort_by_key(|assistant| !assistant.face.live);
    let all: Vec<_> = all.into_iter().map(|assistant| (assistant.public_key, assistant.face.name)).collect();
    let nonce = Nonce::new().to_string();
    let html = demo_site_page(&nonce, "", &all, choice.assistant.as_deref());
    Ok((page_headers(&nonce, "'none'"), Html(html)).into_response())
}

fn unreadable() -> AppError {
    AppError::invalid("", "The request could not be read.")
}
