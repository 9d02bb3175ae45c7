//! What visitors ask for over HTTP: a form by its public key, as a page or for the frame of another site, and to send it.
//!
//! The page runs no script, loads nothing but its style and knows no cookie, so a site that frames it gets nothing by that
//! which it could not have without. It is posted by itself: what another site's own form sends is refused like
//! everywhere else.

use super::page::{Around, Filled, form_page, place, plain_page, thanks_page};
use super::submit::{Refused, Typed, take};
use super::{store, ticket};
use crate::accounts::server::actor::Actor;
use crate::accounts::server::limit::{self, Tries, neighbourhood};
use crate::error::AppError;
use crate::leads::enquiry::EnquiryForm;
use crate::server::app::App;
use crate::server::forms::go;
use crate::server::guard::Address;
use axum::{
    Extension, Form, Router,
    extract::{DefaultBodyLimit, FromRequest, Path, Request, State},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use http::{HeaderValue, StatusCode, header};

/// The largest enquiry, in bytes: a message is 3,500 characters, each of up to four bytes, each written as three.
const LARGEST: usize = 64 * 1024;

/// The routes of every form.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/f/{key}", get(page).post(send_page))
        .route("/f/{key}/frame", get(frame).post(send_frame))
        .layer(DefaultBodyLimit::max(LARGEST))
}

/// A form that somebody has before them.
struct Opened {
    actor: Actor,
    company: String,
    form: EnquiryForm,
}

async fn open(app: &App, key: &str) -> Result<Opened, AppError> {
    // A key is letters, digits and dashes; what has anything else in it was never one.
    if !key.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-') {
        return Err(AppError::NotFound);
    }
    let door = store::door(app.db.pool(), key).await?.ok_or(AppError::NotFound)?;
    let actor = Actor::form(door.company, door.form, door.name);
    let form = store::form(&mut *app.begin(&actor).await?, door.form).await?.ok_or(AppError::NotFound)?;
    Ok(Opened { actor, company: door.company_name, form })
}

async fn page(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    show(&app, &key, false, request.uri().query()).await
}

async fn frame(State(app): State<App>, Path(key): Path<String>, request: Request) -> Response {
    show(&app, &key, true, request.uri().query()).await
}

async fn send_page(State(app): State<App>, Path(key): Path<String>, address: Extension<Address>, request: Request) -> Response {
    send(&app, &key, false, &address.0.0, request).await
}

async fn send_frame(State(app): State<App>, Path(key): Path<String>, address: Extension<Address>, request: Request) -> Response {
    send(&app, &key, true, &address.0.0, request).await
}

/// The form, empty, or what whoever has sent it reads next.
async fn show(app: &App, key: &str, framed: bool, query: Option<&str>) -> Response {
    let opened = match open(app, key).await {
        Ok(opened) => opened,
        Err(error) => return closed(app, framed, &error),
    };
    let around = Around { company: &opened.company, framed, build: &app.inner.build };
    if query == Some("sent") {
        return answer(StatusCode::OK, framed, thanks_page(&around, &opened.form));
    }
    if !opened.form.live {
        return paused(&around);
    }
    let ticket = ticket::issue(&app.inner.secret, opened.form.id);
    let filled = Filled { ticket: &ticket, typed: &Typed::default(), said: None, wrong: &[] };
    answer(StatusCode::OK, framed, form_page(&around, &opened.form, &filled))
}

async fn send(app: &App, key: &str, framed: bool, address: &str, request: Request) -> Response {
    // Read first, so that what was typed comes back whatever else is said.
    let read = Form::<Vec<(String, String)>>::from_request(request, &()).await;
    let opened = match open(app, key).await {
        Ok(opened) => opened,
        Err(error) => return closed(app, framed, &error),
    };
    let around = Around { company: &opened.company, framed, build: &app.inner.build };
    if !opened.form.live {
        return paused(&around);
    }
    let typed = match read {
        Ok(Form(fields)) => Typed(fields),
        Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            let text = "What was sent is longer than we can take. Go back, make it shorter and send it again.";
            return answer(StatusCode::PAYLOAD_TOO_LARGE, framed, plain_page(&around, "That is too much", text));
        }
        // No form at all is one without fields: what is missing is then said.
        Err(_) => Typed::default(),
    };
    let taken = match limit_sending(app, address).await {
        Ok(()) => take(app, &opened.actor, &opened.form, &typed).await,
        Err(error) => Err(Refused::Because(error)),
    };
    match taken {
        Ok(()) => go(&format!("{}?sent", place(&opened.form, framed))),
        Err(refused) => again(app, &around, &opened.form, &typed, refused),
    }
}

/// The form again, with what was typed and what is to be done about it.
fn again(app: &App, around: &Around, form: &EnquiryForm, typed: &Typed, refused: Refused) -> Response {
    let (mut status, mut wait, mut wrong) = (StatusCode::UNPROCESSABLE_ENTITY, None, Vec::new());
    let mut ticket = typed.field("ticket").to_owned();
    let said = match refused {
        Refused::Stale => {
            ticket = ticket::issue(&app.inner.secret, form.id);
            Some("This page has been open for too long. Look over what is written and send it again.".to_owned())
        }
        Refused::TooQuick => Some("That went quicker than anybody writes. Look over it and send it again.".to_owned()),
        Refused::Trapped => {
            Some("Something was filled in that nobody sees; it is empty again. Look over the rest and send it again.".to_owned())
        }
        Refused::Wrong(fields) => {
            wrong = fields;
            None
        }
        Refused::Because(AppError::TooMany { retry_after }) => {
            status = StatusCode::TOO_MANY_REQUESTS;
            wait = Some(retry_after);
            let minutes = retry_after.div_ceil(60);
            let unit = if minutes == 1 { "minute" } else { "minutes" };
            Some(format!("Too much is being sent just now. What is written is still here: send it again in {minutes} {unit}."))
        }
        Refused::Because(error) => {
            status = error.status();
            Some(error.to_string())
        }
    };
    let filled = Filled { ticket: &ticket, typed, said, wrong: &wrong };
    let mut response = answer(status, around.framed, form_page(around, form, &filled));
    if let Some(seconds) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

/// Refuses whoever sends too much. Loopback says nothing about who
/// sends: it is a proxy of ours, or ourselves.
async fn limit_sending(app: &App, address: &str) -> Result<(), AppError> {
    if !address.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback()) {
        let _counted = limit::count(app, Tries::EnquiryAddress, &neighbourhood(address)).await?;
    }
    Ok(())
}

/// The form is switched off.
fn paused(around: &Around) -> Response {
    let text = format!("{} takes no enquiries by this form at the moment.", around.company);
    answer(StatusCode::GONE, around.framed, plain_page(around, "This form is closed", &text))
}

/// There is no such form, or nothing can be looked up.
fn closed(app: &App, framed: bool, error: &AppError) -> Response {
    let around = Around { company: "", framed, build: &app.inner.build };
    let (title, text) = match error {
        AppError::NotFound => ("There is no form here", "The address may be mistyped, or the form was removed.".to_owned()),
        other => ("The form cannot be shown", other.to_string()),
    };
    answer(error.status(), framed, plain_page(&around, title, &text))
}

/// An HTML answer that may load its style and be posted to us, and nothing else.
fn answer(status: StatusCode, framed: bool, html: String) -> Response {
    let policy = if framed {
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors *"
    } else {
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    };
    (status, [(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy))], Html(html)).into_response()
}
