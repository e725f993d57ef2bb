//! Tencent Cloud's cache purge actions on loopback: a double for tests, and a service that clients in any language can
//! be pointed at.
//!
//! It is strict where the service is: it verifies signatures (TC3 by POST and GET, V1 by both), refuses parameters that are
//! unknown, missing or of the wrong type with the documented codes, enforces the documented rates and daily quotas, and
//! keeps the tasks that were submitted. Parameters, limits and codes come from the specifications that the clients are
//! generated from; only what an action *does* is written by hand, and an action without such code answers its documented
//! example.
//!
//! A [`Fault`] lets things go wrong on demand, [`Emulator::advance`] lets a day pass, and [`Emulator::received`] tells what
//! came and what was verified of it. Programs in other languages ask and tell the same over HTTP: `GET /_emulator/` lists how.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! use tencentcloud_emulator::Emulator;
//!
//! let emulator = Emulator::start().await?;
//! println!("{} as {}", emulator.endpoint(), emulator.secret_id());
//! // Point a client there, call it, and look at what arrived:
//! assert!(emulator.received().is_empty());
//! # Ok::<(), std::io::Error>(())
//! # })?;
//! # Ok::<(), std::io::Error>(())
//! ```

// What rustdoc allows in examples unless it is told something, and nothing else.
#![doc(test(attr(allow(unused), deny(warnings))))]

// The modules from bottom to top: each imports only from those above it in this list.
//
//   sync  table  refusal  request  time  memory_budget
//   generated  credential  fault
//   parameters   reads and checks what a request asks for
//   verify       checks its signature
//   state        keeps tasks and received requests
//   limits       rates and quotas
//   actions      what each action does
//   service      from a request to a response
//   http         the sockets around the service
//   emulator     starts and stops it all
//   fuzzing      the service without a socket

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
pub use crate::fault::{Fault, Faults};
pub use crate::limits::{Limit, Usage};
pub use crate::refusal::Refusal;
pub use crate::state::{Journal, Received, Status, Target, Task};

/// The products that an emulator answers for, in the order of their services.
#[must_use]
pub fn products() -> &'static [&'static table::Product] {
    generated::PRODUCTS
}

/// The codes that every product can answer with, in the order of the codes.
#[must_use]
pub fn common_codes() -> &'static [table::Code] {
    generated::COMMON_CODES
}
