//! The program: an emulator that runs until ctrl-c, and prints a line for every request.

mod options;

use std::error::Error;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::time::SystemTime;

use tencentcloud_emulator::{Received, products};

use crate::options::{Command, HELP, Options};

/// For options that make no sense.
const EXIT_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match options::parse(lexopt::Parser::from_env()) {
        Ok(Command::Run(options)) => run(options).await,
        Ok(Command::List) => print(&listing()),
        Ok(Command::Help) => print(HELP),
        Ok(Command::Version) => print(concat!(env!("CARGO_BIN_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => return misused(&error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => misused(&error),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn misused(error: &dyn Error) -> ExitCode {
    eprintln!("error: {error}\nhelp: `{} --help` lists the options", env!("CARGO_BIN_NAME"));
    ExitCode::from(EXIT_USAGE)
}

async fn run(options: Options) -> io::Result<()> {
    // Listened for first, so that from the moment the greeting is read ctrl-c ends the program as it should.
    let interrupted = interruption()?;
    let emulator = options.builder().observer(|received| drop(print(&line(received)))).start().await?;
    print(&options.greeting(&emulator))?;
    interrupted.await
}

/// Ends when ctrl-c is pressed.
fn interruption() -> io::Result<impl Future<Output = io::Result<()>>> {
    #[cfg(unix)]
    {
        let mut signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
        Ok(async move { signal.recv().await.ok_or_else(|| io::Error::other("signals cannot be received")) })
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c())
}

/// Prints, and fails where `print!` panics: when whoever reads has gone.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// One request in a line: when, what, and how it was answered.
fn line(received: &Received) -> String {
    let Received { at, service, action, code, message, request_id, .. } = received;
    let outcome = match (code, message) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        _ => "ok".to_owned(),
    };
    let [service, action] = [service, action].map(|name| if name.is_empty() { "-" } else { name });
    let line = format!("{} {service} {action} {request_id} {outcome}", time(*at));
    // Names and messages hold what the client sent, which must not reach into the terminal.
    line.replace(char::is_control, " ") + "\n"
}

fn time(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    format!("{:02}:{:02}:{:02}Z", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}

/// What can be called, and how much of it the service would take.
fn listing() -> String {
    let mut text = String::new();
    for product in products() {
        text += &format!("{} {}: {}\n", product.service, product.version, product.title);
        for action in product.actions {
            let per_request = action.batch.map(|batch| format!(", {} {} a request", batch.at_most, batch.over));
            let per_day = action.batch.and_then(|batch| batch.per_day).map(|per_day| format!(", {per_day} a day"));
            let limits = [per_request, per_day].into_iter().flatten().collect::<String>();
            text += &format!("  {}: {} requests a second{limits}\n", action.name, action.requests_per_second);
        }
    }
    text
}
