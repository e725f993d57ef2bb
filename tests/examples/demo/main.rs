//! The clients at work: four calls and one that fails, against an emulator, or one that changes nothing, against the service.
//!
//! Run it with `cargo xtask demo`, or with `cargo xtask demo --live`.

mod calls;
mod observed;
mod tell;

use std::error::Error;
use std::process::ExitCode;

use observed::Observed;
use tencentcloud_core::{Config, Credentials, HttpsTransport};
use tencentcloud_emulator::Emulator;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => emulated().await,
        ["--live"] => live().await,
        _ => {
            eprintln!("usage: cargo xtask demo [--live]");
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

/// Makes the four calls, and one that fails, against an emulator on this machine.
async fn emulated() -> Result<(), Box<dyn Error>> {
    let emulator = Emulator::start().await?;
    println!(
        "The emulator listens on {}. It checks signatures and parameters as the service does.\n",
        emulator.endpoint()
    );
    let transport = Observed::new(HttpsTransport::for_loopback()?);
    let config = Config::builder()
        .credentials(Credentials::new(emulator.secret_id(), emulator.secret_key())?)
        .endpoint(emulator.endpoint())
        .transport(transport.clone())
        .build()?;

    let outcome = calls::purge_urls_cache(&config).await;
    tell::call("cdn: purge a URL", "purge_urls_cache", transport.take().as_ref(), &outcome);
    outcome?;
    let outcome = calls::purge_path_cache(&config).await;
    tell::call("cdn: purge a directory", "purge_path_cache", transport.take().as_ref(), &outcome);
    outcome?;
    let outcome = calls::create_purge_task(&config).await;
    tell::call(
        "teo: purge a host name, and one that cannot be",
        "create_purge_task",
        transport.take().as_ref(),
        &outcome,
    );
    outcome?;
    let outcome = calls::describe_purge_tasks(&config).await;
    tell::call("ecdn: list what was purged", "describe_purge_tasks", transport.take().as_ref(), &outcome);
    outcome?;
    let outcome = calls::wildcard(&config).await;
    tell::call("cdn: a call that fails", "wildcard", transport.take().as_ref(), &outcome);
    match outcome {
        Ok(_) => Err("the call that should fail did not".into()),
        Err(_) => Ok(()),
    }
}

/// Makes the one call that changes nothing, against the service.
async fn live() -> Result<(), Box<dyn Error>> {
    let transport = Observed::new(HttpsTransport::new()?);
    let config = Config::builder().credentials(Credentials::from_env()?).transport(transport.clone()).build()?;
    let outcome = calls::describe_purge_tasks(&config).await;
    tell::call("ecdn: list what was purged", "describe_purge_tasks", transport.take().as_ref(), &outcome);
    outcome?;
    Ok(())
}
