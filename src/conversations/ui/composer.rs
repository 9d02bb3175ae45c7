//! Where a message is written, or a note to the team. A plain form; with script it shows the message before the
//! server has it, and what is typed survives a reload and a look at another thread.

use super::attach::{AttachButton, AttachList, Attaching};
use super::canned::canned;
use super::field::{focus_by_key, select, touches};
use super::kept::{keep, kept};
use super::later::SendLater;
use super::open::Open;
use super::ways::{Going, WayLine, Ways};
use crate::accounts::policy::Action;
use crate::app::use_desk;
use crate::canned::model::left_blank;
use crate::conversations::api::{Say, schedule_message};
use crate::conversations::model::{Author, Channel, NewMessage, Owner, Pulse, clean_body};
use crate::error::AppError;
use crate::files::ui::holds_files;
use crate::leads::api::write_note;
use crate::leads::ui::mention;
use crate::live::client::Status;
use crate::ui::icon::Icon;
use crate::ui::proposals::{Proposals, typed_in};
use crate::values::{FileId, MessageId, MutationId, Timestamp};
use crate::wire::shared;
use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};

/// So many characters before the end they are counted.
const COUNTED: usize = 500;
/// How often others are told that somebody types, in milliseconds.
const TOLD: i64 = 2_500;

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
    // Whether it is for the team only, and such a note that is on its way.
    let (noting, writing) = (RwSignal::new(false), RwSignal::new(false));
    let (note_id, later_id) = (StoredValue::new(MutationId::new()), StoredValue::new(MessageId::new()));
    // The other of the two, message and note, as far as it is written. Neither ever becomes the other.
    let other = StoredValue::new(String::new());
    let toggle = move || {
        // What is on its way must not change under it.
        if writing.get_untracked() {
            return;
        }
        noting.update(|noting| *noting = !*noting);
        wrong.set(None);
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        field.set_value(&other.get_value());
        length.set(field.value().chars().count());
        other.set_value(text);
        let _ = field.focus();
    };
    let team = Memo::new(move |_| if noting.get() { open.thread.with(|thread| thread.team.clone()) } else { Vec::new() });
    let attaching = StoredValue::new(Attaching::new(open));
    let going = Going::new(open);
    let signs = vec![mention(team.into()), canned(open, noting)];
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
        _ if noting.get() => "Only your team sees notes. @ tells a colleague.".into(),
        Turn::Of(name) => format!("Take over and write to {}. {name} stops as soon as you send.", first_name.get()),
        Turn::Nobodys => format!("Write to {}. You take over when you send.", first_name.get()),
        Turn::Mine => format!("Write to {}", first_name.get()),
    };
    Effect::new(move || {
        let Some(field) = field.get() else { return };
        // What was typed before the page was awake counts for more than what was kept.
        if field.value().is_empty() {
            let (message, note) = (kept(open.id, false).unwrap_or_default(), kept(open.id, true).unwrap_or_default());
            let goes_on = !note.is_empty();
            noting.set(goes_on);
            field.set_value(if goes_on { &note } else { &message });
            other.set_value(if goes_on { message } else { note });
        } else if let Some(note) = kept(open.id, true) {
            // A browser that fills the field again does not know for whom it was.
            noting.set(field.value() == note);
            other.set_value(if field.value() == note { kept(open.id, false).unwrap_or_default() } else { note });
        }
        length.set(field.value().chars().count());
    });
    // Words that a person goes on with stand behind what is there already.
    Effect::new(move || {
        let (false, Some((words, files)), Some(field)) = (writing.get(), open.goes_on.get(), field.get()) else { return };
        open.goes_on.set(None);
        attaching.with_value(|attaching| attaching.go_on_with(files));
        if noting.get_untracked() {
            toggle();
        }
        let before = field.value();
        let text = if before.trim().is_empty() { words } else { format!("{}\n{words}", before.trim_end()) };
        field.set_value(&text);
        length.set(text.chars().count());
        keep(open.id, false, &text);
        let _ = field.focus();
    });
    let write = move |body: String| {
        writing.set(true);
        let (note, lead) = (note_id.get_value(), open.thread.with_untracked(|thread| thread.row.lead));
        spawn_local(async move {
            let done = write_note(note, lead, body).await;
            let here = writing.try_set(false).is_none();
            match done {
                Ok(()) => {
                    keep(open.id, true, "");
                    if here {
                        note_id.set_value(MutationId::new());
                        length.set(0);
                        field.get_untracked().into_iter().for_each(|field| field.set_value(""));
                    }
                    // Otherwise its event brings it.
                    if here && open.live.status().get_untracked() != Status::Connected {
                        open.reload();
                    }
                }
                Err(AppError::Invalid { message, .. }) => wrong.try_set(Some(message)).map_or((), drop),
                Err(error) => wrong.try_set(Some(error.to_string())).map_or((), drop),
            }
        });
    };
    // What is written, if it can go; otherwise says what is wrong with it.
    let finished = move || {
        let field = field.get_untracked().filter(|_| !writing.get_untracked())?;
        // Fails only when the field has left the page.
        let _ = field.focus();
        let note = noting.get_untracked();
        let files = if note { Vec::new() } else { attaching.with_value(Attaching::ready) };
        if !note && attaching.with_value(Attaching::busy) {
            wrong.set(Some("Wait until the files have arrived, or take them off.".into()));
            return None;
        }
        let body = clean_body(&field.value(), files.len()).map_err(|reason| wrong.set(Some(reason))).ok()?;
        if let Some(reason) = going.wrong(&body, files.len()).filter(|_| !note) {
            wrong.set(Some(reason));
            return None;
        }
        if let Some(blank) = left_blank(&body).filter(|_| !note) {
            wrong.set(Some(format!("Fill in {blank} before you send.")));
            select(&field, blank);
            return None;
        }
        Some((body, files))
    };
    let gone = move |files: &[FileId]| {
        attaching.with_value(|attaching| attaching.sent(files));
        field.get_untracked().into_iter().for_each(|field| field.set_value(""));
        keep(open.id, false, "");
        length.set(0);
        wrong.set(None);
        told.set_value(0);
    };
    let send = move || {
        let Some((body, files)) = finished() else { return };
        if noting.get_untracked() {
            return write(body);
        }
        if let Some((me, name)) = desk.with_untracked(|desk| desk.me.as_ref().map(|me| (me.user, me.name.clone()))) {
            let ids: Vec<_> = files.iter().map(|file| file.id).collect();
            open.say(open.pending(body, files, (name, Some(me)), untrack(|| going.channel())));
            gone(&ids);
        }
    };
    let send_later = Callback::new(move |at: Timestamp| {
        let Some((body, files)) = finished() else { return };
        // The same until it is kept: asked for twice it goes out once.
        let ids: Vec<_> = files.iter().map(|file| file.id).collect();
        let message = NewMessage {
            id: later_id.get_value(),
            conversation: open.id,
            body,
            files: ids.clone(),
            channel: Some(untrack(|| going.channel())),
        };
        writing.set(true);
        spawn_local(async move {
            let done = schedule_message(message, at).await;
            if writing.try_set(false).is_some() {
                return;
            }
            match done {
                Ok(()) => {
                    later_id.set_value(MessageId::new());
                    gone(&ids);
                    if open.live.status().get_untracked() != Status::Connected {
                        open.reload();
                    }
                }
                Err(AppError::Invalid { message, .. }) => wrong.set(Some(message)),
                Err(error) => {
                    if matches!(error, AppError::Conflict { .. }) {
                        later_id.set_value(MessageId::new());
                    }
                    wrong.set(Some(error.to_string()));
                }
            }
        });
    });
    let on_input = move |_| {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        length.set(text.chars().count());
        wrong.set(None);
        // Other words are another message.
        later_id.set_value(MessageId::new());
        keep(open.id, noting.get_untracked(), &text);
        let now = Timestamp::now();
        // Nobody is told that somebody writes a note, or a text: the visitor would wait for it.
        if !noting.get_untracked() && untrack(|| going.channel()) == Channel::Web && !text.is_empty() && now.0 - told.get_value() > TOLD {
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
        let inside = field.get_untracked().is_some_and(|field| event.target().as_ref() == Some(field.as_ref()));
        // A word that is being composed ends with Enter too.
        if !inside || event.key() != "Enter" || event.is_composing() || event.shift_key() || event.alt_key() {
            return;
        }
        if event.ctrl_key() || event.meta_key() || !touches() {
            event.prevent_default();
            send();
        }
    };
    // As if a slash were typed, in a word of its own.
    let offer_canned = move |_| {
        let Some(field) = field.get_untracked() else { return };
        if writing.get_untracked() {
            return;
        }
        if noting.get_untracked() {
            toggle();
        }
        let text = field.value();
        let apart = if text.is_empty() || text.ends_with(char::is_whitespace) { "" } else { " " };
        field.set_value(&format!("{text}{apart}/"));
        let _ = field.focus();
        typed_in(&field);
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        send();
    };
    focus_by_key(field);
    let awake = RwSignal::new(false);
    Effect::new(move || awake.set(true));
    view! {
        <form class="px-3 md:px-4 pb-3 md:pb-4 shrink-0" method="post" action=Say::url() on:submit=on_submit>
            <input type="hidden" name="conversation" value=open.id.to_string() />
            <input type="hidden" name="id" value=form_id.to_string() />
            <div
                class=move || {
                    let tone = if noting.get() { "border-dashed border-warning-ink/60 bg-warning-soft" } else { "border-line-control bg-raised" };
                    ["rounded-lg border focus-within:outline-2 focus-within:outline-focus ", tone].concat()
                }
                // Not at the field itself: names that are proposed come before it.
                on:keydown=on_keydown
                on:dragover=move |event| if !noting.get_untracked() && holds_files(&event) { event.prevent_default() }
                on:drop=move |event| if !noting.get_untracked() { attaching.with_value(|attaching| attaching.dropped(&event)) }
                on:paste=move |event| if !noting.get_untracked() { attaching.with_value(|attaching| attaching.pasted(&event)) }
            >
                <Show when=move || awake.get() && !noting.get()>
                    <AttachList attaching=attaching.get_value() />
                </Show>
                <Show when=move || awake.get() && !noting.get()>
                    <WayLine going field length />
                </Show>
                <Proposals signs above=true>
                <textarea
                    node_ref=field
                    class="block w-full bg-transparent px-3.5 pt-2.5 text-base outline-none resize-none placeholder:text-ink-faint field-sizing-content min-h-13 max-h-48"
                    // A form that is sent without the script goes to the visitor: a note must not be in it.
                    name=move || (!noting.get()).then_some("body")
                    autocomplete="off"
                    rows="2"
                    required=move || !awake.get()
                    aria-label=move || if noting.get() { "Note to the team".into() } else { format!("Write to {}", first_name.get()) }
                    readonly=writing
                    placeholder=placeholder
                    aria-invalid=move || wrong.get().map(|_| "true")
                    aria-describedby="composer-note"
                    on:input=on_input
                ></textarea>
                </Proposals>
                <div class="flex items-center gap-2 px-2 pb-2">
                    <Show when=move || awake.get() && !noting.get()>
                        <Ways going />
                    </Show>
                    <Show when=move || awake.get() && !noting.get() && going.channel() == Channel::Web>
                        <AttachButton attaching=attaching.get_value() />
                    </Show>
                    <Show when=move || awake.get()>
                        <button
                            type="button"
                            class="btn btn-ghost btn-icon btn-sm shrink-0"
                            aria-label="Canned replies"
                            title="Canned replies: type / and a name"
                            on:click=offer_canned
                        >
                            <Icon name="bookmark" size=14 />
                        </button>
                        <button
                            type="button"
                            class=move || if noting.get() { "btn btn-sm shrink-0" } else { "btn btn-ghost btn-sm shrink-0" }
                            aria-pressed=move || if noting.get() { "true" } else { "false" }
                            on:click=move |_| toggle()
                        >
                            <Icon name="lock" size=14 />
                            <span class="max-sm:sr-only">"Note"</span>
                        </button>
                    </Show>
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
                            (None, length) if length > going.longest() => {
                                view! { <span class="num text-danger-ink">{format!("{} too many", length - going.longest())}</span> }
                                    .into_any()
                            }
                            (None, length) if length + COUNTED > going.longest() => {
                                view! { <span class="num text-ink-faint">{format!("{} left", going.longest() - length)}</span> }.into_any()
                            }
                            _ => ().into_any(),
                        }}
                    </span>
                    <span class="max-md:hidden inline-flex gap-0.5 shrink-0" aria-hidden="true">
                        <kbd class="kbd">"Ctrl"</kbd>
                        <kbd class="kbd">"↵"</kbd>
                    </span>
                    <Show when=move || awake.get() && !noting.get()>
                        <SendLater chosen=send_later />
                    </Show>
                    <button class="btn btn-primary btn-sm shrink-0" aria-busy=move || writing.get().then_some("true")>
                        {move || match turn.get() {
                            _ if noting.get() => "Write note",
                            Turn::Mine => "Send",
                            _ => "Take over and send",
                        }}
                    </button>
                </div>
            </div>
        </form>
    }
}
