//! The one door every outside call passes: time limits, retries, a circuit breaker per provider,
//! counts. Bodies and keys are never logged.

use super::breaker::{Breaker, Verdict};
use axum::body::Bytes;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header::RETRY_AFTER};
use serde::de::DeserializeOwned;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Tries in all, the first included.
const TRIES: u32 = 3;
/// The longest we wait because a provider asked us to.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The largest answer that is read whole.
const LARGEST: usize = 4 << 20;

/// Why an outside call did not give what was asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum CallError {
    /// It cannot be reached, failed, or hung up in the middle.
    #[error("the service is down")]
    Down,
    /// It did not answer, or stopped answering, in time.
    #[error("the service is too slow")]
    Slow,
    /// We ask too often.
    #[error("the service is limiting us")]
    Limited {
        /// How long it asked us to wait, at most 30 s; none when it did not say.
        retry_after: Option<Duration>,
    },
    /// It understood and said no: a bad key, a bad request, no credit left. Asking again is no use.
    #[error("the service refused with {status}: {message}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The provider's own number or word for the reason, if it gave one.
        code: Option<String>,
        /// The provider's own words, cut short; never a key.
        message: String,
    },
    /// It answered with something that cannot be understood; the text says what was expected.
    #[error("the service gave a garbled answer: {0}")]
    Garbled(String),
    /// It failed so often of late that it was not even asked.
    #[error("the service has been failing and is being left alone for a moment")]
    Open,
}

impl CallError {
    /// Whether the same call may work a little later.
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::Refused { .. })
    }

    /// The word that counts it in `outside_calls_total`.
    fn outcome(&self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Slow => "slow",
            Self::Limited { .. } => "limited",
            Self::Refused { .. } => "refused",
            Self::Garbled(_) => "garbled",
            Self::Open => "open",
        }
    }

    fn verdict(&self) -> Verdict {
        match self {
            Self::Down | Self::Slow | Self::Garbled(_) => Verdict::Ill,
            Self::Limited { .. } | Self::Refused { .. } | Self::Open => Verdict::Well,
        }
    }
}

/// How long we are willing to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a connection.
    pub connect: Duration,
    /// From the sent request to the first byte (for a chat: to the first token).
    pub first_byte: Duration,
    /// Between two pieces of an answer.
    pub idle: Duration,
    /// For the whole call with its retries.
    pub total: Duration,
    /// How long a failing provider is left alone.
    pub rest: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { connect: seconds(5), first_byte: seconds(10), idle: seconds(10), total: seconds(60), rest: seconds(15) }
    }
}

/// The client shared by all providers. Cloning is cheap and shares the breakers.
#[derive(Clone)]
pub struct Http {
    client: Client,
    patience: Patience,
    breakers: Arc<Mutex<HashMap<&'static str, Arc<Breaker>>>>,
}

/// A failed try, and what may follow it.
struct Failure {
    error: CallError,
    /// The provider surely did nothing yet, so asking again cannot do it twice.
    untouched: bool,
    /// How long the provider asked us to wait.
    wait: Option<Duration>,
}

