//! The plain HTML forms of sign-in, settings and team. They work with scripts and without.
//!
//! A form that succeeds is answered 303, so that a reload does not send it again. One that fails
//! is answered with its own page and the error's status: what was typed is still there, except
//! passwords, and the error stands beside its field. So every form is posted to the path of the page
//! it stands on, also where a page has several: the browser's address and the page then agree, and
//! scripts can take over. Which form it is says its field `form`.

use super::{
    actor::Actor,
    keys,
    service::{self, Origin},
    session::{self, SignedIn},
    team,
};
use crate::accounts::ui::outcome::FormOutcome;
use crate::error::AppError;
use crate::server::{
    app::App,
    forms::{Posted, go},
    guard::Address,
};
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, State},
    response::{IntoResponse, Response},
    routing::post,
};
use http::{HeaderValue, header, request::Parts};

/// Every form of accounts.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", post(sign_in))
        .route("/sign-up", post(sign_up))
        .route("/sign-out", post(sign_out))
        .route("/forgot", post(forgot))
        .route("/reset/{token}", post(reset))
        .route("/invite/{token}", post(join))
        .route("/settings", post(settings))
        .route("/settings/team", post(people))
        .route("/settings/keys", post(api_keys))
        .route("/settings/theme", post(theme))
        // A form of ours is a few lines.
        .layer(DefaultBodyLimit::max(16 * 1024))
}

/// Where a form comes from, for limits and the list of sign-ins.
fn origin(form: &Posted) -> Origin {
    let address = form.parts.extensions.get::<Address>().map_or_else(|| "unknown".to_owned(), |address| address.0.clone());
    Origin { address, device: session::device(&form.parts.headers) }
}

