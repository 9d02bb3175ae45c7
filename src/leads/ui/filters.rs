//! The conditions above the board and the table. Each choice is a link to the page's address with it, so that
//! they work without script; with it the page follows its address.

use super::{choices, views::Views};
use crate::accounts::model::Desk;
use crate::app::use_desk;
use crate::areas;
use crate::leads::filter::{Filter, Whose};
use crate::leads::model::Stage;
use crate::route::use_navigate;
use crate::ui::keys::is_typing;
use crate::ui::{icon::Icon, menu::Menu};
use leptos::ev::{Event, KeyboardEvent, SubmitEvent};
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use std::time::Duration;

/// How long after the last letter the board follows.
const AFTER: Duration = Duration::from_millis(150);

/// What a chip is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Owner,
    Assistant,
    Sentiment,
    Score,
    Tag,
    Step,
    Closes,
    Came,
    Value,
    Source,
    Pipeline,
    Stage,
    /// All those that are asked for less often.
    More,
    Sort,
}

impl About {
    /// Those that are asked for less often: they have no chip of their own until they are chosen.
    pub const FURTHER: [Self; 5] = [Self::Closes, Self::Came, Self::Value, Self::Source, Self::Stage];

    /// As its chip names it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Assistant => "Assistant",
            Self::Sentiment => "Sentiment",
            Self::Score => "Score",
            Self::Tag => "Tag",
            Self::Step => "Next step",
            Self::Closes => "Closes",
            Self::Came => "Came",
            Self::Value => "Value",
            Self::Source => "Source",
            Self::Pipeline => "Pipeline",
            Self::Stage => "Stage",
            Self::More => "More",
            Self::Sort => "Sort",
        }
    }

    fn without(self, mut filter: Filter) -> Filter {
        match self {
            Self::Owner => filter.owner = None,
            Self::Assistant => filter.assistant = None,
            Self::Sentiment => filter.mood = None,
            Self::Score => filter.score = None,
            Self::Tag => filter.tag = None,
            Self::Step => filter.step = None,
            Self::Closes => filter.closes = None,
            Self::Came => filter.came = None,
            Self::Value => filter.worth = None,
            Self::Source => filter.source = None,
            Self::Pipeline => filter.pipeline = None,
            Self::Stage => filter.stage = None,
            Self::More => {}
            Self::Sort => filter.sort = None,
        }
        filter
    }
}

/// What the menus choose from, and where their choices lead. It outlives each menu.
#[derive(Clone, Copy)]
pub struct Offered {
    pub path: &'static str,
    pub filter: Memo<Filter>,
    pub stages: Signal<Vec<Stage>>,
    pub desk: RwSignal<Desk>,
}

impl Offered {
    /// Whether it is the board that is filtered.
    pub fn on_board(self) -> bool {
        self.path == "/board"
    }

    /// The stages that can be chosen from: of the pipeline that is looked at.
    pub fn stages_in_sight(self) -> Vec<Stage> {
        let mut stages = self.stages.get();
        let asked = self.filter.with(|filter| filter.pipeline);
        let only = if self.on_board() { Some(Stage::on_board(&stages, asked)) } else { asked };
        stages.retain(|stage| only.is_none_or(|only| stage.pipeline == only));
        stages
    }
}

/// A value at least, in words.
pub fn worth(least: u32) -> String {
    match least {
        0 => "not known".into(),
        1000.. => format!("{}k or more", least / 1000),
        _ => format!("{least} or more"),
    }
}

/// So many days, in words.
pub fn came(days: u16) -> String {
    if days == 1 { "last day".into() } else { format!("last {days} days") }
}

