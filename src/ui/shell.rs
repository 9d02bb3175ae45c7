//! The frame around every page: sidebar from 1280 pixels, icon rail from 768, tab bar below.
use super::{
    avatar::{Bot, Logo, Person},
    icon::Icon,
    menu::Menu,
};
use crate::route::use_path;
use leptos::prelude::*;

/// One place to go.
#[derive(Clone, Copy)]
pub struct NavItem {
    /// Path, which is also current for every path below it.
    pub href: &'static str,
    pub label: &'static str,
    /// Name in the sprite.
    pub icon: &'static str,
    /// How many wait there; 0 shows nothing.
    pub count: Signal<u32>,
}

/// One assistant in the sidebar.
#[derive(Clone)]
pub struct NavAssistant {
    pub href: String,
    pub name: String,
    /// 0 to 7, see [`Bot`].
    pub hue: u8,
    /// Answering, not paused.
    pub live: bool,
}

/// The longest of these paths that is `path` or above it.
fn current<'a>(path: &str, hrefs: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    hrefs.filter(|href| path.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))).max_by_key(|href| href.len())
}

/// Sidebar, rail or tab bar, and the stage with the page.
#[component]
pub fn Shell(
    #[prop(into)] company: String,
    #[prop(into)] person: String,
    /// 1 to 5, see [`Person`].
    person_tint: u8,
    /// The person's role, in words.
    #[prop(into)]
    role: String,
    nav: Vec<NavItem>,
    assistants: Vec<NavAssistant>,
    /// Empty for people who may not.
    admin: Vec<NavItem>,
    /// The page needs a phone's whole height: no tab bar under it.
    #[prop(into)]
    whole: Signal<bool>,
    /// The search is asked for; without script its link leads to the page.
    #[prop(into)]
    on_search: Callback<()>,
    children: Children,
) -> impl IntoView {
    let path = use_path();
    let mut hrefs: Vec<String> = nav.iter().chain(&admin).map(|item| item.href.to_owned()).collect();
    hrefs.push("/assistants".into());
    hrefs.extend(assistants.iter().map(|assistant| assistant.href.clone()));
    let here = Memo::new(move |_| path.with(|path| current(path, hrefs.iter().map(String::as_str)).map(str::to_owned)));
    let tabs = nav.iter().map(|item| view! { <Tab item=*item here /> }).collect_view();
    let more = More { nav_assistants: assistants.clone(), admin: admin.clone(), person: person.clone() };
    view! {
        <a class="skip" href="#main">
            "Skip to content"
        </a>
        <div class="h-dvh flex flex-col md:flex-row bg-canvas overflow-hidden">
            <aside
                class="hidden md:flex w-14 xl:w-(--w-sidebar) shrink-0 flex-col px-2.5 py-2.5 gap-3 overflow-y-auto z-(--z-shell) max-xl:[&_.nav]:justify-center"
                aria-label="Sidebar"
                data-behind=""
            >
                <div class="flex items-center gap-2.5 h-9 px-1.5 shrink-0 max-xl:justify-center max-xl:px-0">
                    <Logo />
                    <span class="max-xl:sr-only flex-1 min-w-0 leading-tight">
                        <span class="block font-semibold truncate" title=company.clone()>
                            {company.clone()}
                        </span>
                        <span class="block text-2xs text-ink-faint truncate">"Spotlight OS"</span>
                    </span>
                </div>
                <a
                    class="flex items-center gap-2.5 h-8 px-2 shrink-0 rounded-md border border-line-strong bg-raised text-ink-muted hover:text-ink max-xl:justify-center"
                    href="/search"
                    title="Search and commands"
                    aria-keyshortcuts="Control+K Meta+K"
                    on:click=move |event| {
                        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                            event.prevent_default();
                            on_search.run(());
                        }
                    }
                >
                    <Icon name="search" />
                    <span class="max-xl:sr-only flex-1">"Search"</span>
                    <span class="max-xl:hidden flex gap-1" aria-hidden="true">
                        <kbd class="kbd">"Ctrl"</kbd>
                        <kbd class="kbd">"K"</kbd>
                    </span>
                </a>
                <nav class="flex flex-col gap-px" aria-label="Workspace">
                    {nav.into_iter().map(|item| view! { <Place item here /> }).collect_view()}
                </nav>
                <nav class="flex flex-col gap-px" aria-label="Assistants">
                    <a class="max-xl:hidden rule-label px-2 pb-1 rounded-sm hover:text-ink" href="/assistants">
                        "Assistants"
                    </a>
                    <a class="nav xl:hidden" href="/assistants" title="Assistants" aria-current=move || is_here(here, "/assistants")>
                        <Icon name="sparkles" />
                        <span class="sr-only">"Assistants"</span>
                    </a>
                    {assistants.into_iter().map(|assistant| view! { <Assistant assistant here /> }).collect_view()}
                </nav>
                {(!admin.is_empty())
                    .then(|| {
                        view! {
                            <nav class="flex flex-col gap-px" aria-label="Company">
                                <div class="max-xl:hidden rule-label px-2 pb-1">"Company"</div>
                                {admin.into_iter().map(|item| view! { <Place item here /> }).collect_view()}
                            </nav>
                        }
                    })}
                <div class="mt-auto flex max-xl:flex-col items-center gap-px">
                    <a
                        class="flex flex-1 min-w-0 items-center gap-2.5 h-10 px-1.5 rounded-md hover:bg-hover max-xl:justify-center max-xl:px-1"
                        href="/settings"
                        aria-label=format!("{person}, {role}: your settings")
                    >
                        <Person name=person.clone() tint=person_tint size=26 />
                        <span class="max-xl:hidden flex-1 min-w-0 leading-tight">
                            <span class="block font-medium truncate" title=person.clone()>
                                {person.clone()}
                            </span>
                            <span class="block text-2xs text-ink-faint truncate">{role.clone()}</span>
                        </span>
                    </a>
                    <form method="post" action="/sign-out">
                        <button class="btn btn-ghost btn-icon btn-sm" aria-label="Sign out" title="Sign out">
                            <Icon name="log-out" />
                        </button>
                    </form>
                </div>
            </aside>
            <main
                id="main"
                tabindex="-1"
                class="stage flex-1 min-w-0 min-h-0 flex flex-col overflow-hidden md:my-2 md:mr-2 md:rounded-xl md:border border-line md:shadow-card outline-none"
            >
                {children()}
            </main>
            <nav
                class=move || {
                    let hidden = if whole.get() { "hidden! " } else { "" };
                    [hidden, "md:hidden shrink-0 min-h-(--h-tabbar) pb-[env(safe-area-inset-bottom)] bg-canvas border-t border-line flex z-(--z-shell)"].concat()
                }
                aria-label="Main"
            >
                {tabs}
                {more.into_view()}
            </nav>
        </div>
    }
}

