//! Defines the arguments of each command.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration::parse_duration;
use super::options::{Files, HiddenMethod, HiddenPlace, HistoryDelay, Method, Place, Run, UrlInput, Zone};
use super::values::{Product, State};

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
