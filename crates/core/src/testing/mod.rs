//! Replaces the network and the time in tests: [`ScriptedTransport`] and [`VirtualClock`].
//!
//! # A first test
//!
//! Put both into the configuration, run the code under test on the clock, and look at its result
//! and at the requests that it sent:
//!
//! ```
//! use std::time::Duration;
//! use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
//! use tencentcloud_core::{Config, Credentials, Error, GenericClient};
//!
//! // The code under test.
//! async fn describe(client: &GenericClient) -> Result<String, Error> {
//!     let response = client.call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}").await?;
//!     Ok(response.request_id().unwrap_or_default().to_owned())
//! }
//!
//! # fn main() -> Result<(), Error> {
//! // The service throttles the first attempt, and answers the second one.
//! let transport = ScriptedTransport::new()
//!     .respond(200, r#"{"Response":{"Error":{"Code":"RequestLimitExceeded","Message":"wait"},"RequestId":"1"}}"#)
//!     .respond(200, r#"{"Response":{"TotalCount":0,"RequestId":"2"}}"#);
//! let clock = VirtualClock::at_unix(1_700_000_000);
//! let config = Config::builder()
//!     .credentials(Credentials::new("AKIDexample", "example-key")?)
//!     .transport(transport.clone())
//!     .clock(clock.clone())
//!     .jitter(|| 0.5)
//!     .build()?;
//! let client = GenericClient::new(&config);
//!
//! assert_eq!(clock.run(describe(&client))?, "2");
//! assert_eq!(transport.requests().len(), 2);
//! assert_eq!(transport.requests()[0].header("x-tc-action"), Some("DescribeMediaInfos"));
//! assert_eq!(clock.elapsed(), Duration::from_millis(600), "the pause before the retry");
//! # Ok(())
//! # }
//! ```
//!
//! It is an ordinary `#[test]`: [`VirtualClock::run`] runs the futures, so no runtime is needed. A
//! test with a typed client looks the same. Pauses before retries are random without
//! [`jitter`](crate::config::ConfigBuilder::jitter); with `|| 0.5` each is 60% of its maximum.
//!
//! # Several calls at once
//!
//! [`VirtualClock::run_all`] runs calls concurrently, for example to see the rate limit at work:
//!
//! ```
//! # use std::time::Duration;
//! # use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
//! # use tencentcloud_core::{Config, Credentials, Error, GenericClient};
//! # fn main() -> Result<(), Error> {
//! # let response = r#"{"Response":{"RequestId":"1"}}"#;
//! # let transport = (0..3).fold(ScriptedTransport::new(), |script, _| script.respond(200, response));
//! # let clock = VirtualClock::at_unix(1_700_000_000);
//! # let config = Config::builder()
//! #     .credentials(Credentials::new("AKIDexample", "example-key")?)
//! #     .transport(transport)
//! #     .clock(clock.clone())
//! #     .build()?;
//! # let client = GenericClient::new(&config);
//! let calls = (0..3).map(|_| client.call_json("vod", "2018-07-17", "DescribeMediaInfos", "{}"));
//! for result in clock.run_all(calls) {
//!     result?;
//! }
//! assert!(clock.elapsed() >= Duration::from_millis(100), "three requests at 20 per second");
//! # Ok(())
//! # }
//! ```
//!
//! # What the script does not check
//!
//! The transport accepts every request, so a test must look at the requests itself. The emulator of
//! this workspace checks signatures, parameters and limits as the service does.

mod scripted_transport;
mod virtual_clock;
#[cfg(test)]
mod wrong_clock;

pub use self::scripted_transport::ScriptedTransport;
pub use self::virtual_clock::VirtualClock;
#[cfg(test)]
pub(crate) use self::wrong_clock::WrongClock;
