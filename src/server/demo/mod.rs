//! The believable company that the demo shows, and the neighbour who must never see it.

mod data;
mod fields;
mod forms;
mod store;
mod tasks;
/// Simulated visitors, who keep boards and inboxes moving.
pub mod visitors;

use crate::accounts::server::password;
use crate::server::app::App;
use crate::values::CompanyId;
use data::{CompanyData, MERIDIAN, NORTHWIND, PASSWORD};

/// Fills the database with the demo companies, unless they are there.
///
/// # Errors
/// When the database refuses; nothing is half done, since each company is one transaction.
pub async fn seed(app: &App) -> anyhow::Result<()> {
    if !store::companies(app.db.pool()).await?.is_empty() {
        return Ok(());
    }
    tracing::info!("seeding the demo: Meridian Solar and Northwind");
    for company in [&MERIDIAN, &NORTHWIND] {
        let hash = password::hash(PASSWORD.to_owned()).await?;
        store::fill(app, CompanyId::new(), company, &hash).await?;
    }
    Ok(())
}

/// The sign-ins, as they are printed when the demo is up.
pub fn sign_ins() -> String {
    let line = |company: &CompanyData| {
        let people = company.people.iter().map(|(name, email, role, _)| format!("    {email:24} {name}, {}\n", role.replace('_', " ")));
        format!("  {}\n{}", company.name, people.collect::<String>())
    };
    format!("{}{}  password for all: {PASSWORD}\n", line(&MERIDIAN), line(&NORTHWIND))
}
