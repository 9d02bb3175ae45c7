//! Calling a function of the server's.

use super::{FromWire, ToWire, parse, print, read};
use crate::error::AppError;
use http::{Method, StatusCode};
use leptos::prelude::{use_context, window};
use leptos::server_fn::{self, Http, Protocol, codec::Json, codec::PostUrl, request::Req};
use send_wrapper::SendWrapper;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// How server functions are carried: from a script as JSON, from a form as a form. The answer is JSON.
pub struct Lean;

impl<Input, Output, Client, Server> Protocol<Input, Output, Client, Server, AppError> for Lean
where
    Http<PostUrl, Json>: Protocol<Input, Output, Client, Server, AppError>,
    Http<Json, Json>: Protocol<Input, Output, Client, Server, AppError>,
    Input: ToWire + Send,
    Output: FromWire + Send,
    Client: server_fn::client::Client<AppError>,
    Server: server_fn::server::Server<AppError>,
{
    const METHOD: Method = Method::POST;

    async fn run_server<F, Fut>(request: Server::Request, server_fn: F) -> Result<Server::Response, AppError>
    where
        F: Fn(Input) -> Fut + Send,
        Fut: Future<Output = Result<Output, AppError>> + Send,
    {
        let answer = if request.to_content_type().is_some_and(|kind| kind.starts_with("application/json")) {
            <Http<Json, Json> as Protocol<Input, Output, Client, Server, AppError>>::run_server(request, server_fn).await
        } else {
            <Http<PostUrl, Json> as Protocol<Input, Output, Client, Server, AppError>>::run_server(request, server_fn).await
        };
        if let (Err(error), Some(Refused(status))) = (&answer, use_context()) {
            // The first is the only one.
            let _ = status.set(error.status());
        }
        answer
    }

    fn run_client(path: &str, input: Input) -> impl Future<Output = Result<Output, AppError>> + Send {
        let sending = post(path.to_owned(), Body::Json(print(&input.to_wire())));
        async move { answer(sending.await) }
    }
}

/// The status of a call that failed, before the server function or in it. Whoever serves them provides it;
/// of itself the framework says 500 of arguments that cannot be read.
#[derive(Clone, Default)]
pub struct Refused(pub Arc<OnceLock<StatusCode>>);

/// What is posted.
#[derive(Clone)]
pub(super) enum Body {
    Json(String),
    Form(String),
}

/// The answer as what it should be.
pub(super) fn answer<T: FromWire>(text: Result<String, AppError>) -> Result<T, AppError> {
    parse(&text?).and_then(|json| read(&json)).ok_or_else(away)
}

/// No answer, or none of ours.
fn away() -> AppError {
    AppError::Unavailable { what: "The server".into() }
}

/// Posts it, and gives the answer's text. In the browser only.
pub(super) fn post(path: String, body: Body) -> impl Future<Output = Result<String, AppError>> + Send {
    SendWrapper::new(async move {
        match fetch(&path, body).await {
            Ok((200..300, text)) => Ok(text),
            // The body was not even looked at.
            Ok((413, _)) => Err(AppError::invalid("", "That is too much at once. Make it shorter.")),
            Ok((_, text)) => Err(parse(&text).and_then(|json| read(&json)).unwrap_or_else(away)),
            Err(_) => Err(away()),
        }
    })
}

/// The status, and what was said.
async fn fetch(path: &str, body: Body) -> Result<(u16, String), JsValue> {
    let (kind, body) = match &body {
        Body::Json(body) => ("application/json", body),
        Body::Form(body) => ("application/x-www-form-urlencoded", body),
    };
    let headers = Headers::new()?;
    headers.set("content-type", kind)?;
    headers.set("accept", "application/json")?;
    let asked = RequestInit::new();
    asked.set_method("POST");
    asked.set_headers(&headers);
    asked.set_body(&body.into());
    let response: Response = JsFuture::from(window().fetch_with_str_and_init(path, &asked)).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.status(), text.as_string().unwrap_or_default()))
}
