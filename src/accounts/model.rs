//! People, roles, sessions and invitations, as both halves see them.

use crate::activity::model::Event;
use crate::conversations::model::Owner;
use crate::leads::views::View;
use crate::tasks::model::{TaskChange, TaskState};
use crate::values::{
    ApiKeyId, AssistantId, CompanyId, ConversationId, Currency, Email, InviteId, SessionId, StageId, Tag, TaskId, Timestamp, UserId,
};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// What a person is in their company.
    Role {
        /// Everything in the company.
        Admin = "admin",
        /// All leads and reports, no company settings.
        Manager = "manager",
        /// Own assistants, and the leads on them or assigned to them.
        SalesRep = "sales_rep",
    }
    /// How the interface is lit.
    Theme { System = "system", Light = "light", Dark = "dark" }
}

impl Role {
    /// As the interface names it.
    pub fn label(self) -> &'static str {
        match self {
            Role::Admin => "Admin",
            Role::Manager => "Manager",
            Role::SalesRep => "Sales rep",
        }
    }
}

/// Who is signed in, as the browser knows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Me {
    /// The person.
    pub user: UserId,
    /// This sign-in.
    pub session: SessionId,
    /// Their company.
    pub company: CompanyId,
    /// The company's name.
    pub company_name: String,
    /// What the company trades in.
    pub currency: Currency,
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub email: Email,
    /// What they are.
    pub role: Role,
    /// Which of the five peer colours they have.
    pub tint: u8,
    /// How they want the interface lit.
    pub theme: Theme,
    /// Their own assistants (what a sales rep sees hangs on these).
    pub assistants: Vec<AssistantId>,
}

/// A key by which another program asks, as its page lists it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct ApiKeyRow {
    /// The key.
    pub id: ApiKeyId,
    /// The program it is for.
    pub name: String,
    /// Its last four characters.
    pub hint: String,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// A colleague, as named on cards and in menus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Colleague {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Which of the five peer colours they have.
    pub tint: u8,
}

/// A member of the company, as the team page lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Member {
    /// The person.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: Email,
    /// What they are.
    pub role: Role,
    /// Which of the five peer colours they have.
    pub tint: u8,
    /// Whether they may no longer sign in.
    pub disabled: bool,
}

/// One sign-in, as its owner lists them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct SessionRow {
    /// The sign-in.
    pub id: SessionId,
    /// Browser and system, in words.
    pub device: String,
    /// Where from.
    pub address: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub current: bool,
}

/// What every page of a signed-in person needs: loaded once by the server, kept fresh by events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Desk {
    /// Who is signed in; none on the pages before that.
    pub me: Option<Me>,
    /// Everyone in the company, to put names to ids.
    pub colleagues: Vec<Colleague>,
    /// The assistants in reach.
    pub assistants: Vec<crate::assistants::model::AssistantFace>,
    /// The company's tags.
    pub tags: Vec<Tag>,
    /// The filters that the person has: their own, and those that are shared.
    pub views: Vec<View>,
    /// The stages whose columns the person has folded.
    pub folded: Vec<StageId>,
    /// Conversations in reach that wait for a person.
    pub waiting: Vec<ConversationId>,
    /// The person's own tasks that are late.
    pub late: Vec<TaskId>,
    /// The last event that is in it.
    pub seq: i64,
    /// The server's build; when the live socket names another one, a reload is offered.
    pub build: String,
    /// Whether outside services are played by the sandbox. The interface says so.
    pub sandbox: bool,
    /// Whether this server runs the demo.
    pub demo: bool,
}

