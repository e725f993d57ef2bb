//! Defines the options that several commands have.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::duration::parse_duration;
use super::values::{Area, Product};

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
