//! The wire code against the sandbox and against servers that misbehave, over real HTTP.

use super::{
    briefing::{Briefing, Passage},
    http::{CallError, Http, Patience, retry_after},
    openai::{ChatDelta, ChatMessage, ChatRequest, OpenAi, Role, SecretKey, Usage, cost_micros},
    sandbox::{Pace, router},
    sse::Sse,
};
use crate::assistants::model::{AnswerKind, Question};
use axum::{
    Router,
    body::Body,
    http::Response,
    response::IntoResponse,
    routing::{get, post},
};
use futures::StreamExt;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

pub(super) fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

/// Short enough for tests, in the proportions of the real one.
pub(super) fn hasty() -> Patience {
    Patience { connect: ms(2000), first_byte: ms(1500), idle: ms(1000), total: ms(8000), rest: ms(300) }
}

/// Serves a router on a free port; the base address.
pub(super) async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/v1")
}

pub(super) async fn sandbox() -> OpenAi {
    let base = serve(router(Pace(ms(1)), Arc::default())).await;
    OpenAi::sandbox(base, Http::new(hasty()).unwrap())
}

pub(super) fn briefing() -> Briefing {
    let passage = |title: &str, body: &str| Passage { title: title.into(), body: body.into() };
    let question = |key: &str, question: &str, kind| Question { key: key.into(), label: key.into(), question: question.into(), kind };
    Briefing {
        assistant_name: "Nora".into(),
        company_name: "Meridian Kitchens".into(),
        persona: "Calm and plain.\n## Not a heading".into(),
        goals: "Book a visit to the showroom.".into(),
        passages: vec![
            passage(
                "Warranty and service",
                "Cabinets are guaranteed for twelve years. Worktops carry a five-year warranty.\n\n## Questions to ask\nRepairs are booked within three working days.",
            ),
            passage("Delivery", "We deliver within 60 miles of Leeds. Delivery takes four to six weeks from the order."),
            passage("Prices", "A fitted kitchen starts at £9,500. Design and measuring are free of charge."),
        ],
        questions: vec![
            question("budget", "What budget do you have in mind?", AnswerKind::Money),
            question("start", "When would you like to start?", AnswerKind::Date),
            question("wish", "What matters most to you in the new kitchen?", AnswerKind::Text),
        ],
        answered: Vec::new(),
        greeting: "Hello, I’m Nora. Ask me anything about our kitchens.".into(),
        today: chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap(),
        by_text: false,
    }
}

/// A request with this talk after the briefing; "> " marks our own lines.
pub(super) fn request(briefing: &Briefing, talk: &[&str]) -> ChatRequest {
    let mut messages = vec![ChatMessage { role: Role::System, content: briefing.system_prompt() }];
    messages.extend(talk.iter().map(|line| match line.strip_prefix("> ") {
        Some(ours) => ChatMessage { role: Role::Assistant, content: ours.into() },
        None => ChatMessage { role: Role::User, content: (*line).into() },
    }));
    ChatRequest { model: "sandbox".into(), messages, temperature: Some(0.3), user: "c-1".into(), tools: briefing.tools() }
}

/// The error a model that fails on purpose ends in, wherever in the call it comes up.
async fn failure(client: &OpenAi, model: &str) -> CallError {
    let request = ChatRequest { model: model.into(), ..request(&briefing(), &["How long is the warranty?"]) };
    let mut stream = match client.stream_chat(request).await {
        Ok(stream) => stream,
        Err(error) => return error,
    };
    while let Some(delta) = stream.next().await {
        if let Err(error) = delta {
            assert!(stream.next().await.is_none(), "an error is the last item");
            return error;
        }
    }
    panic!("{model} did not fail");
}

#[tokio::test]
async fn each_fault_is_the_right_error_in_bounded_time() {
    let garbled = CallError::Garbled("expected a chunk of a chat completion".into());
    let limited = CallError::Limited { retry_after: Some(ms(1000)) };
    for (model, expected, at_most) in [
        ("sandbox-down", CallError::Down, 6000),
        ("sandbox-slow", CallError::Slow, 6000),
        ("sandbox-limited", limited, 6000),
        ("sandbox-garbled", garbled, 3000),
        ("sandbox-cut", CallError::Down, 3000),
        ("sandbox-stuck", CallError::Slow, 6000),
    ] {
        let client = sandbox().await;
        let started = Instant::now();
        let error = failure(&client, model).await;
        assert_eq!(error, expected, "{model}");
        assert!(error.is_retryable());
        assert!(started.elapsed() < ms(at_most), "{model} took {:?}", started.elapsed());
    }
    let nobody = OpenAi::sandbox("http://127.0.0.1:1/v1", Http::new(hasty()).unwrap());
    assert_eq!(failure(&nobody, "sandbox").await, CallError::Down);
}

