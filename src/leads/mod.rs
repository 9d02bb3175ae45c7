//! The lead board and the lead page.
/// Leads that are perhaps of one person.
pub mod alike;
/// Server functions.
pub mod api;
/// A lead as its card shows it, and how what happens changes it.
pub mod card;
/// How a deal ends.
pub mod closing;
/// Forms for enquiries.
pub mod enquiry;
/// What people write about a lead, field by field.
pub mod fields;
/// Which leads a board shows.
pub mod filter;
/// Leads brought in as a file: what each column is, and how far it has come.
pub mod imports;
/// How people say who they are.
pub mod introduction;
/// Colleagues who are named in a note.
pub mod mentions;
/// Two leads of one person.
pub mod merge;
/// Types and pure rules, shared by server and browser.
pub mod model;
/// One lead, whole, as its page shows it.
pub mod page;
/// The board of a past moment, and what has become of it since.
pub mod past;
/// How promising a lead is, and why.
pub mod scoring;
#[cfg(feature = "ssr")]
pub mod server;
/// The stages of a board.
pub mod stages;
/// Leads as a table, and changes to many at once.
pub mod table;
/// Leads in the trash.
pub mod trash;
/// What people see of it.
pub mod ui;
/// Filters that people keep.
pub mod views;
/// How the cards of a board travel.
mod wire;
