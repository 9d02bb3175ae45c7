//! What an actor may listen to.

use super::store::{self, Fault, Pool};
use crate::accounts::policy::Action;
use crate::accounts::server::actor::Actor;
use crate::live::topic::Topic;

/// Those of the topics that may be listened to.
pub(super) async fn allowed(pool: &Pool, actor: &Actor, topics: &[Topic]) -> Result<Vec<Topic>, Fault> {
    let (mut leads, mut conversations, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    let sees_leads = actor.require(Action::SeeLeads).is_ok();
    for topic in topics {
        match topic {
            Topic::Lead(lead) => leads.push(*lead),
            Topic::Conversation(conversation) => conversations.push(*conversation),
            Topic::Board | Topic::Inbox | Topic::Tasks if sees_leads => allowed.push(*topic),
            Topic::Company if actor.me().is_some() => allowed.push(*topic),
            Topic::Board | Topic::Inbox | Topic::Tasks | Topic::Company => {}
        }
    }
    let company = actor.company();
    if let Ok((assistant, visitor)) = actor.as_visitor() {
        let own = store::own(pool, company, assistant, visitor, &conversations).await?;
        allowed.extend(own.into_iter().map(Topic::Conversation));
    } else if sees_leads && !(leads.is_empty() && conversations.is_empty()) {
        let (leads, conversations) = store::in_reach(pool, company, &actor.scope(), &leads, &conversations).await?;
        allowed.extend(leads.into_iter().map(Topic::Lead));
        allowed.extend(conversations.into_iter().map(Topic::Conversation));
    }
    Ok(allowed)
}
