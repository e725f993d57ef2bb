//! Compares the specifications with those of a released version.

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use tencentcloud_codegen::diff::{Diff, Format, Level, Report, Version};

use crate::generate;
use crate::released::Released;
use crate::workspace::Workspace;

/// The exit code if something reaches `--fail-on`, or if `Cargo.toml` or the changelog lacks
/// something. 100, as that of cargo-semver-checks: 1 is an error of cargo.
const FOUND: u8 = 100;
/// The exit code if the two could not be compared. It differs from `FOUND`, and from success: what
/// was not compared can have any change.
const NOT_COMPARED: u8 = 101;

/// What to compare, and how to report it.
#[derive(Default)]
struct Options<'a> {
    /// A revision or a folder; the last release if absent.
    from: Option<&'a str>,
    format: Format,
    fail_on: Option<FailOn>,
    /// Whether to list the rules instead.
    lists_rules: bool,
}

/// Changes with which the command fails.
#[derive(Clone, Copy)]
enum FailOn {
    Level(Level),
    Any,
}

/// Prints the changes and returns the exit code.
pub(crate) fn run(workspace: &Workspace, arguments: &[&str]) -> ExitCode {
    compare(workspace, arguments).unwrap_or_else(|error| {
        eprintln!("error: the specifications were not compared: {error}");
        ExitCode::from(NOT_COMPARED)
    })
}

fn compare(workspace: &Workspace, arguments: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let options = Options::parse(arguments)?;
    if options.lists_rules {
        print!("{}", tencentcloud_codegen::diff::rules());
        return Ok(ExitCode::SUCCESS);
    }
    let released = match options.from {
        Some(from) => Released::find(workspace.root(), from)?,
        None => Released::last(workspace.root())?,
    };
    let diff = tencentcloud_codegen::changes(&released.sources, &generate::sources(workspace)?)?;
    let read = |file: &str| fs::read_to_string(workspace.root().join(file)).map_err(|error| format!("{file}: {error}"));
    let changelog = read("CHANGELOG.md")?;
    let report = Report {
        diff: &diff,
        from: &released.name,
        old_version: released.version,
        version: version(&read("Cargo.toml")?).ok_or("Cargo.toml has no `version` such as `1.2.3`")?,
        changelog: &changelog,
    };
    print!("{}", report.print(options.format));
    let is_accepted = match options.fail_on {
        Some(fail_on) => !fail_on.is_reached(&diff),
        None => report.is_complete(),
    };
    Ok(if is_accepted { ExitCode::SUCCESS } else { ExitCode::from(FOUND) })
}

impl<'a> Options<'a> {
    fn parse(arguments: &[&'a str]) -> Result<Self, String> {
        let mut options = Self::default();
        let mut arguments = arguments.iter().copied();
        while let Some(argument) = arguments.next() {
            let mut value =
                || arguments.next().ok_or_else(|| format!("`{argument}` needs a value; help: see `cargo xtask help`"));
            match argument {
                "--from" => options.from = Some(value()?),
                "--format" => options.format = value()?.parse()?,
                "--fail-on" => options.fail_on = Some(FailOn::parse(value()?)?),
                "--rules" => options.lists_rules = true,
                _ => return Err(format!("unknown argument `{argument}`; help: see `cargo xtask help`")),
            }
        }
        Ok(options)
    }
}

impl FailOn {
    fn parse(name: &str) -> Result<Self, String> {
        match name {
            "major" => Ok(Self::Level(Level::Major)),
            "minor" => Ok(Self::Level(Level::Minor)),
            "any" => Ok(Self::Any),
            _ => Err(format!("`{name}` is not a level; help: write `major`, `minor` or `any`")),
        }
    }

    fn is_reached(self, diff: &Diff) -> bool {
        match self {
            Self::Level(level) => diff.level() >= level,
            Self::Any => !diff.changes.is_empty(),
        }
    }
}

/// The version of the crates in the manifest of the workspace.
pub(crate) fn version(manifest: &str) -> Option<Version> {
    let line = manifest.lines().find_map(|line| line.strip_prefix("version = \""))?;
    line.strip_suffix('"')?.parse().ok()
}
