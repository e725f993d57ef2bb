//! The program: an emulator that runs until ctrl-c or SIGTERM, and prints a line for every request.

#[expect(clippy::disallowed_methods, reason = "it is a file")]
mod certificate;
mod greeting;
mod journal_reporter;
mod log_line;
mod options;
#[expect(clippy::disallowed_methods, reason = "it is a file")]
mod state_file;

use std::env;
use std::error::Error;
use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use tencentcloud_emulator::products;

use crate::greeting::greeting;
use crate::log_line::line;
use crate::options::{Command, HELP, Options};

/// For options that make no sense.
const EXIT_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match options::parse(lexopt::Parser::from_env()) {
        Ok(Command::Run(options)) => run(&options).await,
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

#[expect(clippy::disallowed_methods, reason = "`NO_COLOR` is an environment variable")]
async fn run(options: &Options) -> io::Result<()> {
    // Listened for first, so that from the moment the greeting is read the program ends as it should.
    let interrupted = interruption()?;
    // See https://no-color.org: the variable counts if it is not empty.
    let coloured = io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let observer = move |received: &_| drop(print(&line(received, coloured)));
    let emulator = options.builder()?.observer(observer).start().await?;
    print(&greeting(options, &emulator))?;
    interrupted.await
}

/// Ends when ctrl-c is pressed, or when SIGTERM comes.
fn interruption() -> io::Result<impl Future<Output = io::Result<()>>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(async move {
            let received = tokio::select! {
                received = interrupt.recv() => received,
                received = terminate.recv() => received,
            };
            received.ok_or_else(|| io::Error::other("signals cannot be received"))
        })
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