/// A line of the sidebar; only its icon in the rail.
#[component]
fn Place(item: NavItem, here: Memo<Option<String>>) -> impl IntoView {
    let NavItem { href, label, icon, count } = item;
    view! {
        <a class="nav" href=href title=label aria-current=move || is_here(here, href)>
            <Icon name=icon />
            <span class="truncate flex-1 max-xl:sr-only">{label}</span>
            <Count count class="max-xl:absolute max-xl:-top-1 max-xl:-right-1 max-xl:h-4! max-xl:min-w-4! max-xl:px-1!" />
        </a>
    }
}

#[component]
fn Assistant(assistant: NavAssistant, here: Memo<Option<String>>) -> impl IntoView {
    let NavAssistant { href, name, hue, live } = assistant;
    let (state, tone) = if live { ("Live", "text-ink-muted") } else { ("Paused", "text-ink-faint") };
    let target = href.clone();
    view! {
        <a class="nav" href=href title=name.clone() aria-current=move || is_here(here, &target)>
            // The name follows as text: the drawing need not say it too.
            <span class="flex" aria-hidden="true">
                <Bot name=name.clone() hue size=16 />
            </span>
            <span class="flex-1 truncate max-xl:sr-only">{name.clone()}</span>
            <span class=["text-xs max-xl:sr-only ", tone].concat()>{state}</span>
        </a>
    }
}

