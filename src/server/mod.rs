//! The process: configuration, router, guard, jobs, Postgres, outside services. Server only.
/// Everything the process owns.
pub mod app;
/// Every variable and flag, read once.
pub mod config;
/// The one way to a transaction.
pub mod db;
/// `spotlight doctor`: looks at everything the process stands on and says what to mend.
pub mod doctor;
/// From what went wrong to what a caller may learn.
pub mod fault;
/// Clients of outside services, and the sandbox that plays them.
pub mod integrations;
/// Background work.
pub mod jobs;
/// A private Postgres where no `DATABASE_URL` is given.
pub mod postgres;
/// Logs and metrics.
pub mod telemetry;
