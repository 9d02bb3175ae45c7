//! Server half of the live socket.
/// Loads new events and tells every socket of the company.
pub mod hub;
