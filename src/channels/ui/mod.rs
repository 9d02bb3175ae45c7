//! What people see of the ways beyond the web.
mod settings;
pub use settings::TextsPage;
