//! Server half of conversations.
/// The chat panel and the demonstration site as HTML.
pub mod panel;
