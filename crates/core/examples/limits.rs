//! Prints what the limits come to: processes that share an account, know nothing of each other, and always have
//! something to send, for five simulated minutes against a service that accepts 20 requests a second.
//!
//! ```sh
//! cargo run --release --package tencentcloud-core --example limits
//! ```

#[path = "../tests/behaviour/busy.rs"]
mod busy;

use std::time::Duration;

use crate::busy::{Counting, Load, run};

/// Enough that one always waits for its turn, those that wait after a throttled answer left out.
const TASKS: usize = 16;
const LENGTH: Duration = Duration::from_secs(300);
/// From near the service, and from far away on a busy line, in milliseconds.
const DELAYS: [(u64, u64); 2] = [(20, 30), (50, 150)];

fn main() -> Result<(), tencentcloud_core::Error> {
    println!("windows  answers after  processes  reached  throttled  fullest second  part of each process");
    for counting in [Counting::Fixed, Counting::Sliding] {
        for delay in DELAYS {
            for processes in 1..=8 {
                print(counting, Load { processes, tasks: TASKS, length: LENGTH, delay })?;
            }
        }
    }
    Ok(())
}

fn print(counting: Counting, load: Load) -> Result<(), tencentcloud_core::Error> {
    let figures = run(counting, load)?;
    let percent = |part: f64| format!("{:.1} %", part * 100.0);
    println!(
        "{:7}  {:>13}  {:9}  {:>7}  {:>9}  {:14}  {}",
        format!("{counting:?}").to_lowercase(),
        format!("{}-{} ms", load.delay.0, load.delay.1),
        load.processes,
        percent(figures.reached),
        percent(figures.throttled),
        figures.fullest,
        figures.shares.into_iter().map(percent).collect::<Vec<_>>().join(", "),
    );
    Ok(())
}
