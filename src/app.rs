//! `<App>`, and the frame around signed-in pages.

use crate::accounts::model::Desk;
use crate::accounts::policy::Action;
use crate::activity::model::{Event, Recorded};
use crate::areas;
use crate::live::client::{Listener, provide_live, use_live};
use crate::live::notices::LiveNotices;
use crate::live::topic::Topic;
use crate::route::{Outlet, Title, provide_tab, provide_title, use_path};
use crate::search::ui::PaletteHost;
use crate::tasks::model::TaskChange;
use crate::ui::clock::provide_clock;
use crate::ui::empty::Empty;
use crate::ui::shell::{NavAssistant, NavItem, Shell};
use crate::ui::toast::{ToastHost, provide_toasts, use_toasts};
use crate::wire::shared;
use leptos::prelude::*;

/// The desk of whoever is signed in, as every page uses it.
pub fn use_desk() -> RwSignal<Desk> {
    expect_context()
}

/// The whole interface.
#[component]
pub fn App() -> impl IntoView {
    // What the server knew when it rendered the page; the browser starts from the same.
    let desk = shared(|| use_context::<Desk>().unwrap_or_else(|| Desk::nobody(String::new(), false, false)));
    provide_context(RwSignal::new(desk));
    provide_clock();
    provide_toasts();
    provide_live();
    provide_title();
    let page = provide_tab(areas::PAGES, &areas::NOWHERE);
    view! {
        {if page.part.is_some() { view! { <Frame /> }.into_any() } else { view! { <Outlet /> }.into_any() }}
        <ToastHost />
    }
}

/// The frame of every page of a signed-in person.
#[component]
fn Frame() -> impl IntoView {
    let desk = use_desk();
    let now = desk.get_untracked();
    let Some(me) = now.me.clone() else { return view! { <Outlet /> }.into_any() };
    follow_company(desk);
    let none = Signal::derive(|| 0);
    let path = use_path();
    let whole = Signal::derive(move || path.with(|path| path.starts_with("/inbox/")));
    let nav = vec![
        NavItem { href: "/board", label: "Lead board", icon: "columns-3", count: none },
        NavItem {
            href: "/inbox",
            label: "Inbox",
            icon: "message-square-text",
            count: Signal::derive(move || desk.with(|desk| desk.waiting.len() as u32)),
        },
        NavItem {
            href: "/tasks",
            label: "Tasks",
            icon: "calendar-check",
            count: Signal::derive(move || desk.with(|desk| desk.late.len() as u32)),
        },
    ];
    let palette = RwSignal::new(false);
    let mut admin = Vec::new();
    if now.may(Action::Operate) {
        admin.push(NavItem { href: "/settings/jobs", label: "Jobs", icon: "list-checks", count: none });
    }
    admin.push(NavItem { href: "/settings", label: "Settings", icon: "settings", count: none });
    let assistants = now
        .assistants
        .iter()
        .map(|face| NavAssistant { href: format!("/assistants/{}", face.id), name: face.name.clone(), hue: face.hue, live: face.live })
        .collect();
    view! {
        <Shell company=me.company_name.clone() person=me.name.clone() person_tint=me.tint role=me.role.label() nav assistants admin whole on_search=move || palette.set(true)>
            <PaletteHost open=palette />
            <LiveNotices />
            {now
                .sandbox
                .then(|| {
                    view! {
                        <p class="shrink-0 px-4 py-1 text-2xs text-ink-faint border-b border-line">
                            "Sandbox"
                            <span class="max-md:hidden">": this program itself plays the language service"</span>
                            ". Nothing leaves this machine."
                        </p>
                    }
                })}
            <Outlet />
        </Shell>
    }
    .into_any()
}

/// Keeps the desk fresh: who waits, what is late, which assistants answer, who has joined.
fn follow_company(desk: RwSignal<Desk>) {
    let quiet = Callback::new(|_: serde_json::Value| {});
    // Too much was missed: counts and names come with the next page.
    let reload = Callback::new(|()| {});
    let seq = desk.with_untracked(|desk| desk.seq);
    let toasts = use_toasts();
    let on_event = Callback::new(move |told: Recorded| {
        desk.update(|desk| desk.apply(&told.event));
        if let Event::TaskChanged { change: TaskChange::Due, task, about, .. } = &told.event
            && desk.with_untracked(|desk| desk.me.as_ref().is_some_and(|me| me.user == task.person))
        {
            toasts.say(format!("Due now: {}. {about}", task.words));
        }
        if let Event::NobodyCame { name, .. } = &told.event
            && desk.with_untracked(|desk| desk.me.as_ref().is_some_and(|me| me.role.sees_all_leads()))
        {
            toasts.error(format!("{name} asked for a person, and nobody came."));
        }
    });
    for topic in [Topic::Inbox, Topic::Tasks, Topic::Company] {
        use_live().listen(topic, seq, Listener { on_event, on_pulse: quiet, on_snapshot: reload });
    }
}

/// No such page.
#[component]
pub fn NotFound() -> impl IntoView {
    view! {
        <Title text="Not found" />
        <main id="main" class="min-h-dvh grid place-content-center p-6">
            <Empty title="There is nothing here" text="The address may be mistyped, or what it led to was removed.">
                <a class="btn" href="/board">
                    "Go to the board"
                </a>
            </Empty>
        </main>
    }
}
