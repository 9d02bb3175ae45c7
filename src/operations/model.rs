//! Jobs, as admins see them.

use crate::values::Timestamp;
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

/// A job that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct DeadJob {
    /// Its number in the queue.
    pub id: i64,
    /// What it was to do.
    pub task: String,
    /// How often it was tried.
    pub tries: i16,
    /// What the last try said.
    pub last_error: String,
    /// When the last try was.
    pub at: Timestamp,
}

/// The queue, from one company's side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct Queue {
    /// Waiting or being done.
    pub waiting: i64,
    /// Given up, newest first, 100 at most.
    pub dead: Vec<DeadJob>,
}
