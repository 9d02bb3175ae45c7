//! Server half of canned replies.
/// The forms of their settings.
pub mod forms;
/// The verbs.
pub mod service;
/// The SQL.
mod store;
#[cfg(test)]
mod tests;
