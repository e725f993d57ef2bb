//! Runs `tcpurge` as a process against an emulator.

#![expect(clippy::disallowed_methods, reason = "starts processes, and reads and writes their files")]
#![cfg(test)]

mod exits;
mod github;
mod harness;
mod inputs;
#[cfg(unix)]
mod interrupts;
mod journals;
mod pairs;
mod readme;
mod reports;
#[cfg(unix)]
mod terminal;
