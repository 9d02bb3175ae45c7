//! Server half of the search.
/// The verb.
pub mod service;
/// Its SQL.
mod store;
#[cfg(test)]
mod tests;
