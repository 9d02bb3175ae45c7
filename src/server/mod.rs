//! The process: configuration, router, guard, jobs, Postgres, outside services. Server only.
/// Everything the process owns.
pub mod app;
/// The one way to a transaction.
pub mod db;
/// From what went wrong to what a caller may learn.
pub mod fault;
/// What stands before every route.
pub mod guard;
/// Clients of outside services, and the sandbox that plays them.
pub mod integrations;
/// Background work.
pub mod jobs;
/// A private Postgres where no `DATABASE_URL` is given.
pub mod postgres;
