//! Server half of the live socket.
/// One company's newest events, and the sockets that listen to them.
pub mod channel;
/// Loads new events and tells every socket of the company.
pub mod hub;
/// What an actor may listen to.
mod reach;
/// Between processes: hints, pulses and presence, through the database.
mod relay;
/// One open socket.
pub mod socket;
/// What the hub and the sockets ask the database.
pub mod store;
/// An event made ready to be told.
pub mod telling;
#[cfg(test)]
mod tests;
/// What a visitor learns of an event.
pub mod visitor;
/// Who looks at something.
mod watching;
