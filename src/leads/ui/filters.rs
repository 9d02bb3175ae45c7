//! The conditions above the board and the table. Each choice is a link to the page's address with it, so that
//! they work without script; with it the page follows its address.

use super::views::Views;
use crate::app::use_desk;
use crate::leads::filter::{Closes, Filter, Sort, Step, Whose};
use crate::leads::model::{Source, Stage};
use crate::route::use_navigate;
use crate::ui::keys::is_typing;
use crate::ui::{icon::Icon, menu::Menu};
use crate::values::{Sentiment, StageId};
use leptos::ev::{Event, KeyboardEvent, SubmitEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long after the last letter the board follows.
const AFTER: Duration = Duration::from_millis(150);

/// One choice of a chip's menu: its words, and the filter that it leads to.
type Choice = (String, Filter);

/// The bar of conditions of the page at `path`.
#[component]
pub fn Filters(path: &'static str, filter: Memo<Filter>, #[prop(into)] stages: Signal<Vec<Stage>>) -> impl IntoView {
    let desk = use_desk();
    let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    let with = move |change: &dyn Fn(&mut Filter)| {
        let mut filter = filter.get();
        change(&mut filter);
        filter
    };
    let owner_name = move |owner: Whose| match owner {
        Whose::Nobody => "nobody".to_owned(),
        Whose::Person(id) if Some(id) == me => "me".to_owned(),
        Whose::Person(id) => desk.with(|desk| desk.colleague(id).map(|person| person.name.clone())).unwrap_or_else(|| "somebody".into()),
    };
    let owners = move || {
        let mut choices: Vec<Whose> = me.map(Whose::Person).into_iter().collect();
        choices.push(Whose::Nobody);
        choices.extend(desk.with(|desk| {
            desk.colleagues.iter().map(|person| person.id).filter(|id| Some(*id) != me).map(Whose::Person).collect::<Vec<_>>()
        }));
        let word = |owner: Whose| match owner {
            Whose::Nobody => "Nobody".to_owned(),
            Whose::Person(id) if Some(id) == me => "Me".to_owned(),
            other => owner_name(other),
        };
        choices.into_iter().map(|owner| (word(owner), with(&|filter| filter.owner = Some(owner)))).collect()
    };
    let assistants = move || {
        let faces = desk.with(|desk| desk.assistants.clone());
        faces.into_iter().map(|face| (face.name, with(&|filter| filter.assistant = Some(face.id)))).collect()
    };
    let moods = move || Sentiment::ALL.iter().map(|mood| (capital(mood.as_str()), with(&|filter| filter.mood = Some(*mood)))).collect();
    let scores = move || [25, 50, 75].map(|score| (format!("{score} or more"), with(&|filter| filter.score = Some(score)))).to_vec();
    let tags = move || {
        let known = desk.with(|desk| desk.tags.clone());
        known.into_iter().map(|tag| (tag.to_string(), with(&|filter| filter.tag = Some(tag.clone())))).collect()
    };
    let steps = move || Step::ALL.iter().map(|step| (step_words(*step).to_owned(), with(&|filter| filter.step = Some(*step)))).collect();
    let sorts = move || {
        let by = [Sort::Activity, Sort::Score, Sort::Value, Sort::Closes, Sort::Waiting, Sort::Due, Sort::Name];
        by.map(|sort| (sort.label().to_owned(), with(&|filter| filter.sort = Some(sort)))).to_vec()
    };
    view! {
        <div class="flex flex-wrap items-center gap-1.5 px-4 pb-3 -mt-1 shrink-0" role="toolbar" aria-label="Filters">
            <Views path filter />
            <Words path filter />
            // A phone shows the conditions when asked, with script or without.
            <input
                type="checkbox"
                id="conditions"
                class="peer sr-only md:hidden"
                checked=filter.with_untracked(|filter| filter.parameters().iter().any(|(name, _)| *name != "q"))
            />
            <label
                for="conditions"
                class="chip chip-filter md:hidden cursor-pointer peer-checked:bg-pressed peer-focus-visible:outline-2 outline-focus"
            >
                <Icon name="list-filter" size=14 />
                "Filter"
            </label>
            <div class="md:contents max-md:hidden max-md:peer-checked:flex max-md:w-full flex-wrap items-center gap-1.5">
            <Chip
                path
                name="Owner"
                icon="user-round"
                now=Signal::derive(move || filter.with(|filter| filter.owner).map(owner_name))
                choices=Signal::derive(owners)
                without=Signal::derive(move || with(&|filter| filter.owner = None))
            />
            <Chip
                path
                name="Assistant"
                icon="sparkles"
                now=Signal::derive(move || {
                    let id = filter.with(|filter| filter.assistant)?;
                    Some(desk.with(|desk| desk.assistant(id).map(|face| face.name.clone())).unwrap_or_else(|| "another".into()))
                })
                choices=Signal::derive(assistants)
                without=Signal::derive(move || with(&|filter| filter.assistant = None))
            />
            <Chip
                path
                name="Sentiment"
                icon="thumbs-up"
                now=Signal::derive(move || filter.with(|filter| filter.mood.map(|mood| mood.to_string())))
                choices=Signal::derive(moods)
                without=Signal::derive(move || with(&|filter| filter.mood = None))
            />
            <Chip
                path
                name="Score"
                icon="target"
                now=Signal::derive(move || filter.with(|filter| filter.score.map(|score| format!("{score} or more"))))
                choices=Signal::derive(scores)
                without=Signal::derive(move || with(&|filter| filter.score = None))
            />
            <Show when=move || filter.with(|filter| filter.tag.is_some()) || desk.with(|desk| !desk.tags.is_empty())>
                <Chip
                    path
                    name="Tag"
                    icon="tag"
                    now=Signal::derive(move || filter.with(|filter| filter.tag.as_ref().map(ToString::to_string)))
                    choices=Signal::derive(tags)
                    without=Signal::derive(move || with(&|filter| filter.tag = None))
                />
            </Show>
            <Chip
                path
                name="Next step"
                icon="calendar"
                now=Signal::derive(move || filter.with(|filter| filter.step.map(|step| step_words(step).to_lowercase())))
                choices=Signal::derive(steps)
                without=Signal::derive(move || with(&|filter| filter.step = None))
            />
            <a
                class="chip chip-filter"
                aria-current=move || filter.with(|filter| filter.stuck).then_some("true")
                href=move || at(path, &with(&|filter| filter.stuck = !filter.stuck))
            >
                <Icon name="timer" size=14 />
                "Stuck"
                {move || filter.with(|filter| filter.stuck).then(|| view! { <Icon name="x" size=13 /> })}
            </a>
            {move || {
                further(&filter.get(), &stages.get())
                    .into_iter()
                    .filter_map(|condition| {
                        let now = condition.now?;
                        Some(view! { <Chosen path name=condition.name now=Signal::stored(now) without=Signal::stored(condition.without) /> })
                    })
                    .collect_view()
            }}
            <Menu
                label="More conditions"
                class="chip chip-filter cursor-pointer"
                panel="left-0 top-full mt-1 min-w-52 max-h-96 overflow-y-auto"
                trigger=|| view! { <Icon name="plus" size=14 /> "More" }
            >
                {move || {
                    further(&filter.get(), &stages.get())
                        .into_iter()
                        .map(|condition| {
                            let choices = condition.choices.into_iter().map(|choice| choice_of(path, choice)).collect_view();
                            view! {
                                <div role="group" aria-label=condition.name>
                                    <div class="rule-label px-2.5 pt-2 pb-1" aria-hidden="true">
                                        {condition.name}
                                    </div>
                                    {choices}
                                </div>
                            }
                        })
                        .collect_view()
                }}
            </Menu>
            <Chip
                path
                name="Sort"
                icon="arrow-down-wide-narrow"
                now=Signal::derive(move || filter.with(|filter| filter.sort.map(|sort| sort.label().to_lowercase())))
                choices=Signal::derive(sorts)
                without=Signal::derive(move || with(&|filter| filter.sort = None))
            />
            <Show when=move || filter.with(|filter| !filter.is_empty())>
                <a class="btn btn-ghost btn-sm" href=move || at(path, &filter.get().all())>
                    "Clear"
                </a>
            </Show>
            </div>
        </div>
    }
}

/// Words to look for. Without script the form is sent; the other conditions go with it.
#[component]
fn Words(path: &'static str, filter: Memo<Filter>) -> impl IntoView {
    let navigate = use_navigate();
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let field = NodeRef::<leptos::html::Input>::new();
    let look = move |words: String| {
        let wanted = Filter { words, ..filter.get_untracked() };
        if wanted != filter.get_untracked() {
            // A letter more is no page more to come back to.
            navigate.replace(&at(path, &wanted));
        }
    };
    let on_input = move |event: Event| {
        let words = event_target_value(&event);
        if let Some(earlier) = waiting.try_update_value(Option::take).flatten() {
            earlier.clear();
        }
        waiting.set_value(set_timeout_with_handle(move || look(words), AFTER).ok());
    };
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(field) = field.get_untracked() {
            look(field.value());
        }
    };
    // Cleared by its link, or another page of the history: the field follows, but not while it is typed in.
    Effect::new(move || {
        let words = filter.with(|filter| filter.words.clone());
        if let Some(field) = field.get()
            && document().active_element().is_none_or(|active| active.id() != "find")
        {
            field.set_value(&words);
        }
    });
    let slash = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.key() == "/" && !is_typing(&event) {
            event.prevent_default();
            if let Some(field) = field.get_untracked() {
                let _ = field.focus();
                field.select();
            }
        }
    });
    on_cleanup(move || slash.remove());
    let others = move || {
        let rest = filter.get().parameters().into_iter().filter(|(name, _)| *name != "q");
        rest.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view()
    };
    view! {
        <form role="search" method="get" action=path on:submit=on_submit class="max-md:flex-1">
            {others}
            <input
                node_ref=field
                type="search"
                id="find"
                name="q"
                class="field h-7! w-44 max-md:w-full max-md:h-10!"
                placeholder="Find leads"
                aria-label="Find leads"
                aria-keyshortcuts="/"
                maxlength="200"
                value=filter.with_untracked(|filter| filter.words.clone())
                on:input=on_input
            />
        </form>
    }
}

