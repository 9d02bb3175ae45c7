//! Server half of leads.
/// Leads that are perhaps of one person.
pub mod alike;
/// Loading a board, and leads as a table.
pub mod board;
/// Changes to many leads at once.
pub mod bulk;
/// Changing what is written about a lead, field by field.
pub mod edit;
/// Forms for enquiries, and what is sent by them.
pub mod enquiry;
/// The leads of a view as CSV.
pub mod export;
/// The fields of a lead that people type.
mod face;
/// Fields that a company makes for its leads.
pub mod fields;
/// Columns that a person has folded.
pub mod folds;
/// The forms of the stages' settings.
pub mod forms;
/// Leads brought in as a file.
pub mod imports;
/// What comes in from outside.
pub mod intake;
/// Two leads of one person become one, and two again.
pub mod merge;
/// Private notes on leads.
pub mod notes;
/// Loading a lead's page.
mod page;
/// The board of a past moment.
pub mod past;
/// The verbs of the stages themselves.
pub mod pipeline;
/// Where a card goes in its column.
mod place;
/// REST for other programs.
pub mod rest;
/// The verbs of the board and the lead page.
pub mod service;
/// The SQL of leads.
mod store;
/// Words that people put on leads.
pub mod tags;
#[cfg(test)]
pub(crate) mod tests;
/// Leads in the trash.
pub mod trash;
/// Filters that people keep.
pub mod views;
/// Where a form that was sent without script comes out.
pub mod web;
