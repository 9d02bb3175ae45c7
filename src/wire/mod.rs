//! What goes between browser and server: JSON, called functions, forms, and what a page brings along.
//!
//! The server reads and writes with serde. The browser's half of serde's code was a fifth of all it had
//! to load, each type compiled once for every way of reading; so there the same types are read from one
//! tree of values, by code that is a line a field. `FromWire` and `ToWire` understand the types'
//! `#[serde(…)]` attributes; that both halves agree is tested.

mod call;
mod form;
mod json;
mod page;
#[cfg(test)]
pub(crate) mod tests;

pub use call::{Lean, Refused};
pub use form::{ActionForm, ServerAction};
pub use json::{FromWire, ToWire, field, field_or_default, item, merged, object, parse, print, read, text, word};
pub use page::{Loaded, carried, carry, load, shared};
pub use serde_json::Value;
pub use spotlight_derive::{FromWire, ToWire, server};
