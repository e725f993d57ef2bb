//! Measures how well four processes that share an account, but do not communicate, use the
//! permitted rate. The emulator enforces the documented rate. Each process runs this program, with
//! the emulator's address in an environment variable.

#![expect(
    clippy::disallowed_methods,
    reason = "measures processes in real time, which get their options from the environment"
)]

#[path = "support/table.rs"]
mod table;

use std::env;
use std::io::{self, Read as _};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use tencentcloud_cdn::{Client, PurgeUrlsCache};
use tencentcloud_core::{Config, Credentials, ErrorKind};
use tencentcloud_emulator::{Emulator, Limit, Received, SECRET_ID, SECRET_KEY};
use tencentcloud_tests::Outcome;
use tokio::task::{JoinSet, spawn_blocking};

/// The endpoint that a process calls. A program without this variable measures.
const ENDPOINT: &str = "TENCENTCLOUD_BENCH_ENDPOINT";
/// The number of a process.
const NUMBER: &str = "TENCENTCLOUD_BENCH_NUMBER";

const PROCESSES: usize = 4;
/// Tasks per process. Enough that one always waits for a permit, even while others wait after a
/// throttled response.
const TASKS: usize = 16;
/// The documented rate of the action, which the emulator and each process apply.
const PER_SECOND: f64 = 20.0;
/// Each process begins with the whole rate. Ten consecutive throttled responses, which take a few
/// seconds, reduce it to a quarter. The remaining time is for the retries of the throttled calls.
const WARM_UP: Duration = Duration::from_secs(10);
const DURATION: Duration = Duration::from_secs(30);

fn main() -> Outcome<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match env::var(ENDPOINT) {
        Ok(endpoint) => runtime.block_on(call(&endpoint, &env::var(NUMBER)?))?,
        Err(_) => runtime.block_on(measure())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Calls until the measuring process closes this one's standard input.
async fn call(endpoint: &str, number: &str) -> Outcome<()> {
    let credentials = Credentials::new(SECRET_ID, SECRET_KEY)?;
    let client = Client::new(&Config::builder().credentials(credentials).endpoint(endpoint).build()?);
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let (client, url) = (client.clone(), format!("https://www.example.com/{number}"));
        tasks.spawn(async move {
            loop {
                match client.purge_urls_cache(PurgeUrlsCache::new([&url])).await {
                    // A call may fail after its last attempt; the figures show that.
                    Err(error) if error.kind() != ErrorKind::Throttled => return error.to_string(),
                    Ok(_) | Err(_) => {}
                }
            }
        });
    }
    // The pipe is closed when the measuring process has finished or was killed.
    let end = spawn_blocking(|| io::stdin().read(&mut [0]));
    tokio::select! {
        end = end => { end??; }
        Some(failed) = tasks.join_next() => return Err(failed?.into()),
    }
    Ok(())
}

/// A request as the emulator observed it.
#[derive(Clone)]
struct Observed {
    at: SystemTime,
    process: Option<usize>,
    accepted: bool,
}

async fn measure() -> Outcome<()> {
    let requests: Arc<Mutex<Vec<Observed>>> = Arc::default();
    let log = Arc::clone(&requests);
    let observer =
        move |request: &Received| log.lock().unwrap_or_else(PoisonError::into_inner).push(Observed::from(request));
    let emulator = Emulator::builder().per_day(Limit::Unlimited).observer(observer).start().await?;
    let endpoint = emulator.endpoint();
    let processes = (0..PROCESSES).map(|number| start(&endpoint, number)).collect::<io::Result<Vec<_>>>()?;
    tokio::time::sleep(WARM_UP).await;
    let begin = emulator.now();
    tokio::time::sleep(DURATION).await;
    for mut process in processes {
        drop(process.stdin.take());
        if !process.wait()?.success() {
            return Err("a process failed".into());
        }
    }
    let mut requests = requests.lock().unwrap_or_else(PoisonError::into_inner).clone();
    requests.retain(|request| request.at >= begin && request.at < begin + DURATION);
    print(&requests);
    Ok(())
}

/// Starts this program as a calling process.
fn start(endpoint: &str, number: usize) -> io::Result<Child> {
    let mut program = Command::new(env::current_exe()?);
    program.env(ENDPOINT, endpoint).env(NUMBER, number.to_string());
    program.stdin(Stdio::piped()).spawn()
}

impl Observed {
    fn from(request: &Received) -> Self {
        let process = request.parameters.split("https://www.example.com/").nth(1);
        let process = process.and_then(|rest| rest.split('"').next()?.parse().ok());
        Self { at: request.at, process, accepted: request.code.is_none() }
    }
}

fn print(requests: &[Observed]) {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let accepted = requests.iter().filter(|request| request.accepted).count();
    let throttled = requests.len() - accepted;
    let permitted = PER_SECOND * DURATION.as_secs_f64();
    table::title("4 processes, requests in 30 s", ["accepted", "throttled", "share"]);
    table::line("20 requests per second", [&format!("{permitted:.0}"), "0", "100.0 %", ""], true);
    let (reached, too_many) = (accepted as f64 / permitted, throttled as f64 / requests.len() as f64);
    let cells = [&*accepted.to_string(), &throttled.to_string(), &percent(reached), ">= 90 %"];
    table::line("all processes, of what is permitted", cells, reached >= 0.9);
    let cells = ["", &*throttled.to_string(), &percent(too_many), "<= 5 %"];
    table::line("throttled requests", cells, too_many <= 0.05);
    for number in 0..PROCESSES {
        let own = || requests.iter().filter(|request| request.process == Some(number));
        let own_accepted = own().filter(|request| request.accepted).count();
        let share = own_accepted as f64 / accepted as f64;
        // A process with half of its fair share does not starve.
        let fair = 0.5 / PROCESSES as f64;
        let cells =
            [&*own_accepted.to_string(), &(own().count() - own_accepted).to_string(), &percent(share), ">= 12.5 %"];
        table::line(&format!("process {}, of what was accepted", number + 1), cells, share >= fair);
    }
}
