//! The files of a lead, on its page.

use super::sending::{Sending, Stage};
use crate::accounts::ui::outcome::use_outcome;
use crate::files::api::{MarkFile, mark_file};
use crate::files::model::{FileChange, FileKind, LeadFile, is_shown, length};
use crate::ui::{icon::Icon, marks::Ago, toast::use_toasts};
use crate::values::{FileId, LeadId};
use crate::wire::shared;
use leptos::ev::{DragEvent, Event};
use leptos::server_fn::ServerFn;
use leptos::task::spawn_local;
use leptos::{html, prelude::*};

/// The files, and where more are added: chosen, or dropped anywhere on the section. `changed` hears of what this
/// person changed; what others change comes in `files`. It works without script, one file at a time.
#[component]
pub fn FileSection<F: Fn(LeadFile, FileChange) + Copy + Send + Sync + 'static>(
    lead: LeadId,
    files: Memo<Vec<LeadFile>>,
    may_edit: bool,
    changed: F,
) -> impl IntoView {
    let toasts = use_toasts();
    let said = RwSignal::new(String::new());
    let sending = Sending::new(lead, toasts, move |file: LeadFile, change| {
        said.set(format!("{} added.", file.name));
        changed(file, change);
    });
    let (over, input) = (RwSignal::new(false), NodeRef::<html::Input>::new());
    let outgoing = sending.files.clone();
    let ids = Memo::new(move |_| outgoing.with(|all| all.iter().map(|file| file.id).collect::<Vec<_>>()));
    let (chosen, dropped) = (sending.clone(), sending.clone());
    let on_change = move |_: Event| {
        let Some(input) = input.get_untracked() else { return };
        chosen.add(each(input.files()));
        // The same file may be chosen again.
        input.set_value("");
    };
    let on_over = move |event: DragEvent| {
        if may_edit && holds_files(&event) {
            event.prevent_default();
            over.set(true);
        }
    };
    let on_drop = move |event: DragEvent| {
        over.set(false);
        if may_edit && holds_files(&event) {
            event.prevent_default();
            dropped.add(each(event.data_transfer().and_then(|data| data.files())));
        }
    };
    let wrong = use_outcome().of("files").error.map(|error| {
        view! { <p class="text-danger-ink text-xs mb-2" role="alert">{error.to_string()}</p> }
    });
    let focus = move || input.get_untracked().into_iter().for_each(|input| drop(input.focus()));
    view! {
        <section
            aria-labelledby="files"
            on:dragenter=on_over
            on:dragover=on_over
            on:dragleave=move |_| over.set(false)
            on:drop=on_drop
        >
            <h2 class="text-sm mb-2" id="files">
                "Files"
            </h2>
            {wrong}
            <Show when=move || files.with(|files| !files.is_empty())>
                <ul class="panel divide-y divide-line mb-2" aria-label="Files of this lead">
                    <For each=move || files.get() key=|file| file.id let:file>
                        <FileLine file may_edit changed focus />
                    </For>
                </ul>
            </Show>
            <ul class="panel divide-y divide-line mb-2 empty:hidden" aria-label="Files on their way">
                <For each=move || ids.get() key=|id| *id children=move |id| view! { <OnItsWay id sending=sending.clone() /> } />
            </ul>
            {may_edit
                .then(|| {
                    view! {
                        <form method="post" enctype="multipart/form-data" action=format!("/leads/{lead}")>
                            <input type="hidden" name="id" value=shared(FileId::new).to_string() />
                            <label
                                class="w-full min-h-10 max-sm:min-h-11 px-3 rounded-md border border-dashed text-ink-muted flex flex-wrap items-center justify-center gap-2 cursor-pointer hover:bg-hover hover:text-ink focus-within:outline-2 focus-within:outline-focus"
                                class=(["border-beam", "bg-beam-soft"], move || over.get())
                                class=("border-line-control", move || !over.get())
                            >
                                <Icon name="paperclip" size=15 />
                                <span>
                                    {move || if over.get() { "Let go to add them" } else { "Add files, or drop them here" }}
                                    <span class="text-ink-faint">" (up to 25 MB each)"</span>
                                </span>
                                <input
                                    node_ref=input
                                    type="file"
                                    name="file"
                                    prop:multiple=true
                                    class="[@media(scripting:enabled)]:sr-only"
                                    on:change=on_change
                                />
                            </label>
                            <button class="btn btn-sm mt-2 [@media(scripting:enabled)]:hidden">"Add file"</button>
                        </form>
                    }
                })}
            <p class="sr-only" role="status">
                {said}
            </p>
        </section>
    }
}