impl Http {
    /// Errors when the TLS side cannot be set up. Redirects are not followed: no provider needs
    /// them, and a key would go along.
    pub fn new(patience: Patience) -> reqwest::Result<Self> {
        let client = Client::builder()
            .connect_timeout(patience.connect)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("spotlight/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, patience, breakers: Arc::default() })
    }

    /// Sends what `build` makes and returns the successful answer with its body still to be read.
    ///
    /// Tries up to three times while the total time allows: always when the provider surely did
    /// nothing (no connection, 429, 503), after other failures only if the call is `repeatable`,
    /// meaning that doing it twice does no harm. Never after a time-out: that patience is spent.
    pub async fn send(
        &self,
        provider: &'static str,
        repeatable: bool,
        build: impl Fn(&Client) -> RequestBuilder + Send + Sync,
    ) -> Result<Answer, CallError> {
        let deadline = Instant::now() + self.patience.total;
        let mut earlier = None;
        for attempt in 1.. {
            let failure = match self.attempt(provider, build(&self.client), deadline).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            if failure.error == CallError::Open {
                return Err(earlier.unwrap_or(CallError::Open));
            }
            let wait = failure.wait.unwrap_or_else(|| backoff(attempt));
            let again = match failure.error {
                CallError::Down | CallError::Limited { .. } => failure.untouched || repeatable,
                _ => false,
            };
            if !again || attempt == TRIES || Instant::now() + wait >= deadline {
                tracing::warn!(provider, attempt, outcome = failure.error.outcome(), "outside call failed");
                return Err(failure.error);
            }
            earlier = Some(failure.error);
            tokio::time::sleep(wait).await;
        }
        Err(CallError::Down)
    }

    async fn attempt(&self, provider: &'static str, request: RequestBuilder, deadline: Instant) -> Result<Answer, Failure> {
        let breaker = {
            let mut breakers = self.breakers.lock().unwrap_or_else(PoisonError::into_inner);
            breakers.entry(provider).or_insert_with(|| Arc::new(Breaker::new(self.patience.rest))).clone()
        };
        let Some(probe) = breaker.enter() else {
            count(provider, CallError::Open.outcome());
            return Err(Failure { error: CallError::Open, untouched: true, wait: None });
        };
        let mut pass = Pass { provider, breaker, probe, started: Instant::now(), settled: false };
        let until = deadline.min(pass.started + self.patience.first_byte);
        let failure = match tokio::time::timeout_at(until.into(), request.send()).await {
            Err(_) => Failure { error: CallError::Slow, untouched: false, wait: None },
            Ok(Err(error)) if error.is_builder() => {
                let message = "the request cannot be built: look at the address and the key".to_owned();
                Failure { error: CallError::Refused { status: 0, code: None, message }, untouched: true, wait: None }
            }
            Ok(Err(error)) => Failure { error: CallError::Down, untouched: error.is_connect(), wait: None },
            Ok(Ok(response)) if response.status().is_success() => {
                let first_until = until;
                return Ok(Answer { response, pass, first_until, deadline, idle: self.patience.idle });
            }
            Ok(Ok(response)) => refusal(response, until).await,
        };
        pass.settle(Err(&failure.error));
        Err(failure)
    }
}

/// What a status other than 2xx means.
async fn refusal(mut response: Response, until: Instant) -> Failure {
    let status = response.status();
    let wait = response.headers().get(RETRY_AFTER).and_then(|value| retry_after(value.to_str().ok()?));
    let mut body = Vec::new();
    while let Ok(Ok(Some(chunk))) = tokio::time::timeout_at(until.into(), response.chunk()).await {
        body.extend_from_slice(&chunk);
        if body.len() > 64 << 10 {
            break;
        }
    }
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
    let word = |pointers: &[&str]| pointers.iter().find_map(|p| body.pointer(p)?.as_str().map(str::to_owned));
    // An empty purse also answers 429, and no waiting fills it.
    let spent = ["/error/code", "/error/type"]
        .iter()
        .any(|p| matches!(body.pointer(p).and_then(|v| v.as_str()), Some("insufficient_quota" | "credit_balance_exhausted")));
    let error = match status {
        StatusCode::TOO_MANY_REQUESTS if !spent => CallError::Limited { retry_after: wait },
        StatusCode::REQUEST_TIMEOUT => CallError::Down,
        status if status.is_server_error() => CallError::Down,
        // What the provider says about a bad key may quote the key.
        StatusCode::UNAUTHORIZED => CallError::Refused { status: 401, code: None, message: "the key was not accepted".into() },
        status => {
            let message = word(&["/error/message", "/message", "/detail/message", "/detail", "/title"]);
            let message = message.unwrap_or_else(|| "no reason given".into()).chars().take(300).collect();
            let code = body.pointer("/error/code").or_else(|| body.pointer("/code")).map(|code| match code {
                serde_json::Value::String(word) => word.clone(),
                other => other.to_string(),
            });
            CallError::Refused { status: status.as_u16(), code, message }
        }
    };
    let untouched = matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE);
    Failure { error, untouched, wait }
}