/// The bar of conditions of the page at `path`.
#[component]
pub fn Filters(path: &'static str, filter: Memo<Filter>, #[prop(into)] stages: Signal<Vec<Stage>>) -> impl IntoView {
    let desk = use_desk();
    let offered = Offered { path, filter, stages, desk };
    let me = desk.with_untracked(|desk| desk.me.as_ref().map(|me| me.user));
    let owner_name = move |owner: Whose| match owner {
        Whose::Nobody => "nobody".to_owned(),
        Whose::Person(id) if Some(id) == me => "me".to_owned(),
        Whose::Person(id) => desk.with(|desk| desk.colleague(id).map(|person| person.name.clone())).unwrap_or_else(|| "somebody".into()),
    };
    let assistant_name = move |id| desk.with(|desk| desk.assistant(id).map(|face| face.name.clone())).unwrap_or_else(|| "another".into());
    let pipeline_name = move |id| {
        let name = stages.with(|all| all.iter().find(|stage| stage.pipeline == id).map(|stage| stage.pipeline_name.clone()));
        name.unwrap_or_else(|| "another".into())
    };
    let stage_name = move |id| {
        let name = stages.with(|stages| stages.iter().find(|stage| stage.id == id).map(|stage| stage.name.clone()));
        name.unwrap_or_else(|| "another".into())
    };
    // What each condition is now, in words; none if it is none.
    let now = move |about: About| {
        filter.with(|filter| match about {
            About::Owner => filter.owner.map(owner_name),
            About::Assistant => filter.assistant.map(assistant_name),
            About::Sentiment => filter.mood.map(|mood| mood.to_string()),
            About::Score => filter.score.map(|score| format!("{score} or more")),
            About::Tag => filter.tag.as_ref().map(ToString::to_string),
            About::Step => filter.step.map(|step| step.to_string()),
            About::Closes => filter.closes.map(|closes| closes.label().to_lowercase()),
            About::Came => filter.came.map(came),
            About::Value => filter.worth.map(worth),
            About::Source => filter.source.map(|source| source.label().to_lowercase()),
            // A board always shows one.
            About::Pipeline => filter.pipeline.filter(|_| !offered.on_board()).map(pipeline_name),
            About::Stage => filter.stage.map(stage_name),
            About::More => None,
            About::Sort => filter.sort.map(|sort| sort.label().to_lowercase()),
        })
    };
    let chip = move |about: About, icon: &'static str| {
        let now = Signal::derive(move || now(about));
        view! { <Chip about icon now offered /> }
    };
    let further = move || {
        let chosen = |about: About| now(about).map(|_| chip(about, ""));
        About::FURTHER.into_iter().filter_map(chosen).collect_view()
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
            <Show when=move || stages.with(|all| Stage::of_several(all))>
                {chip(About::Pipeline, "columns-3")}
            </Show>
            {chip(About::Owner, "user-round")}
            {chip(About::Assistant, "sparkles")}
            {chip(About::Sentiment, "thumbs-up")}
            {chip(About::Score, "target")}
            <Show when=move || filter.with(|filter| filter.tag.is_some()) || desk.with(|desk| !desk.tags.is_empty())>
                {chip(About::Tag, "tag")}
            </Show>
            {chip(About::Step, "calendar")}
            <a
                class="chip chip-filter"
                aria-current=move || filter.with(|filter| filter.stuck).then_some("true")
                href=move || at(path, &Filter { stuck: !filter.with(|filter| filter.stuck), ..filter.get() })
            >
                <Icon name="timer" size=14 />
                "Stuck"
                {move || filter.with(|filter| filter.stuck).then(|| view! { <Icon name="x" size=13 /> })}
            </a>
            {further}
            {chip(About::More, "plus")}
            {chip(About::Sort, "arrow-down-wide-narrow")}
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
fn Chip(about: About, icon: &'static str, now: Signal<Option<String>>, offered: Offered) -> impl IntoView {
    let Offered { path, filter, .. } = offered;
    let name = about.label();
    let which = move || {
        let shown = (about == About::Pipeline && offered.on_board()).then(|| offered.stages_in_sight().into_iter().next()).flatten();
        shown.map(|stage| format!(": {}", stage.pipeline_name))
    };
    // What can be chosen comes as a part of its own when it is first wanted. Without script it is there at once.
    let wanted = RwSignal::new(false);
    let plain = if cfg!(feature = "ssr") { untrack(|| choices::listed(about, offered).to_html()) } else { String::new() };
    let plain = StoredValue::new(plain);
    view! {
        <Show
            when=move || now.with(Option::is_some)
            fallback=move || {
                view! {
                    <Menu
                        label=if about == About::More { "More conditions" } else { name }
                        class="chip chip-filter cursor-pointer"
                        panel="left-0 top-full mt-1 min-w-48 max-h-96 overflow-y-auto"
                        trigger=move || view! { <Icon name=icon size=14 /> {name} {which} }
                        on_open=move || wanted.set(true)
                    >
                        <Show when=move || wanted.get()>
                            <Suspense>{Suspend::new(areas::choices(about, offered))}</Suspense>
                        </Show>
                        <noscript inner_html=plain.get_value()></noscript>
                    </Menu>
                }
            }
        >
            <a
                class="chip chip-filter"
                aria-current="true"
                aria-label=move || format!("{name}: {}, take away", now.get().unwrap_or_default())
                href=move || at(path, &about.without(filter.get()))
            >
                {move || format!("{name}: {}", now.get().unwrap_or_default())}
                <Icon name="x" size=13 />
            </a>
        </Show>
    }
}

/// The page's address with a filter.
pub fn at(path: &str, filter: &Filter) -> String {
    [path, &filter.query()].concat()
}
