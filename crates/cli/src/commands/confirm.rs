//! Asks before everything is purged.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use crate::failure::Failure;
use crate::routing::{Part, Place};

/// Asks on the terminal whether everything of a zone is meant.
pub(super) fn everything(parts: &[Part]) -> Result<(), Failure> {
    let zones: Vec<String> = parts
        .iter()
        .filter_map(|part| match &part.place {
            Place::Zone(zone) => Some(zone.title()),
            Place::Cdn => None,
        })
        .collect();
    let zones = zones.join(", ");
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(Failure::usage(
            format!("this purges everything of {zones}, and there is no terminal to ask for confirmation"),
            "add `--yes`",
        ));
    }
    let mut line = String::new();
    let asked = write!(io::stderr().lock(), "Purge everything of {zones}? [y/N] ")
        .and_then(|()| io::stderr().lock().flush())
        .and_then(|()| io::stdin().lock().read_line(&mut line));
    asked.map_err(|error| Failure::file("read from", "the terminal", &error))?;
    match line.trim() {
        "y" | "Y" | "yes" | "Yes" => Ok(()),
        _ => Err(Failure::usage("not confirmed: nothing was purged", "type `y`, or add `--yes`")),
    }
}
