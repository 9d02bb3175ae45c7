//! Server half of leads.
