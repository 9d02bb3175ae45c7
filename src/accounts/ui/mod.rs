//! What people see of accounts: sign-in, settings, team.
/// What became of a form.
pub mod outcome;
