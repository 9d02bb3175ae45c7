//! The palette's list: leads by what is typed, and everything there is to do.

use super::commands::{Command, commands};
use super::host::Asking;
use super::{bold, place};
use crate::app::use_desk;
use crate::error::AppError;
use crate::route::use_navigate;
use crate::search::api::search;
use crate::search::model::Found;
use crate::ui::icon::Icon;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use std::time::Duration;

/// The server is asked when nothing was typed for so long.
const AFTER: Duration = Duration::from_millis(120);
/// So many leads are shown; the page has all.
const SHOWN: usize = 8;

/// One line of the list.
#[derive(Clone, PartialEq)]
struct Line {
    group: &'static str,
    href: String,
    icon: &'static str,
    label: String,
    beside: String,
    end: String,
    keys: &'static [&'static str],
}

fn command(command: Command) -> Line {
    let Command { label, icon, keys, href, .. } = command;
    Line { group: "Go to", href, icon, label, beside: String::new(), end: String::new(), keys }
}

/// The leads that were found, and the way to more.
fn leads(found: &Found, typed: &str) -> Vec<Line> {
    let shown = found.hits.iter().take(SHOWN).map(|hit| Line {
        group: "Leads",
        href: hit.address(),
        icon: if hit.excerpt.is_empty() { "user-round" } else { "message-square-text" },
        label: hit.name.clone(),
        beside: if hit.excerpt.is_empty() { hit.organisation.clone() } else { format!("{}: {}", place(hit), hit.excerpt) },
        end: hit.stage.clone(),
        keys: &[],
    });
    let all = (found.hits.len() > SHOWN).then(|| Line {
        group: "Leads",
        href: format!("/search?q={}", js_sys::encode_uri_component(typed)),
        icon: "search",
        label: format!("All {}{} leads", found.hits.len(), if found.more { "+" } else { "" }),
        beside: String::new(),
        end: String::new(),
        keys: &[],
    });
    shown.chain(all).collect()
}

