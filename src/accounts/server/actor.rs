//! Who asks, and what is in their reach.

use crate::accounts::model::Me;
use crate::accounts::policy::{Action, key_may};
use crate::activity::model::Who;
use crate::error::AppError;
use crate::values::{ApiKeyId, AssistantId, CompanyId, EnquiryFormId, UserId, VisitorId};

/// Whoever asks a service for something. Only `accounts` makes one of a person or a visitor: from
/// a session cookie, or from a signed visitor token.
#[derive(Clone, Debug)]
pub struct Actor(Kind);

#[derive(Clone, Debug)]
enum Kind {
    User(Box<Me>),
    Visitor { company: CompanyId, assistant: AssistantId, visitor: VisitorId },
    Key { company: CompanyId, id: ApiKeyId, name: String },
    Form { company: CompanyId, id: EnquiryFormId, name: String },
    System { company: CompanyId, part: &'static str, speaks_as: Option<Who> },
}

/// Which leads are in reach, as the three arguments that each query over leads takes:
/// `($all or l.owner_id = $user or l.assistant_id = any ($assistants))`.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Every lead of the company.
    pub all: bool,
    /// Leads of this person.
    pub user: Option<UserId>,
    /// Leads on these assistants.
    pub assistants: Vec<AssistantId>,
}

impl Scope {
    /// The person as the query's argument.
    pub fn user_arg(&self) -> Option<uuid::Uuid> {
        self.user.map(|user| user.0)
    }
    /// The assistants as the query's argument.
    pub fn assistants_arg(&self) -> Vec<uuid::Uuid> {
        self.assistants.iter().map(|id| id.0).collect()
    }
    /// Whether a lead on this assistant, of this owner, is in reach.
    pub fn reaches(&self, assistant: Option<AssistantId>, owner: Option<UserId>) -> bool {
        self.all || (owner.is_some() && owner == self.user) || assistant.is_some_and(|id| self.assistants.contains(&id))
    }
}

impl Actor {
    /// A person who is signed in.
    pub(in crate::accounts) fn user(me: Me) -> Self {
        Self(Kind::User(Box::new(me)))
    }

    /// A visitor, known by a token that was checked.
    pub(in crate::accounts) fn visitor(company: CompanyId, assistant: AssistantId, visitor: VisitorId) -> Self {
        Self(Kind::Visitor { company, assistant, visitor })
    }

    /// Another program, known by a key that was checked.
    pub(in crate::accounts) fn key(company: CompanyId, id: ApiKeyId, name: String) -> Self {
        Self(Kind::Key { company, id, name })
    }

    /// Somebody who has a form's public key before them. There is nothing they may do but send it.
    pub fn form(company: CompanyId, id: EnquiryFormId, name: String) -> Self {
        Self(Kind::Form { company, id, name })
    }

    /// A job or a command, named. It may do everything within its company.
    pub fn system(company: CompanyId, part: &'static str) -> Self {
        Self(Kind::System { company, part, speaks_as: None })
    }

    /// The job that speaks for an assistant.
    pub fn assistant(company: CompanyId, id: AssistantId, name: String) -> Self {
        Self(Kind::System { company, part: "assistant", speaks_as: Some(Who::Assistant { id, name }) })
    }

    /// The job that goes on with what a person has begun: timelines name the person.
    pub fn on_behalf(company: CompanyId, id: UserId, name: String) -> Self {
        Self(Kind::System { company, part: "behalf", speaks_as: Some(Who::Person { id, name }) })
    }

    /// What is done for a visitor who may do nothing themselves, such as keeping their file with their lead: timelines
    /// name the visitor.
    pub fn on_visitors_behalf(company: CompanyId) -> Self {
        Self(Kind::System { company, part: "widget", speaks_as: Some(Who::Visitor) })
    }

    /// Whose rows they can see at all.
    pub fn company(&self) -> CompanyId {
        match &self.0 {
            Kind::User(me) => me.company,
            Kind::Visitor { company, .. } | Kind::Key { company, .. } | Kind::Form { company, .. } | Kind::System { company, .. } => {
                *company
            }
        }
    }

    /// The first line of every service. A visitor has no verb of this table: what visitors may do
    /// has services of its own, which ask `as_visitor` or `as_form`.
    pub fn require(&self, action: Action) -> Result<(), AppError> {
        match &self.0 {
            Kind::User(me) if me.role.may(action) => Ok(()),
            Kind::User(me) => Err(AppError::forbidden(format!("Your role ({}) does not allow that.", me.role.label()))),
            Kind::Key { .. } if key_may(action) => Ok(()),
            Kind::Key { .. } => Err(AppError::forbidden("A key does not allow that.")),
            Kind::Visitor { .. } | Kind::Form { .. } => Err(AppError::NotFound),
            Kind::System { .. } => Ok(()),
        }
    }

    /// The rows in reach.
    pub fn scope(&self) -> Scope {
        match &self.0 {
            Kind::User(me) => Scope { all: me.role.sees_all_leads(), user: Some(me.user), assistants: me.assistants.clone() },
            Kind::Visitor { .. } | Kind::Form { .. } => Scope { all: false, user: None, assistants: Vec::new() },
            Kind::Key { .. } | Kind::System { .. } => Scope { all: true, user: None, assistants: Vec::new() },
        }
    }

    /// The person, if it is one.
    pub fn me(&self) -> Option<&Me> {
        match &self.0 {
            Kind::User(me) => Some(me),
            _ => None,
        }
    }

    /// The person; what only a person can do is refused to others.
    pub fn require_person(&self) -> Result<&Me, AppError> {
        self.me().ok_or(AppError::SignedOut)
    }

    /// The visitor and the assistant they talk to.
    pub fn as_visitor(&self) -> Result<(AssistantId, VisitorId), AppError> {
        match &self.0 {
            Kind::Visitor { assistant, visitor, .. } => Ok((*assistant, *visitor)),
            _ => Err(AppError::NotFound),
        }
    }

    /// The form that they have before them.
    pub fn as_form(&self) -> Result<EnquiryFormId, AppError> {
        match &self.0 {
            Kind::Form { id, .. } => Ok(*id),
            _ => Err(AppError::NotFound),
        }
    }

    /// As timelines name them.
    pub fn who(&self) -> Who {
        match &self.0 {
            Kind::User(me) => Who::Person { id: me.user, name: me.name.clone() },
            Kind::Visitor { .. } => Who::Visitor,
            Kind::Key { id, name, .. } => Who::Key { id: *id, name: name.clone() },
            Kind::Form { id, name, .. } => Who::Form { id: *id, name: name.clone() },
            Kind::System { speaks_as: Some(who), .. } => who.clone(),
            Kind::System { part, .. } => Who::System { part: (*part).to_owned() },
        }
    }
}
