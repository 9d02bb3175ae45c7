//! Texts on their way out. Twilio knows no key by which a second try is the same: where it is not known whether one went
//! out, it is looked for before it is sent again.

use super::reach::{Route, bar};
use super::service::{client, consented, hook_url, in_words, line};
use super::store::{self, OnItsWay};
use crate::accounts::server::actor::Actor;
use crate::channels::model::Bar;
use crate::conversations::model::Delivery;
use crate::conversations::server::texts;
use crate::leads::server::service as leads;
use crate::server::app::App;
use crate::server::db::Tx;
use crate::server::integrations::http::CallError;
use crate::server::integrations::twilio::{NewText, Text};
use crate::server::jobs::{Job, When, enqueue};
use crate::values::{ChannelId, CompanyId, MessageId, Timestamp};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// So long after a try without an answer it is told, or can be found, what became of it.
const SETTLED: Duration = Duration::from_secs(20);
/// How long a text is tried.
const GIVEN_UP: Duration = Duration::from_secs(3_600);

/// Hands a text over to the provider, if it has not been.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SendText {
    /// Whose.
    pub company: CompanyId,
    /// Which message.
    pub message: MessageId,
}

impl SendText {
    /// One is waiting for each message at most.
    pub fn key(message: MessageId) -> String {
        format!("text:{message}")
    }
}

impl Job for SendText {
    const NAME: &'static str = "channels.send_text";
    fn company(&self) -> CompanyId {
        self.company
    }
    async fn run(self, app: &App) -> anyhow::Result<()> {
        send(app, &self).await
    }
}

/// What came of handing a text over.
enum Came {
    /// It is there, under this id.
    Taken(String),
    /// It is not, and never will be.
    Refused { reason: String, opted_out: bool },
    /// It is not; asking again in a while may do better.
    Later(Duration),
    /// Nobody knows.
    Unknown,
}

async fn send(app: &App, job: &SendText) -> anyhow::Result<()> {
    let actor = Actor::system(job.company, "texts");
    let mut tx = app.begin(&actor).await?;
    let Some(text) = store::lock_text(&mut tx, job.message).await? else { return Ok(()) };
    if text.state != Delivery::Pending || text.sid.is_some() {
        return Ok(());
    }
    let line = line(&mut tx, text.channel).await?;
    let route = Route { to: text.number.clone(), line };
    if age(text.at) > GIVEN_UP {
        texts::marked(&mut tx, &text, job.message, Delivery::Failed, Some(given_up(&text))).await?;
        return Ok(tx.commit().await.map(drop)?);
    }
    if leads::audience(&mut tx, text.lead).await.is_err() {
        texts::marked(&mut tx, &text, job.message, Delivery::Failed, Some("Its lead was moved to the trash before it went out.")).await?;
        return Ok(tx.commit().await.map(drop)?);
    }
    let twilio = match client(app, job.company, &route.line) {
        Ok(twilio) => twilio,
        // A key that is missing, say: it may be there in a while.
        Err(error) => return later(tx, job, text.channel, &error.to_string()).await,
    };
    if let Some(tried) = text.tried_at {
        // A process was killed at that moment, or there was no answer.
        if let Some(wait) = SETTLED.checked_sub(age(tried)) {
            enqueue(&mut tx, job, When::after(wait).replacing(SendText::key(job.message))).await?;
            return Ok(tx.commit().await.map(drop)?);
        }
        drop(tx);
        let there = twilio.sent(route.line.channel.number.as_str(), text.number.as_str()).await;
        tx = app.begin(&actor).await?;
        let standing = store::lock_text(&mut tx, job.message).await?;
        // Another worker may have been quicker.
        let same = |now: OnItsWay| now.state == Delivery::Pending && now.sid.is_none() && now.tried_at == Some(tried);
        if !standing.is_some_and(same) {
            return Ok(());
        }
        let there = match there {
            Ok(there) => there,
            Err(error) => return later(tx, job, text.channel, &in_words(&error)).await,
        };
        if let Some(sid) = found(&mut tx, &text, tried, there).await? {
            store::set_sid(&mut tx, job.message, &sid).await?;
            texts::marked(&mut tx, &text, job.message, Delivery::Sent, None).await?;
            return Ok(tx.commit().await.map(drop)?);
        }
    }
    if let Some(bar) = bar(&mut tx, &route, Some(job.message)).await? {
        texts::marked(&mut tx, &text, job.message, Delivery::Failed, Some(bar.reason())).await?;
        return Ok(tx.commit().await.map(drop)?);
    }
    store::set_tried(&mut tx, job.message, true).await?;
    tx.commit().await?;

    let status_url = format!("{}/status?message={}", hook_url(app, &route.line.hook), job.message);
    let new = NewText { from: route.line.channel.number.as_str(), to: text.number.as_str(), body: &text.body, status_url: &status_url };
    let answer = twilio.send(&new).await;
    let trouble = answer.as_ref().err().map(in_words);
    let came = match answer {
        Ok(Text { sid, .. }) => Came::Taken(sid),
        Err(error) => understood(error),
    };

    let mut tx = app.begin(&actor).await?;
    store::set_health(&mut tx, text.channel, matches!(came, Came::Taken(_)), false, trouble.as_deref()).await?;
    match came {
        Came::Taken(sid) => {
            store::set_sid(&mut tx, job.message, &sid).await?;
            texts::marked(&mut tx, &text, job.message, Delivery::Sent, None).await?;
        }
        Came::Refused { reason, opted_out } => {
            if opted_out && store::opt_out(&mut tx, &text.number, Some("said by the carrier")).await? {
                consented(&mut tx, text.lead, text.conversation, false, "said by the carrier".into()).await?;
            }
            texts::marked(&mut tx, &text, job.message, Delivery::Failed, Some(&reason)).await?;
        }
        Came::Later(wait) => {
            store::set_tried(&mut tx, job.message, false).await?;
            enqueue(&mut tx, job, When::after(wait).replacing(SendText::key(job.message))).await?;
        }
        Came::Unknown => enqueue(&mut tx, job, When::after(SETTLED).replacing(SendText::key(job.message))).await?,
    }
    tx.commit().await?;
    Ok(())
}

