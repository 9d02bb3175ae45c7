//! Server half of tasks.
/// Reminders.
pub mod jobs;
/// Tasks for other programs.
pub mod rest;
/// The verbs.
pub mod service;
/// The SQL.
mod store;
#[cfg(test)]
mod tests;
