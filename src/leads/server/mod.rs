//! Server half of leads.
/// What happens to leads.
pub mod service;