/// Reads `Retry-After`: seconds, or an HTTP date. At most 30 s; a date gone by is no wait at all.
pub(super) fn retry_after(value: &str) -> Option<Duration> {
    let wait = match value.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let then = chrono::DateTime::parse_from_rfc2822(value.trim()).ok()?;
            (then.to_utc() - chrono::Utc::now()).to_std().unwrap_or_default()
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// Half a second doubled with each attempt, 8 s at most, and a random quarter less, so that many
/// callers do not come back at once.
fn backoff(attempt: u32) -> Duration {
    let full = Duration::from_millis(500 << (attempt - 1).min(4)).min(Duration::from_secs(8));
    full.mul_f64(rand::random_range(0.75..1.0))
}

fn count(provider: &'static str, outcome: &'static str) {
    metrics::counter!("outside_calls_total", "provider" => provider, "outcome" => outcome).increment(1);
}

/// One try that was let in: settled exactly once, by its end or by being dropped.
struct Pass {
    provider: &'static str,
    breaker: Arc<Breaker>,
    probe: bool,
    started: Instant,
    settled: bool,
}

impl Pass {
    fn settle(&mut self, end: Result<(), &CallError>) {
        let (outcome, verdict) = match end {
            Ok(()) => ("ok", Verdict::Well),
            Err(error) => (error.outcome(), error.verdict()),
        };
        self.close(outcome, verdict);
    }

    fn close(&mut self, outcome: &'static str, verdict: Verdict) {
        if !std::mem::replace(&mut self.settled, true) {
            count(self.provider, outcome);
            metrics::histogram!("outside_call_seconds", "provider" => self.provider).record(self.started.elapsed().as_secs_f64());
            self.breaker.settle(self.probe, verdict);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.close("dropped", Verdict::Unknown);
    }
}

/// A successful answer whose body is still coming. Dropping it closes the connection.
pub struct Answer {
    response: Response,
    pass: Pass,
    first_until: Instant,
    deadline: Instant,
    idle: Duration,
}

impl Answer {
    /// Until when the first piece must have come.
    pub fn first_until(&self) -> Instant {
        self.first_until
    }

    /// Until when the next piece must come, from now.
    pub fn next_until(&self) -> Instant {
        Instant::now() + self.idle
    }

    /// The next piece of the body; `None` is its end. `Slow` when it does not come before `until`
    /// or before the call's total time is over, `Down` when the connection breaks.
    pub async fn chunk(&mut self, until: Instant) -> Result<Option<Bytes>, CallError> {
        let read = tokio::time::timeout_at(until.min(self.deadline).into(), self.response.chunk()).await;
        let error = match read {
            Ok(Ok(chunk)) => {
                if std::mem::take(&mut self.pass.probe) {
                    self.pass.breaker.probe_heard();
                }
                return Ok(chunk);
            }
            Ok(Err(_)) => CallError::Down,
            Err(_) => CallError::Slow,
        };
        Err(self.failed(error))
    }

    /// Notes that the answer was complete and good.
    pub fn complete(&mut self) {
        self.pass.settle(Ok(()));
    }

    /// Notes that the answer was no good after all, and hands the error back.
    pub fn failed(&mut self, error: CallError) -> CallError {
        self.pass.settle(Err(&error));
        error
    }

    /// Reads the whole body as JSON. `Garbled` when it is none, or larger than 4 MiB.
    pub async fn json<T: DeserializeOwned>(mut self) -> Result<T, CallError> {
        let mut body = Vec::new();
        let mut until = self.first_until;
        while let Some(chunk) = self.chunk(until).await? {
            body.extend_from_slice(&chunk);
            if body.len() > LARGEST {
                return Err(self.failed(CallError::Garbled("an answer of reasonable size".into())));
            }
            until = self.next_until();
        }
        match serde_json::from_slice(&body) {
            Ok(value) => {
                self.complete();
                Ok(value)
            }
            // Only where it went wrong: serde's own message may quote the body.
            Err(error) => {
                let place = format!("the JSON breaks at line {}, column {}", error.line(), error.column());
                Err(self.failed(CallError::Garbled(place)))
            }
        }
    }
}
