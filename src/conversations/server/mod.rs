//! Server half of conversations.
