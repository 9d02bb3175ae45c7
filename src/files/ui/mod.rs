//! What people see of files: a section of the lead's page.
mod section;
mod sending;
pub use section::{FileSection, OnItsWay, each, holds_files};
pub use sending::Sending;
