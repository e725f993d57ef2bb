//! Computes the figures of a fleet from what the emulator has observed.

use std::time::{Duration, SystemTime};

use tencentcloud_emulator::Received;

use crate::PROCESSES;

/// The documented rate of the action, which the emulator enforces.
const PER_SECOND: f64 = 20.0;

/// A request as the emulator observed it.
#[derive(Clone, Copy)]
pub(crate) struct Observed {
    at: SystemTime,
    process: Option<u32>,
    accepted: bool,
}

pub(crate) struct Figures {
    accepted: usize,
    throttled: usize,
    /// Share of the rate that was used.
    used: f64,
    /// Share of the accepted requests that the process with the fewest has.
    smallest_share: f64,
    /// Calls that have failed.
    failed: u64,
    /// Commands for each permit, if there is a store.
    commands: Option<f64>,
}

impl Observed {
    pub(crate) fn from(request: &Received) -> Self {
        let process = request.parameters.split("https://www.example.com/").nth(1);
        let process = process.and_then(|rest| rest.split('"').next()?.parse().ok());
        Self { at: request.at, process, accepted: request.code.is_none() }
    }
}

impl Figures {
    pub(crate) const HEAD: &str =
        "8 processes, 30 s at 20/s     accepted  refused  of the rate  smallest share  failed calls  commands a permit";

    /// The figures of the requests in a period. `commands` are those since the store was started.
    pub(crate) fn new(
        requests: &[Observed],
        begin: SystemTime,
        duration: Duration,
        failed: u64,
        commands: Option<u64>,
    ) -> Self {
        let commands = commands.map(|commands| commands as f64 / requests.len() as f64);
        let in_period = || requests.iter().filter(|request| request.at >= begin && request.at < begin + duration);
        let accepted = in_period().filter(|request| request.accepted).count();
        let of_process =
            |process| in_period().filter(move |request| request.accepted && request.process == Some(process));
        let smallest = (0..PROCESSES).map(|process| of_process(process).count()).min().unwrap_or_default();
        Self {
            accepted,
            throttled: in_period().count() - accepted,
            used: accepted as f64 / (PER_SECOND * duration.as_secs_f64()),
            smallest_share: smallest as f64 / accepted as f64,
            failed,
            commands,
        }
    }

    pub(crate) fn line(&self, name: &str) -> String {
        let Self { accepted, throttled, used, smallest_share, failed, commands } = self;
        let refused = 100.0 * *throttled as f64 / (accepted + throttled) as f64;
        let commands = commands.map_or_else(String::new, |commands| format!("{commands:.2}"));
        format!(
            "{name:<28}  {accepted:>8}  {refused:>5.1} %  {:>9.1} %  {:>12.1} %  {failed:>12}  {commands:>17}",
            100.0 * used,
            100.0 * smallest_share,
        )
    }
}
