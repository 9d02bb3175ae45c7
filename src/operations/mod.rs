//! What admins look after: jobs that were given up.
/// Server functions.
pub mod api;
/// Types shared by both halves.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
/// What people see of it.
pub mod ui;
