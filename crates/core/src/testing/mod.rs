//! Test doubles for the seams, so that tests need no network and no waiting.
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
//! use tencentcloud_core::{Config, Credentials};
//!
//! let clock = VirtualClock::at_unix(1_700_000_000);
//! let transport = ScriptedTransport::new().answer(200, r#"{"Response":{"TaskId":"1","RequestId":"2"}}"#);
//! let config = Config::builder()
//!     .credentials(Credentials::new("AKIDexample", "example-key")?)
//!     .transport(transport.clone())
//!     .clock(clock.clone())
//!     .build()?;
//! # Ok::<(), tencentcloud_core::Error>(())
//! ```
//!
//! A client of that configuration is then awaited inside [`VirtualClock::run`], and what it sent is in
//! [`ScriptedTransport::requests`].

mod scripted_transport;
mod virtual_clock;
#[cfg(test)]
mod wrong_clock;

pub use self::scripted_transport::ScriptedTransport;
pub use self::virtual_clock::VirtualClock;
#[cfg(test)]
pub(crate) use self::wrong_clock::WrongClock;
