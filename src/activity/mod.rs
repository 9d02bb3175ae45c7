//! The one ordered stream of events per company: audit, live updates, timelines.
/// The events.
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
