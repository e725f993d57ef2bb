//! What the crate does, seen through its public API: one module per behaviour.

#![cfg(test)]

mod answers;
mod credentials;
mod endpoints;
mod error_codes;
mod kinds;
mod network;
mod refusals;
mod requests;
mod sample;
mod secrets;
mod timeouts;
mod value_sets;
