//! The live socket: topics, frames, hub, client. Knows no domain beyond the event stream.
/// The browser's one socket a tab.
pub mod client;
#[cfg(feature = "ssr")]
pub mod server;
/// What can be listened to, and the frames.
pub mod topic;
