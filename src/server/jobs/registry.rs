//! Every kind of job, one line each.

use super::runner::Run;
use crate::server::mail::SendMail;
use graphile_worker::WorkerOptions;

/// Teaches the worker every kind of job.
pub(super) fn define(options: WorkerOptions) -> WorkerOptions {
    options.define_job::<Run<SendMail>>()
}
