//! Spotlight OS: an AI assistant in front of every sales lead, and a person behind every assistant.
#![recursion_limit = "512"]

/// Companies, users, sessions, roles, and who may do what.
pub mod accounts;
/// The one ordered stream of events per company.
pub mod activity;
/// `<App>`, the page shell and the route table.
pub mod app;
/// The parts in which a browser loads the program.
pub mod areas;
/// Persona, goals, knowledge and qualification of each AI assistant.
pub mod assistants;
/// Widget, inbox, thread, control between AI and person.
pub mod conversations;
/// What a caller may learn when something goes wrong.
pub mod error;
/// The lead board and the lead page.
pub mod leads;
/// The live socket: topics, frames, hub, client. Knows no domain.
pub mod live;
/// What admins look after: jobs that were given up.
pub mod operations;
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
    // The loader has said in the console what went wrong.
    if areas::arrive(&path).await.is_ok() {
        leptos::mount::hydrate_lazy(app::App);
    }
}