/// One condition: opens its choices, and with one chosen leads back to none.
#[component]
fn Chip(
    path: &'static str,
    name: &'static str,
    icon: &'static str,
    now: Signal<Option<String>>,
    choices: Signal<Vec<Choice>>,
    without: Signal<Filter>,
) -> impl IntoView {
    let chosen = move || now.with(Option::is_some);
    view! {
        <Show
            when=chosen
            fallback=move || {
                view! {
                    <Menu label=name class="chip chip-filter cursor-pointer" panel="left-0 top-full mt-1 min-w-48 max-h-80 overflow-y-auto" trigger=move || view! { <Icon name=icon size=14 /> {name} }>
                        {move || choices.get().into_iter().map(|choice| choice_of(path, choice)).collect_view()}
                    </Menu>
                }
            }
        >
            <Chosen path name now=Signal::derive(move || now.get().unwrap_or_default()) without />
        </Show>
    }
}

/// A condition that is chosen; leads back to none.
#[component]
fn Chosen(path: &'static str, name: &'static str, now: Signal<String>, without: Signal<Filter>) -> impl IntoView {
    view! {
        <a
            class="chip chip-filter"
            aria-current="true"
            aria-label=move || format!("{name}: {}, take away", now.get())
            href=move || at(path, &without.get())
        >
            {move || format!("{name}: {}", now.get())}
            <Icon name="x" size=13 />
        </a>
    }
}

