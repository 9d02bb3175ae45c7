//! Every kind of job, one line each.

use super::runner::Run;
use crate::channels::server::jobs::SendText;
use crate::conversations::server::jobs::{MeasureMood, Reply, SendScheduled, Wake};
use crate::files::server::jobs::Discard;
use crate::leads::server::imports::run::ReadImport;
use crate::routing::server::jobs::{Attend, PickUp};
use crate::server::mail::SendMail;
use crate::tasks::server::jobs::Remind;
use graphile_worker::WorkerOptions;

/// Teaches the worker every kind of job.
pub(super) fn define(options: WorkerOptions) -> WorkerOptions {
    options
        .define_job::<Run<Attend>>()
        .define_job::<Run<Discard>>()
        .define_job::<Run<MeasureMood>>()
        .define_job::<Run<PickUp>>()
        .define_job::<Run<ReadImport>>()
        .define_job::<Run<Remind>>()
        .define_job::<Run<Reply>>()
        .define_job::<Run<SendMail>>()
        .define_job::<Run<SendScheduled>>()
        .define_job::<Run<SendText>>()
        .define_job::<Run<Wake>>()
}
