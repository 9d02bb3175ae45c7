//! Server half of accounts: actors, sessions, sign-up and sign-in, team.
/// Who asks, and what is in their reach.
pub mod actor;
/// From a server function to a service.
pub mod web;
/// What a visitor of the chat widget is known by.
pub mod visitor;