fn choice_of(path: &'static str, (words, filter): Choice) -> impl IntoView {
    view! {
        <a class="menu-item" role="menuitem" href=at(path, &filter)>
            {words}
        </a>
    }
}

/// A condition that is asked for less often: it has no chip of its own until it is chosen.
struct Condition {
    name: &'static str,
    now: Option<String>,
    choices: Vec<Choice>,
    without: Filter,
}

fn further(filter: &Filter, stages: &[Stage]) -> Vec<Condition> {
    fn one<T: Copy>(
        filter: &Filter,
        name: &'static str,
        all: &[T],
        words: &dyn Fn(T) -> String,
        part: fn(&mut Filter) -> &mut Option<T>,
    ) -> Condition {
        let with = |to: Option<T>| {
            let mut filter = filter.clone();
            *part(&mut filter) = to;
            filter
        };
        let now = part(&mut filter.clone()).map(words);
        Condition { name, now, choices: all.iter().map(|each| (capital(&words(*each)), with(Some(*each)))).collect(), without: with(None) }
    }
    let stage = |id| stages.iter().find(|stage| stage.id == id).map_or("another", |stage| stage.name.as_str()).to_owned();
    let all: Vec<StageId> = stages.iter().map(|stage| stage.id).collect();
    let worth = |least| match least {
        0 => "not known".to_owned(),
        1000.. => format!("{}k or more", least / 1000),
        _ => format!("{least} or more"),
    };
    let came = |days| if days == 1 { "last day".to_owned() } else { format!("last {days} days") };
    let mut further = vec![
        one(filter, "Closes", Closes::ALL, &|closes| closes.label().to_lowercase(), |filter| &mut filter.closes),
        one(filter, "Came", &[1, 7, 30, 90], &came, |filter| &mut filter.came),
        one(filter, "Value", &[1_000, 10_000, 50_000, 100_000, 0], &worth, |filter| &mut filter.worth),
        one(filter, "Source", Source::ALL, &|source| source.label().to_lowercase(), |filter| &mut filter.source),
    ];
    if !stages.is_empty() || filter.stage.is_some() {
        further.push(one(filter, "Stage", &all, &stage, |filter| &mut filter.stage));
    }
    further
}

fn step_words(step: Step) -> &'static str {
    match step {
        Step::None => "None",
        Step::Late => "Late",
    }
}

/// The page's address with a filter.
pub fn at(path: &str, filter: &Filter) -> String {
    [path, &filter.query()].concat()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
