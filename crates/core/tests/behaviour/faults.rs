//! Drives a client into every known fault, and compares what it does with `docs/faults.md`.

mod bodies;
mod codes;
mod connections;
mod reused_connections;
mod situations;
mod sockets;
mod statuses;
mod table;

use std::path::Path;

use self::table::Section;

const INTRODUCTION: &str = "\
# Faults

What the client does when something goes wrong. A test generates this page: it drives a client into
each fault, over a scripted transport in virtual time or over sockets on this machine, and fails if
a row differs from what the client does (`crates/core/tests/behaviour/faults.rs`; `UPDATE_GOLDEN=1`
rewrites the page).

A cell contains how often the request was sent, how long the client waited between the attempts, and
the result of the call: a response, or the kind of its error. *Uncertain* means that the error also
says that the action may have been carried out. Each wait is the expected value: with jitter, it is
anything from a third of that to five thirds. *May be repeated* is what the action states or the
call overrides; if it makes no difference, there is one row. A call has its default of 3 attempts,
which does not count the attempts without a connection and those that were throttled, and its
default timeout of 60 seconds.
";

/// Minimum number of faults. The README promises over 200, and no fault is dropped.
const MIN_FAULTS: usize = 200;

fn sections() -> [Section; 7] {
    [
        connections::section(),
        sockets::section(),
        reused_connections::section(),
        statuses::section(),
        bodies::section(),
        codes::section(),
        situations::section(),
    ]
}

#[test]
fn the_table_of_faults_is_what_the_client_does() {
    let sections = sections();
    let faults: usize = sections.iter().map(|section| section.faults).sum();
    assert!(faults >= MIN_FAULTS, "{faults}");
    let sections: Vec<&str> = sections.iter().map(|section| section.text.as_str()).collect();
    let actual = format!("{INTRODUCTION}\n{}", sections.join("\n"));

    // Cargo runs tests in the folder of their package. The package alone does not contain the page.
    let folder = Path::new("../../docs");
    if !folder.is_dir() {
        return;
    }
    let path = folder.join("faults.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &actual).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let mut differences = actual.lines().zip(written.lines().chain(std::iter::repeat(""))).filter(|(a, w)| a != w);
    assert_eq!(differences.next(), None, "the first line that differs: what the client does, and what the page says");
    assert_eq!(actual.lines().count(), written.lines().count());
}
