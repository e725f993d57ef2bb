//! Tencent Cloud's cache purge actions on loopback: a test double, and a service for clients in any
//! language.
//!
//! The emulator is at least as strict as the service. It verifies signatures (TC3 and V1, each by
//! POST and GET), refuses parameters that are unknown, missing or of the wrong type with the
//! documented codes, enforces the documented rates and daily quotas, and keeps the submitted tasks.
//! Parameters, limits and codes come from the specifications that the clients are generated from.
//! Only what an action *does* is written by hand; an action without such code responds with its
//! documented example.
//!
//! A [`Fault`] makes requests fail on demand, [`Emulator::advance`] lets a day pass, and
//! [`Emulator::received`] shows what arrived and how it was verified. Programs in other languages
//! do the same over HTTP: `GET /_emulator/` lists how.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use tencentcloud_emulator::Emulator;
//!
//! let emulator = Emulator::start().await?;
//! println!("{} as {}", emulator.endpoint(), emulator.secret_id());
//! // Point a client at the endpoint, call it, and look at what arrived:
//! assert!(emulator.received().is_empty());
//! # Ok::<(), std::io::Error>(())
//! # })?;
//! # Ok::<(), std::io::Error>(())
//! ```

// Examples in the documentation may have unused items, as rustdoc allows by default, but no other
// warning.
#![doc(test(attr(allow(unused), deny(warnings))))]
#![cfg_attr(docsrs, feature(doc_cfg))]

// What each module does, from bottom to top. A module imports only modules above it in this list; a
// test of the workspace checks that.
//
// sync           locks that ignore poisoning
// table          the types of the generated tables
// refusal        a code and a message
// request        an HTTP request
// time           times as the service writes them
// memory_budget  the memory of bodies
// generated      the products as data
// credential     what clients sign with
// fault          injected faults
// parameters     reads and checks parameters
// verify         verifies signatures
// state          keeps tasks, zones and received requests
// limits         rates and quotas
// actions        performs the actions
// service        from a request to a response
// http           sockets, and the control API
// emulator       starts and stops an emulator
// fuzzing        the service without a socket

mod actions;
mod credential;
mod emulator;
mod fault;
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod fuzzing;
mod generated;
mod http;
mod limits;
mod memory_budget;
mod parameters;
mod refusal;
mod request;
mod service;
mod state;
mod sync;
pub mod table;
mod time;
pub mod verify;

pub use crate::credential::{Credential, SECRET_ID, SECRET_KEY};
pub use crate::emulator::{Builder, Emulator};
pub use crate::fault::{FailedStatus, Fault, Faults};
pub use crate::limits::{Limit, Usage};
pub use crate::refusal::Refusal;
pub use crate::state::{Failure, Journal, Received, Status, Target, Task, Zone};

/// The products of an emulator, sorted by service.
#[must_use]
pub fn products() -> &'static [&'static table::Product] {
    generated::PRODUCTS
}

/// The error codes that every product uses, sorted.
#[must_use]
pub fn common_codes() -> &'static [table::Code] {
    generated::COMMON_CODES
}
