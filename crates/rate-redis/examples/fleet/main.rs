//! Shows how well eight processes that share an account use its rate: 20 requests per second, which
//! the emulator enforces for every second, wherever it begins.
//!
//! ```sh
//! cargo run --package tencentcloud-rate-redis --example fleet
//! ```
//!
//! Each line of the table is a fleet that calls for 30 s. The first one has no store: each process
//! adapts to the refusals that it gets. In the third one, the store is killed after 10 s and
//! started again, empty, after 20 s. It takes about three minutes, and needs `redis-server` or
//! `valkey-server`.

#![expect(
    clippy::disallowed_methods,
    reason = "measures processes in real time, which get their options from the environment"
)]

#[path = "../../tests/support/redis_server.rs"]
mod redis_server;

mod figures;
mod process;

use std::env;
use std::error::Error;
use std::io;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tencentcloud_emulator::{Emulator, Limit, Received};
use tokio::time::sleep;

use self::figures::{Figures, Observed};
use self::redis_server::RedisServer;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PROCESSES: u32 = 8;
/// Time for the processes to start, and to adapt to each other if they have no store.
const WARM_UP: Duration = Duration::from_secs(5);
const THIRD: Duration = Duration::from_secs(10);

/// A fleet to measure.
#[derive(Clone, Copy)]
struct Fleet {
    name: &'static str,
    /// Tasks of each process that always have a call to make.
    tasks: usize,
    has_store: bool,
    /// Whether the store is killed after a third of the time, and started again after two thirds.
    store_fails: bool,
    /// By how many seconds the clock of each process is ahead of the one before.
    clock_difference: u32,
}

const WITHOUT_STORE: Fleet =
    Fleet { name: "without a store", tasks: 8, has_store: false, store_fails: false, clock_difference: 0 };
const WITH_STORE: Fleet = Fleet { name: "with the store", has_store: true, ..WITHOUT_STORE };

const FLEETS: [Fleet; 5] = [
    WITHOUT_STORE,
    WITH_STORE,
    Fleet { name: "store killed and restarted", store_fails: true, ..WITH_STORE },
    Fleet { name: "clocks that differ by 10 s", clock_difference: 10, ..WITH_STORE },
    Fleet { name: "1,000 waiters", tasks: 125, ..WITH_STORE },
];

fn main() -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    if let Ok(endpoint) = env::var(process::ENDPOINT) {
        return runtime.block_on(process::run(&endpoint));
    }
    println!("{}", Figures::HEAD);
    for fleet in FLEETS {
        let Some(figures) = runtime.block_on(measure(fleet))? else { return Ok(()) };
        println!("{}", figures.line(fleet.name));
    }
    Ok(())
}

/// Lets a fleet call for 30 s. `None` if no store is installed.
async fn measure(fleet: Fleet) -> Outcome<Option<Figures>> {
    let Some(mut store) = RedisServer::start()? else { return Ok(None) };
    let requests: Arc<Mutex<Vec<Observed>>> = Arc::default();
    let log = Arc::clone(&requests);
    let observer =
        move |request: &Received| log.lock().unwrap_or_else(PoisonError::into_inner).push(Observed::from(request));
    let emulator = Emulator::builder().per_day(Limit::Unlimited).observer(observer).start().await?;
    let endpoint = emulator.endpoint();
    let start = |number| start(fleet, &endpoint, fleet.has_store.then(|| store.url()).as_deref(), number);
    let processes = (0..PROCESSES).map(start).collect::<io::Result<Vec<_>>>()?;
    sleep(WARM_UP).await;
    let begin = emulator.now();
    sleep(THIRD).await;
    if fleet.store_fails {
        store.kill()?;
    }
    sleep(THIRD).await;
    if fleet.store_fails {
        store.restart()?;
    }
    sleep(THIRD).await;
    let commands = if fleet.has_store { Some(commands(&store).await?) } else { None };
    let mut failed = 0;
    for process in processes {
        failed += end(process)?;
    }
    let requests = requests.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Some(Figures::new(&requests, begin, 3 * THIRD, failed, commands)))
}

/// Starts this program as a process of a fleet.
fn start(fleet: Fleet, endpoint: &str, store: Option<&str>, number: u32) -> io::Result<Child> {
    let mut program = Command::new(env::current_exe()?);
    program.env(process::ENDPOINT, endpoint).env(process::NUMBER, number.to_string());
    program.env(process::TASKS, fleet.tasks.to_string());
    program.env(process::AHEAD, (fleet.clock_difference * number).to_string());
    if let Some(store) = store {
        program.env(process::STORE, store);
    }
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// Ends a process, and returns how many of its calls have failed.
fn end(mut process: Child) -> Outcome<u64> {
    drop(process.stdin.take());
    let output = process.wait_with_output()?;
    if !output.status.success() {
        return Err("a process failed".into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// The number of commands that the store has received from the processes.
async fn commands(store: &RedisServer) -> Outcome<u64> {
    let mut connection = redis::Client::open(store.url())?.get_multiplexed_async_connection().await?;
    let statistics: String = redis::cmd("INFO").arg("commandstats").query_async(&mut connection).await?;
    let calls = statistics.lines().filter_map(|line| {
        let (command, figures) = line.strip_prefix("cmdstat_")?.split_once(":calls=")?;
        // Without the commands that the script runs inside of the store.
        let is_inner = ["time", "get", "set"].contains(&command);
        figures.split(',').next()?.parse::<u64>().ok().filter(|_| !is_inner)
    });
    Ok(calls.sum())
}
