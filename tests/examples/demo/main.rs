//! Shows the clients at work: four calls that succeed and one that fails, against an emulator.
//!
//! Run it with `cargo xtask demo`. With `--signing` it shows how each request is signed, and not
//! only how the first one is. With `--live` it calls the real service, with the one action that
//! changes nothing.

mod calls;
mod print;
mod recorder;

use std::error::Error;
use std::process::ExitCode;

use print::Printer;
use recorder::Recorder;
use tencentcloud_core::http::HttpsTransport;
use tencentcloud_core::{Config, Credentials};
use tencentcloud_emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => emulated(Printer::default()).await,
        ["--signing"] => emulated(Printer::with_all_signing_steps()).await,
        ["--live"] => live(Printer::default()).await,
        _ => {
            eprintln!("usage: cargo xtask demo [--signing | --live]");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Makes four calls that succeed and one that fails, against an emulator on this machine.
async fn emulated(mut printer: Printer) -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    println!(
        "\nAn emulator listens on {}. It checks signatures and parameters as the service does.\n",
        emulator.endpoint()
    );
    let recorder = Recorder::new(HttpsTransport::for_loopback()?);
    let config = Config::builder()
        .credentials(Credentials::new(emulator.secret_id(), emulator.secret_key())?)
        .endpoint(emulator.endpoint())
        .transport(recorder.clone())
        .build()?;

    let outcome = calls::purge_urls_cache(&config).await;
    printer.call("cdn: purge a URL", "purge_urls_cache", recorder.take(), &outcome);
    outcome?;
    let outcome = calls::purge_path_cache(&config).await;
    printer.call("cdn: purge a directory", "purge_path_cache", recorder.take(), &outcome);
    outcome?;
    let outcome = calls::create_purge_task(&config).await;
    let title = "teo: purge a host name, and one that cannot be purged";
    printer.call(title, "create_purge_task", recorder.take(), &outcome);
    outcome?;
    let outcome = calls::describe_purge_tasks(&config).await;
    printer.call("ecdn: list the purges", "describe_purge_tasks", recorder.take(), &outcome);
    outcome?;
    let outcome = calls::wildcard(&config).await;
    printer.call("cdn: a call that fails", "wildcard", recorder.take(), &outcome);
    match outcome {
        Ok(_) => Err("the last call succeeded, but should have failed".into()),
        Err(_) => Ok(()),
    }
}

/// Calls the real service, with the one action that changes nothing.
async fn live(mut printer: Printer) -> Result<(), Box<dyn Error>> {
    let recorder = Recorder::new(HttpsTransport::new()?);
    let config = Config::builder().credentials(Credentials::from_env()?).transport(recorder.clone()).build()?;
    let outcome = calls::describe_purge_tasks(&config).await;
    printer.call("ecdn: list the purges", "describe_purge_tasks", recorder.take(), &outcome);
    outcome?;
    Ok(())
}
