//! One file of leads: its columns, what became of its rows, and what can be done next. Plain forms; while
//! rows are read the page asks again, with script or without.

use crate::accounts::ui::{
    Panel, SettingsFrame,
    outcome::{FormOutcome, use_outcome},
};
use crate::error::AppError;
use crate::leads::api::load_import;
use crate::leads::imports::{Column, Fate, Field, ImportPage as Import, ImportState, Rejected};
use crate::route::{use_params_map, use_query_map};
use crate::ui::{
    banner::{Banner, Tone},
    empty::Empty,
    field::Select,
    icon::Icon,
};
use crate::values::ImportId;
use crate::wire::load;
use leptos::prelude::*;
use std::time::Duration;

/// How often the page asks how far the rows have been read.
const ASK: Duration = Duration::from_millis(1500);

/// The page at `/leads/import/:id`.
#[component]
pub fn ImportPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let outcome = use_outcome();
    let asked = move || {
        let id = params.with(|params| params.get("id")).and_then(|id| id.parse::<ImportId>().ok());
        let fate = query.with(|query| query.get("show")).and_then(|fate| fate.parse().ok()).unwrap_or(Fate::Bad);
        let after = query.with(|query| query.get("after")).and_then(|line| line.parse().ok()).unwrap_or(0);
        (id, fate, after)
    };
    let import = load(asked, |(id, fate, after)| async move {
        match id {
            Some(id) => load_import(id, fate, after).await,
            // As for one that is not there, status and all.
            None => load_import(ImportId(uuid::Uuid::nil()), fate, after).await,
        }
    });
    let busy = move || import.with(|import| matches!(import, Some(Ok(import)) if import.row.state.busy()));
    Effect::new(move || {
        let again = set_interval_with_handle(
            move || {
                if busy() {
                    import.refetch();
                }
            },
            ASK,
        );
        on_cleanup(move || {
            if let Ok(again) = again {
                again.clear();
            }
        });
    });
    let error = outcome.error.as_ref().filter(|error| !error.field().is_some_and(|field| field.starts_with("column")));
    view! {
        <SettingsFrame here="/leads/import" title="Import leads" done=None error=error.map(ToString::to_string)>
            <Transition>{move || import.get().map(|import| body(import, asked().1, &outcome))}</Transition>
        </SettingsFrame>
    }
}

fn body(import: Result<Import, AppError>, fate: Fate, outcome: &FormOutcome) -> AnyView {
    let import = match import {
        Ok(import) => import,
        Err(error) => {
            return view! {
                <Empty title="This import is not shown" text=error.to_string()>
                    <a class="btn" href="/leads/import">
                        "All imports"
                    </a>
                </Empty>
            }
            .into_any();
        }
    };
    // Without script the browser asks again by itself.
    let ask_again =
        import.row.state.busy().then(|| view! { <noscript inner_html="<meta http-equiv=\"refresh\" content=\"2\">"></noscript> });
    view! {
        <p class="flex flex-wrap items-center gap-2">
            <a class="btn btn-ghost btn-sm" href="/leads/import">
                <Icon name="arrow-left" size=14 />
                "All imports"
            </a>
            <b class="wrap-anywhere">{import.row.file_name.clone()}</b>
        </p>
        {ask_again}
        {match import.row.state {
            ImportState::Receiving => view! { <Receiving import /> }.into_any(),
            ImportState::Mapping => view! { <Columns import outcome=outcome.of("check") /> }.into_any(),
            _ => view! { <Progress import fate /> }.into_any(),
        }}
    }
    .into_any()
}

/// A button that is a form of its own.
#[component]
fn Act(id: ImportId, form: &'static str, label: &'static str, #[prop(optional)] class: &'static str) -> impl IntoView {
    view! {
        <form class="max-sm:w-full" method="post" action=format!("/leads/import/{id}")>
            <input type="hidden" name="form" value=form />
            <button class=format!("btn max-sm:w-full {class}")>{label}</button>
        </form>
    }
}

#[component]
fn Receiving(import: Import) -> impl IntoView {
    let text = if import.stuck { "The file did not come in whole. Remove it and send it again." } else { "The file is coming in." };
    view! {
        <Panel title="Coming in">
            <p class="text-ink-muted mb-3" role="status">
                {text}
            </p>
            <Act id=import.row.id form="remove" label="Remove" />
        </Panel>
    }
}

/// What each column is.
#[component]
fn Columns(import: Import, outcome: FormOutcome) -> impl IntoView {
    let Import { row, header, samples, mapping, fields, .. } = import;
    let every = Field::ALL.iter().map(|field| (field.as_str().to_owned(), field.label().to_owned()));
    let options: Vec<(String, String)> = every.chain(fields.into_iter().map(|own| (own.id.to_string(), own.name))).collect();
    let columns = header
        .into_iter()
        .enumerate()
        .map(|(column, name)| {
            let field = format!("column{column}");
            let guessed = mapping.get(column).copied().unwrap_or(Column::Every(Field::Skip));
            let value = outcome.value_or(&field, &String::from(guessed));
            let name = if name.is_empty() { format!("Column {}", column + 1) } else { name };
            let first = samples.iter().filter_map(|row| row.get(column)).filter(|cell| !cell.is_empty()).take(3);
            let first = first.cloned().collect::<Vec<_>>().join(" · ");
            let hint = if first.is_empty() { "Empty in the first rows".to_owned() } else { first };
            view! { <Select name=field.clone() label=name options=options.clone() value hint error=outcome.error_at(&field) /> }
        })
        .collect_view();
    view! {
        <Panel title="What is in the columns?">
            {outcome.error_at("columns").map(|error| view! { <Banner tone=Tone::Danger>{error}</Banner> })}
            <form method="post" action=format!("/leads/import/{}", row.id)>
                <input type="hidden" name="form" value="check" />
                <div class="grid sm:grid-cols-2 gap-x-6 gap-y-4 pt-1">{columns}</div>
                <div class="flex flex-wrap gap-2 pt-4">
                    <button class="btn btn-primary max-sm:w-full">"Check every row"</button>
                </div>
            </form>
            <p class="text-xs text-ink-faint my-3">
                "Nothing is added yet. A row without a stage goes to the first one; owners are found by e-mail address or name."
            </p>
            <Act id=row.id form="remove" label="Remove the file" class="btn-ghost" />
        </Panel>
    }
}

