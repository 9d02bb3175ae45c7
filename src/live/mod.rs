//! The live socket: topics, frames, hub, client. Knows no domain beyond the event stream.
/// What one tab listens to and has heard: the book-keeping of the browser's socket.
pub mod book;
/// The tab's one connection: web-sys and timers.
mod browser;
/// The browser's one socket a tab.
pub mod client;
/// What the interface says about the connection.
pub mod notices;
#[cfg(feature = "ssr")]
pub mod server;
/// What can be listened to, and the frames.
pub mod topic;
