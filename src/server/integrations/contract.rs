//! The clients and the sandbox against the vendors' own descriptions of their protocols.

use super::{
    http::{CallError, Http, Patience},
    openai::{ChatDelta, OpenAi, SecretKey},
    sandbox::{Pace, phone, router},
    sse::Sse,
    tests::{briefing, hasty, ms, request, serve},
    twilio::{NewText, Twilio},
};
use futures::StreamExt;
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A server that plays a vendor by its own description and judges what it is asked, where this machine has it. Otherwise
/// says why there is none.
async fn vendor(name: &str) -> Option<(String, tokio::process::Child)> {
    let specs = std::env::var("SPOTLIGHT_SPECS").unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/specs").into());
    let home = std::env::var("HOME").unwrap_or_default();
    let modules = std::env::var("SPECMOCK_MODULES").unwrap_or_else(|_| format!("{home}/mockmods"));
    let present = |path: String| std::path::Path::new(&path).exists();
    if !present(format!("{specs}/specmock.mjs")) || !present(format!("{modules}/node_modules/ajv")) {
        eprintln!("skipped: needs specmock.mjs in {specs} and ajv in {modules}/node_modules");
        return None;
    }
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = tokio::process::Command::new("node");
    command.args(["specmock.mjs", name, &port.to_string()]).current_dir(&specs).env("SPECMOCK_MODULES", &modules);
    let Ok(mock) = command.kill_on_drop(true).stdout(std::process::Stdio::null()).spawn() else {
        eprintln!("skipped: there is no node on this machine");
        return None;
    };
    let root = format!("http://127.0.0.1:{port}");
    let started = Instant::now();
    while reqwest::get(format!("{root}/__spec/requests")).await.is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "the mock did not start");
        tokio::time::sleep(ms(200)).await;
    }
    Some((root, mock))
}

/// What a vendor's server was asked so far. All of it must be valid by its description.
async fn judged(root: &str, method: &str) -> Vec<Value> {
    let seen: Value = reqwest::get(format!("{root}/__spec/requests")).await.unwrap().json().await.unwrap();
    let seen: Vec<Value> = seen.as_array().unwrap().iter().filter(|call| call["method"] == method).cloned().collect();
    for call in &seen {
        assert!(call["violations"].as_array().is_none_or(Vec::is_empty), "{call}");
    }
    seen
}

/// The vendor's own description of the protocol, where this machine has it: our requests must be
/// valid by it, and so must every event of the sandbox.
#[tokio::test]
async fn requests_and_sandbox_keep_to_the_published_protocol() {
    let Some((root, _mock)) = vendor("openai").await else { return };
    let plain = reqwest::Client::new();
    let patience = Patience { first_byte: Duration::from_secs(10), total: Duration::from_secs(20), ..hasty() };
    let client = OpenAi::new(format!("{root}/v1"), SecretKey::new("sk-test"), Http::new(patience).unwrap());
    let request = request(&briefing(), &["> Hello", "How long is the warranty?"]);
    let deltas: Vec<_> = client.stream_chat(request.clone()).await.unwrap().collect().await;
    assert!(matches!(deltas.last(), Some(Ok(ChatDelta::Done))) && deltas.iter().any(|d| matches!(d, Ok(ChatDelta::Text(_)))), "{deltas:?}");
    let schema = json!({ "type": "object", "properties": {}, "required": [], "additionalProperties": false });
    // The mock's example is prose: understood by the wire code, refused as JSON of the schema.
    let answer = client.chat_json::<Value>(request.clone(), "nothing", schema).await;
    assert!(answer.is_ok() || answer == Err(CallError::Garbled("expected JSON of the asked schema".into())), "{answer:?}");
    assert_eq!(judged(&root, "POST").await.len(), 2);

    let sandbox = serve(router(Pace(ms(0)), Arc::default())).await;
    let mut body = json!({ "model": "sandbox", "messages": request.messages, "stream": true, "stream_options": { "include_usage": true } });
    body["tools"] = request.tools.iter().map(|tool| json!({ "type": "function", "function": { "name": tool.name } })).collect();
    body["messages"].as_array_mut().unwrap().push(json!({ "role": "user", "content": "Can I speak to a person?" }));
    let ask = |body: &Value| plain.post(format!("{sandbox}/chat/completions")).bearer_auth("k").json(body).send();
    let bytes = ask(&body).await.unwrap().bytes().await.unwrap();
    let mut events = Sse::default().push(&bytes).unwrap();
    assert_eq!(events.pop().as_deref(), Some("[DONE]"));
    let mut instances: Vec<(&str, Value)> =
        events.iter().map(|event| ("CreateChatCompletionStreamResponse", serde_json::from_str(event).unwrap())).collect();
    assert!(instances.iter().any(|(_, event)| event.pointer("/choices/0/delta/tool_calls").is_some()));
    body["stream"] = false.into();
    instances.push(("CreateChatCompletionResponse", ask(&body).await.unwrap().json().await.unwrap()));
    body["model"] = "sandbox-down".into();
    instances.push(("ErrorResponse", ask(&body).await.unwrap().json().await.unwrap()));
    for (schema, value) in instances {
        let check = plain.post(format!("{root}/__spec/validate")).json(&json!({ "schema": schema, "value": value }));
        let verdict: Value = check.send().await.unwrap().json().await.unwrap();
        assert_eq!(verdict["valid"], true, "{schema}: {verdict} {value}");
    }
}

