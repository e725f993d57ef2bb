//! Traffic that is never the same, for hours if need be, and the memory meanwhile.

use std::io;
use std::time::{Duration, Instant};

use tencentcloud_emulator::{Builder, Journal, Task};

use crate::client::{Client, signed};
use crate::{Outcome, memory};

/// How often the memory is printed.
const EVERY: Duration = Duration::from_secs(20);

/// How many connections take turns, and after how many requests of all of them one is replaced by a new one.
const CONNECTIONS: usize = 16;
const REPLACED: usize = 1_000;

/// A journal that keeps nothing, so that tasks go the way that they go with a state file.
struct Nothing;

impl Journal for Nothing {
    fn record(&mut self, _: &[Task]) -> io::Result<()> {
        Ok(())
    }
}

/// Sends requests one after the other for so long: purges of URLs that were not purged before, a batch of a thousand now and
/// then, and a look into the log.
pub(crate) async fn run(builder: Builder, period: Duration) -> Outcome<()> {
    let emulator = builder.journal(Nothing).start().await?;
    println!("{:>8} {:>12} {:>12}", "seconds", "requests", "memory, MiB");
    let began = Instant::now();
    let mut clients = Vec::new();
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(emulator.address()).await?);
    }
    let mut printed = Duration::ZERO;
    for number in 0.. {
        let passed = began.elapsed();
        if number == 0 || passed >= printed + EVERY || passed >= period {
            println!("{:>8} {number:>12} {:>12}", passed.as_secs(), memory()?);
            printed = passed;
        }
        if passed >= period {
            break;
        }
        let place = number % CONNECTIONS;
        if number % REPLACED == 0 {
            clients.remove(place);
            clients.insert(place, Client::connect(emulator.address()).await?);
        }
        let (service, action, body, expected) = request(number);
        let request = signed(&emulator, service, action, &body)?;
        if let Some(client) = clients.get_mut(place) {
            client.call(&request, expected).await?;
        }
    }
    Ok(())
}

/// Service, action, parameters, and a part of the answer.
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
