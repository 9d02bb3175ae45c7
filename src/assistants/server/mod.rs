//! Server half of assistants.
/// What people may do with assistants.
pub mod service;
/// SQL of assistants and what they know.
pub mod store;
#[cfg(test)]
mod tests;