/// A tab at the bottom of a phone.
#[component]
fn Tab(item: NavItem, here: Memo<Option<String>>) -> impl IntoView {
    let NavItem { href, label, icon, count } = item;
    view! {
        <a
            class="group relative flex-1 min-w-0 flex flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-faint aria-[current=page]:text-ink"
            href=href
            aria-current=move || is_here(here, href)
        >
            <i class="hidden group-aria-[current=page]:block absolute top-0 w-8 h-0.75 rounded-b-full bg-beam"></i>
            <span class="relative group-aria-[current=page]:text-beam-ink">
                <Icon name=icon size=20 />
                <Count count class="absolute -top-1.5 -right-3 h-4! min-w-4! px-1!" />
            </span>
            <span class="truncate max-w-full">{label}</span>
        </a>
    }
}

/// What the sidebar has and the tab bar has no room for.
struct More {
    nav_assistants: Vec<NavAssistant>,
    admin: Vec<NavItem>,
    person: String,
}

impl More {
    fn into_view(self) -> impl IntoView {
        let Self { nav_assistants, admin, person } = self;
        view! {
            <div class="flex-1 min-w-0 [&>details]:h-full">
                <Menu
                    label="More"
                    class="h-full flex flex-col items-center justify-center gap-0.5 text-2xs font-medium text-ink-faint"
                    panel="right-2 bottom-full mb-2 w-60 max-h-[70dvh] overflow-y-auto"
                    trigger=|| view! { <Icon name="ellipsis" size=20 /> "More" }
                >
                    <a class="menu-item h-11!" role="menuitem" href="/search">
                        <Icon name="search" />
                        "Search"
                    </a>
                    <a class="menu-item h-11!" role="menuitem" href="/assistants">
                        <Icon name="sparkles" />
                        "Assistants"
                    </a>
                    {nav_assistants
                        .clone()
                        .into_iter()
                        .map(|NavAssistant { href, name, hue, .. }| {
                            view! {
                                <a class="menu-item h-11!" role="menuitem" href=href>
                                    <span class="flex" aria-hidden="true">
                                        <Bot name=name.clone() hue size=16 />
                                    </span>
                                    {name}
                                </a>
                            }
                        })
                        .collect_view()}
                    {admin
                        .iter()
                        .map(|item| {
                            view! {
                                <a class="menu-item h-11!" role="menuitem" href=item.href>
                                    <Icon name=item.icon />
                                    {item.label}
                                </a>
                            }
                        })
                        .collect_view()}
                    <a class="menu-item h-11!" role="menuitem" href="/settings">
                        <Icon name="user-round" />
                        {person.clone()}
                    </a>
                    <form method="post" action="/sign-out">
                        <button class="menu-item h-11!" role="menuitem">
                            <Icon name="log-out" />
                            "Sign out"
                        </button>
                    </form>
                </Menu>
            </div>
        }
    }
}

/// How many wait; nothing at zero.
#[component]
fn Count(count: Signal<u32>, class: &'static str) -> impl IntoView {
    view! {
        <Show when=move || count.get() != 0>
            <span class=["count ", class].concat()>
                {move || if count.get() > 99 { "99+".into() } else { count.get().to_string() }}
                <span class="sr-only">" waiting"</span>
            </span>
        </Show>
    }
}

fn is_here(here: Memo<Option<String>>, href: &str) -> Option<&'static str> {
    here.with(|here| here.as_deref() == Some(href)).then_some("page")
}

/// The bar at the top of a page: its title, and controls at the right.
#[component]
pub fn PageBar(#[prop(into)] title: String, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    view! {
        <header class="h-(--h-bar) shrink-0 flex items-center gap-3 px-4">
            <h1 class="text-md font-semibold truncate" title=title.clone()>
                {title.clone()}
            </h1>
            {children.map(|children| view! { <div class="ml-auto flex items-center gap-2">{children()}</div> })}
        </header>
    }
}

#[cfg(test)]
mod tests {
    use super::current;

    #[test]
    fn the_nearest_place_above_a_path_is_current() {
        let hrefs = ["/board", "/settings", "/settings/billing"];
        let here = |path| current(path, hrefs.into_iter());
        assert_eq!(here("/board"), Some("/board"));
        assert_eq!(here("/board/1"), Some("/board"));
        assert_eq!(here("/boards"), None);
        assert_eq!(here("/settings/billing/plan"), Some("/settings/billing"));
        assert_eq!(here("/settings/people"), Some("/settings"));
    }
}
