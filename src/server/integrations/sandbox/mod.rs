//! The sandbox: plays OpenAI's chat over real HTTP where no key is configured, and Twilio for companies that try texting
//! (`phone`). As OpenAI it knows only what the request itself says, invents nothing, and can be told to fail by the name
//! of the model.

mod dates;
mod extract;
mod find;
mod hear;
/// Twilio's part, and the telephones at the other end.
pub mod phone;
mod reply;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use super::{
    briefing::Briefing,
    openai::{ChatMessage, Role},
};
use axum::{
    Json, Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use reply::Reply;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// How fast the sandbox speaks: the time between two words.
#[derive(Clone, Copy, Debug)]
pub struct Pace(pub Duration);

impl Default for Pace {
    /// About as fast as people read.
    fn default() -> Self {
        Self(Duration::from_millis(25))
    }
}

/// OpenAI's `POST /v1/chat/completions`.
///
/// Models named `sandbox-down`, `-slow`, `-limited`, `-garbled`, `-cut` and `-stuck` fail in that
/// way; every other name gets an answer.
pub fn openai_router(pace: Pace) -> Router {
    router(pace, Arc::default())
}

/// Serves the sandbox until told to stop. Answers already begun are finished.
pub async fn serve(listener: tokio::net::TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let server = axum::serve(listener, openai_router(Pace::default()).merge(phone::router()));
    tokio::select! {
        ended = server.into_future() => ended,
        () = shutdown.cancelled() => Ok(()),
    }
}

/// The router, with a count of the streams that are open.
pub(super) fn router(pace: Pace, open: Arc<AtomicUsize>) -> Router {
    Router::new().route("/v1/chat/completions", post(chat)).with_state((pace, open))
}

/// What the sandbox reads of a request.
#[derive(Deserialize)]
struct Request {
    model: String,
    messages: Vec<ChatMessage>,
    #[serde(default)]
    stream: bool,
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    tools: Vec<Value>,
    response_format: Option<Value>,
}
#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: bool,
}

async fn chat(State((pace, open)): State<(Pace, Arc<AtomicUsize>)>, headers: HeaderMap, body: Bytes) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer.is_none_or(str::is_empty) {
        return error(StatusCode::UNAUTHORIZED, "No key was sent.", "invalid_request_error");
    }
    let request: Request = match serde_json::from_slice(&body) {
        Ok(request) => request,
        Err(problem) => return error(StatusCode::BAD_REQUEST, &problem.to_string(), "invalid_request_error"),
    };
    match request.model.as_str() {
        "sandbox-down" => return error(StatusCode::SERVICE_UNAVAILABLE, "Out of order, as asked.", "server_error"),
        "sandbox-limited" => {
            let refused = error(StatusCode::TOO_MANY_REQUESTS, "Too many requests, as asked.", "rate_limit_exceeded");
            return ([(header::RETRY_AFTER, "1")], refused).into_response();
        }
        "sandbox-slow" => tokio::time::sleep(Duration::from_secs(30)).await,
        _ => {}
    }
    let reply = answer(&request);
    let completion = Completion::new(&request, reply);
    if request.stream {
        let open = Open::new(open);
        ([(header::CONTENT_TYPE, "text/event-stream")], Body::from_stream(completion.stream(pace, open))).into_response()
    } else {
        tokio::time::sleep(pace.0).await;
        Json(completion.whole()).into_response()
    }
}

fn answer(request: &Request) -> Reply {
    if let Some(schema) = request.response_format.as_ref().and_then(|f| f.pointer("/json_schema/schema")) {
        return Reply { text: reply::structured(&request.messages, schema).to_string(), tools: Vec::new() };
    }
    let system = request.messages.iter().find(|message| message.role == Role::System);
    match system.and_then(|message| Briefing::read(&message.content)) {
        Some(briefing) => {
            let mut reply = reply::reply(&briefing, &request.messages);
            let offered = |name: &str| request.tools.iter().any(|t| t.pointer("/function/name").is_some_and(|n| n == name));
            reply.tools.retain(|(name, _)| offered(name));
            reply
        }
        None => Reply { text: "I have not been told whom I speak for, so I cannot help yet.".into(), tools: Vec::new() },
    }
}

fn error(status: StatusCode, message: &str, kind: &str) -> Response {
    let body = json!({ "error": { "message": message, "type": kind, "param": null, "code": kind } });
    (status, Json(body)).into_response()
}

/// Counts itself among the open streams for as long as it lives.
struct Open(Arc<AtomicUsize>);

