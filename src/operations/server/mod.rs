//! Server half of operations.
/// The verbs.
pub mod service;
/// The SQL.
mod store;
