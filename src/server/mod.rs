//! The process: configuration, router, guard, jobs, Postgres, outside services. Server only.
/// Every variable and flag, read once.
pub mod config;
/// `spotlight doctor`: looks at everything the process stands on and says what to mend.
pub mod doctor;
/// Clients of outside services, and the sandbox that plays them.
pub mod integrations;
/// A private Postgres where no `DATABASE_URL` is given.
pub mod postgres;
/// Logs and metrics.
pub mod telemetry;
