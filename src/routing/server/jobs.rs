//! What happens when nobody comes.

use super::service::{AWAY, hours, of};
use super::store;
use crate::accounts::server::actor::Actor;
use crate::conversations::server::unanswered;
use crate::server::app::App;
use crate::server::jobs::{Job, When, enqueue};
use crate::server::mail;
use crate::values::{CompanyId, ConversationId, MessageId};
use serde::{Deserialize, Serialize};

/// Looks whether a person has picked a chat up. If not, the visitor is told, and so are the managers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PickUp {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub conversation: ConversationId,
    /// As of which change of control. If there was another since, this says nothing.
    pub epoch: i32,
}

impl Job for PickUp {
    const NAME: &'static str = "routing.pick_up";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.begin(&Actor::system(self.company, "routing")).await?;
        let routing = of(&mut tx).await?;
        let words = match hours(&routing) {
            Ok(()) => {
                "Nobody could come just now, I’m sorry. Tell me when it suits you, and how to reach you, and somebody comes back to you then."
                    .to_owned()
            }
            Err(Some(next)) => {
                format!("Our team is back {next}. Leave a number or an address here, and somebody comes back to you then.")
            }
            Err(None) => "Our team is away just now. Leave a number or an address here, and somebody comes back to you.".to_owned(),
        };
        let Some(name) = unanswered::nobody_came(&mut tx, self.conversation, self.epoch, words).await? else { return Ok(()) };
        let link = format!("{}/inbox/{}", app.inner.public_url, self.conversation);
        for manager in store::managers(&mut tx).await? {
            let body = format!("{name} asked for a person, and nobody has picked the chat up.\n\n{link}\n");
            mail::write(&mut tx, &manager, "Somebody waits for a person", &body).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Looks whether the person who answers a chat is still there. If not, it goes back to all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Attend {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub conversation: ConversationId,
    /// The message that has no answer.
    pub message: MessageId,
}

impl Job for Attend {
    const NAME: &'static str = "routing.attend";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let mut tx = app.begin(&Actor::system(self.company, "routing")).await?;
        let Some(person) = unanswered::owed_by(&mut tx, self.conversation, self.message).await? else { return Ok(()) };
        if store::is_here(&mut tx, person).await? {
            // They may leave yet.
            enqueue(&mut tx, &self, When::after(AWAY).replacing(format!("attend:{}", self.conversation))).await?;
        } else {
            unanswered::back_to_all(&mut tx, self.conversation).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
