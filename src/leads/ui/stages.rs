//! The stages of the board, as an admin arranges them. Plain forms, posted to their own page.

use super::glyph::StageGlyph;
use crate::accounts::ui::{
    outcome::{FormOutcome, use_outcome},
    {Panel, SettingsFrame, loaded},
};
use crate::leads::api::load_stages;
use crate::leads::model::{Outcome, Stage, StageTone};
use crate::route::use_query_map;
use crate::ui::{
    field::{Field, Select},
    icon::Icon,
};
use crate::wire::load;
use leptos::prelude::*;

/// The page at `/settings/stages`.
#[component]
pub fn StagesPage() -> impl IntoView {
    let outcome = use_outcome();
    let done = match use_query_map().get_untracked().get("done").as_deref() {
        Some("added") => Some("The stage is on every board."),
        Some("changed") => Some("The stage is changed on every board."),
        Some("moved") => Some("The stages stand in the new order."),
        Some("removed") => Some("The stage is gone; its leads stand where you said."),
        _ => None,
    };
    let stages = load(|| (), |()| load_stages());
    let error = outcome.error_beside(&["name", "probability", "wip_limit", "rot_days", "tone", "to"]);
    view! {
        <SettingsFrame here="/settings/stages" title="Stages" done=done.map(str::to_owned) error>
            {loaded(stages, "The stages are not shown", move |stages| {
                let outcome = outcome.clone();
                view! { <Stages stages outcome /> }.into_any()
            })}
        </SettingsFrame>
    }
}

#[component]
fn Stages(stages: Vec<Stage>, outcome: FormOutcome) -> impl IntoView {
    let adding = outcome.of("add");
    let rows = stages
        .iter()
        .enumerate()
        .map(|(at, stage)| {
            let like = |at: Option<usize>| {
                at.and_then(|at| stages.get(at)).is_some_and(|other| (other.outcome == Outcome::Open) == (stage.outcome == Outcome::Open))
            };
            let (left, right) = (like(at.checked_sub(1)), like(Some(at + 1)));
            let others =
                stages.iter().filter(|other| other.id != stage.id).map(|other| (other.id.to_string(), other.name.clone())).collect();
            view! { <StageRow stage=stage.clone() left right others outcome=outcome.clone() /> }
        })
        .collect_view();
    view! {
        <Panel title="Stages">
            <p class="text-xs text-ink-faint mb-1">"From left to right, as they stand on the board."</p>
            {rows}
        </Panel>
        <Panel title="Add a stage">
            <form class="flex flex-wrap items-start gap-3" method="post" action="/settings/stages">
                <input type="hidden" name="form" value="add" />
                <div class="flex-1 min-w-56">
                    <Field
                        name="name"
                        id="add-name"
                        label="Name"
                        value=adding.value("name")
                        placeholder="Site visit"
                        autocomplete="off"
                        error=adding.error_at("name")
                        required=true
                    />
                </div>
                <button class="btn btn-primary mt-6.5 max-sm:mt-0 max-sm:w-full">
                    <Icon name="plus" />
                    "Add stage"
                </button>
            </form>
        </Panel>
    }
}

/// What is decided about a stage, in one line.
fn rules(stage: &Stage) -> String {
    let mut rules = Vec::new();
    match stage.outcome {
        Outcome::Open => rules.push(format!("{} % likely", stage.probability)),
        Outcome::Won => rules.push("Deals end here as won".into()),
        Outcome::Lost => rules.push("Deals end here as lost".into()),
    }
    rules.extend(stage.wip_limit.map(|limit| format!("{limit} leads at most{}", if stage.wip_hard { ", no more let in" } else { "" })));
    rules.extend(stage.rot_days.map(|days| format!("marked after {days} {}", if days == 1 { "day" } else { "days" })));
    rules.join(" · ")
}

