//! Server half of tasks.
/// Reminders.
pub mod jobs;
/// The verbs.
pub mod service;
/// The SQL.
mod store;
#[cfg(test)]
mod tests;