impl Desk {
    /// Before anybody has signed in.
    pub fn nobody(build: String, sandbox: bool, demo: bool) -> Self {
        Self {
            me: None,
            colleagues: Vec::new(),
            assistants: Vec::new(),
            tags: Vec::new(),
            views: Vec::new(),
            folded: Vec::new(),
            waiting: Vec::new(),
            late: Vec::new(),
            seq: 0,
            build,
            sandbox,
            demo,
        }
    }
    /// Carries it forward: who waits, what is late, which assistants answer, who has joined.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::ControlChanged { conversation, control, .. } => {
                self.waiting.retain(|waiting| waiting != conversation);
                if control.owner == Owner::Waiting {
                    self.waiting.push(*conversation);
                }
            }
            Event::ConversationRested { conversation, waiting, .. } => {
                self.waiting.retain(|waiting| waiting != conversation);
                if *waiting {
                    self.waiting.push(*conversation);
                }
            }
            Event::LeadRemoved { conversation, .. } => self.waiting.retain(|waiting| Some(*waiting) != *conversation),
            Event::TaskChanged { task, change, .. } => {
                self.late.retain(|late| *late != task.id);
                // The clocks of server and browser differ a little: what is told to be due is late.
                let late = *change == TaskChange::Due || task.due.is_some_and(|due| due <= Timestamp::now());
                if late && task.state == TaskState::Open && self.me.as_ref().is_some_and(|me| me.user == task.person) {
                    self.late.push(task.id);
                }
            }
            Event::AssistantChanged { assistant, name, live } => {
                for face in self.assistants.iter_mut().filter(|face| face.id == *assistant) {
                    face.name.clone_from(name);
                    face.live = *live;
                }
            }
            Event::LeadTagged { added, .. } => added.iter().for_each(|tag| self.know(tag)),
            Event::ViewKept { view } => {
                self.views.retain(|known| known.id != view.id);
                if self.me.as_ref().is_some_and(|me| view.is_for(me.user)) {
                    let at = self.views.partition_point(|known| known.name.to_lowercase() < view.name.to_lowercase());
                    self.views.insert(at, view.clone());
                }
            }
            Event::ViewRemoved { view } => self.views.retain(|known| known.id != *view),
            Event::MemberJoined { user, name } if self.colleague(*user).is_none() => {
                let tint = (self.colleagues.len() % 5 + 1) as u8;
                self.colleagues.push(Colleague { id: *user, name: name.clone(), tint });
            }
            _ => {}
        }
    }
    /// A tag that may be new, into its place.
    fn know(&mut self, tag: &Tag) {
        if self.tags.iter().all(|known| !known.is(tag)) {
            let at = self.tags.partition_point(|known| known.as_str().to_lowercase() < tag.as_str().to_lowercase());
            self.tags.insert(at, tag.clone());
        }
    }
    /// The colleague of that id.
    pub fn colleague(&self, id: UserId) -> Option<&Colleague> {
        self.colleagues.iter().find(|colleague| colleague.id == id)
    }
    /// The assistant of that id.
    pub fn assistant(&self, id: AssistantId) -> Option<&crate::assistants::model::AssistantFace> {
        self.assistants.iter().find(|assistant| assistant.id == id)
    }
    /// Whether the person's role has that verb.
    pub fn may(&self, action: super::policy::Action) -> bool {
        self.me.as_ref().is_some_and(|me| me.role.may(action))
    }
}

/// An invitation that nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct InviteRow {
    /// The invitation.
    pub id: InviteId,
    /// Whom it was sent to.
    pub email: Email,
    /// What they will be.
    pub role: Role,
    /// Who sent it.
    pub invited_by: String,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
}

/// The people of a company, and those who were asked to join.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Team {
    /// Everyone, those who may no longer sign in last.
    pub members: Vec<Member>,
    /// Open invitations, newest first.
    pub invites: Vec<InviteRow>,
    /// Whether letters leave the house, or stay in the outbox.
    pub sends_letters: bool,
}

/// What an invitation says to whoever holds its link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct InviteFace {
    /// The company's name.
    pub company_name: String,
    /// Who sent it.
    pub invited_by: String,
    /// Whom it was sent to: the address they will sign in with.
    pub email: Email,
    /// What they will be.
    pub role: Role,
}

/// A letter that was not sent because no mail server is configured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Letter {
    /// To whom.
    pub recipient: String,
    /// What about.
    pub subject: String,
    /// The text.
    pub body: String,
    /// When it was written.
    pub created_at: Timestamp,
}
