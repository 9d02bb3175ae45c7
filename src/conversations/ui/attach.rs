//! Files that go with a message: chosen, dropped or pasted while it is written, and shown where it stands.

use super::open::Open;
use crate::files::api::mark_file;
use crate::files::model::{Attached, FileKind, is_shown, length};
use crate::files::ui::{OnItsWay, Sending, each, holds_files};
use crate::ui::icon::Icon;
use crate::ui::toast::{Toasts, use_toasts};
use crate::values::FileId;
use leptos::ev::DragEvent;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

/// The files of the message that is being written. They are the lead's from when they have arrived.
#[derive(Clone)]
pub struct Attaching {
    sending: StoredValue<Sending>,
    ready: RwSignal<Vec<Attached>>,
    input: NodeRef<html::Input>,
    toasts: Toasts,
}

impl Attaching {
    /// None yet.
    pub fn new(open: Open) -> Self {
        let (ready, toasts) = (RwSignal::new(Vec::new()), use_toasts());
        let lead = open.thread.with_untracked(|thread| thread.row.lead);
        let sending = Sending::new(lead, toasts, move |file, _| ready.update(|ready| ready.push(file.into())));
        let now = Memo::new(move |_| open.thread.with(|thread| thread.row.lead));
        let follows = sending.lead.clone();
        Effect::new(move || follows.set(now.get()));
        Self { sending: StoredValue::new(sending), ready, input: NodeRef::new(), toasts }
    }

    /// Those that have arrived; with them the message can go.
    pub fn ready(&self) -> Vec<Attached> {
        self.ready.get_untracked()
    }

    /// Whether one is still on its way.
    pub fn busy(&self) -> bool {
        self.sending.with_value(Sending::busy)
    }

    /// Those have gone with a message.
    pub fn sent(&self, files: &[FileId]) {
        self.ready.update(|ready| ready.retain(|file| !files.contains(&file.id)));
    }

    /// These go along too; they are the lead's already.
    pub fn go_on_with(&self, files: Vec<Attached>) {
        self.ready.update(|ready| ready.extend(files));
    }

    /// Takes these along too.
    fn add(&self, files: Option<web_sys::FileList>) {
        self.sending.with_value(|sending| sending.add(each(files)));
    }

    /// Takes files along that are dropped.
    pub fn dropped(&self, event: &DragEvent) {
        if holds_files(event) {
            event.prevent_default();
            self.add(event.data_transfer().and_then(|data| data.files()));
        }
    }

    /// Takes files along that are pasted, such as a picture of the screen.
    pub fn pasted(&self, event: &web_sys::Event) {
        let data = js_sys::Reflect::get(event, &"clipboardData".into()).ok();
        let files = data.and_then(|data| data.dyn_into::<web_sys::DataTransfer>().ok()).and_then(|data| data.files());
        if files.as_ref().is_some_and(|files| files.length() > 0) {
            event.prevent_default();
            self.add(files);
        }
    }

    fn take_off(&self, id: FileId) {
        self.ready.update(|ready| ready.retain(|file| file.id != id));
        let toasts = self.toasts;
        spawn_local(async move {
            if let Err(error) = mark_file(id, true).await {
                toasts.error(format!("It does not go along, but is still among the lead’s files. {error}"));
            }
        });
    }
}

/// The button by which files are chosen.
#[component]
pub fn AttachButton(attaching: Attaching) -> impl IntoView {
    let input = attaching.input;
    view! {
        <label class="btn btn-ghost btn-icon btn-sm shrink-0 cursor-pointer focus-within:outline-2 focus-within:outline-focus" title="Add files">
            <Icon name="paperclip" size=14 />
            <span class="sr-only">"Add files"</span>
            <input
                node_ref=input
                type="file"
                class="sr-only"
                prop:multiple=true
                on:change=move |_| {
                    let Some(input) = input.get_untracked() else { return };
                    attaching.add(input.files());
                    // The same file may be chosen again.
                    input.set_value("");
                }
            />
        </label>
    }
}

/// Those that go with the message, and those on their way.
#[component]
pub fn AttachList(attaching: Attaching) -> impl IntoView {
    let outgoing = attaching.sending.with_value(|sending| sending.files.clone());
    let ids = Memo::new(move |_| outgoing.with(|all| all.iter().map(|file| file.id).collect::<Vec<_>>()));
    let (ready, sending) = (attaching.ready, attaching.sending);
    let line = move |file: Attached| {
        let (attaching, id) = (attaching.clone(), file.id);
        view! {
            <li class="flex items-center gap-2.5 pl-2.5 pr-1 py-1">
                <span class="text-ink-muted flex"><Icon name=icon(file.kind) size=15 /></span>
                <span class="min-w-0 flex-1 truncate" dir="auto" title=file.name.clone()>{file.name.clone()}</span>
                <span class="text-xs text-ink-faint shrink-0">{length(file.size)}</span>
                <button
                    type="button"
                    class="btn btn-ghost btn-sm btn-icon"
                    aria-label=format!("Take off {}", file.name)
                    on:click=move |_| attaching.take_off(id)
                >
                    <Icon name="x" size=14 />
                </button>
            </li>
        }
    };
    view! {
        <ul class="mx-2 mt-2 rounded-md border border-line divide-y divide-line max-h-40 overflow-y-auto empty:hidden" aria-label="Files with this message">
            <For each=move || ready.get() key=|file| file.id children=line />
        </ul>
        <ul class="mx-2 mt-2 rounded-md border border-line divide-y divide-line max-h-40 overflow-y-auto empty:hidden" aria-label="Files on their way">
            <For each=move || ids.get() key=|id| *id children=move |id| view! { <OnItsWay id sending=sending.get_value() /> } />
        </ul>
    }
}

fn icon(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Picture => "eye",
        FileKind::Sound => "headphones",
        FileKind::Pdf | FileKind::Other => "file-text",
    }
}

/// The files of a message where it stands.
#[component]
pub fn Attachments(files: Vec<Attached>, #[prop(optional)] ours: bool) -> impl IntoView {
    let line = move |file: Attached| {
        let href = format!("/files/{}", file.id);
        // What browsers show opens beside the thread, what they do not is downloaded.
        let (target, download) = if file.kind == FileKind::Other { (None, Some("")) } else { (Some("_blank"), None) };
        let face = if is_shown(file.kind, file.size) {
            // Of a fixed size: a thread must not move when a picture comes.
            view! {
                <img class="size-40 rounded-md object-cover bg-sunken border border-line" src=href.clone() alt=file.name.clone() loading="lazy" decoding="async" />
            }
            .into_any()
        } else {
            view! {
                <span class="flex items-center gap-2 max-w-72 px-2.5 py-1.5 rounded-md border border-line bg-raised hover:bg-hover">
                    <span class="text-ink-muted flex"><Icon name=icon(file.kind) size=15 /></span>
                    <span class="min-w-0 truncate" dir="auto">{file.name.clone()}</span>
                    <span class="text-xs text-ink-faint shrink-0">{length(file.size)}</span>
                </span>
            }
            .into_any()
        };
        view! {
            <li>
                <a href=href target=target rel="external noopener" download=download title=file.name.clone() data-file=file.id.to_string()>
                    {face}
                </a>
            </li>
        }
    };
    let class = if ours { "flex flex-wrap gap-1.5 mt-1.5 justify-end" } else { "flex flex-wrap gap-1.5 mt-1.5" };
    (!files.is_empty()).then(|| view! { <ul class=class>{files.into_iter().map(line).collect_view()}</ul> })
}
