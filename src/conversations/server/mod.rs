//! Server half of conversations.
/// Background work: the reply, the mood.
pub mod jobs;
/// What people read: inbox and thread.
pub mod reads;
/// Who says what, and who may.
pub mod service;
/// SQL of conversations and messages.
pub mod store;
/// What the widget asks for over HTTP.
pub mod widget;
/// The chat panel and the demonstration site as HTML.
pub mod panel;
