//! What people see of accounts: sign-in, settings, team.
