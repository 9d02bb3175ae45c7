//! What people see of accounts: sign-in, settings, team.
/// The frame of the pages before signing in.
mod house;
/// Keys for other programs.
mod keys;
/// By link: a forgotten password, an invitation.
mod links;
/// What became of a form.
pub mod outcome;
/// A field for a password.
mod password;
/// One's own settings, and the frame of all settings pages.
mod settings;
/// Signing in, and founding a company.
mod sign_in;
/// The company's people, and the letters that stayed here.
mod team;
pub use keys::KeysPage;
pub use links::{ForgotPage, InvitePage, ResetPage};
pub use settings::{Panel, SettingsFrame, SettingsPage, loaded};
pub use sign_in::{SignInPage, SignUpPage};
pub use team::{OutboxPage, TeamPage};
