//! Spotlight OS: an AI assistant in front of every sales lead, and a person behind every assistant.
#![recursion_limit = "512"]

/// Companies, users, sessions, roles, and who may do what.
pub mod accounts;
/// The one ordered stream of events per company.
pub mod activity;
/// `<App>`, and the frame around signed-in pages.
pub mod app;
/// The table of pages, and the parts in which a browser loads the program.
pub mod areas;
/// Persona, goals, knowledge and qualification of each AI assistant.
pub mod assistants;
/// Texts that the team writes again and again.
pub mod canned;
/// Ways to talk with leads beyond the web, and whether somebody may be texted.
pub mod channels;
/// Widget, inbox, thread, control between AI and person.
pub mod conversations;
/// What a caller may learn when something goes wrong.
pub mod error;
/// Files that people keep with a lead.
pub mod files;
/// The lead board and the lead page.
pub mod leads;
/// The live socket: topics, frames, hub, client. Knows no domain.
pub mod live;
/// What admins look after: jobs that were given up.
pub mod operations;
/// Where the tab is, and the way elsewhere. Knows no page.
pub mod route;
/// How a chat gets from the assistant to a person.
pub mod routing;
/// Finding leads, and the command palette.
pub mod search;
/// The process: configuration, router, guard, jobs, Postgres, outside services.
#[cfg(feature = "ssr")]
pub mod server;
/// What is to be done about a lead, by whom, and by when.
pub mod tasks;
#[cfg(test)]
mod tidy;
/// The design system. Knows no domain.
pub mod ui;
/// Value objects shared by all: ids, e-mail, money, score, rank, time.
pub mod values;
/// JSON between browser and server: calls, forms, what a page brings along.
pub mod wire;

/// Entry point of the browser half.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub async fn hydrate() {
    // What people get ends at once instead (see bin/build): the code that words a panic is not in it.
    if cfg!(debug_assertions) {
        console_error_panic_hook::set_once();
    }
    let path = leptos::prelude::window().location().pathname().unwrap_or_default();
    let Some((route::Page { part: Some(part), .. }, _)) = route::find(areas::PAGES, &path) else { return };
    // A page that came without its part stays as the server wrote it, and works as one without script
    // does. The loader has said in the console what went wrong.
    if (part.fetch)().await.is_ok() {
        leptos::mount::hydrate_body(app::App);
    }
}
