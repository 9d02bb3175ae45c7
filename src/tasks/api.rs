//! Server functions: who, what, return. Forms can send those that change something without script.

use super::model::{Task, TaskState, TasksPage};
use crate::error::AppError;
use crate::values::{LeadId, MutationId, TaskId};
use crate::wire::server;

/// A page of somebody's open tasks; one's own if nobody is named. `after` is where the page before ended.
#[server]
pub async fn load_tasks(#[server(default)] of: String, #[server(default)] after: String) -> Result<TasksPage, AppError> {
    use crate::{accounts::server::web::asked, tasks::server::service};
    asked(|app, actor| async move { service::load_tasks(&app, &actor, service::read_person(&of)?, &after).await }).await
}

/// Adds a task. `due` is a local day and time, by a clock that is `ahead` minutes ahead of UTC; empty is some
/// time. An empty person is oneself.
#[server]
pub async fn add_task(
    task: TaskId,
    lead: LeadId,
    words: String,
    #[server(default)] due: String,
    #[server(default)] ahead: i32,
    #[server(default)] person: String,
) -> Result<Task, AppError> {
    use crate::{
        accounts::server::web::asked,
        tasks::server::service::{self, Wanted},
    };
    asked(|app, actor| async move { service::add_task(&app, &actor, task, lead, Wanted::read(words, &due, ahead, &person)?).await }).await
}

/// Changes a task, as `add_task` reads it.
#[server]
pub async fn edit_task(
    mutation: MutationId,
    task: TaskId,
    version: i32,
    words: String,
    #[server(default)] due: String,
    #[server(default)] ahead: i32,
    #[server(default)] person: String,
) -> Result<Task, AppError> {
    use crate::{
        accounts::server::web::asked,
        tasks::server::service::{self, Wanted},
    };
    asked(|app, actor| async move {
        service::edit_task(&app, &actor, mutation, task, version, Wanted::read(words, &due, ahead, &person)?).await
    })
    .await
}

/// Completes a task, opens it again, or drops it.
#[server]
pub async fn mark_task(mutation: MutationId, task: TaskId, state: TaskState) -> Result<Task, AppError> {
    use crate::{accounts::server::web::asked, tasks::server::service};
    asked(|app, actor| async move { service::mark_task(&app, &actor, mutation, task, None, state).await }).await
}
