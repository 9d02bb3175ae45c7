//! OpenAI's chat: streamed for replies, structured for analysis. Also speaks to anything that
//! keeps to the same protocol, the sandbox first of all.

use super::{
    http::{Answer, CallError, Http},
    stream::read_stream,
};
use futures::Stream;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

/// The name in metrics and logs.
const PROVIDER: &str = "openai";

/// A key of an outside service. Cannot be printed.
#[derive(Clone)]
pub struct SecretKey(String);

impl SecretKey {
    /// Keeps a key; white space around it (from a file, say) is dropped.
    pub fn new(key: impl AsRef<str>) -> Self {
        Self(key.as_ref().trim().to_owned())
    }
}

/// A client of one account.
#[derive(Clone)]
pub struct OpenAi {
    http: Http,
    base_url: String,
    key: SecretKey,
    sandbox: bool,
}

/// Who says a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The briefing.
    System,
    /// The visitor.
    User,
    /// The assistant, or the person who spoke in its place.
    Assistant,
}

/// One message, oldest first in a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChatMessage {
    /// Who says it.
    pub role: Role,
    /// Plain text.
    pub content: String,
}

/// Something the model can do besides speaking.
#[derive(Clone, Debug, PartialEq)]
pub struct Tool {
    /// The function's name.
    pub name: &'static str,
    /// When to use it, for the model.
    pub description: &'static str,
    /// JSON schema of its arguments, in the strict subset: every property required, no others.
    pub parameters: Value,
}

/// What is asked of the model.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatRequest {
    /// Name of the model.
    pub model: String,
    /// The talk so far; the briefing first.
    pub messages: Vec<ChatMessage>,
    /// 0 to 2; `None` for models that take none.
    pub temperature: Option<f32>,
    /// An opaque id of who is being served (the conversation's), by which OpenAI can report abuse.
    pub user: String,
    /// What the model may do besides speaking.
    pub tools: Vec<Tool>,
}

/// One piece of a streamed answer.
#[derive(Clone, Debug, PartialEq)]
pub enum ChatDelta {
    /// More text to say.
    Text(String),
    /// A complete call of one of the request's tools.
    Tool {
        /// The function's name.
        name: String,
        /// Its arguments.
        arguments: Value,
    },
    /// What the whole call used.
    Usage(Usage),
    /// The answer is complete. Always last; a stream without it was cut and ended in an error.
    Done,
}

/// Tokens used by one call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Read by the model.
    pub prompt_tokens: i64,
    /// Written by the model.
    pub completion_tokens: i64,
}

impl OpenAi {
    /// A client of the real service, or of one that speaks its protocol. `base_url` ends in the
    /// version: `https://api.openai.com/v1`.
    pub fn new(base_url: impl Into<String>, key: SecretKey, http: Http) -> Self {
        Self { http, base_url: base_url.into().trim_end_matches('/').to_owned(), key, sandbox: false }
    }

    /// A client of the sandbox at `base_url`.
    pub fn sandbox(base_url: impl Into<String>, http: Http) -> Self {
        Self { sandbox: true, ..Self::new(base_url, SecretKey::new("sandbox"), http) }
    }

    /// Whether answers come from the sandbox; the interface says so, and they cost nothing.
    pub fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// Asks for an answer piece by piece. Fails at once when no answer begins; errors in the
    /// middle come as the stream's last item. Dropping the stream hangs up.
    pub async fn stream_chat(
        &self,
        request: ChatRequest,
    ) -> Result<impl Stream<Item = Result<ChatDelta, CallError>> + Send + Unpin + use<>, CallError> {
        let mut body = request.body();
        body["stream"] = true.into();
        body["stream_options"] = json!({ "include_usage": true });
        let answer = self.post(&body).await?;
        Ok(Box::pin(read_stream(answer)))
    }