/// The list, below the field.
#[component]
pub fn Palette() -> impl IntoView {
    let Asking { open, typed, chosen, on_key } = expect_context();
    let desk = use_desk();
    let navigate = use_navigate();
    // What the server said last, and to what.
    let answer = RwSignal::new(None::<(String, Result<Found, AppError>)>);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    // Enter was pressed while the answer was on its way.
    let waits = StoredValue::new(false);
    let all = desk.with_untracked(commands);
    let lines = Memo::new(move |_| {
        let typed = typed.get();
        let typed = typed.trim();
        let found = answer.with(|answer| match answer {
            // Until the answer to this comes, that to its beginning stands.
            Some((to, Ok(found))) if !typed.is_empty() && typed.starts_with(to.as_str()) => leads(found, typed),
            _ => Vec::new(),
        });
        found.into_iter().chain(all.iter().filter(|command| command.fits(typed)).cloned().map(self::command)).collect::<Vec<_>>()
    });
    let run = Callback::new(move |href: String| {
        open.set(false);
        // The board makes its form when it is loaded.
        if href.starts_with("/board?") {
            let _ = window().location().assign(&href);
        } else {
            navigate.to(&href);
        }
    });
    let settled = move || {
        typed.with(|typed| answer.with(|answer| typed.trim().is_empty() || answer.as_ref().is_some_and(|(to, _)| to == typed.trim())))
    };
    let ask = move |words: String| {
        leptos::task::spawn_local(async move {
            let found = search(words.clone()).await;
            // Closed meanwhile, or more was typed: nobody waits for this any more.
            if typed.try_with_untracked(|typed| typed.trim() == words) == Some(true)
                && let Some(kept) = lines.try_with_untracked(|lines| lines.get(chosen.get_untracked()).map(|line| line.href.clone()))
            {
                // Who has walked to a line stays on it.
                let walked = chosen.get_untracked() > 0;
                answer.set(Some((words, found)));
                let now = lines.with_untracked(|lines| lines.iter().position(|line| Some(&line.href) == kept.as_ref()));
                chosen.set(now.filter(|_| walked).unwrap_or(0));
                // Enter was pressed before there was anything to open.
                if waits.try_update_value(std::mem::take) == Some(true)
                    && let Some(first) = lines.with_untracked(|lines| lines.first().map(|line| line.href.clone()))
                {
                    run.run(first);
                }
            }
        });
    };
    Effect::new(move || {
        let words = typed.with(|typed| typed.trim().to_owned());
        if let Some(earlier) = waiting.try_update_value(Option::take).flatten() {
            earlier.clear();
        }
        chosen.set(0);
        waits.set_value(false);
        if !words.is_empty() {
            waiting.set_value(set_timeout_with_handle(move || ask(words), AFTER).ok());
        }
    });
    on_key.set_value(Some(Callback::new(move |event: KeyboardEvent| {
        let count = lines.with(Vec::len);
        let step = match event.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => count.saturating_sub(1),
            "Enter" if !event.is_composing() => {
                event.prevent_default();
                // Of an older answer nothing is opened: it may be somebody else by now.
                let stale = !settled() && lines.with(|lines| lines.get(chosen.get_untracked()).is_none_or(|line| line.group == "Leads"));
                if stale {
                    waits.set_value(true);
                } else if let Some(href) = lines.with(|lines| lines.get(chosen.get_untracked()).map(|line| line.href.clone())) {
                    run.run(href);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if count > 0 {
            chosen.update(|at| *at = (*at + step) % count);
            if let Some(line) = document().get_element_by_id(&format!("found-{}", chosen.get_untracked())) {
                let nearest = web_sys::ScrollIntoViewOptions::new();
                nearest.set_block(web_sys::ScrollLogicalPosition::Nearest);
                line.scroll_into_view_with_scroll_into_view_options(&nearest);
            }
        }
    })));
    on_cleanup(move || {
        on_key.try_set_value(None);
    });
    let said = move || {
        if !settled() {
            return "Looking…".to_owned();
        }
        match (
            answer.with(|answer| answer.as_ref().and_then(|(_, found)| found.as_ref().err().map(ToString::to_string))),
            lines.with(Vec::len),
        ) {
            (Some(failed), _) => failed,
            (None, 1) => "1 result".to_owned(),
            (None, count) => format!("{count} results"),
        }
    };
    view! {
        <div id="found" role="listbox" aria-label="Results" class="p-2 max-h-[min(470px,60dvh)] overflow-y-auto" aria-busy=move || (!settled()).to_string()>
            {move || {
                let typed = typed.get();
                let lines = lines.get();
                let groups = lines.chunk_by(|a, b| a.group == b.group).map(<[Line]>::to_vec).collect::<Vec<_>>();
                let mut at = 0;
                groups
                    .into_iter()
                    .map(|group| {
                        let name = group.first().map_or("", |line| line.group);
                        let lines = group
                            .into_iter()
                            .map(|line| {
                                at += 1;
                                view! { <Option at=at - 1 line typed=typed.clone() chosen run /> }
                            })
                            .collect_view();
                        view! {
                            <div role="group" aria-label=name>
                                <div class="rule-label px-3 pt-1.5 pb-1" aria-hidden="true">
                                    {name}
                                </div>
                                {lines}
                            </div>
                        }
                    })
                    .collect_view()
            }}
            {move || {
                (settled() && lines.with(Vec::is_empty)).then(|| view! { <p class="px-3 py-6 text-center text-ink-muted">"Nobody is called so, and nobody said it."</p> })
            }}
        </div>
        <div class="flex items-center gap-4 px-4 h-10 border-t border-line bg-sunken text-xs text-ink-faint">
            <span class="max-md:hidden flex items-center gap-1.5" aria-hidden="true">
                <kbd class="kbd">"↑"</kbd>
                <kbd class="kbd">"↓"</kbd>
                "choose"
            </span>
            <span class="max-md:hidden flex items-center gap-1.5" aria-hidden="true">
                <kbd class="kbd">"↵"</kbd>
                "open"
            </span>
            <span class="ml-auto truncate" role="status">
                {said}
            </span>
        </div>
    }
}

#[component]
fn Option(at: usize, line: Line, typed: String, chosen: RwSignal<usize>, run: Callback<String>) -> impl IntoView {
    let Line { href, icon, label, beside, end, keys, .. } = line;
    view! {
        <div
            role="option"
            id=format!("found-{at}")
            aria-selected=move || (chosen.get() == at).to_string()
            class="palette-line"
            on:mousemove=move |_| {
                if chosen.get_untracked() != at {
                    chosen.set(at);
                }
            }
            on:click=move |_| run.run(href.clone())
        >
            <span class="grid place-content-center w-6 shrink-0 text-ink-muted">
                <Icon name=icon />
            </span>
            <span class="truncate shrink-0 max-w-[60%]">{bold(&label, &typed)}</span>
            <span class="text-ink-faint truncate">{bold(&beside, &typed)}</span>
            <span class="ml-auto flex items-center gap-2 text-xs text-ink-faint shrink-0">
                {end}
                {keys.iter().map(|key| view! { <kbd class="kbd">{*key}</kbd> }).collect_view()}
            </span>
        </div>
    }
}
