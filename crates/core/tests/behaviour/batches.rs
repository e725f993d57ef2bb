//! Tests of jobs that send a list in batches.

mod account;
mod ends;
mod random;
mod requests;
mod sample;
mod service;
mod streams;