/// Sends the browser on with a `Set-Cookie`.
fn go_with(to: &str, cookie: &str) -> Response {
    let mut response = go(to);
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// Sends a browser that has just signed in on.
fn enter(app: &App, parts: &Parts, signed_in: &SignedIn, to: &str) -> Response {
    go_with(to, &session::cookie(app, &parts.headers, signed_in))
}

/// Where to go after signing in: a path of ours, never another site.
fn own_path(next: &str) -> &str {
    let ours = next.starts_with('/') && !next[1..].starts_with(['/', '\\']) && next.bytes().all(|b| b.is_ascii_graphic());
    if ours { next } else { "/board" }
}

async fn sign_in(State(app): State<App>, form: Posted) -> Response {
    let remember = !form.field("remember").is_empty();
    let signed_in =
        service::sign_in(&app, form.field("email"), form.field("password").to_owned(), remember, form.me(), &origin(&form)).await;
    let done = signed_in.map(|signed_in| enter(&app, &form.parts, &signed_in, own_path(form.field("next"))));
    form.answer(app, "sign-in", done).await
}

async fn sign_up(State(app): State<App>, form: Posted) -> Response {
    let password = form.field("password").to_owned();
    let signed_in = service::sign_up(&app, form.field("company"), form.field("name"), form.field("email"), password, &origin(&form)).await;
    let done = signed_in.map(|signed_in| enter(&app, &form.parts, &signed_in, "/board?done=founded"));
    form.answer(app, "sign-up", done).await
}

async fn sign_out(State(app): State<App>, form: Posted) -> Response {
    let ended = match form.me() {
        Some(me) => service::end_session(&app, &Actor::user(me.clone()), me.session).await,
        None => Ok(()),
    };
    match ended {
        Ok(()) => go_with("/sign-in?done=signed-out", &session::forget(&app, &form.parts.headers)),
        // Still signed in: saying otherwise would leave a session open behind somebody's back.
        Err(error) => error.into_response(),
    }
}

async fn forgot(State(app): State<App>, form: Posted) -> Response {
    let done = service::ask_reset(&app, form.field("email"), &origin(&form)).await.map(|()| go("/forgot?done=asked"));
    form.answer(app, "forgot", done).await
}

async fn reset(State(app): State<App>, Path(token): Path<String>, form: Posted) -> Response {
    let password = form.field("password").to_owned();
    let done = service::reset_password(&app, &token, password, &origin(&form)).await.map(|()| go("/sign-in?done=password"));
    form.answer(app, "reset", done).await
}

async fn join(State(app): State<App>, Path(token): Path<String>, form: Posted) -> Response {
    let password = form.field("password").to_owned();
    let signed_in = team::join(&app, &token, form.field("name"), password, &origin(&form)).await;
    let done = signed_in.map(|signed_in| enter(&app, &form.parts, &signed_in, "/board?done=joined"));
    form.answer(app, "join", done).await
}

/// The theme may be chosen on any page; there is nothing to type, and so nothing to show again.
async fn theme(State(app): State<App>, form: Posted) -> Response {
    let done = async { service::change_theme(&app, &form.actor()?, form.field("theme")).await }.await;
    match done {
        Ok(()) => go("/settings"),
        Err(AppError::SignedOut) => go("/sign-in?next=/settings"),
        Err(error) => error.into_response(),
    }
}

/// The forms of one's own settings.
async fn settings(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        let done = match name.as_str() {
            "profile" => {
                service::change_name(&app, &actor, form.field("name")).await?;
                "/settings?done=profile"
            }
            "password" => {
                service::change_password(&app, &actor, form.field("current").to_owned(), form.field("new").to_owned()).await?;
                "/settings?done=password"
            }
            "end-session" => {
                service::end_session(&app, &actor, form.id("session")?).await?;
                "/settings?done=session"
            }
            "end-all" => {
                service::end_all_sessions(&app, &actor).await?;
                return Ok(go_with("/sign-in?done=everywhere", &session::forget(&app, &form.parts.headers)));
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(done))
    }
    .await;
    form.answer(app, &name, done).await
}

/// The forms of the team page.
async fn people(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    if name == "invite" {
        return invite(app, form).await;
    }
    let done = async {
        let actor = form.actor()?;
        let done = match name.as_str() {
            "role" => {
                team::set_role(&app, &actor, form.id("user")?, form.field("role")).await?;
                "/settings/team?done=role"
            }
            "disable" => {
                team::set_disabled(&app, &actor, form.id("user")?, true).await?;
                "/settings/team?done=disabled"
            }
            "enable" => {
                team::set_disabled(&app, &actor, form.id("user")?, false).await?;
                "/settings/team?done=enabled"
            }
            "revoke" => {
                team::revoke_invite(&app, &actor, form.id("invite")?).await?;
                "/settings/team?done=revoked"
            }
            _ => return Err(AppError::NotFound),
        };
        Ok(go(done))
    }
    .await;
    form.answer(app, &name, done).await
}

/// The forms of the page of keys. A new key is shown by the page itself, for the reason given below.
async fn api_keys(State(app): State<App>, form: Posted) -> Response {
    let name = form.field("form").to_owned();
    let done = async {
        let actor = form.actor()?;
        match name.as_str() {
            "make" => keys::make_key(&app, &actor, form.field("name")).await.map(Some),
            "revoke" => keys::revoke_key(&app, &actor, form.id("key")?).await.map(|()| None),
            _ => Err(AppError::NotFound),
        }
    }
    .await;
    match done {
        Ok(Some(key)) => {
            let values = vec![("key".to_owned(), key), ("name".to_owned(), form.field("name").trim().to_owned())];
            form.page(app, FormOutcome { form: name, values, error: None, notice: Some("made".into()) }).await
        }
        Ok(None) => go("/settings/keys?done=revoked"),
        Err(error) => form.answer(app, &name, Err(error)).await,
    }
}

/// The one form whose success is no redirect: the link is shown once, and must not come into an
/// address, where histories and logs would keep it. Sent again it makes a new link and ends the
/// one before.
async fn invite(app: App, form: Posted) -> Response {
    let done = async { team::invite(&app, &form.actor()?, form.field("email"), form.field("role")).await }.await;
    match done {
        Ok(link) => {
            let values = vec![("link".to_owned(), link), ("invited".to_owned(), form.field("email").trim().to_lowercase())];
            let outcome = FormOutcome { form: "invite".into(), values, error: None, notice: Some("invited".into()) };
            form.page(app, outcome).await
        }
        Err(error) => form.answer(app, "invite", Err(error)).await,
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(own_path("/leads/1?tab=notes"), "/leads/1?tab=notes");
        for elsewhere in
            ["", "https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nb: c", "/\t/evil.example"]
        {
            assert_eq!(own_path(elsewhere), "/board", "{elsewhere:?}");
        }
    }
}
