//! Runs the script that keeps the rates in the store: encodes its arguments, and reads its reply.

use std::time::Duration;

use redis::aio::ConnectionLike;
use redis::{RedisResult, Script};

/// Time from a slot to the end of its request that needs no report. 5 ms: near the service, most
/// requests are faster, so that they need one command each. The rate is that much lower: 99.3 % of
/// the documented one.
pub(crate) const ON_TIME: Duration = Duration::from_millis(5);

/// The script of all lanes.
pub(crate) struct RateScript(Script);

/// A time at which one request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Booking {
    /// Time from when the script ran to the slot.
    pub(crate) wait: Duration,
    pub(crate) slot: Slot,
}

/// A slot by the server's clock, in microseconds. It identifies a request in a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Slot(u64);

/// What the store has to know of the outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Report {
    pub(crate) slot: Slot,
    /// Requests per second of the action.
    pub(crate) limit: u32,
    /// Maximum time from the slot to the arrival of the request.
    pub(crate) late: Duration,
    pub(crate) throttled: bool,
    /// How long the service asks to send nothing.
    pub(crate) retry_after: Duration,
}

impl RateScript {
    pub(crate) fn new() -> Self {
        Self(Script::new(include_str!("rate.lua")))
    }

    /// Books the next slot of a lane. `returning` says that this process has limited itself until
    /// now.
    pub(crate) async fn book(
        &self,
        connection: &mut impl ConnectionLike,
        lane: &str,
        limit: u32,
        returning: bool,
    ) -> RedisResult<Booking> {
        let mut call = self.0.key(lane);
        call.arg("book").arg(limit.max(1)).arg(micros(ON_TIME)).arg(u8::from(returning));
        let (wait, slot): (u64, u64) = call.invoke_async(connection).await?;
        Ok(Booking { wait: Duration::from_micros(wait), slot: Slot(slot) })
    }

    /// Reports the outcome of a request.
    pub(crate) async fn report(
        &self,
        connection: &mut impl ConnectionLike,
        lane: &str,
        report: Report,
    ) -> RedisResult<()> {
        let Report { slot, limit, late, throttled, retry_after } = report;
        let mut call = self.0.key(lane);
        call.arg("report").arg(limit.max(1)).arg(micros(ON_TIME)).arg(slot.0).arg(micros(late));
        call.arg(u8::from(throttled)).arg(micros(retry_after));
        call.invoke_async(connection).await
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
