//! Outside services.
