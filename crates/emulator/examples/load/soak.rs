//! Sends requests that are all different, for hours if necessary, and prints the memory meanwhile.

use std::io;
use std::time::{Duration, Instant};

use tencentcloud_emulator::{Builder, Journal, Task};

use crate::client::{Client, signed};
use crate::{Outcome, memory};

/// Interval between two lines of output.
const INTERVAL: Duration = Duration::from_secs(20);

/// Number of connections. 16: enough to keep the emulator busy.
const CONNECTIONS: usize = 16;

/// Number of requests after which a connection is replaced. 1,000: several per second are replaced.
const REQUESTS_PER_CONNECTION: usize = 1_000;

/// A journal that stores nothing, so that tasks are processed as with a state file.
struct Discard;

impl Journal for Discard {
    fn record(&mut self, _: &[Task]) -> io::Result<()> {
        Ok(())
    }
}

/// Sends one request after the other for this period: purges of new URLs, sometimes a batch of a
/// thousand, and queries of the log.
pub(crate) async fn run(builder: Builder, period: Duration) -> Outcome<()> {
    let emulator = builder.journal(Discard).start().await?;
    println!("{:>8} {:>12} {:>12}", "seconds", "requests", "memory, MiB");
    let started = Instant::now();
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(emulator.address()).await?);
    }
    let mut printed = Duration::ZERO;
    for number in 0.. {
        let elapsed = started.elapsed();
        if number == 0 || elapsed >= printed + INTERVAL || elapsed >= period {
            println!("{:>8} {number:>12} {:>12}", elapsed.as_secs(), memory()?);
            printed = elapsed;
        }
        if elapsed >= period {
            break;
        }
        let index = number % CONNECTIONS;
        if number % REQUESTS_PER_CONNECTION == 0 {
            clients.remove(index);
            clients.insert(index, Client::connect(emulator.address()).await?);
        }
        let (service, action, body, expected) = request(number);
        let request = signed(&emulator, service, action, &body)?;
        if let Some(client) = clients.get_mut(index) {
            client.call(&request, expected).await?;
        }
    }
    Ok(())
}

/// The service, the action, the parameters, and a part of the expected response.
fn request(number: usize) -> (&'static str, &'static str, String, &'static str) {
    let urls = |count: usize| {
        let url = |index| format!("\"https://www.example.com/{number}/{index}/{}\"", "x".repeat(number % 200));
        format!(r#"{{"Urls":[{}]}}"#, (0..count).map(url).collect::<Vec<_>>().join(","))
    };
    match number % 500 {
        0 => ("cdn", "PurgeUrlsCache", urls(1_000), "\"TaskId\""),
        250 => ("ecdn", "DescribePurgeTasks", r#"{"StartTime":"2000-01-01 00:00:00"}"#.to_owned(), "\"PurgeLogs\""),
        _ => ("cdn", "PurgeUrlsCache", urls(1), "\"TaskId\""),
    }
}
