//! Where a message is written. A plain form; with script it shows the message before the server
//! has it, and what is typed survives a reload and a look at another thread.

use super::open::Open;
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::conversations::api::Say;
use crate::conversations::model::{Author, LONGEST_MESSAGE, Owner, Pulse, clean_body};
use crate::ui::icon::Icon;
use crate::ui::keys::is_typing;
use crate::values::{ConversationId, MessageId, Timestamp};
use crate::wire::shared;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::server_fn::ServerFn;
use leptos::{html, prelude::*};

/// From this many characters on they are counted.
const COUNTED: usize = LONGEST_MESSAGE - 500;
/// How often others are told that somebody types, in milliseconds.
const TOLD: i64 = 2_500;

/// Where the unsent text of a thread is kept in this browser.
fn key(id: ConversationId) -> String {
    format!("spotlight.draft.{id}")
}

/// A browser may refuse to keep anything; then nothing is kept.
fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn keep(id: ConversationId, text: &str) {
    if let Some(storage) = storage() {
        let _ = if text.is_empty() { storage.remove_item(&key(id)) } else { storage.set_item(&key(id), text) };
    }
}

/// On a touch screen Enter is a new line: the keyboard has no Shift to hold.
fn touches() -> bool {
    window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches())
}

/// The composer of an open thread.
#[component]
pub fn Composer(open: Open) -> impl IntoView {
    let desk = use_desk();
    let may = Memo::new(move |_| desk.with(|desk| desk.may(Action::Converse)));
    view! { <Show when=move || may.get()><Form open /></Show> }
}

/// Who has the word: unless it is this person, sending takes over.
#[derive(Clone, PartialEq)]
enum Turn {
    /// This person.
    Mine,
    /// Somebody else, by this name; they stop.
    Of(String),
    /// Nobody: the visitor waits for a person.
    Nobodys,
}

