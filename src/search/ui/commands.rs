//! What the palette can do besides finding leads.

use crate::accounts::model::Desk;
use crate::accounts::policy::Action;

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// What it is called.
    pub label: String,
    /// Other words for it.
    also: &'static str,
    /// Name in the sprite.
    pub icon: &'static str,
    /// The keys that do it without the palette.
    pub keys: &'static [&'static str],
    /// Where it leads.
    pub href: String,
}

impl Command {
    /// Whether it answers to what was typed.
    pub fn fits(&self, typed: &str) -> bool {
        crate::search::model::fits(&format!("{} {}", self.label, self.also), typed)
    }
}

/// Where G and a letter lead.
pub const GO: [(&str, &str); 5] = [("b", "/board"), ("i", "/inbox"), ("t", "/tasks"), ("a", "/assistants"), ("s", "/settings")];

/// All that this person may do.
pub fn commands(desk: &Desk) -> Vec<Command> {
    let command = |label: &str, also, icon, keys, href: &str| Command { label: label.into(), also, icon, keys, href: href.into() };
    let fixed = [
        (Some(Action::CreateLead), command("New lead", "add create card", "plus", &["N"], "/board?new=")),
        (Some(Action::ImportLeads), command("Import leads", "csv upload file excel spreadsheet", "upload", &[], "/leads/import")),
        (None, command("Lead board", "pipeline cards home", "columns-3", &["G", "B"], "/board")),
        (None, command("Inbox", "conversations chat messages", "message-square-text", &["G", "I"], "/inbox")),
        (None, command("Tasks", "to do due overdue next steps reminders", "calendar-check", &["G", "T"], "/tasks")),
        (None, command("Assistants", "ai bots", "sparkles", &["G", "A"], "/assistants")),
        (None, command("Your settings", "profile theme light dark password sessions", "settings", &["G", "S"], "/settings")),
        (Some(Action::Converse), command("Canned replies", "templates snippets saved texts", "bookmark", &[], "/settings/replies")),
        (Some(Action::SeeTeam), command("Team", "people invite users roles", "users-round", &[], "/settings/team")),
        (Some(Action::ManageCompany), command("Fields of leads", "custom properties attributes", "file-text", &[], "/settings/fields")),
        (Some(Action::ManageCompany), command("Stages of the board", "pipeline columns limits", "columns-3", &[], "/settings/stages")),
        (Some(Action::ManageEnquiryForms), command("Enquiry forms", "contact form embed website", "file-text", &[], "/settings/forms")),
        (Some(Action::Operate), command("Jobs", "queue background failed", "list-checks", &[], "/settings/jobs")),
    ];
    let fixed = fixed.into_iter().filter(|(asks, _)| asks.is_none_or(|action| desk.may(action))).map(|(_, command)| command);
    let assistants =
        desk.assistants.iter().map(|face| command(&face.name, "assistant", "sparkles", &[], &format!("/assistants/{}", face.id)));
    fixed.chain(assistants).collect()
}
