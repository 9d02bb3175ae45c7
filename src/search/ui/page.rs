//! `/search?q=`: all that was found, also without script.

use super::{bold, place};
use crate::route::{Title, use_query_map};
use crate::search::api::search;
use crate::search::model::{Found, Hit, LONGEST};
use crate::ui::empty::{Empty, Hint};
use crate::ui::marks::Ago;
use crate::ui::shell::PageBar;
use crate::wire::load;
use leptos::prelude::*;

/// The page.
#[component]
pub fn SearchPage() -> impl IntoView {
    let query = use_query_map();
    let typed = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let found = load(move || typed.get(), search);
    view! {
        <Title text="Search" />
        <PageBar title="Search" />
        <div class="flex-1 overflow-y-auto px-4 pb-6">
            <form role="search" method="get" action="/search" class="flex gap-2 max-w-2xl mb-4">
                <input
                    type="search"
                    name="q"
                    class="field flex-1"
                    aria-label="Find leads"
                    placeholder="A name, or words of a note or message"
                    maxlength=LONGEST.to_string()
                    value=typed
                    autofocus=typed.with_untracked(String::is_empty)
                />
                <button class="btn btn-primary">"Search"</button>
            </form>
            <Transition fallback=|| view! { <p class="text-ink-faint">"Looking…"</p> }>
                {move || Suspend::new(async move {
                    let found = found.await;
                    let typed = typed.get_untracked();
                    match found {
                        Ok(found) => view! { <Results found typed /> }.into_any(),
                        Err(error) => view! { <Empty title="The search failed" text=error.to_string() hint=Hint::Search /> }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Results(found: Found, typed: String) -> impl IntoView {
    if typed.trim().is_empty() {
        let text = "Every word is looked for, or the beginning of one, in names, addresses, notes and messages. What stands in \"quotes\" is looked for as it stands.";
        return view! { <p class="max-w-2xl text-ink-muted">{text}</p> }.into_any();
    }
    if found.hits.is_empty() {
        let title = format!("Nothing found for “{}”", typed.trim());
        return view! { <Empty title text="Among the leads in your reach nobody is called so, and no note or message says it." hint=Hint::Search /> }
            .into_any();
    }
    let count = match (found.hits.len(), found.more) {
        (1, _) => "1 lead".to_owned(),
        (count, false) => format!("{count} leads"),
        (count, true) => format!("The first {count} leads. Add a word to narrow them."),
    };
    view! {
        <p class="mb-2 text-ink-muted" role="status">
            {count}
        </p>
        <ol class="max-w-2xl flex flex-col gap-px">
            {found.hits.into_iter().map(|hit| view! { <Result hit typed=typed.clone() /> }).collect_view()}
        </ol>
    }
    .into_any()
}

#[component]
fn Result(hit: Hit, typed: String) -> impl IntoView {
    let words = (!hit.excerpt.is_empty()).then(|| {
        view! {
            <span class="block text-ink-muted wrap-anywhere">
                <span class="text-ink-faint">{place(&hit)} ": "</span>
                {bold(&hit.excerpt, &typed)}
            </span>
        }
    });
    view! {
        <li>
            <a class="block px-3 py-2.5 -mx-3 rounded-md hover:bg-hover" href=hit.address()>
                <span class="flex items-baseline gap-2">
                    <span class="font-medium truncate">{bold(&hit.name, &typed)}</span>
                    <span class="text-ink-muted truncate">{bold(&hit.organisation, &typed)}</span>
                    <span class="ml-auto shrink-0 text-xs text-ink-faint">{hit.stage.clone()} " · " <Ago at=hit.at /></span>
                </span>
                {words}
            </a>
        </li>
    }
}
