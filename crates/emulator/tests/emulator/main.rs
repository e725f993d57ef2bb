//! Tests the emulator over HTTP, as its clients see it.

#![expect(clippy::disallowed_methods, reason = "the tests use files and sockets, and start the program")]

#[cfg(test)]
mod actions;
#[cfg(test)]
mod calls;
#[cfg(test)]
mod cdn_tasks;
#[cfg(test)]
mod client;
#[cfg(test)]
mod control_api;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod get_requests;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod http;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod page;
#[cfg(test)]
mod program;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod running;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod state_file;
#[cfg(test)]
mod teo_tasks;
#[cfg(test)]
mod tls;
#[cfg(test)]
mod v1_signatures;
#[cfg(test)]
mod zones;
