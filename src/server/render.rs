//! Renders pages: who is signed in, what their every page needs, what became of their form.

use crate::accounts::model::{Desk, Me, Theme};
use crate::accounts::server::service;
use crate::accounts::ui::outcome::FormOutcome;
use crate::app::App as Pages;
use crate::areas::PAGES;
use crate::route::{DocumentTitle, Params, find};
use crate::server::{app::App, guard};
use axum::{
    extract::{Request, State},
    response::{IntoResponse, Redirect, Response},
};
use futures::{Stream, StreamExt, future::ready, stream::once};
use http::{HeaderValue, StatusCode, header};
use leptos::config::LeptosOptions;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use std::pin::Pin;

/// A page of the route table.
pub async fn get(State(app): State<App>, request: Request) -> Response {
    page(app, request, FormOutcome::default()).await
}

/// A path that is no page.
pub async fn missing(State(app): State<App>, request: Request) -> Response {
    let mut response = page(app, request, FormOutcome::default()).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// Renders the page at the request's path. What became of a form that was posted there is shown
/// in it, and decides the status.
pub async fn page(app: App, request: Request, outcome: FormOutcome) -> Response {
    let me = request.extensions().get::<Me>().cloned();
    let path = request.uri().path();
    // What stands before the sign-in are plain forms: nothing to load, nothing to wait for.
    let (part, is_public) = match find(PAGES, path) {
        Some((page, _)) => (page.part.as_ref().map(|part| part.name), page.part.is_none()),
        None => (None, path == "/"),
    };
    // A form in the page of the board is asked for where the script has not come: it stays away.
    let part = part.filter(|_| !request.uri().query().is_some_and(has_form));
    match (&me, is_public) {
        (None, false) => {
            let next = request.uri().path_and_query().map_or("/board", |path| path.as_str());
            return Redirect::to(&format!("/sign-in?next={}", escape(next))).into_response();
        }
        (Some(_), _) if path == "/" || ((path == "/sign-in" || path == "/sign-up") && outcome.error.is_none()) => {
            return Redirect::to("/board").into_response();
        }
        (None, true) if path == "/" => return Redirect::to("/sign-in").into_response(),
        _ => {}
    }
    let desk = match service::desk(&app, me).await {
        Ok(desk) => desk,
        Err(error) => return error.into_response(),
    };
    let theme = desk.me.as_ref().map_or(Theme::System, |me| me.theme);
    let options = app.inner.leptos.clone();
    let context = {
        let (app, outcome) = (app.clone(), outcome.clone());
        move || {
            provide_context(app.clone());
            provide_context(DocumentTitle::default());
            provide_context::<Desk>(desk.clone());
            provide_context(outcome.clone());
            if let (Some(error), Some(response)) = (&outcome.error, use_context::<ResponseOptions>()) {
                response.set_status(error.status());
            }
        }
    };
    let mut response = leptos_axum::handle_response_inner(context, move || shell(&options, theme, part), request, whole).await;
    // A page shows what is one person's, now.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Whether the query asks for a form in the page: a new lead, or where a lead shall move.
fn has_form(query: &str) -> bool {
    let query = Params::of_query(query);
    ["new", "move"].iter().any(|name| query.get(name).is_some())
}

type Text = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Renders the document whole, what it waits for included; the data for the browser follow. Pages say
/// their title when the head is written already: it is put in afterwards.
fn whole<V: IntoView + 'static>(
    document: V,
    data: Box<dyn FnOnce() -> Text + Send>,
    _: bool,
) -> Pin<Box<dyn Future<Output = Text> + Send>> {
    let title = use_context::<DocumentTitle>().unwrap_or_default();
    Box::pin(async move {
        let text = document.to_html_stream_in_order().collect::<String>().await;
        let text = text.replacen("<title></title>", &format!("<title>{}</title>", title.get().to_html()), 1);
        Box::pin(once(ready(text)).chain(data())) as Text
    })
}

/// The document around the application.
fn shell(options: &LeptosOptions, theme: Theme, part: Option<&'static str>) -> impl IntoView + use<> {
    if let (Some(nonce), Some(response)) = (leptos::nonce::use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&guard::page_policy(&nonce, "'none'"))
    {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    let theme = (theme != Theme::System).then_some(theme.as_str());
    let folder = format!("/{}", options.site_pkg_dir);
    view! {
        <!DOCTYPE html>
        <html lang="en-GB" data-theme=theme data-live="offline">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="preload" href="/fonts/hanken-grotesk.woff2" r#as="font" r#type="font/woff2" crossorigin="" />
                <link rel="stylesheet" href=format!("{folder}/spotlight.css") />
                {part.map(|part| program(&folder, part))}
                <title></title>
            </head>
            <body>
                <Pages />
            </body>
        </html>
    }
}

/// Has the browser load the program, with the part that this page needs.
fn program(folder: &str, part: &str) -> impl IntoView + use<> {
    view! {
        <link rel="modulepreload" href=format!("{folder}/spotlight.js") />
        <link rel="preload" href=format!("{folder}/{part}.pack") r#as="fetch" crossorigin="anonymous" />
        <script type="module" nonce=leptos::nonce::use_nonce()>
            {format!("({})({folder:?}, {part:?}).catch(console.error)", include_str!("start.js").trim_end())}
        </script>
    }
}

/// Percent-encodes what may not stand in a query value.
pub fn escape(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => (byte as char).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::leads::model::NewLead;
    use crate::leads::server::service::create_lead;
    use crate::server::testing::{TestApp, person};
    use crate::values::MutationId;

    #[tokio::test]
    async fn the_window_is_called_what_the_page_is_and_a_name_stays_a_name() {
        let test = TestApp::new().await;
        let company = test.company("Meridian").await;
        let lead = NewLead {
            mutation: MutationId::new(),
            name: "</title><h1>R&D".into(),
            organisation: String::new(),
            email: String::new(),
            phone: String::new(),
            value: String::new(),
            closes_on: String::new(),
            custom: Vec::new(),
            stage: None,
        };
        let lead = create_lead(&test.app, &person(&company.admin), lead).await.unwrap().id;
        let (base, cookie, client) = (test.serve().await, test.cookie(&company.admin).await, reqwest::Client::new());
        let page = async |path: &str| {
            let answer = client.get(format!("{base}{path}")).header("cookie", &cookie).send().await.unwrap();
            (answer.status().as_u16(), answer.text().await.unwrap())
        };
        let titled = |text: &str, title: &str| {
            text.matches("<title>").count() == 1 && text.contains(&format!("<title>{title} · Spotlight OS</title>"))
        };

        let (status, text) = page(&format!("/leads/{lead}")).await;
        assert!(status == 200 && titled(&text, "&lt;/title&gt;&lt;h1&gt;R&amp;D"), "{text}");
        let (status, text) = page("/nowhere").await;
        assert!(status == 404 && titled(&text, "Not found") && !text.contains(".pack"), "{text}");
        let (status, text) = page("/leads/00000000-0000-7000-8000-000000000000").await;
        assert!(status == 404 && titled(&text, "No such lead") && text.contains("lead.pack"), "{text}");
    }
}
