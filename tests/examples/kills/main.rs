//! Purges 10,000 URLs while responses fail and the purging process is killed twenty times, and
//! compares its report with the tasks of the emulator.
//!
//! `cargo run --package tencentcloud-tests --example kills [cdn | teo] [seed]`
//!
//! This process runs the emulator, and is the judge. It starts itself again as the process that
//! purges, kills that with `SIGKILL` at random moments, and starts it again with the same journal,
//! until every URL is settled. It fails if a report disagrees with the tasks, or if any second saw
//! more requests than are permitted.

#![expect(clippy::disallowed_methods, reason = "measures processes in real time, and reads their reports")]

mod account;
mod doubts;
mod faults;
mod product;
mod purge;
mod random;
mod traffic;

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use account::Account;
use doubts::Doubts;
use product::Product;
use random::Random;
use tencentcloud_emulator::Emulator;
use tencentcloud_tests::Outcome;
use traffic::Traffic;

/// Number of times that the purging process is killed.
const KILLS: usize = 20;
/// Maximum time until a process is killed, in milliseconds. Four seconds: a new process needs about
/// one to look up what the last one has left, and sends 20 requests per second after that.
const MAX_LIFETIME: u64 = 4_000;
/// Maximum number of processes. 100: about 20 are killed, and about 20 are stopped by a fault.
const MAX_PROCESSES: usize = 100;
/// Number of mistakes that are printed from the start and from the end. 10: enough for a pattern.
const MAX_SHOWN: usize = 10;

fn main() -> Outcome<ExitCode> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["purge", product, endpoint, folder] => {
            purge::run(product.parse()?, endpoint, Path::new(folder)).map(|()| ExitCode::SUCCESS)
        }
        [] => judge(Product::Cdn, random::seed()),
        [product] => judge(product.parse()?, random::seed()),
        [product, seed] => judge(product.parse()?, seed.parse()?),
        _ => Err("usage: kills [cdn | teo] [seed]".into()),
    }
}

/// Starts processes until every URL is settled, and prints what became of the URLs.
fn judge(product: Product, seed: u64) -> Outcome<ExitCode> {
    let traffic = Traffic::default();
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let emulator = runtime.block_on(Emulator::builder().observer(traffic.observer()).start())?;
    faults::inject(&emulator.faults(), product);
    let folder = Folder::new(seed)?;
    println!(
        "{} URLs of {} in requests of {}; every fifth response fails; seed {seed}\n\n\
         process  end              after  requests  accepted so far  in doubt  of these accepted",
        purge::URLS,
        product.name(),
        purge::SIZE
    );
    let (mut random, mut kills, mut sent, mut mistakes) = (Random::new(seed), 0, 0, Vec::new());
    for number in 1..=MAX_PROCESSES {
        let lifetime = (kills < KILLS).then(|| Duration::from_millis(random.below(MAX_LIFETIME)));
        let begin = Instant::now();
        let status = run_for(start(product, &emulator.endpoint(), &folder.0)?, lifetime)?;
        let account = match status {
            None => None,
            Some(status) if status.success() => Some(Account::read(&folder.0.join(purge::REPORT))?),
            Some(status) => return Err(format!("process {number} has failed: {status}").into()),
        };
        kills += usize::from(account.is_none());
        let end = account.as_ref().map_or("killed", Account::end);
        let (total, tasks) = (traffic.len(), emulator.tasks());
        let accepted: usize = tasks.iter().map(|task| task.targets.len()).sum();
        print!("{number:>7}  {end:<12}  {:>6.2} s  {:>8}  {accepted:>15}", begin.elapsed().as_secs_f64(), total - sent);
        sent = total;
        let Some(account) = account else {
            let doubts = Doubts::read(&folder.0.join(purge::JOURNAL), &tasks)?;
            println!("  {:>8}  {:>17}", doubts.count, doubts.accepted);
            continue;
        };
        println!();
        mistakes.extend(account.mistakes(&tasks));
        if account.is_settled() {
            account.print();
            traffic.print(product);
            mistakes.extend(traffic.too_many());
            return Ok(verdict(kills, &mut mistakes));
        }
    }
    mistakes.push(format!("the URLs are not settled after {MAX_PROCESSES} processes"));
    Ok(verdict(kills, &mut mistakes))
}

/// Prints the first and the last mistakes.
fn verdict(kills: usize, mistakes: &mut Vec<String>) -> ExitCode {
    if kills < KILLS {
        mistakes.push(format!("the URLs were settled after {kills} of {KILLS} kills: choose another seed"));
    }
    let is_shown = |number| number < MAX_SHOWN || number + MAX_SHOWN >= mistakes.len();
    for (_, mistake) in mistakes.iter().enumerate().filter(|(number, _)| is_shown(*number)) {
        println!("mistake: {mistake}");
    }
    println!("{kills} kills, {} mistakes", mistakes.len());
    if mistakes.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Starts this program as the purging process.
fn start(product: Product, endpoint: &str, folder: &Path) -> io::Result<Child> {
    Command::new(env::current_exe()?).args(["purge", product.name(), endpoint]).arg(folder).stdin(Stdio::null()).spawn()
}

/// Waits for the end of a process, and kills it after its lifetime. `None` if it was killed.
fn run_for(mut child: Child, lifetime: Option<Duration>) -> io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if lifetime.is_some_and(|lifetime| begin.elapsed() >= lifetime) {
            child.kill()?;
            let status = child.wait()?;
            // It may have ended just before.
            return Ok(status.success().then_some(status));
        }
        thread::sleep(Duration::from_millis(1));
    }
}

/// A folder for the journal and the reports, which is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(seed: u64) -> io::Result<Self> {
        let path = env::temp_dir().join(format!("kills-{}-{seed}", std::process::id()));
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is left to the system.
        let _ = fs::remove_dir_all(&self.0);
    }
}
