//! conversations
pub mod model;
/// The mood of a message, from its words.
pub mod sentiment;
#[cfg(feature = "ssr")]
pub mod server;
