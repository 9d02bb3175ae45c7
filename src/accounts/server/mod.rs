//! Server half of accounts.
