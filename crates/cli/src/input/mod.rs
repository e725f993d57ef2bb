//! Reads the targets: from arguments, files, the standard input and sitemaps.

mod base;
mod lines;
mod list;
mod sitemap;

use self::base::Base;
pub(crate) use self::list::{Origin, Refused, Targets};

use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _};
use std::path::Path;

use tencentcloud_cdn::runtime::action::TargetFormat;

use crate::args::{Kind, Sending};
use crate::failure::Failure;

/// Name of the standard input as a file.
const STDIN: &str = "-";

/// Reads all targets of a command.
///
/// # Errors
///
/// If a file cannot be read, or if there is no target.
pub(crate) fn read(sending: &Sending) -> Result<Targets, Failure> {
    let input = &sending.input;
    let base = input.base.as_deref().map(Base::parse).transpose()?;
    let mut targets = Targets::new(Some(format(sending.kind)), base, input.index);
    for target in &input.targets {
        targets.add_argument(target);
    }
    for path in &input.files {
        read_file(path, &mut targets)?;
    }
    for path in &input.sitemaps {
        let file = open(path)?;
        let source = targets.source(&path.display().to_string());
        sitemap::read(BufReader::new(file), source, &path.display().to_string(), &mut targets)?;
    }
    let is_given = !input.targets.is_empty() || !input.files.is_empty() || !input.sitemaps.is_empty();
    if !is_given {
        read_stdin(sending.kind, &mut targets)?;
    }
    targets.finish();
    if targets.is_empty() && targets.refused().is_empty() {
        return Err(Failure::usage("there is no target", no_target_help(sending.kind)));
    }
    Ok(targets)
}

fn format(kind: Kind) -> TargetFormat {
    match kind {
        Kind::Urls | Kind::Prefetch => TargetFormat::Url,
        Kind::Dirs => TargetFormat::Directory,
        Kind::Hosts => TargetFormat::Host,
        Kind::Tags => TargetFormat::Tag,
        Kind::All => TargetFormat::ZoneId,
    }
}

fn read_file(path: &Path, targets: &mut Targets) -> Result<(), Failure> {
    if path.as_os_str() == STDIN {
        let source = targets.source("standard input");
        return lines::read(io::stdin().lock(), source, "standard input", targets);
    }
    let name = path.display().to_string();
    let source = targets.source(&name);
    lines::read(BufReader::new(open(path)?), source, &name, targets)
}

fn read_stdin(kind: Kind, targets: &mut Targets) -> Result<(), Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage("there is no target", no_target_help(kind)));
    }
    let source = targets.source("standard input");
    lines::read(io::stdin().lock(), source, "standard input", targets)
}

#[expect(clippy::disallowed_methods, reason = "the only place that opens files with targets")]
fn open(path: &Path) -> Result<File, Failure> {
    let opened = File::open(path).and_then(|file| match file.metadata()?.is_dir() {
        true => Err(io::Error::from(io::ErrorKind::IsADirectory)),
        false => Ok(file),
    });
    opened.map_err(|error| Failure::file("read", path.display(), &error))
}

fn no_target_help(kind: Kind) -> String {
    let command = kind.command();
    format!("write {} after `tcpurge {command}`, or name a file with `--file`, or pipe lines into it", kind.noun(2))
}
