//! What can be chosen in the menus above the board and the table.

use super::filters::{About, Offered, at, came, worth};
use crate::leads::filter::{Closes, Filter, Sort, Step, Whose};
use crate::leads::model::{Source, Stage};
use crate::values::Sentiment;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// One choice: its words, and the filter that it leads to.
type Choice = (String, Filter);

/// The items of a menu of conditions.
pub fn choices(about: About, offered: Offered) -> AnyView {
    opened(move || view! { {move || listed(about, offered)} }.into_any())
}

/// The items of a menu that has been opened before they were there: the keyboard goes to the first.
pub fn opened(items: impl FnOnce() -> AnyView) -> AnyView {
    let root = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || {
        let Some(root) = root.get() else { return };
        request_animation_frame(move || {
            let menu = root.closest("details").ok().flatten();
            let waits = menu.is_some_and(|menu| menu.has_attribute("open") && menu.contains(document().active_element().as_deref()));
            let first = root.query_selector("[role=menuitem]").ok().flatten().filter(|_| waits);
            first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()).into_iter().for_each(|first| drop(first.focus()));
        });
    });
    view! {
        <div node_ref=root class="contents">
            {items()}
        </div>
    }
    .into_any()
}

/// The items as they stand now.
pub fn listed(about: About, offered: Offered) -> AnyView {
    let Offered { path, filter, .. } = offered;
    let item = move |(words, filter): Choice| {
        view! {
            <a class="menu-item" role="menuitem" href=at(path, &filter)>
                {words}
            </a>
        }
    };
    if about != About::More {
        return of(about, &filter.get(), offered).into_iter().map(item).collect_view().into_any();
    }
    let group = |about: About| {
        let choices = of(about, &filter.get(), offered);
        let there = !choices.is_empty();
        there.then(|| {
            view! {
                <div role="group" aria-label=about.label()>
                    <div class="rule-label px-2.5 pt-2 pb-1" aria-hidden="true">
                        {about.label()}
                    </div>
                    {choices.into_iter().map(item).collect_view()}
                </div>
            }
        })
    };
    About::FURTHER.into_iter().map(group).collect_view().into_any()
}

/// What can be chosen of one condition, and where it leads.
fn of(about: About, filter: &Filter, offered: Offered) -> Vec<Choice> {
    let desk = offered.desk;
    fn all<T>(filter: &Filter, of: impl IntoIterator<Item = T>, words: impl Fn(&T) -> String, put: impl Fn(&mut Filter, T)) -> Vec<Choice> {
        of.into_iter()
            .map(|each| {
                let (words, mut filter) = (capital(&words(&each)), filter.clone());
                put(&mut filter, each);
                (words, filter)
            })
            .collect()
    }
    match about {
        About::Owner => {
            let me = desk.with(|desk| desk.me.as_ref().map(|me| me.user));
            let people = desk.with(|desk| desk.colleagues.clone());
            let mut owners: Vec<(String, Whose)> = me.map(|me| ("Me".to_owned(), Whose::Person(me))).into_iter().collect();
            owners.push(("Nobody".into(), Whose::Nobody));
            owners.extend(people.into_iter().filter(|person| Some(person.id) != me).map(|person| (person.name, Whose::Person(person.id))));
            let put = |filter: &mut Filter, (_, owner)| filter.owner = Some(owner);
            all(filter, owners, |(name, _)| name.clone(), put)
        }
        About::Assistant => {
            let faces = desk.with(|desk| desk.assistants.clone());
            all(filter, faces, |face| face.name.clone(), |filter, face| filter.assistant = Some(face.id))
        }
        About::Sentiment => all(filter, Sentiment::ALL, |mood| mood.to_string(), |filter, mood| filter.mood = Some(*mood)),
        About::Score => all(filter, [25, 50, 75], |score| format!("{score} or more"), |filter, score| filter.score = Some(score)),
        About::Tag => {
            let tags = desk.with(|desk| desk.tags.clone()).into_iter();
            tags.map(|tag| (tag.to_string(), Filter { tag: Some(tag), ..filter.clone() })).collect()
        }
        About::Step => all(filter, Step::ALL, |step| step.to_string(), |filter, step| filter.step = Some(*step)),
        About::Closes => all(filter, Closes::ALL, |closes| closes.label().into(), |filter, closes| filter.closes = Some(*closes)),
        About::Came => all(filter, [1, 7, 30, 90], |days| came(*days), |filter, days| filter.came = Some(days)),
        About::Value => all(filter, [1_000, 10_000, 50_000, 100_000, 0], |least| worth(*least), |filter, least| filter.worth = Some(least)),
        About::Source => all(filter, Source::ALL, |source| source.label().into(), |filter, source| filter.source = Some(*source)),
        About::Pipeline => {
            let stages = offered.stages.get();
            let put = |filter: &mut Filter, stage: &Stage| (filter.pipeline, filter.stage) = (Some(stage.pipeline), None);
            all(filter, Stage::pipelines(&stages), |stage| stage.pipeline_name.clone(), put)
        }
        About::Stage => {
            let every = offered.stages.get();
            all(filter, offered.stages_in_sight(), |stage| stage.called(&every), |filter, stage| filter.stage = Some(stage.id))
        }
        About::More => Vec::new(),
        About::Sort => {
            let by = [Sort::Activity, Sort::Score, Sort::Value, Sort::Closes, Sort::Waiting, Sort::Due, Sort::Name];
            all(filter, by, |sort| sort.label().into(), |filter, sort| filter.sort = Some(sort))
        }
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
