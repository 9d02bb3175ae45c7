//! Finding leads by name, notes and messages, and the command palette.
/// Server functions.
pub mod api;
/// What is looked for and what is found.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
