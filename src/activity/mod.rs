//! The event stream.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
