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
        Some("pipeline-added") => Some("The pipeline is there, with the usual stages."),
        Some("pipeline-renamed") => Some("The pipeline has its new name."),
        Some("pipeline-moved") => Some("The pipelines stand in the new order."),
        Some("pipeline-removed") => Some("The pipeline is gone; its leads stand where you said."),
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
    let adding = outcome.of("add-pipeline");
    let number = Stage::pipelines(&stages).count();
    let all: Vec<(String, String)> =
        Stage::pipelines(&stages).map(|stage| (stage.pipeline.to_string(), stage.pipeline_name.clone())).collect();
    let pipelines = Stage::by_pipeline(&stages)
        .enumerate()
        .map(|(place, own)| {
            let others = all.iter().filter(|(id, _)| *id != own[0].pipeline.to_string()).cloned().collect();
            let (up, down) = (place > 0, place + 1 < number);
            view! { <Pipeline stages=own.to_vec() all=stages.clone() others up down outcome=outcome.clone() /> }
        })
        .collect_view();
    view! {
        {pipelines}
        <Panel title="Add a pipeline">
            <p class="text-xs text-ink-faint mb-3">
                "Another way that leads go, such as renewals or partners. It begins with the usual stages; a lead can go over from any other."
            </p>
            <NameForm
                form="add-pipeline".into()
                label="Name"
                value=adding.value("name")
                placeholder="Renewals"
                error=adding.error_at("name")
                button="Add pipeline"
            />
        </Panel>
    }
}

/// A form with a name, and one button.
#[component]
fn NameForm(
    form: String,
    label: &'static str,
    value: String,
    placeholder: &'static str,
    error: Option<String>,
    button: &'static str,
) -> impl IntoView {
    let id = form.replace(':', "-");
    view! {
        <form class="flex flex-wrap items-start gap-3" method="post" action="/settings/stages">
            <input type="hidden" name="form" value=form />
            <div class="flex-1 min-w-56">
                <Field name="name" id label value placeholder autocomplete="off" error required=true />
            </div>
            <button class="btn mt-6.5 max-sm:mt-0 max-sm:w-full">{button}</button>
        </form>
    }
}

/// One pipeline: its stages, and what can be done with it as a whole.
#[component]
fn Pipeline(
    stages: Vec<Stage>,
    all: Vec<Stage>,
    others: Vec<(String, String)>,
    up: bool,
    down: bool,
    outcome: FormOutcome,
) -> impl IntoView {
    let (id, name) = (stages[0].pipeline.to_string(), stages[0].pipeline_name.clone());
    let rows = stages
        .iter()
        .enumerate()
        .map(|(at, stage)| {
            let like = |at: Option<usize>| {
                at.and_then(|at| stages.get(at)).is_some_and(|other| (other.outcome == Outcome::Open) == (stage.outcome == Outcome::Open))
            };
            let (left, right) = (like(at.checked_sub(1)), like(Some(at + 1)));
            let others = all.iter().filter(|other| other.id != stage.id).map(|other| (other.id.to_string(), other.called(&all))).collect();
            view! { <StageRow stage=stage.clone() left right others outcome=outcome.clone() /> }
        })
        .collect_view();
    let [adding, renaming, removing] = ["add", "rename", "remove-pipeline"].map(|verb| outcome.of(&format!("{verb}:{id}")));
    let open = renaming.error.is_some() || removing.error.is_some();
    let alone = others.is_empty();
    view! {
        <Panel title=name.clone()>
            <p class="text-xs text-ink-faint mb-1">
                {if up || alone { "From left to right, as they stand on the board." } else { "From left to right, as they stand on the board. New leads begin here." }}
            </p>
            {rows}
            <div class="pt-3">
                <NameForm
                    form=format!("add:{id}")
                    label="Another stage"
                    value=adding.value("name")
                    placeholder="Site visit"
                    error=adding.error_at("name")
                    button="Add stage"
                />
            </div>
            <details class="group mt-3" open=open data-pipeline=name.clone()>
                <summary class="btn btn-ghost btn-sm -ml-2 w-fit">
                    "The pipeline itself"
                    <Icon name="chevron-down" size=13 />
                </summary>
                <div class="pt-3">
                    <NameForm
                        form=format!("rename:{id}")
                        label="Name of the pipeline"
                        value=renaming.value_or("name", &name)
                        placeholder=""
                        error=renaming.error_at("name")
                        button="Rename"
                    />
                </div>
                {(!alone)
                    .then(|| {
                        view! {
                            <div class="flex flex-wrap items-end gap-3 border-t border-line mt-4 pt-3">
                                <Shift form=format!("up:{id}") label=format!("Move {name} up") icon="arrow-up" may=up />
                                <Shift form=format!("down:{id}") label=format!("Move {name} down") icon="arrow-down" may=down />
                                <Removal
                                    form=format!("remove-pipeline:{id}")
                                    name=name.clone()
                                    label="Its leads go to the same stages of"
                                    options=others
                                    outcome=removing
                                />
                            </div>
                        }
                    })}
            </details>
        </Panel>
    }
}

/// What takes something away, and says where its leads go.
#[component]
fn Removal(form: String, name: String, label: &'static str, options: Vec<(String, String)>, outcome: FormOutcome) -> impl IntoView {
    let id = form.replace(':', "-");
    view! {
        <form class="flex flex-wrap items-end gap-3 ml-auto" method="post" action="/settings/stages" aria-label=format!("Remove {name}")>
            <input type="hidden" name="form" value=form />
            <div class="w-56">
                <Select name="to" id label options value=outcome.value("to") error=outcome.error_at("to") />
            </div>
            <button class="btn btn-danger" aria-label=format!("Remove {name}")>
                <Icon name="trash-2" />
                "Remove"
            </button>
        </form>
    }
}

/// A button that moves something one place.
#[component]
fn Shift(form: String, label: String, icon: &'static str, may: bool) -> impl IntoView {
    view! {
        <form method="post" action="/settings/stages">
            <input type="hidden" name="form" value=form />
            <button class="btn btn-ghost btn-icon btn-sm" aria-label=label disabled=!may>
                <Icon name=icon size=14 />
            </button>
        </form>
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
                    <Shift form=format!("left:{id}") label=format!("Move {name} to the left") icon="arrow-left" may=left />
                    <Shift form=format!("right:{id}") label=format!("Move {name} to the right") icon="arrow-right" may=right />
                    <Removal form=format!("remove:{id}") name label="Its leads go to" options=others outcome=remove />
                </div>
            </div>
        </details>
    }
}
