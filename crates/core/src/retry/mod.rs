//! Decides whether a failed attempt may be retried, when, and how often.
//!
//! Retries hide transient failures, but they also add load at the worst moment: a service that
//! fails because it is overloaded receives each request several times, and cannot recover (a *retry
//! storm*). Three mechanisms prevent that. They follow the chapters "Handling Overload" and
//! "Addressing Cascading Failures" of [Google's SRE book][sre]:
//!
//! - [`rules`] allow a retry only where another attempt may succeed, and where the action certainly
//!   was not carried out or may be carried out twice.
//! - [`backoff`] doubles the bound of the waits with each failure, and makes each wait a random
//!   part of it, so that clients that failed at the same time do not return at the same time.
//! - [`budget`] bounds the share of retries among all requests of a configuration, whatever a
//!   single call would be allowed.
//!
//! [sre]: https://sre.google/sre-book/handling-overload/

mod backoff;
mod budget;
mod rules;

pub(crate) use self::backoff::{Jitter, pause, random};
pub(crate) use self::budget::{Budget, Cost, Withdrawal};
pub(crate) use self::rules::{Rules, Tried, next_remedy};
