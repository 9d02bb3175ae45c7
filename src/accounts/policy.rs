//! The authorization table. The decision is here and nowhere else; services ask it in their first
//! line, the browser asks it to hide what would be refused.
//!
//! This says which verbs a role has. Which *rows* are in reach is the scope of the actor
//! (`accounts::server::actor::Scope`): a verb on a row out of reach is answered 404.

use super::model::Role;

/// Everything that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// See the board, lead pages, inbox and threads.
    SeeLeads,
    /// Add a lead by hand.
    CreateLead,
    /// Bring leads in with a file. It tells which addresses the company has already, also of leads out
    /// of a rep's reach, and gives leads to others: not for reps.
    ImportLeads,
    /// Move a card, undo a move.
    MoveLead,
    /// Change a lead's fields, write notes.
    EditLead,
    /// Put a lead into the trash, bring it back.
    RemoveLead,
    /// Make two leads of one person one, and two again.
    MergeLeads,
    /// Erase a lead in the trash, with the person behind it.
    EraseLead,
    /// Give a lead to somebody else.
    AssignLead,
    /// Write to a visitor, take over, hand back.
    Converse,
    /// See the assistants.
    SeeAssistants,
    /// Change an assistant: persona, knowledge, questions, live or paused.
    EditAssistants,
    /// Remove a filter that somebody else shares.
    RemoveSharedViews,
    /// See what a colleague has to do.
    SeeOthersTasks,
    /// See who is in the company.
    SeeTeam,
    /// Invite, change roles, disable.
    ManageTeam,
    /// Change company settings: widget origins and the like.
    ManageCompany,
    /// Make, change and remove forms by which anybody can send an enquiry.
    ManageEnquiryForms,
    /// See the queue's dead jobs and bring them back; read the outbox.
    Operate,
}

/// Whether a key, by which another program asks, may be used for that. It reaches every lead.
pub fn key_may(action: Action) -> bool {
    matches!(action, Action::SeeLeads | Action::CreateLead | Action::EditLead | Action::MoveLead | Action::RemoveLead)
}

impl Role {
    /// Whether people of this role may do that at all.
    pub fn may(self, action: Action) -> bool {
        use Action::*;
        match action {
            SeeLeads | CreateLead | MoveLead | EditLead | RemoveLead | MergeLeads | Converse | SeeAssistants => true,
            AssignLead | ImportLeads | RemoveSharedViews | SeeOthersTasks | SeeTeam => matches!(self, Role::Admin | Role::Manager),
            EraseLead | EditAssistants | ManageTeam | ManageCompany | ManageEnquiryForms | Operate => self == Role::Admin,
        }
    }

    /// Whether they see every lead of the company, or only those on their own assistants or
    /// assigned to them.
    pub fn sees_all_leads(self) -> bool {
        matches!(self, Role::Admin | Role::Manager)
    }
}
