//! Leads against a database.