    /// Asks for one JSON value of the given schema (strict subset), not streamed. `Garbled` when
    /// what comes back is not of the type.
    pub async fn chat_json<T: DeserializeOwned>(&self, request: ChatRequest, name: &str, schema: Value) -> Result<(T, Usage), CallError> {
        let mut body = request.body();
        let format = json!({ "name": name, "strict": true, "schema": schema });
        body["response_format"] = json!({ "type": "json_schema", "json_schema": format });
        let completion: Completion = self.post(&body).await?.json().await?;
        let choice = completion.choices.into_iter().next().ok_or_else(|| garbled("an answer with a choice"))?;
        if let Some(refusal) = choice.message.refusal {
            return Err(CallError::Refused { status: 200, code: None, message: refusal });
        }
        let content = choice.message.content.ok_or_else(|| garbled("an answer with content"))?;
        let value = serde_json::from_str(&content).map_err(|_| garbled("JSON of the asked schema"))?;
        Ok((value, completion.usage.unwrap_or_default()))
    }

    async fn post(&self, body: &Value) -> Result<Answer, CallError> {
        let url = format!("{}/chat/completions", self.base_url);
        // A model has no side effects: asked twice, it only costs twice.
        self.http.send(PROVIDER, true, |client| client.post(&url).bearer_auth(&self.key.0).json(body)).await
    }
}

impl ChatRequest {
    fn body(&self) -> Value {
        let mut body = json!({ "model": self.model, "messages": self.messages, "user": self.user });
        if let Some(temperature) = self.temperature {
            // Through text, so that 0.3 does not become 0.30000001192092896.
            body["temperature"] = temperature.to_string().parse::<f64>().unwrap_or(1.0).into();
        }
        if !self.tools.is_empty() {
            let tool = |tool: &Tool| {
                json!({ "type": "function", "function": {
                    "name": tool.name, "description": tool.description, "parameters": tool.parameters, "strict": true,
                }})
            };
            body["tools"] = self.tools.iter().map(tool).collect();
        }
        body
    }
}

/// What was expected, and did not come.
pub(super) fn garbled(expected: &str) -> CallError {
    CallError::Garbled(format!("expected {expected}"))
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    usage: Option<Usage>,
}
#[derive(Deserialize)]
struct Choice {
    message: Message,
}
#[derive(Deserialize)]
struct Message {
    content: Option<String>,
    refusal: Option<String>,
}

/// Thousand-millionths of a US dollar for one token, read and written. OpenAI's list prices for
/// standard processing, March 2026 (openai.com/api/pricing); 150 is $0.15 for a million tokens.
const PRICES: &[(&str, i64, i64)] = &[
    ("gpt-4o", 2_500, 10_000),
    ("gpt-4o-mini", 150, 600),
    ("gpt-4.1", 2_000, 8_000),
    ("gpt-4.1-mini", 400, 1_600),
    ("gpt-4.1-nano", 100, 400),
    ("gpt-5", 1_250, 10_000),
    ("gpt-5-mini", 250, 2_000),
    ("gpt-5-nano", 50, 400),
    ("gpt-5.1", 1_250, 10_000),
    ("gpt-5.2", 1_750, 14_000),
    ("gpt-5.4", 2_500, 15_000),
    ("gpt-5.4-mini", 750, 4_500),
];

/// What a call cost, in millionths of a US dollar, rounded up; nothing for the sandbox's models.
/// A model that is not in the list counts as the dearest that is, so that it is not overlooked.
pub fn cost_micros(model: &str, prompt_tokens: i64, completion_tokens: i64) -> i64 {
    if model.starts_with("sandbox") {
        return 0;
    }
    // A dated edition (`gpt-4o-mini-2024-07-18`) costs what its name without the date does.
    let is = |name: &str| model.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with("-20"));
    let known = PRICES.iter().find(|(name, ..)| is(name)).map(|(_, read, written)| (*read, *written));
    let (read, written) = known.unwrap_or((2_500, 15_000));
    (read * prompt_tokens + written * completion_tokens + 999) / 1_000
}
