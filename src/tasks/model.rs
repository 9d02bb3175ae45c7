//! Tasks, and the pure rules by which events change a list of them.

use crate::activity::model::Who;
use crate::values::{LeadId, TaskId, Timestamp, UserId};
use crate::wire::FromWire;
use serde::{Deserialize, Serialize};

crate::text_enum! {
    /// How far a task has come.
    TaskState {
        /// To be done.
        Open = "open",
        /// Done.
        Done = "done",
        /// Not to be done any more.
        Dropped = "dropped",
    }
    /// What became of a task.
    TaskChange {
        /// Somebody thought of it.
        Added = "added",
        /// Its words, its due moment or its person are others now.
        Edited = "edited",
        /// Its lead went to somebody else, and the task with it.
        Given = "given",
        /// It is done.
        Done = "done",
        /// It is to be done after all.
        Reopened = "reopened",
        /// It is not to be done any more.
        Dropped = "dropped",
        /// It is due now; its person was told so.
        Due = "due",
    }
}

/// Something to be done about a lead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct Task {
    /// The task. Made by whoever adds it, so that a retry is harmless.
    pub id: TaskId,
    /// About which lead.
    pub lead: LeadId,
    /// What is to be done: one line of 1 to 500 characters.
    pub words: String,
    /// By when; none is some time.
    pub due: Option<Timestamp>,
    /// Who shall do it.
    pub person: UserId,
    /// Who thought of it.
    pub made_by: Who,
    /// How far it has come.
    pub state: TaskState,
    /// When it was done or dropped; none while it is open.
    pub settled_at: Option<Timestamp>,
    /// Goes up with every change; an edit names the version it saw.
    pub version: i32,
}

/// The first of a lead's open tasks, as its card shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromWire)]
pub struct NextStep {
    /// The beginning of what is to be done: 80 characters at most.
    pub words: String,
    /// By when; none is some time.
    pub due: Option<Timestamp>,
}

/// A task in a list across leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct TaskRow {
    /// The task.
    pub task: Task,
    /// The lead in words: its name and organisation.
    pub about: String,
}

/// One page of a person's open tasks: those with the earliest due moment first, those without one last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, FromWire)]
pub struct TasksPage {
    /// Whose.
    pub person: UserId,
    /// The tasks.
    pub rows: Vec<TaskRow>,
    /// Where the page after this begins; none on the last.
    pub next: Option<String>,
    /// The last event that is in it.
    pub seq: i64,
}

/// The place of a task among those of its person or lead: by due moment, those without one last.
pub fn place(task: &Task) -> (i64, TaskId) {
    (task.due.map_or(i64::MAX, |due| due.0), task.id)
}

/// Takes a changed task into a lead's list: open ones in their order, then those that are done, the latest
/// first. What was dropped is left out. Harmless when it is there already, or in a newer version.
pub fn take_in(tasks: &mut Vec<Task>, changed: &Task) {
    if tasks.iter().any(|task| task.id == changed.id && task.version > changed.version) {
        return;
    }
    tasks.retain(|task| task.id != changed.id);
    if changed.state != TaskState::Dropped {
        tasks.push(changed.clone());
    }
    tasks.sort_by_key(|task| match task.settled_at {
        None => (false, place(task)),
        Some(at) => (true, (-at.0, task.id)),
    });
}

impl TasksPage {
    /// Takes in that a task has changed. Harmless when it is in the page already.
    pub fn take_in(&mut self, changed: &Task, about: &str) {
        if self.rows.iter().any(|row| row.task.id == changed.id && row.task.version > changed.version) {
            return;
        }
        self.rows.retain(|row| row.task.id != changed.id);
        // What stands behind this page is on the next.
        let within = self.next.is_none() || self.rows.last().is_some_and(|last| place(changed) < place(&last.task));
        if changed.state == TaskState::Open && changed.person == self.person && within {
            let at = self.rows.partition_point(|row| place(&row.task) < place(changed));
            self.rows.insert(at, TaskRow { task: changed.clone(), about: about.to_owned() });
        }
    }
}
