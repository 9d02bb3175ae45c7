//! Ways to talk with leads beyond the web: the company's telephone numbers, and whether somebody may be texted.
/// Server functions.
pub mod api;
/// Types and pure rules, shared by server and browser.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
