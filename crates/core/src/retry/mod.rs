//! Decides whether a failed attempt may be retried, when, and how often.

mod backoff;
mod budget;
mod rules;

pub(crate) use self::backoff::{Jitter, pause, random};
pub(crate) use self::budget::{Budget, Cost, Withdrawal, is_healthy};
pub(crate) use self::rules::{Rules, Tried, next_remedy};
