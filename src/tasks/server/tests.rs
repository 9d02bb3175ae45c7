//! Tasks against a real Postgres.
