//! The company's own fields of leads, as an admin arranges them. Plain forms, posted to their own page.

use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::leads::api::load_fields;
use crate::leads::fields::{CustomField, FieldKind};
use crate::route::use_query_map;
use crate::ui::{
    field::{Field, Select, TextArea},
    icon::Icon,
};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/fields`.
#[component]
pub fn FieldsPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("added") => Some("The field stands on every lead."),
        Some("changed") => Some("The field is changed on every lead."),
        Some("moved") => Some("The fields stand in the new order."),
        Some("away") => Some("The field is put away. What was written in it is kept."),
        Some("back") => Some("The field stands on every lead again, with what was written in it."),
        _ => None,
    };
    let fields = load(|| (), |()| load_fields());
    let error = outcome.error_beside(&["name", "kind", "choices"]);
    view! {
        <SettingsFrame here="/settings/fields" title="Lead fields" done=done.map(str::to_owned) error>
            {loaded(fields, "The fields are not shown", move |fields| {
                let outcome = outcome.clone();
                view! { <Fields fields outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Fields(fields: Vec<CustomField>, outcome: FormOutcome) -> impl IntoView {
    let adding = outcome.of("add");
    let (away, used): (Vec<_>, Vec<_>) = fields.into_iter().partition(|field| field.away);
    let last = used.len().saturating_sub(1);
    let none = used.is_empty();
    let rows = used
        .into_iter()
        .enumerate()
        .map(|(at, field)| view! { <FieldRow field first=at == 0 last=at == last outcome=outcome.clone() /> })
        .collect_view();
    let kinds = FieldKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind.label().to_owned())).collect();
    view! {
        <Panel title="Your own fields">
            <p class="text-xs text-ink-faint mb-1">
                "What you want to know of every lead beside name, company, value and how to reach them. They stand on the lead in this order."
            </p>
            {none.then(|| view! { <p class="text-ink-muted py-2">"None yet. Add the first below, such as “Roof area” or “Renewal date”."</p> })}
            {rows}
        </Panel>
        <Panel title="Add a field">
            <form class="flex flex-col gap-3" method="post" action="/settings/fields">
                <input type="hidden" name="form" value="add" />
                <div class="grid grid-cols-1 sm:grid-cols-[1fr_200px] gap-3 items-start">
                    <Field
                        name="name"
                        id="add-name"
                        label="Name"
                        value=adding.value("name")
                        placeholder="Roof area"
                        autocomplete="off"
                        error=adding.error_at("name")
                        required=true
                    />
                    <Select name="kind" id="add-kind" label="What stands in it" options=kinds value=adding.value("kind") error=adding.error_at("kind") />
                </div>
                <TextArea
                    name="choices"
                    id="add-choices"
                    label="Choices"
                    rows=3
                    value=adding.value("choices")
                    hint="One on each line; only for a choice of a list."
                    error=adding.error_at("choices")
                />
                <div>
                    <button class="btn btn-primary max-sm:w-full">
                        <Icon name="plus" />
                        "Add field"
                    </button>
                </div>
            </form>
        </Panel>
        {(!away.is_empty())
            .then(|| {
                let rows = away
                    .into_iter()
                    .map(|field| {
                        view! {
                            <div class="flex items-center gap-3 min-h-11 border-b border-line last:border-0">
                                <span class="flex-1 min-w-0 truncate" title=field.name.clone()>
                                    {field.name.clone()}
                                </span>
                                <span class="text-xs text-ink-faint">{field.kind.label()}</span>
                                <form method="post" action="/settings/fields">
                                    <input type="hidden" name="form" value=format!("back:{}", field.id) />
                                    <button class="btn btn-sm" aria-label=format!("Bring back {}", field.name)>
                                        <Icon name="undo-2" size=14 />
                                        "Bring back"
                                    </button>
                                </form>
                            </div>
                        }
                    })
                    .collect_view();
                view! { <Panel title="Put away">{rows}</Panel> }
            })}
    }
}

#[component]
fn FieldRow(field: CustomField, first: bool, last: bool, outcome: FormOutcome) -> impl IntoView {
    let (id, name) = (field.id.to_string(), field.name.clone());
    let change = outcome.of(&format!("change:{id}"));
    let failed = change.error.is_some();
    let small = |verb: &'static str, label: String, icon: &'static str, may: bool| {
        view! {
            <form method="post" action="/settings/fields">
                <input type="hidden" name="form" value=format!("{verb}:{id}") />
                <button class="btn btn-ghost btn-icon btn-sm" aria-label=label disabled=!may>
                    <Icon name=icon size=14 />
                </button>
            </form>
        }
    };
    let choices = (field.kind == FieldKind::Choice).then(|| {
        view! {
            <TextArea
                name="choices"
                id=format!("choices-{id}")
                label="Choices"
                rows=5
                value=change.value_or("choices", &field.choices.join("\n"))
                hint="One on each line. Where one that you take out was chosen, it stays."
                error=change.error_at("choices")
            />
        }
    });
    let summary = match field.kind {
        FieldKind::Choice => field.choices.join(", "),
        kind => kind.label().to_owned(),
    };
    view! {
        <details class="group border-b border-line last:border-0" open=failed data-field=field.slug.clone()>
            <summary class="flex items-center gap-2.5 min-h-11 rounded-sm hover:bg-hover px-1 -mx-1">
                <span class="flex-1 min-w-0 flex max-sm:flex-col sm:items-center sm:gap-3 max-sm:py-1.5">
                    <span class="font-medium truncate" title=name.clone()>
                        {name.clone()}
                    </span>
                    <span class="text-xs text-ink-faint truncate min-w-0 sm:ml-auto" title=summary.clone()>
                        {summary.clone()}
                    </span>
                </span>
                <span class="flex text-ink-faint group-open:rotate-180">
                    <Icon name="chevron-down" size=14 />
                </span>
            </summary>
            <div class="pb-4 pt-1 flex flex-col gap-4">
                <form class="flex flex-col gap-3" method="post" action="/settings/fields" aria-label=format!("Change {name}")>
                    <input type="hidden" name="form" value=format!("change:{id}") />
                    <Field
                        name="name"
                        id=format!("name-{id}")
                        label="Name"
                        value=change.value_or("name", &name)
                        hint=format!("Other programs call it {}.", field.slug)
                        autocomplete="off"
                        error=change.error_at("name")
                        required=true
                    />
                    {choices}
                    <div>
                        <button class="btn btn-primary" aria-label=format!("Save {name}")>
                            "Save"
                        </button>
                    </div>
                </form>
                <div class="flex flex-wrap items-center gap-3 border-t border-line pt-3">
                    {small("up", format!("Move {name} up"), "chevron-up", !first)}
                    {small("down", format!("Move {name} down"), "chevron-down", !last)}
                    <form class="ml-auto" method="post" action="/settings/fields">
                        <input type="hidden" name="form" value=format!("away:{id}") />
                        <button class="btn" aria-label=format!("Put away {name}")>
                            <Icon name="archive" />
                            "Put away"
                        </button>
                    </form>
                </div>
            </div>
        </details>
    }
}