#[component]
fn Form(open: Open) -> impl IntoView {
    let desk = use_desk();
    let field = NodeRef::<html::Textarea>::new();
    let length = RwSignal::new(0usize);
    let wrong = RwSignal::new(None::<String>);
    let told = StoredValue::new(0i64);
    let form_id = shared(MessageId::new);
    let first_name =
        Memo::new(move |_| open.thread.with(|thread| thread.row.name.split_whitespace().next().unwrap_or("the visitor").to_owned()));
    let assistant = open.thread.with_untracked(|thread| thread.row.assistant);
    let turn = Memo::new(move |_| {
        let control = open.thread.with(|thread| thread.row.control.clone());
        desk.with(|desk| match control.owner {
            Owner::Person if control.user == desk.me.as_ref().map(|me| me.user) => Turn::Mine,
            Owner::Person => Turn::Of(control.name.unwrap_or_else(|| "A colleague".into())),
            Owner::Waiting => Turn::Nobodys,
            Owner::Assistant => Turn::Of(desk.assistant(assistant).map_or("The assistant", |face| &face.name).to_owned()),
        })
    });
    let placeholder = move || match turn.get() {
        Turn::Of(name) => format!("Take over and write to {}. {name} stops as soon as you send.", first_name.get()),
        Turn::Nobodys => format!("Write to {}. You take over when you send.", first_name.get()),
        Turn::Mine => format!("Write to {}", first_name.get()),
    };
    Effect::new(move || {
        let Some(field) = field.get() else { return };
        // What was typed before the page was awake counts for more than what was kept.
        if field.value().is_empty()
            && let Some(kept) = storage().and_then(|storage| storage.get_item(&key(open.id)).ok().flatten())
        {
            field.set_value(&kept);
        }
        length.set(field.value().chars().count());
    });
    let send = move || {
        let Some(field) = field.get_untracked() else { return };
        let Some((me, name)) = desk.with_untracked(|desk| desk.me.as_ref().map(|me| (me.user, me.name.clone()))) else { return };
        match clean_body(&field.value()) {
            Ok(body) => {
                open.say(open.pending(body, name, Some(me)));
                field.set_value("");
                keep(open.id, "");
                length.set(0);
                wrong.set(None);
                told.set_value(0);
            }
            Err(reason) => wrong.set(Some(reason)),
        }
        // Fails only when the field has left the page.
        let _ = field.focus();
    };
    let on_input = move |_| {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        length.set(text.chars().count());
        wrong.set(None);
        keep(open.id, &text);
        let now = Timestamp::now();
        if !text.is_empty() && now.0 - told.get_value() > TOLD {
            told.set_value(now.0);
            let name = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.name.clone()).unwrap_or_default());
            open.live.pulse(crate::live::topic::Topic::Conversation(open.id), &Pulse::Typing { who: Author::Rep, name });
        }
    };
    let on_keydown = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            if let Some(field) = field.get_untracked() {
                let _ = field.blur();
            }
            event.stop_propagation();
        }
        // A word that is being composed ends with Enter too.
        if event.key() != "Enter" || event.is_composing() || event.shift_key() || event.alt_key() {
            return;
        }
        if event.ctrl_key() || event.meta_key() || !touches() {
            event.prevent_default();
            send();
        }
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    focus_by_key(field);
    view! {
        <form class="px-3 md:px-4 pb-3 md:pb-4 shrink-0" method="post" action=Say::url() on:submit=on_submit>
            <input type="hidden" name="conversation" value=open.id.to_string() />
            <input type="hidden" name="id" value=form_id.to_string() />
            <div class="rounded-lg border border-line-control bg-raised focus-within:outline-2 focus-within:outline-focus">
                <textarea
                    node_ref=field
                    class="block w-full bg-transparent px-3.5 pt-2.5 text-base outline-none resize-none placeholder:text-ink-faint field-sizing-content min-h-13 max-h-48"
                    name="body"
                    rows="2"
                    required
                    aria-label=move || format!("Write to {}", first_name.get())
                    placeholder=placeholder
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-describedby="composer-note"
                    on:input=on_input
                    on:keydown=on_keydown
                ></textarea>
                <div class="flex items-center gap-2 px-2 pb-2">
                    <span id="composer-note" class="text-xs flex-1 min-w-0 px-1.5" aria-live="polite">
                        {move || match (wrong.get(), length.get()) {
                            (Some(reason), _) => {
                                view! {
                                    <span class="inline-flex items-center gap-1.5 text-danger-ink">
                                        <Icon name="circle-alert" size=14 />
                                        {reason}
                                    </span>
                                }
                                    .into_any()
                            }
                            (None, length) if length > LONGEST_MESSAGE => {
                                view! { <span class="num text-danger-ink">{format!("{} too many", length - LONGEST_MESSAGE)}</span> }
                                    .into_any()
                            }
                            (None, length) if length > COUNTED => {
                                view! { <span class="num text-ink-faint">{format!("{} left", LONGEST_MESSAGE - length)}</span> }.into_any()
                            }
                            _ => ().into_any(),
                        }}
                    </span>
                    <span class="max-md:hidden inline-flex gap-0.5 shrink-0" aria-hidden="true">
                        <kbd class="kbd">"Ctrl"</kbd>
                        <kbd class="kbd">"↵"</kbd>
                    </span>
                    <button class="btn btn-primary btn-sm shrink-0">
                        {move || if turn.get() == Turn::Mine { "Send" } else { "Take over and send" }}
                    </button>
                </div>
            </div>
        </form>
    }
}

/// R goes to the field from anywhere on the page.
fn focus_by_key(field: NodeRef<html::Textarea>) {
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::keydown, move |event| {
            if !event.default_prevented()
                && event.key().eq_ignore_ascii_case("r")
                && !is_typing(&event)
                && let Some(field) = field.get_untracked()
            {
                event.prevent_default();
                let _ = field.focus();
            }
        });
        on_cleanup(move || handle.remove());
    });
}
