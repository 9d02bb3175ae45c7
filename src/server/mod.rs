//! The process: configuration, router, guard, jobs, Postgres, outside services. Server only.
/// Everything the process owns.
pub mod app;
/// Every variable and flag, read once.
pub mod config;
/// The one way to a transaction.
pub mod db;
/// The believable company that the demo shows.
pub mod demo;
/// What the process stands on, examined, with a mend for each fault.
pub mod doctor;
/// From what went wrong to what a caller may learn.
pub mod fault;
/// Plain HTML forms.
pub mod forms;
/// What stands before every route.
pub mod guard;
/// Alive, ready, figures.
pub mod health;
/// HTML that is written without leptos.
pub mod html;
/// Clients of outside services, and the sandbox that plays them.
pub mod integrations;
/// Background work.
pub mod jobs;
/// Letters.
pub mod mail;
#[cfg(test)]
mod matrix;
/// A private Postgres where no `DATABASE_URL` is given.
pub mod postgres;
/// Pages.
pub mod render;
/// The whole HTTP surface.
pub mod router;
/// Bringing a database up to date.
pub mod schema;
/// Seals what companies give us to keep.
pub mod seal;
/// What each command does.
pub mod serve;
/// Signs what is handed out and comes back.
pub mod signer;
/// Logs and figures.
pub mod telemetry;
#[cfg(test)]
pub mod testing;
/// A file of a form, as it comes in.
pub mod upload;
