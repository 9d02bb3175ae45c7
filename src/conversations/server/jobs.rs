//! Background work of conversations: the assistant's reply, the mood of a message, the end of a time off,
//! what was to go out later.

use super::{later, reply, service, store};
use crate::accounts::server::actor::Actor;
use crate::activity::model::Event;
use crate::activity::server::record;
use crate::conversations::sentiment::measure;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::jobs::Job;
use crate::values::{CompanyId, ConversationId, MessageId, Sentiment, Timestamp};
use serde::{Deserialize, Serialize};

/// The assistant answers the visitor's newest message, if it still stands unanswered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reply {
    /// Whose.
    pub company: CompanyId,
    /// Where.
    pub conversation: ConversationId,
}

impl Reply {
    /// One reply is waiting for each conversation at most.
    pub fn key(conversation: ConversationId) -> String {
        format!("reply:{conversation}")
    }
}

impl Job for Reply {
    const NAME: &'static str = "conversations.reply";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        reply::reply(app, self.company, self.conversation).await
    }
}

/// Brings a conversation back that was put off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Wake {
    /// Whose.
    pub company: CompanyId,
    /// Which.
    pub conversation: ConversationId,
    /// The moment until which it was put off. If that is another by now, another job brings it back.
    pub until: Timestamp,
}

impl Job for Wake {
    const NAME: &'static str = "conversations.wake";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let actor = Actor::system(self.company, "conversations");
        Ok(service::wake(app, &actor, self.conversation, self.until).await?)
    }
}

/// Sends what was written to go out at that moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendScheduled {
    /// Whose.
    pub company: CompanyId,
    /// Which message.
    pub message: MessageId,
    /// The moment. If it is to go out at another by now, another job sends it.
    pub at: Timestamp,
}

impl Job for SendScheduled {
    const NAME: &'static str = "conversations.send_scheduled";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        Ok(later::send_scheduled(app, self.company, self.message, self.at).await?)
    }
}

/// The mood of a visitor's message, and with it the lead's mood of late.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct MeasureMood {
    /// Whose.
    pub company: CompanyId,
    /// Where.
    pub conversation: ConversationId,
    /// Which message.
    pub message: MessageId,
}

impl Job for MeasureMood {
    const NAME: &'static str = "conversations.measure_mood";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        let actor = Actor::system(self.company, "mood");
        let mut tx = app.begin(&actor).await?;
        let Some(talk) = store::lock(&mut tx, self.conversation, &actor.scope()).await? else { return Ok(()) };
        let Some(message) = store::message(&mut tx, self.message).await? else { return Ok(()) };
        let measured = measure(&message.body);
        let mood = i16::from(measured.score);
        if !store::set_mood(&mut tx, self.message, measured.sentiment, mood).await? {
            return Ok(());
        }
        let overall = overall(store::late_mood(&mut tx, talk.id).await?);
        leads::felt(&mut tx, talk.lead, overall).await?;
        let audience = leads::audience(&mut tx, talk.lead).await?;
        let event = Event::SentimentMeasured {
            lead: talk.lead,
            conversation: talk.id,
            message: self.message,
            sentiment: measured.sentiment,
            mood,
            overall,
        };
        record(&mut tx, event, audience);
        tx.commit().await?;
        Ok(())
    }
}

/// A mean mood in one word, by the same borders as a single message's.
fn overall(mean: f64) -> Sentiment {
    match mean {
        mean if mean > 15.0 => Sentiment::Positive,
        mean if mean < -15.0 => Sentiment::Negative,
        _ => Sentiment::Neutral,
    }
}
