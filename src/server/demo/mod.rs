//! The believable company that the demo shows, and the neighbour who must never see it.

mod data;
mod fields;
mod forms;
mod store;
mod tasks;
/// Simulated visitors, who keep boards and inboxes moving.
pub mod visitors;

use crate::accounts::server::{actor::Actor, password};
use crate::channels::server::service::{self as channels, Wanted};
use crate::server::app::App;
use crate::values::{AssistantId, ChannelId, CompanyId};
use data::{CompanyData, MERIDIAN, NORTHWIND, PASSWORD};

/// Fills the database with the demo companies, unless they are there.
///
/// # Errors
/// When the database refuses. Each company is one transaction.
pub async fn seed(app: &App) -> anyhow::Result<()> {
    if !store::companies(app.db.pool()).await?.is_empty() {
        return Ok(());
    }
    tracing::info!("seeding the demo: Meridian Solar and Northwind");
    for company in [&MERIDIAN, &NORTHWIND] {
        let hash = password::hash(PASSWORD.to_owned()).await?;
        let id = CompanyId::new();
        store::fill(app, id, company, &hash).await?;
        if let Some(number) = company.number {
            let assistant = store::assistant(app, id, company.assistants[0].name).await?;
            connect(app, id, number, assistant).await?;
        }
    }
    Ok(())
}

/// A number for texts, which the sandbox plays. Where there is none, there are no texts.
async fn connect(app: &App, company: CompanyId, number: &str, assistant: AssistantId) -> anyhow::Result<()> {
    if app.inner.sandbox_url.is_none() {
        return Ok(());
    }
    let wanted = Wanted {
        id: ChannelId::new(),
        version: 0,
        number: number.to_owned(),
        account: String::new(),
        token: String::new().into(),
        assistant,
        day_from: 8,
        day_until: 21,
        zone: "Europe/London".into(),
        sandbox: true,
    };
    channels::connect(app, &Actor::system(company, "demo"), wanted).await?;
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
