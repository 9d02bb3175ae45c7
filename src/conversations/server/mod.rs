//! Server half of conversations.
/// Background work: the reply, the mood.
pub mod jobs;
/// What is to go out later.
pub mod later;
/// The chat panel and the demonstration site as HTML.
pub mod panel;
/// What people read: inbox and thread.
pub mod reads;
/// The assistant's reply.
mod reply;
/// What people do in a conversation.
pub mod service;
/// SQL of conversations and messages.
pub mod store;
#[cfg(test)]
mod tests;
/// What comes in by text, and what becomes of texts.
pub mod texts;
/// Chats in which somebody waits.
pub mod unanswered;
/// What visitors do and see.
pub mod visitor;
/// How the assistant's words get into a conversation.
pub mod voice;
/// What the widget asks for over HTTP.
pub mod widget;
