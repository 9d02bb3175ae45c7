//! What people see of the ways beyond the web.
mod begin;
mod settings;
pub use begin::BeginText;
pub use settings::TextsPage;
