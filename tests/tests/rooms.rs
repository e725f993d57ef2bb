//! Checks the floor plan of the hand-written crates: which room may import which.
//!
//! A room is a folder of `src/`, or a file in `src/` that is not `lib.rs`. The rooms of a crate
//! have an order, and a room imports only rooms before it. So there is no circle, and a room can be
//! read without the rooms after it.

use std::collections::{BTreeMap, BTreeSet};

use tencentcloud_tests::{Outcome, workspace};

/// Crates, and the order of their rooms. A room imports only rooms of earlier lines, and no room of
/// its own line.
const CRATES: &[Plan] = &[
    Plan {
        src: "crates/core/src",
        order: &[
            &["secret"],
            &["error"],
            &["time"],
            &["action", "endpoint"],
            &["http"],
            &["signing", "testing"],
            &["credentials"],
            &["retry", "limiter"],
            &["request", "response"],
            &["observe"],
            &["config"],
            &["call"],
            &["client"],
            &["jobs"],
        ],
    },
    Plan {
        src: "crates/emulator/src",
        order: &[
            &["credential", "memory_budget", "refusal", "request", "sync", "table", "time"],
            &["fault", "generated", "parameters"],
            &["verify"],
            &["state"],
            &["limits"],
            &["actions"],
            &["service"],
            &["http"],
            &["emulator", "fuzzing"],
        ],
    },
];

/// Folders that are programs, with a root of their own.
const PROGRAMS: &str = "bin/";
/// Maximum number of rooms in a crate. 20: what a reader can keep in mind, with a map.
const MAX_ROOMS: usize = 20;
/// Maximum number of pairs of rooms of which one imports the other. 70: about four for each room.
const MAX_IMPORTS: usize = 70;

struct Plan {
    src: &'static str,
    order: &'static [&'static [&'static str]],
}

/// A place in a file at which one room names another.
struct Import {
    place: String,
    from: String,
    to: String,
}

#[test]
fn rooms_import_only_the_rooms_before_them() -> Outcome<()> {
    let mut problems = Vec::new();
    for plan in CRATES {
        let floor: BTreeMap<&str, usize> =
            (0..).zip(plan.order).flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor))).collect();
        let files = sources(plan.src)?;
        let rooms: BTreeSet<&str> = files.keys().map(|path| room_of(path)).filter(|room| *room != "lib").collect();
        for room in rooms.iter().filter(|room| !floor.contains_key(*room)) {
            problems.push(format!("{}: the room `{room}` has no place in the order", plan.src));
        }
        for room in floor.keys().filter(|room| !rooms.contains(*room)) {
            problems.push(format!("{}: the order names the room `{room}`, which does not exist", plan.src));
        }
        let mut hidden = Vec::new();
        let mut pairs = BTreeSet::new();
        for Import { place, from, to } in imports(&files, &mut hidden) {
            match (floor.get(&*from), floor.get(&*to)) {
                (Some(from), Some(to)) if to < from => {}
                _ => problems
                    .push(format!("{}/{place}: the room `{from}` imports `{to}`, which is not before it", plan.src)),
            }
            pairs.insert((from, to));
        }
        problems.extend(hidden.into_iter().map(|problem| format!("{}/{problem}", plan.src)));
        println!("{}: {} rooms, {} imports between them", plan.src, rooms.len(), pairs.len());
        if rooms.len() > MAX_ROOMS {
            problems.push(format!("{}: {} rooms; at most {MAX_ROOMS}", plan.src, rooms.len()));
        }
        if pairs.len() > MAX_IMPORTS {
            problems.push(format!("{}: {} imports between rooms; at most {MAX_IMPORTS}", plan.src, pairs.len()));
        }
    }
    assert!(problems.is_empty(), "imports against the order of rooms:\n{}", problems.join("\n"));
    Ok(())
}

