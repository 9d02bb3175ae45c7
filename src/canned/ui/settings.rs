//! The page on which the team keeps its canned replies. Plain forms, posted to the page itself.

use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::canned::api::load_canned;
use crate::canned::model::{Blank, CannedReply};
use crate::route::use_query_map;
use crate::ui::{
    field::{Field, TextArea},
    icon::Icon,
};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/replies`.
#[component]
pub fn CannedRepliesPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("added") => Some("The reply is kept. Type its name behind a slash where you write to a visitor."),
        Some("changed") => Some("The reply is changed for everybody."),
        Some("removed") => Some("The reply is removed."),
        _ => None,
    };
    let replies = load(|| (), |()| load_canned());
    let error = outcome.error_beside(&["name", "body"]);
    view! {
        <SettingsFrame here="/settings/replies" title="Canned replies" done=done.map(str::to_owned) error>
            {loaded(replies, "The replies are not shown", move |replies| {
                let outcome = outcome.clone();
                view! { <Replies replies outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Replies(replies: Vec<CannedReply>, outcome: FormOutcome) -> impl IntoView {
    let adding = outcome.of("add");
    let none = replies.is_empty();
    let rows = replies.into_iter().map(|reply| view! { <Reply reply outcome=outcome.clone() /> }).collect_view();
    let blanks = Blank::ALL
        .iter()
        .map(|blank| {
            view! {
                <div class="flex flex-wrap gap-x-3">
                    <dt class="sm:w-40 shrink-0">
                        <code>{format!("{{{{{blank}}}}}")}</code>
                    </dt>
                    <dd class="text-ink-muted">{blank.meaning()}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <Panel title="What you write again and again">
            <p class="text-xs text-ink-faint mb-1">
                "Everyone who writes to visitors has them: a slash and the name, such as /price-list, puts the text into the message."
            </p>
            {none.then(|| view! { <p class="text-ink-muted py-2">"None yet. Add the first below, such as “hello” or “price-list”."</p> })}
            {rows}
        </Panel>
        <Panel title="Add a reply">
            <form class="flex flex-col gap-3" method="post" action="/settings/replies">
                <input type="hidden" name="form" value="add" />
                <Field
                    name="name"
                    id="add-name"
                    label="Name"
                    value=adding.value("name")
                    placeholder="price-list"
                    autocomplete="off"
                    error=adding.error_at("name")
                    required=true
                />
                <TextArea
                    name="body"
                    id="add-body"
                    label="Text"
                    rows=5
                    value=adding.value("body")
                    placeholder="Hi {{first_name|there}}, our price list is attached."
                    error=adding.error_at("body")
                    required=true
                />
                <div>
                    <button class="btn btn-primary max-sm:w-full">
                        <Icon name="plus" />
                        "Add reply"
                    </button>
                </div>
            </form>
        </Panel>
        <Panel title="Blanks">
            <p class="text-ink-muted mb-2">
                "A blank is filled in where the reply is used. What stands behind a bar is used where nothing is known: " <code>"{{first_name|there}}"</code>
                ". A message with a blank that is still empty cannot be sent."
            </p>
            <dl class="flex flex-col gap-1">{blanks}</dl>
        </Panel>
    }
}

#[component]
fn Reply(reply: CannedReply, outcome: FormOutcome) -> impl IntoView {
    let CannedReply { id, name, body, version } = reply;
    let change = outcome.of(&format!("change:{id}"));
    let failed = change.error.is_some();
    view! {
        <details class="group border-b border-line last:border-0" open=failed data-reply=name.clone()>
            <summary class="flex items-center gap-2.5 min-h-11 rounded-sm hover:bg-hover px-1 -mx-1">
                <span class="flex-1 min-w-0 flex max-sm:flex-col sm:items-center sm:gap-3 max-sm:py-1.5">
                    <span class="font-medium truncate sm:w-40 shrink-0" title=name.clone()>
                        {format!("/{name}")}
                    </span>
                    <span class="text-xs text-ink-faint truncate min-w-0" title=body.clone()>
                        {body.clone()}
                    </span>
                </span>
                <span class="flex text-ink-faint group-open:rotate-180">
                    <Icon name="chevron-down" size=14 />
                </span>
            </summary>
            <div class="pb-4 pt-1 flex flex-col gap-4">
                <form class="flex flex-col gap-3" method="post" action="/settings/replies" aria-label=format!("Change {name}")>
                    <input type="hidden" name="form" value=format!("change:{id}") />
                    // Whoever is refused has read what it is now: the next try is meant.
                    <input type="hidden" name="version" value=version />
                    <Field
                        name="name"
                        id=format!("name-{id}")
                        label="Name"
                        value=change.value_or("name", &name)
                        autocomplete="off"
                        error=change.error_at("name")
                        required=true
                    />
                    <TextArea
                        name="body"
                        id=format!("body-{id}")
                        label="Text"
                        rows=5
                        value=change.value_or("body", &body)
                        error=change.error_at("body")
                        required=true
                    />
                    <div>
                        <button class="btn btn-primary" aria-label=format!("Save {name}")>
                            "Save"
                        </button>
                    </div>
                </form>
                <form class="border-t border-line pt-3 flex" method="post" action="/settings/replies">
                    <input type="hidden" name="form" value=format!("remove:{id}") />
                    <button class="btn btn-danger ml-auto" aria-label=format!("Remove {name}")>
                        <Icon name="trash-2" />
                        "Remove"
                    </button>
                </form>
            </div>
        </details>
    }
}
