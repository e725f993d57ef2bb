//! Performs the actions of `teo`: purges and prefetches, their history, their quotas, and the list
//! of zones.

mod filters;
mod quotas;
mod submit;
mod tasks;
mod zones;

pub(super) use self::quotas::describe_content_quota;
pub(super) use self::submit::{create_prefetch_task, create_purge_task};
pub(super) use self::tasks::{describe_prefetch_tasks, describe_purge_tasks};
pub(super) use self::zones::describe_zones;
