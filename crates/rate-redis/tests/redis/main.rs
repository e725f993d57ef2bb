//! Tests of the limiter with a real store, and most of them with calls to the emulator. They take a
//! few seconds, because the time of the store cannot be advanced.

#![expect(clippy::disallowed_methods, reason = "the tests wait for a store, whose time is real")]
#![cfg(test)]

mod commands;
mod fleet;
mod opening;
mod permits;
#[path = "../support/redis_server.rs"]
mod redis_server;
