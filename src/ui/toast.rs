//! Toasts: what just happened, and Undo. Errors stay until they are dismissed.
use super::icon::Icon;
use super::keys::within;
use crate::error::AppError;
use leptos::task::spawn_local;
use leptos::{
    ev::{AnimationEvent, KeyboardEvent},
    prelude::*,
};
use std::future::Future;

/// More than this many would be a list to read.
const MOST: usize = 3;

#[derive(Clone, Copy)]
enum Kind {
    Said,
    Undo(Callback<()>),
    Error,
}

#[derive(Clone)]
struct Toast {
    id: u32,
    text: String,
    kind: Kind,
}

#[derive(Default)]
struct Stack {
    next: u32,
    toasts: Vec<Toast>,
}

impl Stack {
    /// Adds one below the others. Over the limit the oldest goes, an error only if all are errors.
    fn push(&mut self, text: String, kind: Kind) {
        let id = self.next;
        self.next += 1;
        self.toasts.push(Toast { id, text, kind });
        if self.toasts.len() > MOST {
            let oldest = self.toasts.iter().position(|toast| !matches!(toast.kind, Kind::Error)).unwrap_or(0);
            self.toasts.remove(oldest);
        }
    }

    fn take_undo(&mut self) -> Option<Callback<()>> {
        let (at, undo) = self.toasts.iter().enumerate().rev().find_map(|(at, toast)| match toast.kind {
            Kind::Undo(undo) => Some((at, undo)),
            Kind::Said | Kind::Error => None,
        })?;
        self.toasts.remove(at);
        Some(undo)
    }
}

/// The toasts on screen, newest last.
#[derive(Clone, Copy)]
pub struct Toasts(RwSignal<Stack>);

impl Toasts {
    /// Says something for 8 seconds.
    pub fn say(self, text: impl Into<String>) {
        self.0.update(|stack| stack.push(text.into(), Kind::Said));
    }

    /// Says what was done and offers Undo for 8 seconds, longer while pointed at or focused.
    pub fn undo(self, text: impl Into<String>, undo: Callback<()>) {
        self.0.update(|stack| stack.push(text.into(), Kind::Undo(undo)));
    }

    /// Says what was done and offers to ask the server for the opposite, as `undo` does; then says what came of it.
    pub fn offer_undo<F>(self, text: impl Into<String>, back: impl Fn() -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<(), AppError>> + 'static,
    {
        let text = text.into();
        // Made in a task it belongs to no page: the one it is made on may be left before it is wanted.
        spawn_local(async move {
            let undo = Callback::new(move |()| {
                let done = back();
                spawn_local(async move {
                    match done.await {
                        Ok(()) => self.say("Undone"),
                        Err(error) => self.error(format!("Not undone. {error}")),
                    }
                });
            });
            self.undo(text, undo);
        });
    }

    /// Says what went wrong, until dismissed.
    pub fn error(self, text: impl Into<String>) {
        self.0.update(|stack| stack.push(text.into(), Kind::Error));
    }

    /// Dismisses the newest toast that can be undone and returns how; for the key `Z`.
    pub fn take_undo(self) -> Option<Callback<()>> {
        self.0.try_update(Stack::take_undo).flatten()
    }

    /// The key `Z`, with Ctrl or Cmd or without, outside of what can be typed in: undoes the newest toast that can
    /// be. Says whether it was that key.
    pub fn undo_by(self, event: &KeyboardEvent) -> bool {
        let meant = matches!(event.key().as_str(), "z" | "Z") && !event.shift_key() && !event.alt_key();
        if !meant || within(event, "input, textarea, select, [contenteditable='true'], dialog") {
            return false;
        }
        if let Some(undo) = self.take_undo() {
            event.prevent_default();
            undo.run(());
        }
        true
    }

    fn dismiss(self, id: u32) {
        self.0.update(|stack| stack.toasts.retain(|toast| toast.id != id));
    }
}

/// Makes [`use_toasts`] work below here. Called once, by the application.
pub fn provide_toasts() {
    provide_context(Toasts(RwSignal::default()));
}

/// The toasts of this page; without [`provide_toasts`] above, ones that nobody sees.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts(RwSignal::default()))
}

