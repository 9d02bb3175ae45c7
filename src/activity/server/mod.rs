//! Writing the stream, and reading it back.
/// The one place that writes an event.
pub mod record;
/// Reading the stream: for sockets and timelines.
pub mod store;
pub use record::record;
