//! Where a lead stands: the stages of its pipeline in a row, and the way into another. Buttons of the form around them.

use super::glyph::StageGlyph;
use crate::leads::model::{Card, Outcome, Stage};
use crate::ui::{icon::Icon, menu::Menu};
use leptos::prelude::*;

/// The stages that a lead can be put into. `all` are the company's.
#[component]
pub fn StageBar(card: Memo<Card>, all: Vec<Stage>, may_move: bool) -> impl IntoView {
    let all = StoredValue::new(all);
    let several = all.with_value(|all| Stage::of_several(all));
    let pipeline = Memo::new(move |_| {
        let stage = card.with(|card| card.stage);
        all.with_value(|all| all.iter().find(|known| known.id == stage).map(|known| known.pipeline)).unwrap_or_default()
    });
    let row = move |shown| {
        let stages: Vec<Stage> = all.with_value(|all| Stage::of(all, shown).to_vec());
        let order: Vec<_> = stages.iter().map(|stage| stage.id).collect();
        let now = Memo::new(move |_| order.iter().position(|id| card.with(|card| card.stage == *id)));
        let step = move |(place, stage): (usize, Stage)| {
            let here = move || now.get() == Some(place);
            // A deal that is lost was not won on the way.
            let (id, open, name) = (stage.id.to_string(), stage.outcome == Outcome::Open, stage.name.clone());
            let passed = Memo::new(move |_| open && now.get().is_some_and(|now| place < now));
            let class = move || {
                let tone = if here() {
                    "bg-beam-soft border-beam-line text-ink"
                } else if passed.get() {
                    "bg-sunken border-line text-ink-muted"
                } else {
                    "border-line text-ink-faint hover:text-ink hover:bg-hover"
                };
                ["flex-1 max-sm:shrink-0 max-sm:px-3 max-sm:h-11 flex items-center justify-center gap-1.5 h-8 rounded-sm text-xs font-medium border whitespace-nowrap px-2 ", tone].concat()
            };
            view! {
                <button class=class name="stage" value=id disabled=!may_move aria-current=move || here().then_some("step")>
                    {move || if passed.get() { view! { <Icon name="check" size=14 /> }.into_any() } else { view! { <StageGlyph stage=&stage /> }.into_any() }}
                    {name}
                </button>
            }
        };
        stages.into_iter().enumerate().map(step).collect_view()
    };
    // The stages of the others, under the name of each.
    let beyond = move || {
        let all = all.get_value();
        let others = Stage::by_pipeline(&all).filter(|stages| stages[0].pipeline != pipeline.get());
        let group = |stages: &[Stage]| {
            let items = stages.iter().map(|stage| {
                view! {
                    <button class="menu-item" role="menuitem" name="stage" value=stage.id.to_string()>
                        <StageGlyph stage=stage />
                        {stage.name.clone()}
                    </button>
                }
            });
            view! {
                <div role="group" aria-label=stages[0].pipeline_name.clone()>
                    <div class="rule-label px-2.5 pt-2 pb-1" aria-hidden="true">
                        {stages[0].pipeline_name.clone()}
                    </div>
                    {items.collect_view()}
                </div>
            }
        };
        others.map(group).collect_view()
    };
    let name = move || all.with_value(|all| Stage::of(all, pipeline.get()).first().map(|stage| stage.pipeline_name.clone()));
    view! {
        {several
            .then(|| {
                view! {
                    <div class="flex items-center gap-2 mt-3 -mb-2 text-xs text-ink-muted">
                        <span class="truncate">{name}</span>
                        {may_move
                            .then(|| {
                                view! {
                                    <Menu
                                        label="To another pipeline"
                                        class="btn btn-ghost btn-sm"
                                        panel="left-0 top-full mt-1 min-w-48 max-h-80 overflow-y-auto"
                                        trigger=|| view! { "To another pipeline" <Icon name="chevron-down" size=13 /> }
                                    >
                                        {beyond}
                                    </Menu>
                                }
                            })}
                    </div>
                }
            })}
        <div
            class="flex mt-4 gap-1 overflow-x-auto max-sm:-mx-5 max-sm:px-5 py-0.5 [scrollbar-width:none]"
            role="group"
            aria-label="Stage"
        >
            <For each=move || [pipeline.get()] key=|shown| *shown let(shown)>
                {row(shown)}
            </For>
        </div>
    }
}