/// Where toasts appear: bottom centre, above the tab bar of a phone. Once a page.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    Effect::new(move || {
        let keys = window_event_listener(leptos::ev::keydown, move |event| {
            // The board asks by itself: a card may be in hand there.
            if !event.default_prevented() && matches!(document().query_selector("[data-board]"), Ok(None)) {
                toasts.undo_by(&event);
            }
        });
        on_cleanup(move || keys.remove());
    });
    view! {
        <div
            class="fixed inset-x-0 bottom-[calc(var(--h-tabbar)+8px)] md:bottom-4 z-(--z-toast) flex flex-col items-center gap-2 px-3 pointer-events-none"
            role="status"
            aria-atomic="false"
        >
            <For
                each=move || toasts.0.with(|stack| stack.toasts.clone())
                key=|toast| toast.id
                children=move |toast| view! { <Shown toasts toast /> }
            />
        </div>
    }
}

#[component]
fn Shown(toasts: Toasts, toast: Toast) -> impl IntoView {
    let Toast { id, text, kind } = toast;
    let (role, icon, timed) = match kind {
        Kind::Error => (Some("alert"), "circle-alert", ""),
        Kind::Said | Kind::Undo(_) => (None, "check", "is-timed"),
    };
    let undo = match kind {
        Kind::Undo(undo) => Some(view! {
            <button
                type="button"
                class="undo"
                on:click=move |_| {
                    toasts.dismiss(id);
                    undo.run(());
                }
            >
                "Undo"
                <kbd class="kbd bg-transparent! text-current! border-current/30! max-md:hidden!" aria-hidden="true">"Z"</kbd>
            </button>
        }),
        Kind::Said | Kind::Error => None,
    };
    view! {
        <div
            class=["toast animate-pop pointer-events-auto w-full max-w-105 ", timed].concat()
            role=role
            on:animationend=move |event: AnimationEvent| {
                if event.animation_name() == "drain" {
                    toasts.dismiss(id);
                }
            }
        >
            <span class="text-beam">
                <Icon name=icon />
            </span>
            <span class="flex-1 min-w-0 wrap-anywhere line-clamp-3">{text}</span>
            {undo}
            <button
                type="button"
                class="grid place-content-center size-7 rounded-sm opacity-70 hover:opacity-100"
                aria-label="Dismiss"
                on:click=move |_| toasts.dismiss(id)
            >
                <Icon name="x" size=14 />
            </button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(toasts: Toasts) -> Vec<String> {
        toasts.0.with_untracked(|stack| stack.toasts.iter().map(|toast| toast.text.clone()).collect())
    }

    #[test]
    fn a_fourth_toast_pushes_out_the_oldest_that_is_no_error() {
        Owner::new().with(|| {
            provide_toasts();
            let toasts = use_toasts();
            toasts.error("broken");
            for text in ["one", "two", "three"] {
                toasts.say(text);
            }
            assert_eq!(texts(toasts), ["broken", "two", "three"]);
        });
    }

    #[test]
    fn undo_is_taken_newest_first_and_once() {
        Owner::new().with(|| {
            provide_toasts();
            let toasts = use_toasts();
            let undone = RwSignal::new(Vec::new());
            toasts.undo("first", Callback::new(move |()| undone.update(|list| list.push(1))));
            toasts.undo("second", Callback::new(move |()| undone.update(|list| list.push(2))));
            toasts.say("third");
            while let Some(undo) = toasts.take_undo() {
                undo.run(());
            }
            assert_eq!(undone.get_untracked(), [2, 1]);
            assert_eq!(texts(toasts), ["third"]);
        });
    }
}
