//! Shares the rate limits of an account between machines, through Redis or Valkey.
//!
//! [`RedisLimiter`] is a [`RateLimiter`](tencentcloud_core::limiter::RateLimiter) for
//! [`ConfigBuilder::rate_limiter`](tencentcloud_core::ConfigBuilder::rate_limiter). The README says
//! when to use it, what the server needs, and how much of the rate a fleet reaches.
//!
//! # How a permit is issued
//!
//! 1. A call that needs a permit joins the queue of its action, in its own process.
//! 2. The process books the next free slot in the store, for the first call of its queue. A script
//!    in the store chooses the slot, by the store's clock, and returns how long to wait.
//! 3. The process waits, and hands the permit to the first call. Only then it books again. So the
//!    processes take turns, however many calls wait in each.
//! 4. If the request was throttled, or its response took longer than 5 ms, the process reports that
//!    to the store, which moves the slots that depend on it.
//!
//! # Tracing
//!
//! This crate logs with the crate `tracing`, under the target `tencentcloud_rate_redis`: one event
//! at `WARN` when the store fails, and one at `INFO` when it is back.

#![expect(
    clippy::disallowed_methods,
    reason = "the limiter's thread waits with the timer of its own runtime, which tests pause"
)]

mod clock;
mod error;
mod grant;
mod lane;
mod limiter;
mod random;
#[cfg(test)]
#[path = "../tests/support/redis_server.rs"]
mod redis_server;
mod script;
mod store;
mod waiters;

pub use crate::error::OpenError;
pub use crate::limiter::RedisLimiter;

/// Compiles the program in the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
