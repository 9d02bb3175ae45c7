//! Keys for other programs.
use super::{
    outcome::{FormOutcome, use_outcome},
    settings::{Panel, SettingsFrame, loaded},
};
use crate::accounts::api::load_keys;
use crate::accounts::model::ApiKeyRow;
use crate::route::use_query_map;
use crate::ui::{field::Field, icon::Icon, marks::Ago};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/keys`.
#[component]
pub fn KeysPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = (use_query_map().get_untracked().get("done").as_deref() == Some("revoked"))
        .then(|| "The key is withdrawn. Nothing that is sent with it counts any more.".to_owned());
    let error = outcome.error_beside(&["name"]);
    let keys = load(|| (), |()| load_keys());
    view! {
        <SettingsFrame here="/settings/keys" title="API keys" done error>
            {loaded(keys, "The keys are not shown", move |keys| {
                let outcome = outcome.clone();
                view! { <Keys keys outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Keys(keys: Vec<ApiKeyRow>, outcome: FormOutcome) -> impl IntoView {
    let made = outcome.notice.is_some();
    let name = if made { String::new() } else { outcome.value("name") };
    let none = keys.is_empty().then(|| view! { <p class="text-ink-muted">"No key is in use."</p> });
    view! {
        <Panel title="Make a key">
            {made
                .then(|| {
                    view! {
                        <div class="mb-4 p-3 rounded-md bg-positive-soft">
                            <label class="block font-medium mb-1" for="made-key">
                                {format!("The key for {}. It is shown this once:", outcome.value("name"))}
                            </label>
                            <input id="made-key" class="field font-mono" readonly value=outcome.value("key") />
                        </div>
                    }
                })}
            <form class="flex flex-wrap items-start gap-3" method="post" action="/settings/keys">
                <input type="hidden" name="form" value="make" />
                <div class="flex-1 min-w-56">
                    <Field
                        name="name"
                        label="For which program"
                        value=name
                        placeholder="Website form"
                        autocomplete="off"
                        error=outcome.error_at("name")
                        required=true
                    />
                </div>
                <button class="btn btn-primary mt-6.5 max-sm:mt-0 max-sm:w-full">
                    <Icon name="plus" />
                    "Make key"
                </button>
            </form>
            <p class="text-xs text-ink-faint mt-3">
                "Whoever has a key can read, add, change and move every lead of the company, and write notes and tasks. It is sent as "
                <code>"Authorization: Bearer spk_…"</code> ". What can be asked is described at "
                <a class="underline" href="/api/v1/openapi.json" rel="external">
                    "/api/v1/openapi.json"
                </a> "."
            </p>
        </Panel>
        <Panel title="Keys in use">{none} {keys.into_iter().map(|row| view! { <KeyRow row /> }).collect_view()}</Panel>
    }
}

#[component]
fn KeyRow(row: ApiKeyRow) -> impl IntoView {
    let ApiKeyRow { id, name, hint, made_by, created_at, last_used_at } = row;
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1 py-2 border-b border-line last:border-0">
            <span class="flex-1 min-w-48">
                <span class="block font-medium wrap-anywhere">{name.clone()} " " <code class="text-ink-faint">"…" {hint}</code></span>
                <span class="block text-xs text-ink-muted">
                    {format!("Made by {made_by}, ")} <Ago at=created_at />
                    {match last_used_at {
                        Some(at) => view! { ". Last used " <Ago at /> }.into_any(),
                        None => ". Never used".into_any(),
                    }}
                </span>
            </span>
            <form method="post" action="/settings/keys">
                <input type="hidden" name="form" value="revoke" />
                <input type="hidden" name="key" value=id.to_string() />
                <button class="btn btn-sm btn-danger" aria-label=format!("Withdraw the key for {name}")>
                    "Withdraw"
                </button>
            </form>
        </div>
    }
}
