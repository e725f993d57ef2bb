//! Performs the actions of `cdn`: purges and prefetches, their history, and their quotas.

mod quotas;
mod submit;
mod tasks;

pub(super) use self::quotas::{describe_purge_quota, describe_push_quota};
pub(super) use self::submit::{purge_path_cache, purge_urls_cache, push_urls_cache};
pub(super) use self::tasks::{describe_purge_tasks, describe_push_tasks, status_name};
