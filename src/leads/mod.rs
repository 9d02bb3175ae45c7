//! leads
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
