//! The assistants' pages: who they are, what they know, where they work.

/// What an assistant is and what it asks.
mod editor;
/// What it knows.
mod knowledge;
/// All assistants.
mod list;
/// One assistant.
mod page;
/// The questions in the editor.
mod questions;
/// Whose own it is.
mod reps;
/// How it gets onto a page.
mod snippet;

pub use list::AssistantsPage;
pub use page::AssistantPage;