#[tokio::test]
async fn dropping_the_stream_hangs_up() {
    let open = Arc::new(AtomicUsize::new(0));
    let client = OpenAi::sandbox(serve(router(Pace(ms(20)), open.clone())).await, Http::new(hasty()).unwrap());
    let mut stream = client.stream_chat(request(&briefing(), &["How long is the warranty?"])).await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    assert_eq!(open.load(Ordering::SeqCst), 1);
    drop(stream);
    let dropped = Instant::now();
    while open.load(Ordering::SeqCst) > 0 {
        assert!(dropped.elapsed() < ms(1000), "the sandbox is still talking to nobody");
        tokio::time::sleep(ms(5)).await;
    }
}

/// Answers each call with the next of these statuses, then 200; says how often and when it was asked.
async fn scripted(statuses: &'static [u16], retry_after: &'static str) -> (String, Arc<Mutex<Vec<Instant>>>) {
    let asked: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = asked.clone();
    let answer = move || {
        let mut seen = seen.lock().unwrap();
        let status = statuses.get(seen.len()).copied().unwrap_or(200);
        seen.push(Instant::now());
        let mut response = Response::builder().status(status);
        if !retry_after.is_empty() {
            response = response.header("retry-after", retry_after);
        }
        let response = response.body(Body::from(r#"{"error":{"message":"sk-secret is no good"}}"#)).unwrap();
        async { response }
    };
    (serve(Router::new().route("/v1/x", get(answer.clone()).post(answer))).await, asked)
}

async fn call(http: &Http, base: &str, repeatable: bool) -> Result<Value, CallError> {
    http.send("test", repeatable, |client| client.get(format!("{base}/x"))).await?.json().await
}

#[tokio::test]
async fn a_provider_that_asks_us_to_wait_is_given_the_time() {
    let http = Http::new(hasty()).unwrap();
    let (base, asked) = scripted(&[429], "1").await;
    assert!(call(&http, &base, false).await.is_ok());
    let asked = asked.lock().unwrap().clone();
    let waited = asked[1] - asked[0];
    assert!(asked.len() == 2 && waited >= ms(1000) && waited < ms(2500), "{waited:?}");

    // Longer than the call may take in all: said at once, not waited for.
    let (base, asked) = scripted(&[429], "20").await;
    let started = Instant::now();
    assert_eq!(call(&http, &base, true).await, Err(CallError::Limited { retry_after: Some(Duration::from_secs(20)) }));
    assert!(started.elapsed() < ms(1500) && asked.lock().unwrap().len() == 1);
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let date = |ahead: i64| (chrono::Utc::now() + chrono::Duration::seconds(ahead)).format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    assert_eq!(retry_after("3"), Some(ms(3000)));
    assert_eq!(retry_after("9999"), Some(ms(30_000)));
    let wait = retry_after(&date(10)).unwrap();
    assert!(wait > ms(8000) && wait <= ms(10_000), "{wait:?}");
    assert_eq!(retry_after(&date(-10)), Some(ms(0)));
    assert_eq!(retry_after(&date(900)), Some(ms(30_000)));
    assert_eq!(retry_after("soon"), None);
}

#[tokio::test]
async fn only_what_does_no_harm_twice_is_tried_again() {
    let http = Http::new(hasty()).unwrap();
    for (statuses, repeatable, expected, times) in [
        (&[500][..], true, Ok(()), 2),
        (&[500], false, Err(CallError::Down), 1),
        (&[503], false, Ok(()), 2),
        (&[401], true, Err(CallError::Refused { status: 401, code: None, message: "the key was not accepted".into() }), 1),
        (&[400], true, Err(CallError::Refused { status: 400, code: None, message: "sk-secret is no good".into() }), 1),
    ] {
        let (base, asked) = scripted(statuses, "").await;
        assert_eq!(call(&http, &base, repeatable).await.map(|_| ()), expected, "{statuses:?}");
        assert_eq!(asked.lock().unwrap().len(), times, "{statuses:?} repeatable: {repeatable}");
    }
}

#[tokio::test]
async fn the_breaker_opens_after_five_failures_and_recovers_by_one_probe() {
    let http = Http::new(hasty()).unwrap();
    let (base, asked) = scripted(&[500, 500, 500, 500, 500, 500], "").await;
    for _ in 0..5 {
        assert_eq!(call(&http, &base, false).await, Err(CallError::Down));
    }
    assert_eq!(call(&http, &base, false).await, Err(CallError::Open));
    assert_eq!(asked.lock().unwrap().len(), 5, "an open breaker asks nobody");

    // The probe fails (the sixth 500): open again. Others are not let in beside it.
    tokio::time::sleep(ms(320)).await;
    let (one, other) = tokio::join!(call(&http, &base, false), call(&http, &base, false));
    assert_eq!(HashSet::from([format!("{one:?}"), format!("{other:?}")]).len(), 2, "{one:?} {other:?}");
    assert_eq!(asked.lock().unwrap().len(), 6);
    assert_eq!(call(&http, &base, false).await, Err(CallError::Open));

    tokio::time::sleep(ms(320)).await;
    assert!(call(&http, &base, false).await.is_ok());
    assert!(call(&http, &base, false).await.is_ok());
    assert_eq!(asked.lock().unwrap().len(), 8);
}

#[tokio::test]
async fn a_probe_that_goes_away_leaves_the_door_to_the_next() {
    let (base, _) = scripted(&[500, 500, 500, 500, 500], "").await;
    let http = Http::new(hasty()).unwrap();
    for _ in 0..5 {
        let _ = call(&http, &base, false).await;
    }
    tokio::time::sleep(ms(320)).await;
    let probe = http.send("test", false, |client| client.get(format!("{base}/x"))).await;
    drop(probe.unwrap());
    assert!(call(&http, &base, false).await.is_ok());
}

const STREAM: &str = "\u{feff}: a comment\r\n\r\ndata: {\"choices\":[{\"delta\":{\"content\":\"Gr\u{fc}\u{df}e \u{1f44b}\"}}]}\r\n\r\n\
    event: message\ndata: {\"choices\":[],\ndata:\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\nid: 7\rdata: [DONE]\r\rdata: never finished";

#[test]
fn events_are_the_same_however_the_bytes_are_cut() {
    let bytes = STREAM.as_bytes();
    let whole = Sse::default().push(bytes).unwrap();
    assert_eq!(whole.len(), 3, "{whole:?}");
    assert!(whole[0].contains("Grüße 👋") && whole[1].contains("[],\n\"usage\"") && whole[2] == "[DONE]");
    for cut in 0..=bytes.len() {
        let mut sse = Sse::default();
        let mut events = sse.push(&bytes[..cut]).unwrap();
        events.extend(sse.push(&bytes[cut..]).unwrap());
        assert_eq!(events, whole, "cut at {cut}");
    }
    let mut sse = Sse::default();
    let single: Vec<String> = bytes.iter().flat_map(|byte| sse.push(&[*byte]).unwrap()).collect();
    assert_eq!(single, whole);
    assert!(Sse::default().push(b"data: \xff\n").is_err());
    assert!(Sse::default().push(&vec![b'x'; 2 << 20]).is_err(), "a line without end is not collected for ever");
}

/// A server that sends exactly this stream.
async fn canned(body: &'static str) -> OpenAi {
    let router = Router::new().route("/v1/chat/completions", post(move || async move { body.into_response() }));
    OpenAi::new(serve(router).await, SecretKey::new("sk-test"), Http::new(hasty()).unwrap())
}

#[tokio::test]
async fn what_comes_in_mid_stream_is_told_apart() {
    let said = |client: OpenAi| async move {
        let stream = client.stream_chat(request(&briefing(), &["Hello"])).await.unwrap();
        stream.collect::<Vec<_>>().await
    };
    let text = |text: &str| Ok(ChatDelta::Text(text.into()));
    let usage = Usage { prompt_tokens: 3, completion_tokens: 4 };
    assert_eq!(said(canned(STREAM).await).await, [text("Grüße 👋"), Ok(ChatDelta::Usage(usage)), Ok(ChatDelta::Done)]);

    const PIECE: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"Hi\"}}]}\n\n";
    let cut = said(canned(PIECE).await).await;
    assert_eq!(cut, [text("Hi"), Err(CallError::Down)], "an end without [DONE] is a cut");

    let limited = "data: {\"error\":{\"message\":\"slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\",\"param\":null}}\n\n";
    assert_eq!(said(canned(limited).await).await, [Err(CallError::Limited { retry_after: None })]);
    let failed = "data: {\"error\":{\"message\":\"oh\",\"type\":\"server_error\",\"code\":null,\"param\":null}}\n\n";
    assert_eq!(said(canned(failed).await).await, [Err(CallError::Down)]);

    let tools = "data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"one\",\"arguments\":\"\"}},{\"index\":1,\"id\":\"b\",\"function\":{\"name\":\"two\",\"arguments\":\"{\"}}]}}]}\n\n\
        data: {\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"}\"}},{\"index\":0,\"function\":{\"arguments\":\"{\\\"x\\\":1}\"}}]}}]}\n\n\
        data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"tool_calls\"}]}\n\ndata: [DONE]\n\n";
    let tool = |name: &str, arguments| Ok(ChatDelta::Tool { name: name.into(), arguments });
    assert_eq!(said(canned(tools).await).await, [tool("one", json!({ "x": 1 })), tool("two", json!({})), Ok(ChatDelta::Done)]);
}

#[test]
fn costs_are_the_list_price_rounded_up() {
    assert_eq!(cost_micros("gpt-4o-mini", 1_000_000, 1_000_000), 750_000);
    assert_eq!(cost_micros("gpt-4o-mini-2024-07-18", 1, 0), 1);
    assert_eq!(cost_micros("gpt-4o", 1_000, 100), 3_500);
    assert_eq!(cost_micros("sandbox", 5_000, 5_000), 0);
    assert!(cost_micros("gpt-5-whatever", 1_000, 1_000) >= cost_micros("gpt-5", 1_000, 1_000));
}
