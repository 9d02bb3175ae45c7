//! Simulated visitors: they say what is in their scripts through the same service as real ones,
//! one line every quarter of a minute or so, so that boards and inboxes move while people look.

use super::{
    data::{MERIDIAN, SCRIPTS},
    store,
};
use crate::accounts::server::visitor;
use crate::conversations::server::visitor::visitor_says;
use crate::server::app::App;
use crate::values::{AssistantId, CompanyId, MessageId, VisitorId};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Keeps talking until `stop`. Each script is one visitor; when all lines are said, they begin
/// again a good while later, as people do who come back.
pub async fn keep_talking(app: App, stop: CancellationToken) -> anyhow::Result<()> {
    let Some(company) = store::companies(app.db.pool()).await?.into_iter().next() else { return Ok(()) };
    let assistant = store::assistant(&app, company, MERIDIAN.assistants[0].name).await?;
    let visitors: Vec<VisitorId> = SCRIPTS.iter().map(|_| VisitorId::new()).collect();
    let longest = SCRIPTS.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0);
    for round in 0.. {
        for (number, (_, lines)) in SCRIPTS.iter().enumerate() {
            let pause = Duration::from_millis(9_000 + rand::random_range(0..12_000));
            tokio::select! { () = tokio::time::sleep(pause) => {}, () = stop.cancelled() => return Ok(()) }
            // One starts after the other, and all rest before they come back.
            let Some(line) = (round as usize).checked_sub(number).and_then(|step| lines.get(step % (longest * 4))) else { continue };
            if let Err(error) = say(&app, company, assistant, visitors[number], line).await {
                tracing::warn!(%error, "a simulated visitor was not heard");
            }
        }
    }
    Ok(())
}

async fn say(app: &App, company: CompanyId, assistant: AssistantId, who: VisitorId, line: &str) -> anyhow::Result<()> {
    let token = visitor::issue(&app.inner.secret, company, assistant, who);
    let actor = visitor::check(&app.inner.secret, &token, assistant).ok_or_else(|| anyhow::anyhow!("our own token is refused"))?;
    visitor_says(app, &actor, MessageId::new(), line, &[], None).await?;
    Ok(())
}
