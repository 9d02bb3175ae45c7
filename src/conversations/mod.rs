//! Widget, inbox, thread, and control between the AI and a person.
/// Server functions.
pub mod api;
/// What stands between the messages of a thread.
mod between;
/// Types and pure rules, shared by server and browser.
pub mod model;
/// What an event does to an open inbox and an open thread.
pub mod reduce;
/// The mood of a message, from its words.
pub mod sentiment;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
