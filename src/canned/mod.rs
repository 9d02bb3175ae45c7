//! Canned replies: what a team writes to visitors again and again.
/// Server functions.
pub mod api;
/// Types and pure rules, shared by server and browser.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
