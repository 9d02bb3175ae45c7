//! Types and pure rules, shared by server and browser.
