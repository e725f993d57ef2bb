//! Defines the command line: its commands, the options of all of them, and its help.

mod commands;
mod duration;
mod options;
mod pairs;
mod sending;
mod values;

use std::time::Duration;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Style};
use clap::{Args, Parser, Subcommand};

pub(crate) use self::commands::{All, Dirs, Hosts, Prefetch, Quota, Resume, Tags, Tasks, Urls, Wait};
use self::duration::parse_duration;
pub(crate) use self::options::{HiddenPlace, Run, UrlInput};
pub(crate) use self::pairs::{area_of_zone, check_keys, check_zone};
pub(crate) use self::sending::{Kind, Sending};
pub(crate) use self::values::{Area, Product, State};
use crate::exit::Exit;

/// The colors of the help and of the errors of the command line.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .context(Style::new().dimmed());

const EXAMPLES: &str = "\
Examples:
  tcpurge urls https://www.example.com/logo.png
  tcpurge urls --file changed.txt --wait
  git diff --name-only HEAD~1 | tcpurge urls --base https://www.example.com/
  tcpurge dirs https://www.example.com/blog/ --hard --wait=10m
  tcpurge all --zone example.com";

const CREDENTIALS: &str = "\
The API key is read from the environment (TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY), from
the files of the SDKs and of tccli (--profile), or from the machine's role. It is never an argument,
because other users of a machine can read the command lines of its processes.";

fn after_help() -> String {
    let codes: String = Exit::ALL.iter().map(|exit| format!("\n  {:<3}  {}", exit.number(), exit.meaning())).collect();
    format!("{EXAMPLES}\n\n{CREDENTIALS}\n\nExit codes:{codes}")
}

/// Purge and prefetch what the edge nodes of Tencent Cloud cache: CDN and EdgeOne.
#[derive(Debug, Parser)]
#[command(
    name = "tcpurge",
    version,
    styles = STYLES,
    after_help = after_help(),
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Purge URLs.
    Urls(Urls),
    /// Purge directories, with everything below them.
    Dirs(Dirs),
    /// Purge everything of host names (EdgeOne).
    Hosts(Hosts),
    /// Purge by the tags in the header Cache-Tag (EdgeOne).
    Tags(Tags),
    /// Purge everything of a zone (EdgeOne).
    All(All),
    /// Make the nodes fetch URLs before the visitors do.
    Prefetch(Prefetch),
    /// Go on with a run that has a journal.
    Resume(Resume),
    /// List tasks, with the state of each target.
    Tasks(Tasks),
    /// Show how many targets may still be purged and prefetched today.
    Quota(Quota),
    /// Wait until tasks are done.
    Wait(Wait),
    /// List the zones of EdgeOne.
    Zones,
}

impl Command {
    /// The name of the command.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Urls(_) => "urls",
            Self::Dirs(_) => "dirs",
            Self::Hosts(_) => "hosts",
            Self::Tags(_) => "tags",
            Self::All(_) => "all",
            Self::Prefetch(_) => "prefetch",
            Self::Resume(_) => "resume",
            Self::Tasks(_) => "tasks",
            Self::Quota(_) => "quota",
            Self::Wait(_) => "wait",
            Self::Zones => "zones",
        }
    }
}

/// The options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct Common {
    /// Profile of the credentials file of the SDKs or of tccli.
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,
    /// Site or host of the API: `mainland`, `international`, or `https://host`.
    #[arg(long, global = true, value_name = "ENDPOINT")]
    pub(crate) endpoint: Option<String>,
    /// Time limit of a call, with its retries; 60s if not given.
    #[arg(long, global = true, value_name = "DURATION", value_parser = parse_duration)]
    pub(crate) call_timeout: Option<Duration>,
    /// Print one JSON object on the standard output, and nothing else there.
    #[arg(long, global = true, help_heading = "Output")]
    pub(crate) json: bool,
    /// Log every call on the standard error; twice: every attempt.
    #[arg(long, short, global = true, help_heading = "Output", action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Keys, as other programs take them. They are refused, with a hint to use the environment.
    #[arg(long, global = true, hide = true, num_args = 0..=1,
        aliases = ["secretId", "secret-key", "secretKey", "token"])]
    pub(crate) secret_id: Option<Option<String>>,
}
