//! Shows how much of a rate limit processes reach that share an account and do not know of each
//! other.
//!
//! Each line of the table simulates five minutes of processes that always have a request to send,
//! to a service that accepts 20 requests per second.
//!
//! ```sh
//! cargo run --release --package tencentcloud-core --example limits
//! ```

mod load_model;

use std::time::Duration;

use tencentcloud_core::Error;

use crate::load_model::{Counting, Load, simulate};

/// A process that has the account for itself. It is never throttled.
const SINGLE: Load = Load {
    counting: Counting::Sliding,
    processes: 1,
    // Some of them always wait for a permit, even if others wait after a throttled response.
    tasks: 16,
    duration: Duration::from_secs(300),
    response_time: (20, 20),
    connecting: 0,
    seed: 0,
};

fn main() -> Result<(), Error> {
    println!("windows  response time  processes  reached  throttled  fullest second  share of each process");
    for milliseconds in [20, 100, 250] {
        print(Load { response_time: (milliseconds, milliseconds), ..SINGLE })?;
    }
    // Near the service, and far away.
    for response_time in [(20, 30), (50, 150)] {
        for counting in [Counting::Fixed, Counting::Sliding] {
            for processes in 1..=8 {
                print(Load { counting, processes, response_time, ..SINGLE })?;
            }
        }
    }
    Ok(())
}

fn print(load: Load) -> Result<(), Error> {
    let figures = simulate(load)?;
    let percent = |part: f64| format!("{:.1} %", part * 100.0);
    let (min, max) = load.response_time;
    println!(
        "{:7}  {:>13}  {:9}  {:>7}  {:>9}  {:14}  {}",
        format!("{:?}", load.counting).to_lowercase(),
        if min == max { format!("{min} ms") } else { format!("{min}-{max} ms") },
        load.processes,
        percent(figures.reached),
        percent(figures.throttled),
        figures.fullest,
        figures.shares.into_iter().map(percent).collect::<Vec<_>>().join(", "),
    );
    Ok(())
}