/// Whether what is dragged is files.
pub fn holds_files(event: &DragEvent) -> bool {
    event.data_transfer().is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// Each of the files that were chosen or dropped.
pub fn each(files: Option<web_sys::FileList>) -> impl Iterator<Item = web_sys::File> {
    files.into_iter().flat_map(|files| (0..files.length()).filter_map(move |at| files.get(at)))
}

/// One file: what it is, how it is opened, how it is taken off.
#[component]
fn FileLine<F, G>(file: LeadFile, may_edit: bool, changed: F, focus: G) -> impl IntoView
where
    F: Fn(LeadFile, FileChange) + Copy + Send + Sync + 'static,
    G: Fn() + Copy + Send + Sync + 'static,
{
    let toasts = use_toasts();
    let href = format!("/files/{}", file.id);
    let icon = match file.kind {
        kind if is_shown(kind, file.size) => {
            view! { <img class="size-8 rounded-sm object-cover bg-sunken" src=href.clone() alt="" loading="lazy" decoding="async" /> }
                .into_any()
        }
        FileKind::Picture => view! { <Icon name="eye" /> }.into_any(),
        FileKind::Sound => view! { <Icon name="headphones" /> }.into_any(),
        FileKind::Pdf | FileKind::Other => view! { <Icon name="file-text" /> }.into_any(),
    };
    // What browsers show opens beside the lead, what they do not is downloaded.
    let (target, download) = if file.kind == FileKind::Other { (None, Some("")) } else { (Some("_blank"), None) };
    let about = format!("{} · {} · ", length(file.size), file.by);
    let (id, name, at) = (file.id, file.name.clone(), file.at);
    let remove = StoredValue::new(file);
    let on_submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let file = remove.get_value();
        spawn_local(async move {
            if let Err(error) = mark_file(file.id, true).await {
                return toasts.error(format!("{} was not removed. {error}", file.name));
            }
            changed(file.clone(), FileChange::Removed);
            focus();
            toasts.offer_undo(format!("{} removed", file.name), move || {
                let file = file.clone();
                async move {
                    mark_file(file.id, false).await?;
                    changed(file, FileChange::Restored);
                    Ok(())
                }
            });
        });
    };
    view! {
        <li class="flex items-center gap-2.5 pl-2.5 pr-1 py-1.5" data-file=id.to_string()>
            <span class="grid place-content-center size-8 shrink-0 text-ink-muted">{icon}</span>
            <span class="min-w-0 flex-1">
                <a class="block truncate hover:underline" dir="auto" title=name.clone() href=href target=target rel="external noopener" download=download>
                    {name.clone()}
                </a>
                <span class="block text-xs text-ink-faint truncate">{about} <Ago at /></span>
            </span>
            {may_edit
                .then(|| {
                    view! {
                        <form method="post" action=MarkFile::url() on:submit=on_submit>
                            <input type="hidden" name="file" value=id.to_string() />
                            <input type="hidden" name="removed" value="true" />
                            <button class="btn btn-ghost btn-sm btn-icon" aria-label=format!("Remove {name}")>
                                <Icon name="trash-2" size=14 />
                            </button>
                        </form>
                    }
                })}
        </li>
    }
}

/// A file on its way: how far it has come, or why it did not arrive.
#[component]
pub fn OnItsWay(id: FileId, sending: Sending) -> impl IntoView {
    let files = sending.files.clone();
    let now = Memo::new(move |_| {
        files.with(|all| {
            let file = all.iter().find(|file| file.id == id)?;
            let (percent, failed) = match &file.stage {
                Stage::Waiting => (0, None),
                Stage::Sending(percent, _) => (*percent, None),
                Stage::Failed(why) => (0, Some(why.clone())),
            };
            Some((file.name.clone(), percent, failed, file.retriable))
        })
    });
    let name = now.with_untracked(|now| now.as_ref().map(|(name, ..)| name.clone()).unwrap_or_default());
    let failed = Memo::new(move |_| now.with(|now| now.as_ref().and_then(|(.., failed, _)| failed.clone())));
    let label = format!("{name}, sent so far");
    let percent = move || now.with(|now| now.as_ref().map_or(0, |(_, percent, ..)| *percent));
    let progress = move || {
        let label = label.clone();
        view! { <progress class="progress mt-1" max="100" aria-label=label prop:value=percent></progress> }
    };
    let (retry, drop) = (sending.clone(), sending);
    let again = move || {
        let retry = retry.clone();
        let wanted = failed.with(Option::is_some) && now.with(|now| now.as_ref().is_some_and(|(.., retriable)| *retriable));
        wanted.then(|| {
            view! {
                <button type="button" class="btn btn-sm" on:click=move |_| retry.retry(id)>
                    "Try again"
                </button>
            }
        })
    };
    let named = name.clone();
    let forget = move || if failed.with(Option::is_some) { format!("Dismiss {named}") } else { format!("Do not send {named}") };
    view! {
        <li class="flex items-center gap-2.5 pl-2.5 pr-1 py-1.5">
            <span class="grid place-content-center size-8 shrink-0 text-ink-muted">
                <Icon name="upload" />
            </span>
            <span class="min-w-0 flex-1">
                <span class="block truncate" dir="auto">{name}</span>
                <Show when=move || failed.with(Option::is_some) fallback=progress.clone()>
                    <span class="block text-xs text-danger-ink" role="alert">{move || failed.get()}</span>
                </Show>
            </span>
            {again}
            <button type="button" class="btn btn-ghost btn-sm btn-icon" aria-label=forget on:click=move |_| drop.drop(id)>
                <Icon name="x" size=14 />
            </button>
        </li>
    }
}
