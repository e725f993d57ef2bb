//! Every fault that was thought of, and what the client does: this is the table in `docs/faults.md`.

mod bodies;
mod codes;
mod connections;
mod kept;
mod situations;
mod sockets;
mod statuses;
mod table;

use std::path::Path;

use self::table::Section;

const INTRODUCTION: &str = "\
# Faults

What the client does about everything that can go wrong. The tests are this table: they drive a client into each fault,
over a scripted transport in virtual time or over sockets of this machine, and fail if a row differs from what it does
(`crates/core/tests/behaviour/faults.rs`; `UPDATE_GOLDEN=1` writes the table anew).

A cell says how often the request was sent, how long the client waited in between, and what the call came to: a response,
or the kind of its error. The waits are the middle of what they may be; chance makes them anything from nothing to twice
as much. *May be repeated* is what the action states or the call overrides; where it makes no difference, there is one
row. A call has its default of 3 attempts.
";

/// How many faults there are at least.
const AT_LEAST: usize = 60;

fn sections() -> [Section; 7] {
    [
        connections::section(),
        sockets::section(),
        kept::section(),
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
    assert!(faults >= AT_LEAST, "{faults}");
    let sections: Vec<&str> = sections.iter().map(|section| section.text.as_str()).collect();
    let actual = format!("{INTRODUCTION}\n{}", sections.join("\n"));

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/faults.md");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &actual).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let mut differences = actual.lines().zip(written.lines().chain(std::iter::repeat(""))).filter(|(a, w)| a != w);
    assert_eq!(differences.next(), None, "the first row that differs: as it is, and as it is written");
    assert_eq!(actual.lines().count(), written.lines().count());
}
