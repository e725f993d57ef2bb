//! Defines the command line: commands, options, and their help.

mod duration;
mod pairs;
mod sending;

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Style};
use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use self::duration::parse_duration;
pub(crate) use self::pairs::{area_of_zone, check_keys, check_zone};
pub(crate) use self::sending::{Kind, Sending};
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
    /// Spellings of other programs, which are refused.
    #[arg(long, global = true, hide = true, num_args = 0..=1,
        aliases = ["secretId", "secret-key", "secretKey", "token"])]
    pub(crate) secret_id: Option<Option<String>>,
}

#[derive(Debug, Args)]
pub(crate) struct Urls {
    #[command(flatten)]
    pub(crate) input: UrlInput,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) run: Run,
    /// Prefetch the URLs when they are purged. Implies `--wait`.
    #[arg(long, help_heading = "Run")]
    pub(crate) then_prefetch: bool,
    #[command(flatten)]
    pub(crate) method: HiddenMethod,
}

#[derive(Debug, Args)]
pub(crate) struct Dirs {
    /// Directories, such as `https://www.example.com/blog/`. The standard input if none is given.
    #[arg(value_name = "DIR")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
    /// Directory of relative paths.
    #[arg(long, value_name = "URL", help_heading = "Targets")]
    pub(crate) base: Option<String>,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) method: Method,
    #[command(flatten)]
    pub(crate) run: Run,
    #[arg(long, hide = true)]
    pub(crate) then_prefetch: bool,
    #[arg(long, hide = true)]
    pub(crate) index: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Hosts {
    /// Host names, such as `www.example.com`. The standard input if none is given.
    #[arg(value_name = "HOST")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
    #[command(flatten)]
    pub(crate) zone: Zone,
    #[command(flatten)]
    pub(crate) method: Method,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) hidden: HiddenPlace,
}

#[derive(Debug, Args)]
pub(crate) struct Tags {
    /// Tags. The standard input if none is given.
    #[arg(value_name = "TAG")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
    #[command(flatten)]
    pub(crate) zone: Zone,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) hidden: HiddenPlace,
    #[command(flatten)]
    pub(crate) method: HiddenMethod,
}

#[derive(Debug, Args)]
pub(crate) struct All {
    #[arg(hide = true)]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) zone: Zone,
    #[command(flatten)]
    pub(crate) method: Method,
    /// Do not ask for confirmation.
    #[arg(long, short, help_heading = "Run")]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) hidden: HiddenPlace,
}

#[derive(Debug, Args)]
pub(crate) struct Prefetch {
    #[command(flatten)]
    pub(crate) input: UrlInput,
    #[command(flatten)]
    pub(crate) place: Place,
    #[command(flatten)]
    pub(crate) run: Run,
    #[command(flatten)]
    pub(crate) method: HiddenMethod,
    #[arg(long, hide = true)]
    pub(crate) then_prefetch: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Resume {
    /// Journal of the run, as it was given with `--journal`.
    #[arg(value_name = "FILE")]
    pub(crate) journal: PathBuf,
    /// Wait until the nodes are done, for at most this long; 5m if only `--wait` is given. As the
    /// run did if not given.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, require_equals = true,
        default_missing_value = "5m", value_parser = parse_duration, help_heading = "Run")]
    pub(crate) wait: Option<Duration>,
    #[command(flatten)]
    pub(crate) history: HistoryDelay,
}

#[derive(Debug, Args)]
pub(crate) struct Tasks {
    /// Ids of tasks. All recent tasks if none is given.
    #[arg(value_name = "TASK")]
    pub(crate) tasks: Vec<String>,
    /// List prefetches instead of purges.
    #[arg(long)]
    pub(crate) prefetch: bool,
    /// How far back to look, if no task is given.
    #[arg(long, value_name = "DURATION", default_value = "24h", value_parser = parse_duration)]
    pub(crate) since: Duration,
    /// Only targets in this state.
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<State>,
    /// Maximum number of targets to list.
    #[arg(long, value_name = "N", default_value_t = 1_000)]
    pub(crate) limit: usize,
    /// Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`.
    #[arg(long)]
    pub(crate) product: Option<Product>,
    #[command(flatten)]
    pub(crate) zone: Zone,
}

#[derive(Debug, Args)]
pub(crate) struct Quota {
    /// Product: CDN, or EdgeOne, which is called `teo`. CDN and the zones of EdgeOne if not given.
    #[arg(long)]
    pub(crate) product: Option<Product>,
    #[command(flatten)]
    pub(crate) zone: Zone,
}