/// It is looked at again in a while, as long as it is not given up.
async fn later(mut tx: Tx, job: &SendText, channel: ChannelId, trouble: &str) -> anyhow::Result<()> {
    store::set_health(&mut tx, channel, false, false, Some(trouble)).await?;
    enqueue(&mut tx, job, When::after(SETTLED).replacing(SendText::key(job.message))).await?;
    tx.commit().await?;
    Ok(())
}

fn given_up(text: &OnItsWay) -> &'static str {
    match text.tried_at {
        Some(_) => "It is not known whether it went out: Twilio could not be asked for an hour.",
        None => "It could not be handed over for an hour.",
    }
}

fn understood(error: CallError) -> Came {
    match error {
        CallError::Refused { ref code, .. } if code.as_deref() == Some("21610") => {
            Came::Refused { reason: Bar::OptedOut.reason().into(), opted_out: true }
        }
        CallError::Refused { .. } => Came::Refused { reason: in_words(&error), opted_out: false },
        CallError::Limited { retry_after } => Came::Later(retry_after.unwrap_or(Duration::from_secs(15))),
        CallError::Open => Came::Later(Duration::from_secs(15)),
        CallError::Down | CallError::Slow | CallError::Garbled(_) => Came::Unknown,
    }
}

/// The provider's id of the text among those that are there: one of the same words, made since, and no other message's.
async fn found(tx: &mut Tx, text: &OnItsWay, tried: Timestamp, there: Vec<Text>) -> anyhow::Result<Option<String>> {
    let since = |text: &Text| {
        let made = chrono::DateTime::parse_from_rfc2822(text.date_created.as_deref().unwrap_or_default());
        // Clocks differ, and theirs has seconds only.
        made.is_ok_and(|made| made.timestamp_millis() > tried.0 - 60_000)
    };
    let alike: Vec<String> =
        there.into_iter().filter(|there| there.body.as_deref() == Some(&text.body) && since(there)).map(|there| there.sid).collect();
    let known = store::known_sids(tx, &alike).await?;
    Ok(alike.into_iter().find(|sid| !known.contains(sid)))
}

fn age(at: Timestamp) -> Duration {
    Duration::from_millis(Timestamp::now().0.saturating_sub(at.0).max(0).unsigned_abs())
}
