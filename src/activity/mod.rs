//! The one ordered stream of events per company: audit, live updates, timelines.
mod about;
/// The events.
pub mod model;
mod recorded;
#[cfg(feature = "ssr")]
pub mod server;