impl Open {
    fn new(open: Arc<AtomicUsize>) -> Self {
        open.fetch_add(1, Ordering::SeqCst);
        Self(open)
    }
}
impl Drop for Open {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A reply in OpenAI's clothes.
struct Completion {
    id: String,
    created: i64,
    model: String,
    reply: Reply,
    include_usage: bool,
    prompt_tokens: usize,
}

impl Completion {
    fn new(request: &Request, reply: Reply) -> Self {
        Self {
            id: format!("chatcmpl-{}", uuid::Uuid::new_v4().simple()),
            created: chrono::Utc::now().timestamp(),
            model: request.model.clone(),
            reply,
            include_usage: request.stream_options.as_ref().is_some_and(|options| options.include_usage),
            prompt_tokens: request.messages.iter().map(|message| tokens(&message.content)).sum(),
        }
    }

    fn finish_reason(&self) -> &'static str {
        if self.reply.tools.is_empty() { "stop" } else { "tool_calls" }
    }

    fn usage(&self) -> Value {
        let called: usize = self.reply.tools.iter().map(|(_, arguments)| tokens(&arguments.to_string())).sum();
        let written = tokens(&self.reply.text) + called;
        json!({
            "prompt_tokens": self.prompt_tokens, "completion_tokens": written,
            "total_tokens": self.prompt_tokens + written,
        })
    }

    /// `index` only in streams, as OpenAI has it.
    fn call(&self, name: &str, arguments: &str) -> Value {
        json!({
            "id": format!("call_{}", uuid::Uuid::new_v4().simple()), "type": "function",
            "function": { "name": name, "arguments": arguments },
        })
    }

    fn whole(&self) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.reply.text, "refusal": null });
        if !self.reply.tools.is_empty() {
            let calls = self.reply.tools.iter().map(|(name, arguments)| self.call(name, &arguments.to_string()));
            message["tool_calls"] = calls.collect();
        }
        let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": self.finish_reason() });
        json!({
            "id": self.id, "object": "chat.completion", "created": self.created, "model": self.model,
            "choices": [choice], "usage": self.usage(),
        })
    }

    /// Every chunk in order: the role, the words, each call in two pieces, the end, the usage.
    fn chunks(&self) -> Vec<Value> {
        let chunk = |choices: Value| {
            let mut chunk = json!({
                "id": self.id, "object": "chat.completion.chunk", "created": self.created, "model": self.model,
                "choices": choices,
            });
            if self.include_usage {
                chunk["usage"] = Value::Null;
            }
            chunk
        };
        let delta = |delta: Value| chunk(json!([{ "index": 0, "delta": delta, "logprobs": null, "finish_reason": null }]));
        let mut chunks = vec![delta(json!({ "role": "assistant", "content": "" }))];
        chunks.extend(self.reply.text.split_inclusive(' ').map(|word| delta(json!({ "content": word }))));
        for (index, (name, arguments)) in self.reply.tools.iter().enumerate() {
            let mut call = self.call(name, "");
            call["index"] = index.into();
            chunks.push(delta(json!({ "tool_calls": [call] })));
            let arguments = arguments.to_string();
            let middle = arguments.floor_char_boundary(arguments.len() / 2);
            for piece in [&arguments[..middle], &arguments[middle..]] {
                chunks.push(delta(json!({ "tool_calls": [{ "index": index, "function": { "arguments": piece } }] })));
            }
        }
        let end = json!([{ "index": 0, "delta": {}, "logprobs": null, "finish_reason": self.finish_reason() }]);
        chunks.push(chunk(end));
        if self.include_usage {
            let mut usage = chunk(json!([]));
            usage["usage"] = self.usage();
            chunks.push(usage);
        }
        chunks
    }

    /// The chunks at their pace, or a failure half-way, as the model's name asks.
    fn stream(self, pace: Pace, open: Open) -> impl futures::Stream<Item = io::Result<Bytes>> + Send {
        async_stream::stream! {
            let _open = open;
            let chunks = self.chunks();
            let middle = chunks.len() / 2;
            for (i, chunk) in chunks.iter().enumerate() {
                if i == middle {
                    match self.model.as_str() {
                        "sandbox-garbled" => {
                            yield Ok(Bytes::from_static(b"data: {\"choices\":[{\"delta\":{\"content\": oops\n\n"));
                        }
                        "sandbox-cut" => {
                            yield Err(io::Error::from(io::ErrorKind::ConnectionReset));
                            return;
                        }
                        "sandbox-stuck" => std::future::pending::<()>().await,
                        _ => {}
                    }
                }
                yield Ok(Bytes::from(format!("data: {chunk}\n\n")));
                tokio::time::sleep(pace.0).await;
            }
            yield Ok(Bytes::from_static(b"data: [DONE]\n\n"));
        }
    }
}

/// About four characters a token, as English goes.
fn tokens(text: &str) -> usize {
    text.chars().count().div_ceil(4)
}
