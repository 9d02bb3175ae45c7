//! One clock for all relative times: the server's moment first, so that hydration agrees, then
//! the browser's, twice a minute.
use crate::values::Timestamp;
use crate::wire::shared;
use leptos::prelude::*;
use std::time::Duration;

/// Starts the clock. Called once, by the application.
pub fn provide_clock() {
    let now = RwSignal::new(shared(Timestamp::now));
    provide_context(now.read_only());
    // Effects run in the browser only.
    Effect::new(move || {
        now.set(Timestamp::now());
        if let Ok(ticking) = set_interval_with_handle(move || now.set(Timestamp::now()), Duration::from_secs(30)) {
            on_cleanup(move || ticking.clear());
        }
    });
}

/// The present moment, renewed every 30 seconds.
pub fn use_clock() -> ReadSignal<Timestamp> {
    use_context().unwrap_or_else(|| RwSignal::new(Timestamp::now()).read_only())
}
