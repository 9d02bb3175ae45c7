//! Canned replies as people keep them.
mod settings;
pub use settings::CannedRepliesPage;
