//! The process: configuration, router, guard, jobs, Postgres, outside services. Server only.
/// Clients of outside services, and the sandbox that plays them.
pub mod integrations;
/// A private Postgres where no `DATABASE_URL` is given.
pub mod postgres;
