//! Tests of jobs that send a list in batches.

mod account;
mod attempts;
mod clocks;
mod ends;
mod journal;
mod journals;
mod other_tasks;
mod random;
mod random_runs;
mod rejections;
mod requests;
mod resume;
mod sample;
mod service;
mod settle;
mod streams;
