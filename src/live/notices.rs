//! What the interface says about the connection: offline, back, a new version.

use super::client::{Status, use_live};
use crate::ui::banner::{Banner, Tone};
use leptos::prelude::*;
use std::time::Duration;

/// A short loss is not worth a word.
const QUIET: Duration = Duration::from_secs(2);
/// How long "Back." stays.
const BACK: Duration = Duration::from_secs(3);

/// The banner under the page bar: one at a time, the most pressing first.
#[component]
pub fn LiveNotices() -> impl IntoView {
    let live = use_live();
    let (status, back, new_version) = (live.status(), live.back(), live.new_version());
    let away = RwSignal::new(false);
    let returned = RwSignal::new(None::<u32>);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(handle) = waiting.try_update_value(Option::take).flatten() {
            handle.clear();
        }
    };
    // Effects run in the browser alone.
    Effect::new(move |_| {
        if status.get() == Status::Connected {
            stop_waiting();
        } else if !away.get_untracked() && waiting.with_value(Option::is_none) {
            let wait = set_timeout_with_handle(
                move || {
                    waiting.try_set_value(None);
                    // The page may have gone meanwhile.
                    away.try_set(true);
                },
                QUIET,
            );
            waiting.set_value(wait.ok());
        }
    });
    Effect::new(move |_| {
        let Some(missed) = back.get() else { return };
        // Only who was told of the loss is told of the end of it.
        if away.get_untracked() {
            away.set(false);
            returned.set(Some(missed));
            set_timeout(
                move || {
                    returned.try_set(None);
                },
                BACK,
            );
        }
    });
    on_cleanup(stop_waiting);
    view! {
        {move || {
            if away.get() {
                let text = if status.get() == Status::Offline {
                    "You are offline. This page catches up by itself."
                } else {
                    "The connection is lost. This page catches up by itself."
                };
                view! {
                    <Banner tone=Tone::Warning icon="wifi-off">
                        <span>{text}</span>
                        <button type="button" class="btn btn-sm ml-auto" on:click=move |_| live.try_now()>
                            "Try now"
                        </button>
                    </Banner>
                }
                    .into_any()
            } else if let Some(missed) = returned.get() {
                view! {
                    <Banner tone=Tone::Positive icon="wifi">
                        {welcome_back(missed)}
                    </Banner>
                }
                    .into_any()
            } else if new_version.get() {
                view! {
                    <Banner tone=Tone::Info>
                        <span>"A new version is ready."</span>
                        <button
                            type="button"
                            class="btn btn-sm ml-auto"
                            on:click=move |_| {
                                let _ = window().location().reload();
                            }
                        >
                            "Reload"
                        </button>
                    </Banner>
                }
                    .into_any()
            } else {
                ().into_any()
            }
        }}
    }
}

fn welcome_back(missed: u32) -> String {
    match missed {
        0 => "Back. Nothing was missed.".into(),
        1 => "Back. 1 change came in.".into(),
        many => format!("Back. {many} changes came in."),
    }
}
