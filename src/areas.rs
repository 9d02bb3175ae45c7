//! The program in parts. A browser loads the frame and the part of the page it opens; the others
//! come when a page of theirs is opened. `bin/build` cuts the WASM where this file says.
//!
//! Everything that only one area's pages reach travels in that area's part, what several reach in
//! parts of their own, the rest in the frame.

use crate::leads::ui::Ended;
use crate::values::LeadId;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos_router::{LazyRoute, hooks::use_location};

/// The part of the page at `path`; the frame alone for the page that says that there is nothing.
pub fn part_of(path: &str) -> &'static str {
    let mut names = path.trim_start_matches('/').split('/');
    match names.next().unwrap_or_default() {
        "leads" if names.next() == Some("import") => "accounts",
        "board" => "board",
        "leads" => "lead",
        "tasks" => "tasks",
        "inbox" => "inbox",
        "assistants" => "assistants",
        "settings" => "accounts",
        "search" => "search",
        _ => "frame",
    }
}

/// Has the part of the page at `path` in hand, before the browser takes the page over. One that
/// came without its part stays as the server wrote it, and works as a page without script does.
///
/// # Errors
/// The part could not be fetched.
pub async fn arrive(path: &str) -> Result<(), SplitLoaderError> {
    match part_of(path) {
        "board" => fetch_board().await,
        "lead" => fetch_lead().await,
        "tasks" => fetch_tasks().await,
        "inbox" => fetch_inbox().await,
        "assistants" => fetch_assistants().await,
        "accounts" => fetch_settings().await,
        "search" => fetch_search().await,
        _ => Ok(()),
    }
}

/// A part could not be fetched: the network is down, or the server has another build by now. The
/// browser asks for the whole page instead, which brings the parts that fit, or says what is wrong.
fn instead(_: SplitLoaderError) -> AnyView {
    let location = use_location();
    Effect::new(move || {
        let (path, search) = (location.pathname.get_untracked(), location.search.get_untracked());
        let address = if search.is_empty() { path } else { format!("{path}?{search}") };
        // Refused only by a page that is being left already.
        let _ = window().location().assign(&address);
    });
    ().into_any()
}

/// One area: the name of its part, and its pages as routes.
macro_rules! area {
    ($part:ident, $($route:ident, $page:path, $load:ident, $preload:ident;)+) => {$(
        #[wasm_split($part, wasm_split_path = leptos::wasm_split, preload($preload), fallible)]
        fn $load() -> Result<AnyView, SplitLoaderError> {
            Ok($page().into_any())
        }

        /// The page as a route.
        pub struct $route;

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(_: Self) -> AnyView {
                $load().await.unwrap_or_else(instead)
            }

            async fn preload() {
                // What went wrong shows when the view is asked for.
                let _ = $preload().await;
            }
        }
    )+};
}

area! { board, Board, crate::leads::ui::BoardPage, load_board, fetch_board; }
area! { lead, Lead, crate::leads::ui::LeadPage, load_lead, fetch_lead; }
area! { tasks, Tasks, crate::tasks::ui::MyTasksPage, load_tasks, fetch_tasks; }
area! { inbox, Inbox, crate::conversations::ui::InboxPage, load_inbox, fetch_inbox; }
area! { assistants,
    Assistants, crate::assistants::ui::AssistantsPage, load_assistants, fetch_assistants;
    Assistant, crate::assistants::ui::AssistantPage, load_assistant, fetch_assistant;
}
area! { search, Search, crate::search::ui::SearchPage, load_search, fetch_search; }
area! { accounts,
    SignIn, crate::accounts::ui::SignInPage, load_sign_in, fetch_sign_in;
    SignUp, crate::accounts::ui::SignUpPage, load_sign_up, fetch_sign_up;
    Forgot, crate::accounts::ui::ForgotPage, load_forgot, fetch_forgot;
    Reset, crate::accounts::ui::ResetPage, load_reset, fetch_reset;
    Invite, crate::accounts::ui::InvitePage, load_invite, fetch_invite;
    Settings, crate::accounts::ui::SettingsPage, load_settings, fetch_settings;
    Team, crate::accounts::ui::TeamPage, load_team, fetch_team;
    Stages, crate::leads::ui::StagesPage, load_stages, fetch_stages;
    Imports, crate::leads::ui::ImportsPage, load_imports, fetch_imports;
    Import, crate::leads::ui::ImportPage, load_import, fetch_import;
    Keys, crate::accounts::ui::KeysPage, load_keys, fetch_keys;
    Outbox, crate::accounts::ui::OutboxPage, load_outbox, fetch_outbox;
    Jobs, crate::operations::ui::JobsPage, load_jobs, fetch_jobs;
}

/// A lead beside the board: fetched when the first is opened.
pub async fn beside(lead: LeadId) -> AnyView {
    load_beside(lead).await.unwrap_or_else(missing)
}

#[wasm_split(lead, wasm_split_path = leptos::wasm_split, fallible)]
fn load_beside(lead: LeadId) -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::lead_beside(lead))
}

/// What is asked when a deal has ended: fetched when the first has. Without network it is not asked; the
/// deal has ended all the same.
pub async fn closing(ended: Ended) -> Option<AnyView> {
    load_closing(ended).await.ok().flatten()
}

#[wasm_split(closing, wasm_split_path = leptos::wasm_split, fallible)]
fn load_closing(ended: Ended) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(crate::leads::ui::how_it_ended(ended))
}

/// The command palette: fetched when it is first opened. Without network the page it is opened on
/// stays, and it is fetched when it is opened again.
pub async fn palette() -> AnyView {
    load_palette().await.unwrap_or_else(missing)
}

fn missing(_: SplitLoaderError) -> AnyView {
    view! { <p class="p-5 text-ink-muted" role="status">"This cannot be loaded just now. Try again in a moment."</p> }.into_any()
}

#[wasm_split(search, wasm_split_path = leptos::wasm_split, fallible)]
fn load_palette() -> Result<AnyView, SplitLoaderError> {
    Ok(crate::search::ui::Palette().into_any())
}
