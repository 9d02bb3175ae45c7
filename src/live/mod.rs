//! The live socket.
pub mod topic;
#[cfg(feature = "ssr")]
pub mod server;
