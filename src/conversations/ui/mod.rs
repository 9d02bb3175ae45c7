//! The inbox: list, thread, composer, context, transcript.

/// What can be done with a chat.
mod actions;
/// Files that go with a message.
mod attach;
/// Canned replies where a message is written.
mod canned;
/// Where a message is written.
mod composer;
/// What is known of the lead beside the thread.
mod context;
/// The field in which one writes.
mod field;
/// Who is talked to, and who answers.
mod head;
/// Unsent text.
mod kept;
/// What is to go out later.
mod later;
/// The list of conversations.
mod list;
/// One message.
mod message;
/// An open thread's state in this tab.
mod open;
/// The page.
mod page;
/// The thread.
mod thread;
/// Times to come.
mod times;
/// The thread for paper.
mod transcript;
/// By which way a message goes.
mod ways;

pub use page::InboxPage;