#[derive(Debug, Args)]
pub(crate) struct Wait {
    /// Ids of tasks, as `tcpurge` prints them.
    #[arg(value_name = "TASK", required = true)]
    pub(crate) tasks: Vec<String>,
    /// How long to wait.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = parse_duration)]
    pub(crate) timeout: Duration,
    /// The tasks are prefetches.
    #[arg(long)]
    pub(crate) prefetch: bool,
    /// Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`.
    #[arg(long)]
    pub(crate) product: Option<Product>,
    #[command(flatten)]
    pub(crate) zone: Zone,
}

/// Where URLs come from.
#[derive(Debug, Args)]
pub(crate) struct UrlInput {
    /// URLs, such as `https://www.example.com/logo.png`. The standard input if none is given.
    #[arg(value_name = "URL")]
    pub(crate) targets: Vec<String>,
    #[command(flatten)]
    pub(crate) files: Files,
    /// URL of relative paths, such as those that `git diff --name-only` prints.
    #[arg(long, value_name = "URL", help_heading = "Targets")]
    pub(crate) base: Option<String>,
    /// For each `.../index.html`, add the URL of its directory.
    #[arg(long, help_heading = "Targets")]
    pub(crate) index: bool,
    /// Sitemap with URLs, in XML. May be given several times.
    #[arg(long, value_name = "FILE", help_heading = "Targets")]
    pub(crate) sitemap: Vec<PathBuf>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Targets")]
pub(crate) struct Files {
    /// File with a target on each line; `-` is the standard input. Blank lines and lines that begin
    /// with `#` are skipped. May be given several times.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) file: Vec<PathBuf>,
}

/// Where the targets are cached.
#[derive(Debug, Args)]
#[command(next_help_heading = "Place")]
pub(crate) struct Place {
    /// Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it
    /// belongs to EdgeOne if the account has a zone for it, and otherwise to CDN.
    #[arg(long)]
    pub(crate) product: Option<Product>,
    /// Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and
    /// a prefetch in the mainland only.
    #[arg(long)]
    pub(crate) area: Option<Area>,
    #[command(flatten)]
    pub(crate) zone: Zone,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Place")]
pub(crate) struct Zone {
    /// Zone of EdgeOne, by its id or its name. If not given, it is found by the host names.
    #[arg(long, value_name = "ZONE")]
    pub(crate) zone: Option<String>,
}

/// Options that another command has. They are refused with a message that says what to do.
#[derive(Debug, Args)]
pub(crate) struct HiddenPlace {
    #[arg(long, hide = true)]
    pub(crate) product: Option<Product>,
    #[arg(long, hide = true)]
    pub(crate) area: Option<Area>,
    #[arg(long, hide = true)]
    pub(crate) base: Option<String>,
    #[arg(long, hide = true)]
    pub(crate) then_prefetch: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct Method {
    /// Keep copies whose content has not changed at the origin. This is the default.
    #[arg(long)]
    pub(crate) soft: bool,
    /// Delete all copies, changed or not.
    #[arg(long)]
    pub(crate) hard: bool,
}

/// As [`Method`], for commands without a choice.
#[derive(Debug, Args)]
pub(crate) struct HiddenMethod {
    #[arg(long, hide = true)]
    pub(crate) soft: bool,
    #[arg(long, hide = true)]
    pub(crate) hard: bool,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct Run {
    /// Wait until the nodes are done, for at most this long; 5m if only `--wait` is given.
    #[arg(long, value_name = "DURATION", num_args = 0..=1, require_equals = true,
        default_missing_value = "5m", value_parser = parse_duration)]
    pub(crate) wait: Option<Duration>,
    /// Show what would be sent and the quota that is left, and send nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt
    /// or a crash, and sends nothing twice.
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) history: HistoryDelay,
}

#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Run")]
pub(crate) struct HistoryDelay {
    /// How long the list of tasks may lack a new task. A target without a response is looked up in
    /// that list.
    #[arg(long, value_name = "DURATION", default_value = "2m", value_parser = parse_duration)]
    pub(crate) history_delay: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Product {
    /// Content Delivery Network.
    Cdn,
    /// EdgeOne.
    #[value(alias = "edgeone")]
    Teo,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Area {
    /// The Chinese mainland.
    Mainland,
    /// Everywhere else.
    Overseas,
    /// Both; for prefetches only.
    Global,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum State {
    /// Not done yet.
    Processing,
    /// Done.
    Done,
    /// Failed.
    Failed,
}
