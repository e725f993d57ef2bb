//! Processes that share an account and know nothing of each other, against a service that counts: the emulator, with the
//! limit that the action documents. The processes are this program again, told where the emulator is.

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

/// Tells a process where the emulator is; without it, this is the program that measures.
const ENDPOINT: &str = "TENCENTCLOUD_BENCH_ENDPOINT";
/// Tells a process which one it is.
const NUMBER: &str = "TENCENTCLOUD_BENCH_NUMBER";

const PROCESSES: usize = 4;
/// Enough that one always waits for its turn, those that wait after a throttled answer left out.
const TASKS: usize = 16;
/// What the action documents; the emulator keeps to it, and each process too.
const PER_SECOND: f64 = 20.0;
/// Each process begins with the whole rate. To come down to a quarter takes ten throttled answers that follow one another,
/// some seconds; the rest is for the first round of those that overdid it.
const WARM_UP: Duration = Duration::from_secs(10);
const TIME: Duration = Duration::from_secs(30);

fn main() -> Outcome<ExitCode> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match env::var(ENDPOINT) {
        Ok(endpoint) => runtime.block_on(call(&endpoint, &env::var(NUMBER)?))?,
        Err(_) => runtime.block_on(measure())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Calls until nobody listens any more.
async fn call(endpoint: &str, number: &str) -> Outcome<()> {
    let credentials = Credentials::new(SECRET_ID, SECRET_KEY)?;
    let client = Client::new(&Config::builder().credentials(credentials).endpoint(endpoint).build()?);
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let (client, url) = (client.clone(), format!("https://www.example.com/{number}"));
        tasks.spawn(async move {
            loop {
                match client.purge_urls_cache(PurgeUrlsCache::new([&url])).await {
                    // A call may run out of attempts, which the figures show.
                    Err(error) if error.kind() != ErrorKind::Throttled => return error.to_string(),
                    Ok(_) | Err(_) => {}
                }
            }
        });
    }
    // The other end closes when the program that measures is done, or is ended.
    let end = spawn_blocking(|| io::stdin().read(&mut [0]));
    tokio::select! {
        end = end => { end??; }
        Some(failed) = tasks.join_next() => return Err(failed?.into()),
    }
    Ok(())
}

/// A request as the emulator saw it.
#[derive(Clone)]
struct Seen {
    at: SystemTime,
    process: Option<usize>,
    accepted: bool,
}

async fn measure() -> Outcome<()> {
    let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
    let log = Arc::clone(&seen);
    let observer = move |request: &Received| log.lock().unwrap_or_else(PoisonError::into_inner).push(Seen::of(request));
    let emulator = Emulator::builder().per_day(Limit::Unlimited).observer(observer).start().await?;
    let endpoint = emulator.endpoint();
    let processes = (0..PROCESSES).map(|number| start(&endpoint, number)).collect::<io::Result<Vec<_>>>()?;
    tokio::time::sleep(WARM_UP).await;
    let begin = emulator.now();
    tokio::time::sleep(TIME).await;
    for mut process in processes {
        drop(process.stdin.take());
        if !process.wait()?.success() {
            return Err("a process failed".into());
        }
    }
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
    seen.retain(|request| request.at >= begin && request.at < begin + TIME);
    print(&seen);
    Ok(())
}

/// Starts this program again, as one that calls.
fn start(endpoint: &str, number: usize) -> io::Result<Child> {
    let mut program = Command::new(env::current_exe()?);
    program.env(ENDPOINT, endpoint).env(NUMBER, number.to_string());
    program.stdin(Stdio::piped()).spawn()
}

impl Seen {
    fn of(request: &Received) -> Self {
        let process = request.parameters.split("https://www.example.com/").nth(1);
        let process = process.and_then(|rest| rest.split('"').next()?.parse().ok());
        Self { at: request.at, process, accepted: request.code.is_none() }
    }
}

fn print(seen: &[Seen]) {
    let percent = |part: f64| format!("{:.1} %", part * 100.0);
    let accepted = seen.iter().filter(|request| request.accepted).count();
    let throttled = seen.len() - accepted;
    let allowed = PER_SECOND * TIME.as_secs_f64();
    table::title("4 processes, requests in 30 s", ["accepted", "throttled", "part"]);
    table::line("20 requests a second", [&format!("{allowed:.0}"), "0", "100.0 %", ""], true);
    let (reached, too_many) = (accepted as f64 / allowed, throttled as f64 / seen.len() as f64);
    let cells = [&*accepted.to_string(), &throttled.to_string(), &percent(reached), ">= 90 %"];
    table::line("all processes, of what is allowed", cells, reached >= 0.9);
    let cells = ["", &*throttled.to_string(), &percent(too_many), "<= 5 %"];
    table::line("answered that there were too many", cells, too_many <= 0.05);
    for number in 0..PROCESSES {
        let own = || seen.iter().filter(|request| request.process == Some(number));
        let own_accepted = own().filter(|request| request.accepted).count();
        let share = own_accepted as f64 / accepted as f64;
        // None starves that has half of its fair part.
        let fair = 0.5 / PROCESSES as f64;
        let cells =
            [&*own_accepted.to_string(), &(own().count() - own_accepted).to_string(), &percent(share), ">= 12.5 %"];
        table::line(&format!("process {}, of what was accepted", number + 1), cells, share >= fair);
    }
}
