//! Companies, the people in them, how they sign in and what they may do.
/// Server functions.
pub mod api;
/// Types and pure rules, shared by server and browser.
pub mod model;
/// Action × Role: the authorization table.
pub mod policy;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
