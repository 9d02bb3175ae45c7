//! The circuit breaker: stops asking a provider that keeps failing, and tries again by one probe.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Consecutive failures after which a provider is left alone.
pub const FAILURES: u32 = 5;

/// One provider's breaker.
pub struct Breaker {
    state: Mutex<State>,
    /// How long the provider is left alone before a probe.
    rest: Duration,
}

enum State {
    Closed {
        failures: u32,
    },
    Open {
        until: Instant,
    },
    /// One call is on its way to find out; all others are turned away.
    HalfOpen,
}

/// How a call that was let in ended, as far as the provider's health is concerned.
#[derive(Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It answered, be it with a refusal.
    Well,
    /// It did not, or with nonsense.
    Ill,
    /// The caller went away before anything could be said.
    Unknown,
}

impl Breaker {
    /// A closed breaker; `rest` is how long it stays open.
    pub fn new(rest: Duration) -> Self {
        Self { state: Mutex::new(State::Closed { failures: 0 }), rest }
    }

    /// Asks to be let in. `None`: the breaker is open. `Some(true)`: this call is the probe, and
    /// must end in [`Breaker::settle`].
    pub fn enter(&self) -> Option<bool> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match *state {
            State::Closed { .. } => Some(false),
            State::Open { until } if Instant::now() >= until => {
                *state = State::HalfOpen;
                Some(true)
            }
            State::Open { .. } | State::HalfOpen => None,
        }
    }

    /// The probe's answer has begun: others may call again, on their last chance.
    pub fn probe_heard(&self) {
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = State::Closed { failures: FAILURES - 1 };
    }

    /// The end of a call that was let in; `probe` is whether it is still the open question.
    pub fn settle(&self, probe: bool, verdict: Verdict) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let failures = match *state {
            State::Closed { failures } => failures,
            State::HalfOpen if probe => FAILURES - 1,
            // A call from before it opened: its news is old.
            State::Open { .. } | State::HalfOpen => return,
        };
        *state = match verdict {
            Verdict::Well => State::Closed { failures: 0 },
            Verdict::Ill if failures + 1 >= FAILURES => State::Open { until: Instant::now() + self.rest },
            Verdict::Ill => State::Closed { failures: failures + 1 },
            Verdict::Unknown if probe => State::Open { until: Instant::now() },
            Verdict::Unknown => return,
        };
    }
}
