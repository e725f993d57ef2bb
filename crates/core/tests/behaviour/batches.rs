//! Tests of jobs that send a list in batches.

mod account;
mod clocks;
mod ends;
mod journal;
mod journals;
mod random;
mod random_runs;
mod rejections;
mod requests;
mod resume;
mod sample;
mod service;
mod settle;
mod streams;
