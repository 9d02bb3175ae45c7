//! Every page of the program, and the parts in which a browser loads it. It loads the frame and the
//! part of the page it opens; the others come when a page of theirs is opened. `bin/build` cuts the
//! WASM where this file says.
//!
//! Everything that only one area's pages reach travels in that area's part, what several reach in
//! parts of their own, the rest in the frame.

use crate::leads::ui::{About, Ended, Naming, Offered};
use crate::route::{Page, Part};
use crate::values::LeadId;
use futures::FutureExt;
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};
use std::future::Future;

/// The table of pages: paths and component, by area. An area is a part; the first one is none, its
/// pages have no script.
macro_rules! pages {
    (
        { $($plain:literal => $plain_page:path,)+ }
        $($part:ident, $fetch:ident { $($path:literal $(or $other:literal)* => $page:path,)+ })+
    ) => {
        /// Every page.
        pub static PAGES: &[Page] = &[
            $(Page { paths: &[$plain], part: None, view: || on_server(|| $plain_page().into_any()) },)+
            $($(Page {
                paths: &[$path $(, $other)*],
                part: Some(Part { name: stringify!($part), fetch: || Box::pin($fetch()) }),
                view: || at_once($part($path)),
            },)+)+
        ];

        $(
            /// The pages of one area, by the first of their paths.
            #[wasm_split($part, wasm_split_path = leptos::wasm_split, preload($fetch), fallible)]
            fn $part(path: &'static str) -> Result<AnyView, SplitLoaderError> {
                Ok(match path {
                    $($path => $page().into_any(),)+
                    _ => ().into_any(),
                })
            }
        )+
    };
}

pages! {
    {
        "/sign-in" => crate::accounts::ui::SignInPage,
        "/sign-up" => crate::accounts::ui::SignUpPage,
        "/forgot" => crate::accounts::ui::ForgotPage,
        "/reset/{token}" => crate::accounts::ui::ResetPage,
        "/invite/{token}" => crate::accounts::ui::InvitePage,
    }
    board, fetch_board {
        "/board" => crate::leads::ui::BoardPage,
    }
    past, fetch_past {
        "/board/past" => crate::leads::ui::PastPage,
    }
    table, fetch_table {
        "/leads" => crate::leads::ui::TablePage,
    }
    lead, fetch_lead {
        "/leads/{id}" => crate::leads::ui::LeadPage,
    }
    tasks, fetch_tasks {
        "/tasks" => crate::tasks::ui::MyTasksPage,
    }
    inbox, fetch_inbox {
        "/inbox" or "/inbox/{conversation}" => crate::conversations::ui::InboxPage,
    }
    assistants, fetch_assistants {
        "/assistants" => crate::assistants::ui::AssistantsPage,
        "/assistants/{id}" => crate::assistants::ui::AssistantPage,
    }
    search, fetch_search {
        "/search" => crate::search::ui::SearchPage,
    }
    accounts, fetch_accounts {
        "/settings" => crate::accounts::ui::SettingsPage,
        "/settings/team" => crate::accounts::ui::TeamPage,
        "/settings/stages" => crate::leads::ui::StagesPage,
        "/settings/fields" => crate::leads::ui::FieldsPage,
        "/settings/forms" => crate::leads::ui::EnquiryFormsPage,
        "/settings/forms/{id}" => crate::leads::ui::EnquiryFormPage,
        "/settings/replies" => crate::canned::ui::CannedRepliesPage,
        "/settings/texts" => crate::channels::ui::TextsPage,
        "/settings/routing" => crate::routing::ui::RoutingPage,
        "/settings/keys" => crate::accounts::ui::KeysPage,
        "/settings/outbox" => crate::accounts::ui::OutboxPage,
        "/settings/jobs" => crate::operations::ui::JobsPage,
        "/leads/merge" => crate::leads::ui::MergePage,
        "/leads/alike" => crate::leads::ui::AlikePage,
        "/leads/trash" => crate::leads::ui::TrashPage,
        "/leads/import" => crate::leads::ui::ImportsPage,
        "/leads/import/{id}" => crate::leads::ui::ImportPage,
    }
}

/// What stands at every other path.
pub static NOWHERE: Page = Page { paths: &[], part: None, view: || on_server(|| crate::app::NotFound().into_any()) };

/// A view that no browser makes: its code stays on the server.
fn on_server(view: fn() -> AnyView) -> AnyView {
    if cfg!(feature = "ssr") { view() } else { ().into_any() }
}

/// What a part makes that is there already: it does so without waiting.
fn at_once(view: impl Future<Output = Result<AnyView, SplitLoaderError>>) -> AnyView {
    view.now_or_never().and_then(Result::ok).unwrap_or_else(|| ().into_any())
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

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_closing(ended: Ended) -> Result<Option<AnyView>, SplitLoaderError> {
    Ok(crate::leads::ui::how_it_ended(ended))
}

/// The form for a new lead: fetched when it is first opened.
pub async fn new_lead() -> AnyView {
    load_new_lead().await.unwrap_or_else(missing)
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_new_lead() -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::new_lead())
}

/// What can be done with chosen cards: fetched when the first is chosen.
pub async fn selection_bar() -> AnyView {
    load_selection_bar().await.unwrap_or_else(missing)
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_selection_bar() -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::selection_bar())
}

/// Where a card can be moved to: fetched when it is first asked. None without network.
pub async fn move_menu() -> Option<AnyView> {
    load_move_menu().await.ok()
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_move_menu() -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::move_menu())
}

/// What can be chosen in a menu above the board or the table: fetched when the first is opened.
pub async fn choices(about: About, offered: Offered) -> AnyView {
    load_choices(about, offered).await.unwrap_or_else(missing)
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_choices(about: About, offered: Offered) -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::choices(about, offered))
}

/// What is in the menu of views: fetched when it is first opened.
pub async fn views(naming: Naming) -> AnyView {
    load_views(naming).await.unwrap_or_else(missing)
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_views(naming: Naming) -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::views_menu(naming))
}

/// The form that names a view: fetched when it is first opened.
pub async fn name_view(naming: Naming) -> AnyView {
    load_name_view(naming).await.unwrap_or_else(missing)
}

#[wasm_split(forms, wasm_split_path = leptos::wasm_split, fallible)]
fn load_name_view(naming: Naming) -> Result<AnyView, SplitLoaderError> {
    Ok(crate::leads::ui::name_view(naming))
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

#[cfg(test)]
mod tests {
    use super::PAGES;
    use crate::route::find;
    use std::collections::BTreeSet;

    #[test]
    fn every_page_is_found_at_its_paths_and_no_other_there() {
        let mut paths = BTreeSet::new();
        for page in PAGES {
            for pattern in page.paths {
                assert!(paths.insert(*pattern), "two pages at {pattern}");
                let names: Vec<_> = pattern.split('/').map(|name| if name.starts_with('{') { "7f" } else { name }).collect();
                let (found, _) = find(PAGES, &names.join("/")).unwrap();
                assert!(std::ptr::eq(found, page), "{pattern} leads to {:?}", found.paths);
            }
        }
    }

    #[test]
    fn strangers_are_shown_these_pages_and_no_others() {
        let open: Vec<_> = PAGES.iter().filter(|page| page.part.is_none()).flat_map(|page| page.paths).collect();
        assert_eq!(open, [&"/sign-in", &"/sign-up", &"/forgot", &"/reset/{token}", &"/invite/{token}"]);
    }
}
