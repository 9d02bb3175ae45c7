//! Every part on one page and the frame around a page, rendered on the server. With
//! `SPOTLIGHT_GALLERY=folder` the tests write them there as HTML, to be looked at.
use super::{
    avatar::{Bot, Lead, Logo, Person},
    banner::{Banner, Tone},
    clock::provide_clock,
    dialog::Dialog,
    empty::{Empty, Hint},
    field::{Field, Select, TextArea},
    icon::Icon,
    marks::{Ago, ScoreRing, SentimentMark},
    menu::Menu,
    shell::{NavAssistant, NavItem, PageBar, Shell},
    skeleton::{BoardSkeleton, InboxSkeleton},
    theme::ThemeToggle,
    toast::{ToastHost, provide_toasts, use_toasts},
};
use crate::route::{Page, provide_tab};
use crate::values::{Score, Sentiment, Timestamp};
use leptos::prelude::*;

#[component]
fn Panel(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section class="panel p-4">
            <h2 class="text-sm mb-3">{title}</h2>
            {children()}
        </section>
    }
}

fn parts() -> impl IntoView {
    let toasts = use_toasts();
    let erasing = RwSignal::new(false);
    toasts.say("Yusuf Demir assigned to Ravi");
    toasts.undo("Yusuf Demir moved to Proposal", Callback::new(|()| ()));
    toasts.error("Couldn’t move Joe Whitby. Put back.");
    let scores = [None, Some(0), Some(12), Some(58), Some(74), Some(88), Some(100)].map(|score| score.map(Score::new));
    view! {
        <main class="min-h-dvh bg-canvas p-8 pb-60 grid lg:grid-cols-2 gap-4">
            <h1 class="text-lg flex gap-3 items-center lg:col-span-2">
                <Logo size=32 />
                "Components and states"
            </h1>
            <Panel title="Marks">
                <div class="flex flex-wrap items-center gap-4">
                    {Sentiment::ALL.iter().map(|mood| view! { <SentimentMark sentiment=*mood label=true /> }).collect_view()}
                    <SentimentMark sentiment=Sentiment::Negative />
                    <Ago at=Timestamp(Timestamp::now().0 - 240_000) />
                    {scores.into_iter().map(|score| view! { <ScoreRing score /> }).collect_view()}
                    <ScoreRing score=Some(Score::new(66)) size=44 />
                </div>
            </Panel>
            <Panel title="Avatars">
                <div class="flex flex-wrap items-center gap-2">
                    {[16, 20, 22, 24, 26, 32, 40]
                        .into_iter()
                        .zip(1..)
                        .map(|(size, tint)| view! { <Person name="Maya Lindqvist" tint size /> })
                        .collect_view()}
                    <Lead name="Marcus Thorne" />
                    {(0..8).map(|hue| view! { <Bot name="Nora" hue size=28 /> }).collect_view()}
                </div>
            </Panel>
            <Panel title="Fields">
                <form class="grid grid-cols-2 gap-3">
                    <Field name="email" label="Work email" kind="email" autocomplete="username" large=true required=true />
                    <Field name="password" label="Password" kind="password" large=true error="Email or password doesn’t match.">
                        <a class="text-beam-ink underline" href="/forgot">"Forgot it?"</a>
                    </Field>
                    <Field name="phone" label="Phone" hint="With the country code." value="+44 20 7946 0000" />
                    <Select
                        name="stage"
                        label="Stage"
                        options=vec![("new".into(), "New".into()), ("won".into(), "Won".into())]
                        value="won"
                    />
                    <TextArea name="note" label="Note" value="First\nSecond" hint="Only your team sees it." error="Too long." />
                    <Field name="fixed" label="Set by admin" value="Meridian" disabled=true />
                </form>
            </Panel>
            <Panel title="Menu, theme, buttons">
                <div class="flex items-start gap-3 h-44">
                    <Menu label="More actions" trigger=|| view! { <Icon name="ellipsis" /> }>
                        <button role="menuitem" class="menu-item"><Icon name="archive" />"Archive"</button>
                        <a role="menuitem" class="menu-item" href="/leads/1"><Icon name="user-round" />"Open"</a>
                        <button role="menuitem" class="menu-item text-danger-ink!"><Icon name="trash-2" />"Erase lead"</button>
                    </Menu>
                    <ThemeToggle current="light" />
                    <button class="btn" on:click=move |_| erasing.set(true)>"Erase"</button>
                    <button class="btn btn-primary" aria-busy="true"><Icon name="loader-circle" size=15 class="animate-spin" />"Send"</button>
                </div>
            </Panel>
            <Panel title="Banners">
                <div class="flex flex-col gap-2">
                    <Banner tone=Tone::Warning icon="wifi-off">"Offline. Your changes are kept here."</Banner>
                    <Banner tone=Tone::Positive>"Back. 3 changes sent."</Banner>
                    <Banner tone=Tone::Danger>"Language model is down."</Banner>
                    <Banner tone=Tone::Info>"Outside services are played by the sandbox."</Banner>
                </div>
            </Panel>
            <Panel title="Loading">
                <InboxSkeleton />
            </Panel>
            {[Hint::Card, Hint::Chat, Hint::Search, Hint::Chart]
                .into_iter()
                .map(|hint| {
                    view! {
                        <div class="panel flex">
                            <Empty title=format!("Your first {hint:?} will stand here") text="Put the chat on your site." hint>
                                <a class="btn" href="/import">"Import a CSV"</a>
                            </Empty>
                        </div>
                    }
                })
                .collect_view()}
            <Dialog open=erasing title="Erase Marcus Thorne?">"His chats go too."</Dialog>
            <ToastHost />
        </main>
    }
}

