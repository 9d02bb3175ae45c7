//! By which way a message goes: on the site, or as a text to a telephone.

use super::open::Open;
use crate::channels::api::note_consent;
use crate::channels::model::{Bar, LONGEST_TEXT, Way, parts};
use crate::conversations::model::{Channel, LONGEST_MESSAGE};
use crate::error::AppError;
use crate::ui::icon::Icon;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};

/// The way of the message that is being written.
#[derive(Clone, Copy)]
pub struct Going {
    open: Open,
    chosen: RwSignal<Option<Channel>>,
}

impl Going {
    /// The way on which they were heard last, until another is chosen.
    pub fn new(open: Open) -> Self {
        Self { open, chosen: RwSignal::new(None) }
    }

    /// By which way.
    pub fn channel(self) -> Channel {
        self.open.thread.with(|thread| self.chosen.get().unwrap_or(thread.row.channel))
    }

    /// The way itself, if it is one.
    fn way(self) -> Option<Way> {
        let channel = self.channel();
        self.open.thread.with(|thread| thread.ways.iter().find(|way| way.channel == channel).cloned())
    }

    /// The most characters that go.
    pub fn longest(self) -> usize {
        if self.channel() == Channel::Sms { LONGEST_TEXT } else { LONGEST_MESSAGE }
    }

    /// Why such a message cannot go. What passes by itself, such as the night, the server knows better.
    pub fn wrong(self, body: &str, files: usize) -> Option<String> {
        if untrack(|| self.channel()) == Channel::Web {
            return None;
        }
        let lasting = |bar: &Bar| !matches!(bar, Bar::QuietHours | Bar::TooOften);
        match untrack(|| self.way()).and_then(|way| way.bar).filter(lasting) {
            Some(bar) => Some(bar.reason().into()),
            None if files > 0 => Some("Files cannot go by text. Take them off, or choose the web.".into()),
            None if body.chars().count() > LONGEST_TEXT => Some(format!("A text can have {LONGEST_TEXT} characters.")),
            None => None,
        }
    }
}

/// The choice between the ways, where there are two.
#[component]
pub fn Ways(going: Going) -> impl IntoView {
    let several = Memo::new(move |_| going.open.thread.with(|thread| thread.ways.len() > 1));
    let choice = move |channel: Channel, icon: &'static str, label: &'static str| {
        view! {
            <button
                type="button"
                class=move || if going.channel() == channel { "btn btn-sm" } else { "btn btn-ghost btn-sm" }
                aria-pressed=move || if going.channel() == channel { "true" } else { "false" }
                on:click=move |_| going.chosen.set(Some(channel))
            >
                <Icon name=icon size=14 />
                <span class=move || if going.channel() == channel { "max-sm:sr-only" } else { "sr-only" }>{label}</span>
            </button>
        }
    };
    view! {
        <Show when=move || several.get()>
            <div class="flex gap-0.5 shrink-0" role="group" aria-label="Goes by" data-ways>
                {choice(Channel::Web, "globe", "Web")}
                {choice(Channel::Sms, "smartphone", "Text")}
            </div>
        </Show>
    }
}

/// Where a text goes and of how many it is made, or why it cannot go.
#[component]
pub fn WayLine(going: Going, field: NodeRef<html::Textarea>, length: RwSignal<usize>) -> impl IntoView {
    let way = Memo::new(move |_| going.way().filter(|way| way.channel == Channel::Sms));
    let made_of = move || {
        length.track();
        let text = field.get().map(|field| field.value()).unwrap_or_default();
        match parts(&text) {
            _ if text.trim().is_empty() => String::new(),
            1 => ", one text".into(),
            many => format!(", {many} texts"),
        }
    };
    move || {
        way.get().map(|way| {
            let number = way.number.map(|number| number.to_string()).unwrap_or_default();
            view! {
                <div class="flex flex-wrap items-center gap-x-1.5 gap-y-1 px-3.5 pt-2 text-xs text-ink-muted" data-way="sms">
                    {match way.bar {
                        None => {
                            view! {
                                <Icon name="smartphone" size=14 />
                                <span>"As a text to " <span class="num">{number}</span> {made_of}</span>
                            }
                                .into_any()
                        }
                        Some(bar) => {
                            view! {
                                <span class="flex items-start gap-1.5 text-warning-ink">
                                    <Icon name="ban" size=14 />
                                    <span class="min-w-0">{bar.reason()}</span>
                                </span>
                                {(bar == Bar::NoConsent).then(|| view! { <Consent open=going.open /> })}
                            }
                                .into_any()
                        }
                    }}
                </div>
            }
        })
    }
}

/// Notes that they agreed, and how.
#[component]
fn Consent(open: Open) -> impl IntoView {
    let (asking, saving, wrong) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<String>));
    let input = NodeRef::<html::Input>::new();
    let save = move || {
        let Some(how) = input.get_untracked().map(|input| input.value()).filter(|_| !saving.get_untracked()) else { return };
        saving.set(true);
        spawn_local(async move {
            let done = note_consent(open.id, how).await;
            if saving.try_set(false).is_some() {
                return;
            }
            match done {
                // Its event brings what has changed; without a connection it has to be asked for.
                Ok(()) => open.reload(),
                Err(AppError::Invalid { message, .. }) => wrong.set(Some(message)),
                Err(error) => wrong.set(Some(error.to_string())),
            }
        });
    };
    // Within the form of the message there can be no other: Enter saves, and sends nothing.
    let on_keydown = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            event.stop_propagation();
            save();
        }
    };
    Effect::new(move || {
        if asking.get()
            && let Some(input) = input.get()
        {
            let _ = input.focus();
        }
    });
    view! {
        <Show
            when=move || asking.get()
            fallback=move || {
                view! {
                    <button type="button" class="font-medium text-ink hover:underline min-h-6 px-1" on:click=move |_| asking.set(true)>
                        "They agreed…"
                    </button>
                }
            }
        >
            <span class="flex flex-wrap items-center gap-1.5 basis-full">
                <input
                    node_ref=input
                    class="field flex-1 min-w-40"
                    maxlength="300"
                    aria-label="How and when they agreed to be texted"
                    placeholder="By telephone today, to be texted about the survey"
                    aria-invalid=move || wrong.get().map(|_| "true")
                    on:keydown=on_keydown
                />
                <button type="button" class="btn btn-sm" aria-busy=move || saving.get().then_some("true") on:click=move |_| save()>
                    "Note it"
                </button>
                {move || wrong.get().map(|wrong| view! { <span class="text-danger-ink basis-full" role="status">{wrong}</span> })}
            </span>
        </Show>
    }
}
