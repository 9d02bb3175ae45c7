//! Puts the events of a streamed chat answer together: text at once, tool calls when complete.

use super::{
    http::{Answer, CallError},
    openai::{ChatDelta, Usage, garbled},
    sse::Sse,
};
use futures::Stream;
use serde::Deserialize;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

#[derive(Deserialize)]
struct Chunk {
    #[serde(default)]
    choices: Vec<ChunkChoice>,
    usage: Option<Usage>,
    error: Option<StreamError>,
}
#[derive(Deserialize)]
struct ChunkChoice {
    #[serde(default)]
    delta: Delta,
    finish_reason: Option<String>,
}
#[derive(Deserialize, Default)]
struct Delta {
    content: Option<String>,
    refusal: Option<String>,
    tool_calls: Option<Vec<ToolPiece>>,
}
#[derive(Deserialize)]
struct ToolPiece {
    index: u32,
    function: Option<FunctionPiece>,
}
#[derive(Deserialize)]
struct FunctionPiece {
    name: Option<String>,
    arguments: Option<String>,
}
#[derive(Deserialize)]
struct StreamError {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<Value>,
    message: Option<String>,
}

impl From<StreamError> for CallError {
    fn from(error: StreamError) -> Self {
        let code = error.code.as_ref().and_then(Value::as_str).unwrap_or_default();
        match error.kind.as_deref() {
            _ if code == "rate_limit_exceeded" => Self::Limited { retry_after: None },
            Some("invalid_request_error" | "insufficient_quota") => {
                let message = error.message.unwrap_or_default().chars().take(300).collect();
                Self::Refused { status: 400, code: None, message }
            }
            _ => Self::Down,
        }
    }
}

/// Puts the pieces of a stream together.
#[derive(Default)]
struct Assembly {
    tools: BTreeMap<u32, (String, String)>,
}

impl Assembly {
    /// What one event's data adds; `[DONE]` is [`ChatDelta::Done`].
    fn event(&mut self, data: &str) -> Result<Vec<ChatDelta>, CallError> {
        if data.trim() == "[DONE]" {
            let mut deltas = self.finished_tools()?;
            deltas.push(ChatDelta::Done);
            return Ok(deltas);
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| garbled("a chunk of a chat completion"))?;
        if let Some(error) = chunk.error {
            return Err(error.into());
        }
        let mut deltas = Vec::new();
        if let Some(choice) = chunk.choices.into_iter().next() {
            // A refusal is what the model has to say, in its own words.
            let text = choice.delta.content.into_iter().chain(choice.delta.refusal).filter(|text| !text.is_empty());
            deltas.extend(text.map(ChatDelta::Text));
            for piece in choice.delta.tool_calls.into_iter().flatten() {
                let (name, arguments) = self.tools.entry(piece.index).or_default();
                if let Some(function) = piece.function {
                    name.push_str(&function.name.unwrap_or_default());
                    arguments.push_str(&function.arguments.unwrap_or_default());
                }
            }
            match choice.finish_reason.as_deref() {
                Some("content_filter") => {
                    let message = "the content filter stopped the answer".to_owned();
                    return Err(CallError::Refused { status: 200, code: None, message });
                }
                Some(_) => deltas.extend(self.finished_tools()?),
                None => {}
            }
        }
        deltas.extend(chunk.usage.map(ChatDelta::Usage));
        Ok(deltas)
    }

    fn finished_tools(&mut self) -> Result<Vec<ChatDelta>, CallError> {
        let tool = |(name, arguments): (String, String)| {
            let arguments = serde_json::from_str(&arguments).map_err(|_| garbled("a tool's arguments"))?;
            Ok(ChatDelta::Tool { name, arguments })
        };
        std::mem::take(&mut self.tools).into_values().map(tool).collect()
    }
}

/// The deltas of an answer as they come; an error is the last item.
pub fn read_stream(mut answer: Answer) -> impl Stream<Item = Result<ChatDelta, CallError>> + Send {
    async_stream::stream! {
        let mut sse = Sse::default();
        let mut assembly = Assembly::default();
        let mut until = answer.first_until();
        loop {
            let deltas = match answer.chunk(until).await {
                // The end without `[DONE]` is a cut.
                Ok(None) => Err(answer.failed(CallError::Down)),
                Ok(Some(piece)) => read_piece(&mut sse, &mut assembly, &piece).map_err(|error| answer.failed(error)),
                Err(error) => Err(error),
            };
            let deltas = match deltas {
                Ok(deltas) => deltas,
                Err(error) => {
                    yield Err(error);
                    return;
                }
            };
            // Bare keep-alives buy no time: only something said does.
            if !deltas.is_empty() {
                until = answer.next_until();
            }
            for delta in deltas {
                let done = delta == ChatDelta::Done;
                if done {
                    answer.complete();
                }
                yield Ok(delta);
                if done {
                    // A moment for the body's formal end, so that the connection can be used again.
                    let _ = answer.chunk(Instant::now() + Duration::from_millis(100)).await;
                    return;
                }
            }
        }
    }
}

/// The deltas of one piece of the body. What came before an error in the same piece is lost with
/// it: the answer is void anyway.
fn read_piece(sse: &mut Sse, assembly: &mut Assembly, piece: &[u8]) -> Result<Vec<ChatDelta>, CallError> {
    let events = sse.push(piece).map_err(|_| garbled("server-sent events in UTF-8"))?;
    let mut deltas = Vec::new();
    for event in events {
        deltas.extend(assembly.event(&event)?);
    }
    Ok(deltas)
}
