//! Runs the commands.

mod confirm;
mod dry_run;
mod quota;
mod send;
mod tasks;
mod wait;
mod zones;

use indicatif::MultiProgress;

use crate::account::Account;
use crate::args;
use crate::args::{Command, Common, Product, Sending};
use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::log;
use crate::output::json::Report;
use crate::output::{Screen, github, text};

/// What every command needs.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) screen: Screen,
    pub(crate) environment: Environment,
    pub(crate) common: Common,
}

/// Runs a command, shows its report, and returns the exit code.
pub(crate) async fn run(command: Command, mut context: Context) -> Exit {
    let bars = MultiProgress::new();
    log::start(context.common.verbose, context.screen.err, &bars);
    let name = command.name();
    let report = match dispatch(command, &context, &bars).await {
        Ok(report) => report,
        Err(failure) => Report::of_failure(name, &failure),
    };
    show(&report, &mut context)
}

async fn dispatch(command: Command, context: &Context, bars: &MultiProgress) -> Result<Report, Failure> {
    let common = &context.common;
    args::check_keys(common)?;
    let sending = match command {
        Command::Urls(args) => Sending::urls(args)?,
        Command::Dirs(args) => Sending::dirs(args)?,
        Command::Hosts(args) => Sending::hosts(args)?,
        Command::Tags(args) => Sending::tags(args)?,
        Command::All(args) => Sending::all(args)?,
        Command::Prefetch(args) => Sending::prefetch(args)?,
        Command::Resume(args) => return send::resume(args, context, bars).await,
        Command::Tasks(args) => return tasks::run(args, &Account::new(common)?).await,
        Command::Quota(args) => return quota::run(args, &Account::new(common)?).await,
        Command::Wait(args) => return wait::run(args, context, bars).await,
        Command::Zones => return zones::run(&Account::new(common)?).await,
    };
    send::run(sending, context, bars).await
}

fn show(report: &Report, context: &mut Context) -> Exit {
    let Context { screen, environment, common } = context;
    let mut exit = report.exit;
    match github::write(report, environment) {
        Ok(annotations) => annotations.iter().for_each(|line| screen.note(line)),
        Err(failure) => exit = not_shown(&failure, exit, screen),
    }
    let text = if common.json { report.to_json() } else { text::report(report, &screen.out) };
    if !text.is_empty()
        && let Err(failure) = screen.print(&text)
    {
        exit = not_shown(&failure, exit, screen);
    }
    if let Some(error) = &report.error {
        let failure = Failure { exit, message: error.message.clone(), help: error.help.clone() };
        screen.error(&failure);
    }
    exit
}

/// Reports that results cannot be written. The purge is done, but a pipeline that reads the results
/// has to notice all the same.
fn not_shown(failure: &Failure, exit: Exit, screen: &Screen) -> Exit {
    screen.error(failure);
    if exit == Exit::Done { failure.exit } else { exit }
}

/// Where tasks are: in a zone, or on CDN (`None`).
fn place_of_tasks(product: Option<Product>, zone: Option<&str>) -> Result<Option<&str>, Failure> {
    args::check_zone(product, zone)?;
    match (product, zone) {
        (Some(Product::Teo), None) => {
            Err(Failure::usage("a task of EdgeOne belongs to a zone", "add `--zone`; `tcpurge zones` lists them"))
        }
        (_, zone) => Ok(zone),
    }
}
