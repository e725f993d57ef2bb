//! Reads the clock, waits, limits how long something may take, and parses dates.

pub(crate) mod civil;
mod clock;
mod datetime;
mod deadline;
mod future;
mod http_date;
pub(crate) mod runtime;
mod skew;

pub use self::clock::Clock;
pub(crate) use self::clock::default_clock;
pub use self::datetime::{Date, DateTime, OffsetDateTime, ParseDateTimeError, UtcOffset};
pub(crate) use self::deadline::{Deadline, Elapsed};
pub use self::future::BoxFuture;
pub(crate) use self::future::within;
pub(crate) use self::http_date::parse as parse_http_date;
pub(crate) use self::skew::{Change, Correction, Exchange, Skew};
