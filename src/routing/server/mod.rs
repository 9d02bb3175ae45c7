//! Server half of handing over.
/// The form of its settings.
pub mod forms;
/// What happens after a while.
pub mod jobs;
/// The verbs.
pub mod service;
/// SQL.
mod store;
#[cfg(test)]
mod tests;
