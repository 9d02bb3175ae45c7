//! Whether somebody may be texted: asked before any text goes out, whoever writes it, and once more when it does.

use super::store::{self, Facts, Line, Reached};
use super::zones::by_day;
use crate::channels::model::{Bar, Number, Way};
use crate::conversations::model::Channel;
use crate::error::AppError;
use crate::server::db::Tx;
use crate::values::{AssistantId, ConversationId, LeadId, MessageId};
use chrono::{DateTime, Utc};

/// Who has texted so lately, in milliseconds, is answered at any hour.
const LIVE: i64 = 3_600_000;
/// So many texts within a day may go unanswered.
const UNANSWERED: i64 = 5;

/// Where a text of a conversation would go.
pub struct Route {
    /// By which of our numbers.
    pub line: Line,
    /// To which.
    pub to: Number,
}

/// Where a text of this conversation would go, or why there is nowhere.
pub async fn route(tx: &mut Tx, conversation: ConversationId) -> Result<Result<Route, Bar>, AppError> {
    let reached = store::reached(tx, conversation).await?.ok_or(AppError::NotFound)?;
    choose(tx, reached).await
}

/// Where a text to a lead would go with whom there is no conversation yet, or why there is nowhere.
pub async fn route_to(tx: &mut Tx, lead: LeadId, assistant: Option<AssistantId>) -> Result<Result<Route, Bar>, AppError> {
    let phone = store::phone(tx, lead).await?;
    choose(tx, Reached { web: false, number: None, proven: false, channel: None, assistant, phone }).await
}

async fn choose(tx: &mut Tx, reached: Reached) -> Result<Result<Route, Bar>, AppError> {
    let mut lines = store::lines(tx).await?;
    // The number they know; else the one of the assistant they talk with; else any.
    let known = lines.iter().position(|line| Some(line.channel.id) == reached.channel);
    let at = known.or_else(|| lines.iter().position(|line| Some(line.channel.assistant) == reached.assistant)).unwrap_or(0);
    if lines.is_empty() {
        return Ok(Err(Bar::NoChannel));
    }
    let line = lines.swap_remove(at);
    let written = || Number::read(&reached.phone, &line.channel.number);
    // A number that was mistyped and is corrected on their page is the new one.
    let to = if reached.proven { reached.number } else { written().or(reached.number) };
    Ok(to.map(|to| Route { line, to }).ok_or(Bar::NoNumber))
}

/// Why that number may not be texted now; none if it may. The text `but` is not counted.
pub async fn bar(tx: &mut Tx, route: &Route, but: Option<MessageId>) -> Result<Option<Bar>, AppError> {
    let facts = store::facts(tx, &route.to, but).await?;
    let channel = &route.line.channel;
    let now = Utc::now();
    Ok(decide(&facts, by_day(&route.to, &channel.zone, (channel.day_from, channel.day_until), now), now))
}

/// The decision itself. Of several reasons the one that lasts longest is named.
fn decide(facts: &Facts, by_day: bool, now: DateTime<Utc>) -> Option<Bar> {
    let talking = facts.heard_at.is_some_and(|at| now.timestamp_millis() - at.0 < LIVE);
    match facts {
        _ if facts.opted_out => Some(Bar::OptedOut),
        _ if !facts.agreed => Some(Bar::NoConsent),
        _ if facts.unanswered >= UNANSWERED => Some(Bar::TooOften),
        _ if !by_day && !talking => Some(Bar::QuietHours),
        _ => None,
    }
}

/// The ways to the person of a conversation, that of the widget first. Where no number is set up, texts are none.
pub async fn ways(tx: &mut Tx, conversation: ConversationId) -> Result<Vec<Way>, AppError> {
    let mut ways = Vec::new();
    if store::reached(tx, conversation).await?.is_some_and(|reached| reached.web) {
        ways.push(Way { channel: Channel::Web, number: None, bar: None });
    }
    match route(tx, conversation).await? {
        Ok(route) => {
            let bar = bar(tx, &route, None).await?;
            ways.push(Way { channel: Channel::Sms, number: Some(route.to), bar });
        }
        Err(Bar::NoChannel) if !ways.is_empty() => {}
        Err(why) => ways.push(Way { channel: Channel::Sms, number: None, bar: Some(why) }),
    }
    Ok(ways)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Timestamp;

    #[test]
    fn of_several_reasons_the_one_that_lasts_is_named() {
        let now = Utc::now();
        let ago = |minutes: i64| Some(Timestamp(now.timestamp_millis() - minutes * 60_000));
        let agreed = Facts { agreed: true, ..Facts::default() };
        assert_eq!(decide(&Facts::default(), true, now), Some(Bar::NoConsent));
        assert_eq!(decide(&agreed, true, now), None);
        assert_eq!(decide(&agreed, false, now), Some(Bar::QuietHours));
        // Who has just written is answered, also at night.
        assert_eq!(decide(&Facts { heard_at: ago(59), ..agreed }, false, now), None);
        assert_eq!(decide(&Facts { heard_at: ago(61), ..agreed }, false, now), Some(Bar::QuietHours));
        assert_eq!(decide(&Facts { unanswered: 4, ..agreed }, true, now), None);
        assert_eq!(decide(&Facts { unanswered: 5, ..agreed }, false, now), Some(Bar::TooOften));
        assert_eq!(decide(&Facts { opted_out: true, unanswered: 9, ..Facts::default() }, false, now), Some(Bar::OptedOut));
    }
}
