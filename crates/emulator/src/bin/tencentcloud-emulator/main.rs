//! Runs an emulator until ctrl-c or SIGTERM, and prints a line for every request.

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
use crate::log_line::format_request;
use crate::options::{Command, HELP, Options};

/// The exit code for invalid options.
const EXIT_USAGE: u8 = 2;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let outcome = match options::parse(lexopt::Parser::from_env()) {
        Ok(Command::Run(options)) => run(&options).await,
        Ok(Command::List) => print(&listing()),
        Ok(Command::Help) => print(HELP),
        Ok(Command::Version) => print(concat!(env!("CARGO_BIN_NAME"), " ", env!("CARGO_PKG_VERSION"), "\n")),
        Err(error) => return invalid_options(&error),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => invalid_options(&error),
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn invalid_options(error: &dyn Error) -> ExitCode {
    eprintln!("error: {error}\nhelp: `{} --help` lists the options", env!("CARGO_BIN_NAME"));
    ExitCode::from(EXIT_USAGE)
}

async fn run(options: &Options) -> io::Result<()> {
    // Before the greeting, so that a signal after it always stops the program cleanly.
    let interrupted = interruption()?;
    let colored = io::stdout().is_terminal() && is_color_wanted();
    let observer = move |received: &_| drop(print(&format_request(received, colored)));
    let emulator = options.builder()?.observer(observer).start().await?;
    print(&greeting(options, &emulator))?;
    interrupted.await
}

/// See <https://no-color.org>: an empty variable does not count.
#[expect(clippy::disallowed_methods, reason = "`NO_COLOR` is an environment variable")]
fn is_color_wanted() -> bool {
    env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Completes on ctrl-c or SIGTERM.
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
            received.ok_or_else(|| io::Error::other("no more signals can be received"))
        })
    }
    #[cfg(not(unix))]
    Ok(tokio::signal::ctrl_c())
}

/// Prints a text. Unlike `print!`, it does not panic when the standard output is closed.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// The actions and their limits.
fn listing() -> String {
    let mut text = String::new();
    for product in products() {
        text += &format!("{} {}: {}\n", product.service, product.version, product.title);
        for action in product.actions {
            text += &format!("  {}: {} requests per second", action.name, action.requests_per_second);
            if let Some(batch) = action.batch {
                text += &format!(", {} {} per request", batch.at_most, batch.over);
                if let Some(per_day) = batch.per_day {
                    text += &format!(", {per_day} per day");
                }
            }
            text.push('\n');
        }
    }
    text
}
