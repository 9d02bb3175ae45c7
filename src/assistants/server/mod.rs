//! Server half of assistants.
