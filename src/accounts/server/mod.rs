//! Server half of accounts: actors, sessions, sign-up and sign-in, team.
/// Who asks, and what is in their reach.
pub mod actor;
/// The plain HTML forms of sign-in, settings and team.
pub mod forms;
/// How a company comes into being.
pub mod founding;
/// Keys by which other programs ask.
pub mod keys;
/// Slows guessing down.
pub mod limit;
/// Passwords, hashed and checked.
pub mod password;
/// One's own account: signing in and out, password, profile, desk.
pub mod service;
/// Opaque tokens, the session cookie, and who a request comes from.
pub mod session;
/// SQL of accounts.
pub mod store;
/// Who is in the company, and what they are.
pub mod team;
#[cfg(test)]
mod tests;
/// What a visitor of the chat widget is known by.
pub mod visitor;
/// From a server function to a service.
pub mod web;
