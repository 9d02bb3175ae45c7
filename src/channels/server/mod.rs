//! Server half of the ways beyond the web.
/// The forms of their settings.
pub mod forms;
/// What the provider posts.
pub mod hooks;
/// Texts on their way out.
pub mod jobs;
/// A telephone, in the demonstration.
pub mod phone;
/// Whether somebody may be texted.
pub mod reach;
/// The verbs.
pub mod service;
/// SQL.
pub mod store;
#[cfg(test)]
mod tests;
/// What time it is where a number is.
pub mod zones;