#[component]
fn StageRow(stage: Stage, left: bool, right: bool, others: Vec<(String, String)>, outcome: FormOutcome) -> impl IntoView {
    let (id, name) = (stage.id.to_string(), stage.name.clone());
    let (change, remove) = (outcome.of(&format!("change:{id}")), outcome.of(&format!("remove:{id}")));
    let failed = change.error.is_some() || remove.error.is_some();
    let shift = |way: &'static str, label: String, icon: &'static str, may: bool| {
        view! {
            <form method="post" action="/settings/stages">
                <input type="hidden" name="form" value=format!("{way}:{id}") />
                <button class="btn btn-ghost btn-icon btn-sm" aria-label=label disabled=!may>
                    <Icon name=icon size=14 />
                </button>
            </form>
        }
    };
    let tones = StageTone::ALL
        .iter()
        .map(|tone| {
            let word = tone.as_str();
            (word.to_owned(), format!("{}{}", word[..1].to_uppercase(), &word[1..]))
        })
        .collect();
    let number = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
    let open = (stage.outcome == Outcome::Open).then(|| {
        let hard = if change.error.is_some() { !change.value("wip_hard").is_empty() } else { stage.wip_hard };
        view! {
            <div class="grid grid-cols-1 sm:grid-cols-3 gap-3">
                <Field
                    name="probability"
                    id=format!("probability-{id}")
                    label="Likely to be won, %"
                    value=change.value_or("probability", &stage.probability.to_string())
                    autocomplete="off"
                    error=change.error_at("probability")
                    required=true
                />
                <Field
                    name="wip_limit"
                    id=format!("limit-{id}")
                    label="Leads at most"
                    value=change.value_or("wip_limit", &number(stage.wip_limit))
                    placeholder="No limit"
                    autocomplete="off"
                    error=change.error_at("wip_limit")
                />
                <Field
                    name="rot_days"
                    id=format!("rot-{id}")
                    label="Mark after days"
                    value=change.value_or("rot_days", &number(stage.rot_days))
                    placeholder="Never"
                    autocomplete="off"
                    error=change.error_at("rot_days")
                />
            </div>
            <label class="flex items-center gap-2">
                <input class="check" type="checkbox" name="wip_hard" value="on" checked=hard />
                "Let no more in than that. Otherwise the count turns amber, then red."
            </label>
        }
    });
    view! {
        <details class="group border-b border-line last:border-0" open=failed data-stage-rules=stage.slug.clone()>
            <summary class="flex items-center gap-2.5 min-h-11 rounded-sm hover:bg-hover px-1 -mx-1">
                <StageGlyph stage=&stage />
                <span class="flex-1 min-w-0 flex max-sm:flex-col sm:items-center sm:gap-3 max-sm:py-1.5">
                    <span class="font-medium truncate" title=name.clone()>
                        {name.clone()}
                    </span>
                    <span class="text-xs text-ink-faint sm:truncate sm:ml-auto">{rules(&stage)}</span>
                </span>
                <span class="flex text-ink-faint group-open:rotate-180">
                    <Icon name="chevron-down" size=14 />
                </span>
            </summary>
            <div class="pb-4 pt-1 flex flex-col gap-4">
                <form class="flex flex-col gap-3" method="post" action="/settings/stages" aria-label=format!("Change {name}")>
                    <input type="hidden" name="form" value=format!("change:{id}") />
                    <div class="grid grid-cols-1 sm:grid-cols-[1fr_160px] gap-3">
                        <Field
                            name="name"
                            id=format!("name-{id}")
                            label="Name"
                            value=change.value_or("name", &name)
                            autocomplete="off"
                            error=change.error_at("name")
                            required=true
                        />
                        <Select
                            name="tone"
                            id=format!("tone-{id}")
                            label="Colour"
                            options=tones
                            value=change.value_or("tone", stage.tone.as_str())
                            error=change.error_at("tone")
                        />
                    </div>
                    {open}
                    <div>
                        <button class="btn btn-primary" aria-label=format!("Save {name}")>
                            "Save"
                        </button>
                    </div>
                </form>
                <div class="flex flex-wrap items-end gap-3 border-t border-line pt-3">
                    {shift("left", format!("Move {name} to the left"), "arrow-left", left)}
                    {shift("right", format!("Move {name} to the right"), "arrow-right", right)}
                    <form
                        class="flex flex-wrap items-end gap-3 ml-auto"
                        method="post"
                        action="/settings/stages"
                        aria-label=format!("Remove {name}")
                    >
                        <input type="hidden" name="form" value=format!("remove:{id}") />
                        <div class="w-48">
                            <Select
                                name="to"
                                id=format!("to-{id}")
                                label="Its leads go to"
                                options=others
                                value=remove.value("to")
                                error=remove.error_at("to")
                            />
                        </div>
                        <button class="btn btn-danger" aria-label=format!("Remove {name}")>
                            <Icon name="trash-2" />
                            "Remove"
                        </button>
                    </form>
                </div>
            </div>
        </details>
    }
}