/// How far the rows have been read, what became of them, and what can be done.
#[component]
fn Progress(import: Import, fate: Fate) -> impl IntoView {
    let Import { row, percent, stuck, rejected, next, .. } = import;
    let (id, state) = (row.id, row.state);
    let (title, will) = match state {
        ImportState::Checking => ("Checking every row", "can be added"),
        ImportState::Checked => ("Every row is checked", "can be added"),
        ImportState::Stopped => ("The import is stopped", "added"),
        ImportState::Done => ("The import is done", "added"),
        _ => ("Importing", "added"),
    };
    let figure = |number: i64, what: &'static str| {
        view! {
            <div class="min-w-28">
                <dd class="text-xl font-semibold num">{number}</dd>
                <dt class="text-xs text-ink-muted">{what}</dt>
            </div>
        }
    };
    let can_start = state == ImportState::Checked && row.added > 0;
    let acts = match state {
        ImportState::Checking => view! { <Act id form="columns" label="Stop and choose the columns again" /> }.into_any(),
        ImportState::Checked => view! {
            {can_start.then(|| view! { <Act id form="start" label="Import these leads" class="btn-primary" /> })}
            <Act id form="columns" label="Choose the columns again" />
            <Act id form="remove" label="Remove the file" class="btn-ghost" />
        }
        .into_any(),
        ImportState::Importing => view! { <Act id form="stop" label="Stop" class="btn-danger" /> }.into_any(),
        ImportState::Stopped => view! {
            <Act id form="go-on" label="Go on" class="btn-primary" />
            <Act id form="remove" label="Remove the file" class="btn-ghost" />
        }
        .into_any(),
        _ => view! {
            <a class="btn btn-primary max-sm:w-full" href="/board">
                "Go to the board"
            </a>
            <Act id form="remove" label="Remove the report" class="btn-ghost" />
        }
        .into_any(),
    };
    let any = row.bad + row.duplicates > 0;
    view! {
        <Panel title>
            {(percent < 100)
                .then(|| {
                    view! {
                        <progress class="progress mb-1" max="100" value=percent aria-label="Read of the file">
                            {format!("{percent} %")}
                        </progress>
                        <p class="text-xs text-ink-muted num mb-3" role="status">
                            {format!("{percent} % of the file read")}
                        </p>
                    }
                })}
            <dl class="flex flex-wrap gap-x-6 gap-y-3 mb-4">
                {figure(row.added, will)} {figure(row.duplicates, "there already")} {figure(row.bad, "bad")}
            </dl>
            {stuck
                .then(|| {
                    view! {
                        <div class="mb-3">
                            <p class="text-ink-muted mb-2">"No row has been read for a minute."</p>
                            <Act id form="go-on" label="Try again" />
                        </div>
                    }
                })}
            <div class="flex flex-wrap gap-2">{acts}</div>
        </Panel>
        {any.then(|| view! { <RejectedRows id fate counts=(row.bad, row.duplicates) rejected next done=!state.busy() /> })}
    }
}

/// The rows that make no lead, page by page.
#[component]
fn RejectedRows(id: ImportId, fate: Fate, counts: (i64, i64), rejected: Vec<Rejected>, next: Option<i64>, done: bool) -> impl IntoView {
    let tab = move |own: Fate, label: String| {
        let chosen = own == fate;
        let class = if chosen { "btn btn-sm bg-beam-soft! text-beam-ink!" } else { "btn btn-sm" };
        view! {
            <a class=class href=format!("/leads/import/{id}?show={own}") aria-current=chosen.then_some("true")>
                {label}
            </a>
        }
    };
    let rows = rejected
        .into_iter()
        .map(|Rejected { line, reason, cells }| {
            let says = cells.join(" · ");
            let says: String = says.chars().take(120).collect();
            view! {
                <li class="grid grid-cols-[72px_1fr] gap-3 py-2 border-b border-line last:border-0">
                    <span class="text-ink-muted num">{format!("Line {line}")}</span>
                    <span class="min-w-0">
                        <span class="block wrap-anywhere">{reason}</span>
                        <span class="block text-xs text-ink-muted truncate">{says}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <Panel title="Rows that make no lead">
            <div class="flex flex-wrap gap-2 mb-2">
                {tab(Fate::Bad, format!("Bad ({})", counts.0))} {tab(Fate::Duplicate, format!("There already ({})", counts.1))}
                {done
                    .then(|| {
                        view! {
                            <a
                                class="btn btn-sm btn-ghost sm:ml-auto"
                                href=format!("/leads/import/{id}/rejected.csv")
                                rel="external"
                                download="rejected.csv"
                            >
                                <Icon name="download" size=14 />
                                "Download as CSV"
                            </a>
                        }
                    })}
            </div>
            <ul>{rows}</ul>
            {next
                .map(|line| {
                    view! {
                        <a class="btn btn-sm mt-2" href=format!("/leads/import/{id}?show={fate}&after={line}")>
                            "Further rows"
                        </a>
                    }
                })}
        </Panel>
    }
}
