//! Describes a command that sends targets, whichever it is.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::pairs::{self, Given};
use super::{All, Area, Dirs, Hosts, Prefetch, Product, Run, Tags, Urls};
use crate::failure::Failure;

/// What the targets of a command are, and what is done with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Urls,
    Dirs,
    Hosts,
    Tags,
    All,
    Prefetch,
}

impl Kind {
    /// The name of the command.
    pub(crate) fn command(self) -> &'static str {
        match self {
            Self::Urls => "urls",
            Self::Dirs => "dirs",
            Self::Hosts => "hosts",
            Self::Tags => "tags",
            Self::All => "all",
            Self::Prefetch => "prefetch",
        }
    }

    /// What a number of targets is called.
    pub(crate) fn noun(self, count: usize) -> &'static str {
        match (self, count) {
            (Self::Urls | Self::Prefetch, 1) => "URL",
            (Self::Urls | Self::Prefetch, _) => "URLs",
            (Self::Dirs, 1) => "directory",
            (Self::Dirs, _) => "directories",
            (Self::Hosts, 1) => "host name",
            (Self::Hosts, _) => "host names",
            (Self::Tags, 1) => "tag",
            (Self::Tags, _) => "tags",
            (Self::All, 1) => "zone",
            (Self::All, _) => "zones",
        }
    }
}

/// A command that sends targets.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) kind: Kind,
    pub(crate) input: Input,
    pub(crate) product: Option<Product>,
    pub(crate) zone: Option<String>,
    pub(crate) area: Option<Area>,
    /// Whether all copies are deleted, changed or not.
    pub(crate) hard: bool,
    pub(crate) then_prefetch: bool,
    /// Whether the user has confirmed a purge of everything.
    pub(crate) yes: bool,
    pub(crate) wait: Option<Duration>,
    pub(crate) dry_run: bool,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) history_delay: Duration,
}

/// Where the targets come from.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) targets: Vec<String>,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) sitemaps: Vec<PathBuf>,
    /// The value of `--base`.
    pub(crate) base: Option<String>,
    pub(crate) index: bool,
}

/// Limit of the wait before a prefetch that follows a purge, if the user set none. 5 minutes: large
/// tasks take up to five.
const DEFAULT_WAIT: Duration = Duration::from_secs(5 * 60);

impl Sending {
    fn new(kind: Kind, input: Input, run: &Run, given: &Given<'_>) -> Result<Self, Failure> {
        pairs::check(kind, &Given { journal: run.journal.is_some(), ..*given })?;
        let wait = run.wait.or_else(|| given.then_prefetch.then_some(DEFAULT_WAIT));
        Ok(Self {
            kind,
            input,
            product: given.product,
            zone: given.zone.map(str::to_owned),
            area: given.area,
            hard: given.hard,
            then_prefetch: given.then_prefetch,
            yes: false,
            wait,
            dry_run: run.dry_run,
            journal: run.journal.clone(),
            history_delay: run.history.history_delay,
        })
    }

    pub(crate) fn urls(args: Urls) -> Result<Self, Failure> {
        let Urls { input, place, run, then_prefetch, method } = args;
        let given = Given {
            product: place.product,
            area: place.area,
            zone: place.zone.zone.as_deref(),
            soft: method.soft,
            hard: method.hard,
            then_prefetch,
            ..Given::default()
        };
        Self::new(Kind::Urls, Input::urls(input), &run, &given)
    }

    pub(crate) fn prefetch(args: Prefetch) -> Result<Self, Failure> {
        let Prefetch { input, place, run, method, then_prefetch } = args;
        let given = Given {
            product: place.product,
            area: place.area,
            zone: place.zone.zone.as_deref(),
            soft: method.soft,
            hard: method.hard,
            then_prefetch,
            ..Given::default()
        };
        Self::new(Kind::Prefetch, Input::urls(input), &run, &given)
    }

    pub(crate) fn dirs(args: Dirs) -> Result<Self, Failure> {
        let Dirs { targets, files, base, place, method, run, then_prefetch, index } = args;
        let given = Given {
            product: place.product,
            area: place.area,
            zone: place.zone.zone.as_deref(),
            soft: method.soft,
            hard: method.hard,
            then_prefetch,
            index,
            ..Given::default()
        };
        let input = Input { targets, files: files.file, base, ..Input::default() };
        Self::new(Kind::Dirs, input, &run, &given)
    }

    pub(crate) fn hosts(args: Hosts) -> Result<Self, Failure> {
        let Hosts { targets, files, zone, method, run, hidden } = args;
        let given =
            Given { zone: zone.zone.as_deref(), soft: method.soft, hard: method.hard, ..Given::hidden(&hidden) };
        let input = Input { targets, files: files.file, ..Input::default() };
        Self::new(Kind::Hosts, input, &run, &given)
    }

    pub(crate) fn tags(args: Tags) -> Result<Self, Failure> {
        let Tags { targets, files, zone, run, hidden, method } = args;
        let given =
            Given { zone: zone.zone.as_deref(), soft: method.soft, hard: method.hard, ..Given::hidden(&hidden) };
        let input = Input { targets, files: files.file, ..Input::default() };
        Self::new(Kind::Tags, input, &run, &given)
    }

    pub(crate) fn all(args: All) -> Result<Self, Failure> {
        let All { targets, zone, method, yes, run, hidden } = args;
        let given = Given {
            zone: zone.zone.as_deref(),
            soft: method.soft,
            hard: method.hard,
            first_target: targets.first().map(String::as_str),
            ..Given::hidden(&hidden)
        };
        let sending = Self::new(Kind::All, Input::default(), &run, &given)?;
        Ok(Self { yes, ..sending })
    }
}

impl Input {
    fn urls(input: super::UrlInput) -> Self {
        let super::UrlInput { targets, files, base, index, sitemap } = input;
        Self { targets, files: files.file, sitemaps: sitemap, base, index }
    }
}
