//! Tests of the crate through its public API, one module for each behaviour.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests use files and sockets, and start processes with an environment"
)]
#![cfg(test)]

mod answers;
mod batches;
mod blocking;
mod call_json;
mod changing_lists;
mod connections;
mod credentials;
mod endpoints;
mod error_codes;
mod fake_provider;
mod fake_server;
mod faults;
mod harness;
mod interceptor;
mod kinds;
mod limiters;
mod limits;
mod list;
mod memory;
mod metrics;
mod moved_calls;
mod network;
mod observability;
mod pages;
mod panics;
mod proxies;
mod recorder;
mod refusals;
mod requests;
mod retries;
mod retry_budget;
mod runtimes;
mod sample;
mod secrets;
mod skew;
mod socks;
#[cfg(target_os = "linux")]
mod subprocess;
mod targets;
mod timeouts;
mod tokens;
mod trust;
mod value_sets;
