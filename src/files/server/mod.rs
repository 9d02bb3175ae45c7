//! Server half of files.
/// The end of those that were taken off.
pub mod jobs;
/// What a file is, by its content.
mod media;
/// The verbs.
pub mod service;
/// The SQL.
mod store;
#[cfg(test)]
pub(crate) mod tests;
/// Files come in.
pub mod upload;
/// Where they come in and go out over HTTP.
pub mod web;
