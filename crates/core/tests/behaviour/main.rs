//! What the crate does, seen through its public API: one module per behaviour.

#![cfg(test)]

mod answers;
#[cfg(target_os = "linux")]
mod apart;
mod busy;
mod call_json;
mod credentials;
mod endpoints;
mod error_codes;
mod faults;
mod interceptor;
mod issuer;
mod kinds;
mod limits;
mod memory;
mod network;
mod observability;
mod peer;
mod proxies;
mod recorder;
mod refusals;
mod requests;
mod retries;
mod retry_budget;
mod sample;
mod secrets;
mod skew;
mod stage;
mod timeouts;
mod tokens;
mod trust;
mod value_sets;
