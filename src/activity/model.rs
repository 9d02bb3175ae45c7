//! The events.
