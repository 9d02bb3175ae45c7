//! How a chat gets from the assistant to a person, and what happens if nobody comes.
/// Server functions.
pub mod api;
/// Types and pure rules, shared by server and browser.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