#[tokio::test]
async fn texts_keep_to_the_published_protocol_and_so_does_the_sandbox() {
    let Some((root, _mock)) = vendor("twilio").await else { return };
    let account = "AC00000000000000000000000000000001";
    let patience = Patience { first_byte: Duration::from_secs(10), total: Duration::from_secs(20), ..hasty() };
    let client = |base: &str| Twilio::new(base, account, "token".to_owned().into(), Http::new(patience).unwrap());
    let text =
        NewText {
            from: "+15557654321", to: "+15551234567", body: "Olá & 你好 +1", status_url: "https://app.example.com/status?message=1"
        };
    let theirs = client(&root);
    assert!(theirs.send(&text).await.unwrap().sid.starts_with("SM") || !theirs.send(&text).await.unwrap().sid.is_empty());
    theirs.sent(text.from, text.to).await.unwrap();
    theirs.point(text.from, "https://app.example.com/hooks/twilio/x").await.unwrap();
    let posted = judged(&root, "POST").await;
    assert!(
        posted.len() >= 2 && posted.iter().any(|call| call["path"].as_str().unwrap_or_default().ends_with("/Messages.json")),
        "{posted:?}"
    );
    assert_eq!(judged(&root, "GET").await.iter().filter(|call| !call["path"].as_str().unwrap_or_default().contains("__spec")).count(), 2);

    // What the sandbox answers is what the description says of a text.
    let sandbox = serve(phone::router()).await;
    let sandbox = sandbox.trim_end_matches("/v1");
    let asked = reqwest::Client::new()
        .post(format!("{sandbox}/2010-04-01/Accounts/{account}/Messages.json"))
        .basic_auth(account, Some("token"))
        .form(&[("To", text.to), ("From", text.from), ("Body", text.body)]);
    let mut made: Value = asked.send().await.unwrap().json().await.unwrap();
    made["account_sid"] = account.into();
    let check = json!({ "schema": "api.v2010.account.message", "value": made });
    let verdict: Value =
        reqwest::Client::new().post(format!("{root}/__spec/validate")).json(&check).send().await.unwrap().json().await.unwrap();
    assert_eq!(verdict["valid"], true, "{verdict} {made}");
    for (number, code) in [("+15005550001", "21211"), ("+15005550004", "21610")] {
        let refused = client(sandbox).send(&NewText { to: number, ..text.clone() }).await;
        assert!(matches!(&refused, Err(CallError::Refused { status: 400, code: Some(given), .. }) if given == code), "{refused:?}");
    }
}