fn frame() -> impl IntoView {
    let item = |href, label, icon, count: u32| NavItem { href, label, icon, count: Signal::from(count) };
    let nav = vec![
        item("/board", "Lead board", "columns-3", 0),
        item("/inbox", "Inbox", "message-square-text", 7),
        item("/dashboard", "Dashboard", "chart-no-axes-column", 0),
    ];
    let assistants = [("Nora", true), ("Theo", true), ("Iris", false)]
        .into_iter()
        .zip(0..)
        .map(|((name, live), hue)| NavAssistant { href: format!("/assistants/{hue}"), name: name.into(), hue, live })
        .collect::<Vec<_>>();
    let admin = vec![item("/jobs", "Jobs", "list-checks", 3), item("/audit", "Audit log", "scroll-text", 0)];
    view! {
        <Shell company="Meridian Solar" person="Maya Lindqvist" person_tint=4 role="Sales rep" nav assistants admin whole=Signal::derive(|| false) on_search=|()| ()>
            <PageBar title="Lead board">
                <button class="btn btn-primary"><Icon name="plus" />"New lead"</button>
            </PageBar>
            <BoardSkeleton />
        </Shell>
    }
}

static NOWHERE: Page = Page { paths: &[], part: None, view: || ().into_any() };

/// Renders as the server does, on the page `/board/1`, and writes the file when asked to.
fn render<V: IntoView + 'static>(name: &str, view: fn() -> V) -> String {
    let html = Owner::new().with(|| {
        provide_context(http::Request::get("/board/1").body(()).unwrap().into_parts().0);
        provide_tab(&[], &NOWHERE);
        provide_clock();
        provide_toasts();
        view().into_view().to_html()
    });
    if let Ok(folder) = std::env::var("SPOTLIGHT_GALLERY") {
        let page = format!(
            "<!doctype html><html lang=en-GB><meta charset=utf-8><meta name=viewport content='width=device-width'><title>{name}</title>\
             <link rel=stylesheet href=/ui.css><script src=/theme.js></script><body>{html}"
        );
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.html")), page).unwrap();
    }
    html
}

/// What stands in every `name="…"` of the HTML.
fn values<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    html.split(name).skip(1).filter_map(|rest| rest.strip_prefix("=\"")?.split('"').next())
}

/// What the content security policy forbids, and what would break labels and descriptions.
fn check(html: &str) {
    assert_eq!(values(html, " style").count(), 0, "inline style");
    assert!(!html.contains(" onclick"), "inline handler");
    let ids: Vec<_> = values(html, " id").collect();
    for (n, id) in ids.iter().enumerate() {
        assert!(!ids[..n].contains(id), "two elements have the id {id}");
    }
    for name in [" for", " aria-describedby"] {
        for id in values(html, name).flat_map(str::split_whitespace) {
            assert!(ids.contains(&id), "{name}={id} points nowhere");
        }
    }
}

#[test]
fn all_parts_keep_to_the_content_policy_and_label_their_inputs() {
    let html = render("parts", parts);
    check(&html);
    assert!(html.contains("aria-describedby=\"note-hint note-error\""));
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("aria-label=\"Score 74 of 100\"") && html.contains("aria-label=\"No score yet\""));
}

#[test]
fn the_frame_marks_the_place_above_the_page_as_current() {
    let html = render("frame", frame);
    check(&html);
    // Once in the sidebar, once in the tab bar.
    assert_eq!(values(&html, " aria-current").filter(|value| *value == "page").count(), 2);
    assert_eq!(html.matches("href=\"/board\"").count(), 2);
    assert_eq!(html.matches(" waiting").count(), 3, "7 in the inbox twice, 3 jobs once");
}
