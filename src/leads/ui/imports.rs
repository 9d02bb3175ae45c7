//! Bringing leads in with a file: the page that takes it, and the list of those that came.

use crate::accounts::ui::{Panel, SettingsFrame, loaded, outcome::use_outcome};
use crate::leads::api::load_imports;
use crate::leads::imports::{ImportRow, ImportState};
use crate::route::use_query_map;
use crate::ui::{field::FileField, icon::Icon, marks::Ago};
use crate::values::ImportId;
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/leads/import`.
#[component]
pub fn ImportsPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = (use_query_map().get_untracked().get("done").as_deref() == Some("removed"))
        .then(|| "The import is removed. Leads that it made stay.".to_owned());
    let (error, wrong) = (outcome.error_beside(&["file"]), outcome.error_at("file"));
    let imports = load(|| (), |()| load_imports());
    view! {
        <SettingsFrame here="/leads/import" title="Import leads" done error>
            {loaded(imports, "You cannot import leads", move |rows| {
                let wrong = wrong.clone();
                view! { <Imports rows wrong /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Imports(rows: Vec<ImportRow>, wrong: Option<String>) -> impl IntoView {
    let none = rows.is_empty().then(|| view! { <p class="text-ink-muted">"No file was brought in yet."</p> });
    view! {
        <Panel title="Import leads from a file">
            <form class="flex flex-col gap-3" method="post" action="/leads/import" enctype="multipart/form-data">
                // In front of the file: sent twice, the form makes one import.
                <input type="hidden" name="import" value=ImportId::new().to_string() />
                <FileField
                    name="file"
                    label="CSV file"
                    accept=".csv,.tsv,.txt,text/csv"
                    hint="Up to 50 MB. The first line names the columns; commas, semicolons or tabs part them."
                    error=wrong
                />
                <p class="text-ink-muted">
                    "You choose what each column is, and every row is checked, before anything is added. Whoever has the e-mail address or the telephone number of a lead that is there already is passed over."
                </p>
                <div>
                    <button class="btn btn-primary max-sm:w-full">
                        <Icon name="upload" />
                        "Send the file"
                    </button>
                </div>
            </form>
        </Panel>
        <Panel title="Files">{none} {rows.into_iter().map(|row| view! { <FileRow row /> }).collect_view()}</Panel>
    }
}

#[component]
fn FileRow(row: ImportRow) -> impl IntoView {
    let ImportRow { id, file_name, state, made_by, created_at, added, duplicates, bad } = row;
    let came = matches!(state, ImportState::Importing | ImportState::Stopped | ImportState::Done);
    let counts = came.then(|| format!("{added} added, {duplicates} there already, {bad} bad. "));
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 border-b border-line last:border-0">
            <span class="flex-1 min-w-48">
                <a class="block font-medium wrap-anywhere hover:underline" href=format!("/leads/import/{id}")>
                    {file_name}
                </a>
                <span class="block text-xs text-ink-muted num">{counts} {format!("By {made_by}, ")} <Ago at=created_at /></span>
            </span>
            <span class=if state == ImportState::Done { "tag tag-positive" } else { "tag" }>{state.label()}</span>
        </div>
    }
}