#[test]
fn every_way_to_name_a_room_is_found() {
    let source = "\
use crate::error::{Error, ErrorKind};
use crate::{time, http::{Transport, headers}};
// use crate::comment::Ignored;
/// [`Docs`](crate::docs::Docs)
fn call() { crate::limiter::acquire(); $crate::response::wire(); \"crate::string\" }
pub(crate) fn visible() {}
use super::super::retry::Budget;
#[cfg(test)]
mod tests { use crate::testing::VirtualClock; }
";
    let files = BTreeMap::from([("call/send.rs".to_owned(), source.to_owned())]);
    let mut problems = Vec::new();
    let found: Vec<_> =
        imports(&files, &mut problems).iter().map(|found| format!("{} {}", found.place, found.to)).collect();
    let expected = [
        "call/send.rs:1 error",
        "call/send.rs:2 time",
        "call/send.rs:2 http",
        "call/send.rs:5 limiter",
        "call/send.rs:5 response",
    ];
    assert_eq!(found, expected);
    assert_eq!(
        problems,
        [
            "call/send.rs:2: imports from the root; help: name the room, as in `crate::error::Error`",
            "call/send.rs:7: `super` leaves the room; help: name the room, as in `crate::error::Error`",
        ]
    );
}

/// The source files of a library without its tests, by their path in `src/`.
fn sources(src: &str) -> Outcome<BTreeMap<String, String>> {
    let is_test = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    let is_source = |path: &str| path.ends_with(".rs") && !path.starts_with(PROGRAMS) && !is_test(path);
    let files = workspace::files(&workspace::root().join(src))?.into_iter().filter(|(path, _)| is_source(path));
    files.map(|(path, text)| Ok((path, String::from_utf8(text)?))).collect()
}

/// The room of a file: `call` for `call/send.rs`, `client` for `client.rs`.
fn room_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Every place at which a file names a room other than its own. Paths that hide the room are
/// problems.
fn imports(files: &BTreeMap<String, String>, problems: &mut Vec<String>) -> Vec<Import> {
    let mut imports = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| *path != "lib.rs") {
        let room = room_of(path);
        let code = code_of(text);
        let mut add = |at: usize, to: &str| {
            if to != room {
                let place = format!("{path}:{}", line(&code, at));
                imports.push(Import { place, from: room.to_owned(), to: to.to_owned() });
            }
        };
        for (at, rest) in paths(&code, "crate::") {
            let word = first_word(rest);
            if rest.starts_with('{') {
                problems.push(format!("{path}:{}: {ROOT}", line(&code, at)));
                names_in_braces(rest).into_iter().for_each(|name| add(at, name));
            } else if is_room_name(word) {
                // Macros and hidden items of the root belong to no room.
                if !word.starts_with("__") {
                    add(at, word);
                }
            } else {
                problems.push(format!("{path}:{}: {ROOT}", line(&code, at)));
            }
        }
        // `mod.rs` is one module above the other files of its folder.
        let depth = path.split('/').count() - usize::from(path.ends_with("mod.rs"));
        for (at, rest) in paths(&code, "super::") {
            let supers = 1 + rest.split("super::").take_while(|part| part.is_empty()).count();
            if supers >= depth && !code[..at].ends_with("super::") {
                problems.push(format!("{path}:{}: {SUPER}", line(&code, at)));
            }
        }
    }
    imports
}

const ROOT: &str = "imports from the root; help: name the room, as in `crate::error::Error`";
const SUPER: &str = "`super` leaves the room; help: name the room, as in `crate::error::Error`";

/// The text of a file up to its unit tests, with comments and strings blanked.
fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    for line in text.lines().take_while(|line| *line != "mod tests {" && !line.starts_with("mod tests { ")) {
        let line = line.split("//").next().unwrap_or_default();
        for (n, part) in line.split('"').enumerate() {
            code.push_str(if n % 2 == 0 { part } else { "" });
        }
        code.push('\n');
    }
    code
}

/// Every occurrence of a path's beginning: where it is, and the text after it.
fn paths<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    code.match_indices(start).map(|(at, found)| (at, &code[at + found.len()..]))
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Modules are in lower case. An item of the root is in another case, or is a function.
fn is_room_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
}

/// The first segments of the paths in braces: `time` and `http` of `{time, http::{Transport}}`.
fn names_in_braces(text: &str) -> Vec<&str> {
    let (mut depth, mut names, mut expects_name) = (0, Vec::new(), false);
    for (at, c) in text.char_indices() {
        match c {
            '{' => (depth, expects_name) = (depth + 1, depth == 0),
            '}' if depth == 1 => break,
            '}' => depth -= 1,
            ',' if depth == 1 => expects_name = true,
            _ if expects_name && !c.is_whitespace() => {
                names.push(first_word(&text[at..]));
                expects_name = false;
            }
            _ => {}
        }
    }
    names
}

fn line(code: &str, at: usize) -> usize {
    1 + code[..at].matches('\n').count()
}
