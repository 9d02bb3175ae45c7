//! What people see of tasks: a section of the lead's page, and a page of one's own.
/// A due moment in words.
pub mod due;
mod fields;
mod marks;
mod page;
mod section;
pub use page::MyTasksPage;
pub use section::TaskSection;
