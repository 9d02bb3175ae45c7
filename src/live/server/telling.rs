//! An event made ready to be told: turned into JSON once, however many sockets hear it.

use crate::accounts::server::actor::Scope;
use crate::activity::model::Event;
use crate::activity::server::store::Told;
use crate::live::topic::Topic;
use crate::server::db::Audience;
use crate::values::LeadId;
use serde::Serialize;

/// An event made ready to be told.
#[derive(Debug)]
pub struct Telling {
    /// Its number.
    pub seq: i64,
    /// Where it belongs.
    pub topics: Vec<Topic>,
    /// The lead that changed hands by it: who listens may no longer be allowed to.
    pub assigned: Option<LeadId>,
    audience: Audience,
    /// The fields of its frame after `topics`, closing brace included. None if this build cannot
    /// read the event.
    people: Option<Box<str>>,
    visitors: Option<Box<str>>,
}

/// A JSON object without its opening brace.
fn fields(value: &impl Serialize) -> Option<Box<str>> {
    let text = serde_json::to_string(value).inspect_err(|cause| tracing::error!(%cause, "an event cannot be told")).ok()?;
    text.strip_prefix('{').map(Box::from)
}

impl Telling {
    /// Makes it ready.
    pub fn new(told: Told) -> Self {
        let Told { seq, recorded, audience } = told;
        let event = recorded.as_ref().map(|recorded| &recorded.event);
        Self {
            seq,
            topics: event.map(Event::topics).unwrap_or_default(),
            assigned: match event {
                Some(Event::LeadAssigned { lead, .. }) => Some(*lead),
                _ => None,
            },
            people: recorded.as_ref().and_then(fields),
            visitors: recorded.as_ref().and_then(super::visitor::for_visitor).and_then(|seen| fields(&seen)),
            audience,
        }
    }

    /// Whether whoever has this scope may hear it.
    pub fn reaches(&self, scope: &Scope) -> bool {
        self.audience.reaches(scope)
    }

    /// Whether this build could not read it: then it is not known where it belongs.
    pub fn unreadable(&self) -> bool {
        self.people.is_none()
    }

    /// The frame for a person or a visitor who listens to these of its topics.
    pub fn frame(&self, topics: &[Topic], visitor: bool) -> Option<String> {
        let rest = if visitor { self.visitors.as_deref()? } else { self.people.as_deref()? };
        let names: Vec<String> = topics.iter().map(|topic| format!("\"{topic}\"")).collect();
        Some(format!(r#"{{"t":"event","topics":[{}],{rest}"#, names.join(",")))
    }

    /// How many bytes it keeps, roughly.
    pub fn weight(&self) -> usize {
        256 + self.people.as_deref().map_or(0, str::len) + self.visitors.as_deref().map_or(0, str::len)
    }
}
