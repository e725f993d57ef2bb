//! Checks the order of the modules of the hand-written crates: which module may import which.
//!
//! A module is here a folder of `src/`, or a file in `src/` that is not `lib.rs`. The modules of a
//! crate have an order, and a module imports only earlier ones. So there is no import cycle, and a
//! module can be read without the later ones.

use std::collections::{BTreeMap, BTreeSet};

use tencentcloud_tests::{Outcome, workspace};

/// Crates, and the order of their modules. A module imports only modules of earlier lines, and none
/// of its own line.
const CRATES: &[Plan] = &[
    Plan {
        src: "crates/core/src",
        order: &[
            &["secret"],
            &["error"],
            &["time"],
            &["action", "blocking", "endpoint"],
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
        src: "crates/cli/src",
        order: &[
            &["clock", "environment", "exit", "signals"],
            &["failure"],
            &["args"],
            &["account"],
            &["input", "zones"],
            &["routing"],
            &["journal", "output"],
            &["log", "run"],
            &["commands"],
            &["main"],
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
    Plan {
        src: "crates/rate-redis/src",
        order: &[
            &["clock", "error", "random", "script"],
            &["store"],
            &["grant"],
            &["waiters"],
            &["lane"],
            &["limiter"],
        ],
    },
    // The stages of the pipeline, after what several of them need.
    Plan {
        src: "codegen/src",
        order: &[
            &["dates", "licence", "markdown", "parallel", "suggest"],
            &["problem"],
            &["spec"],
            &["direction"],
            &["artifact", "model"],
            &["print"],
            &["parse"],
            &["lint"],
            &["resolve"],
            &["validate"],
            &["emit"],
            &["format"],
            &["diff", "drift", "import"],
        ],
    },
];

/// Folders that are programs, with a root of their own.
const PROGRAMS: &str = "bin/";
/// Maximum number of modules in a crate. 20: what a reader can keep in mind, with a map.
const MAX_MODULES: usize = 20;
/// Maximum number of pairs of modules of which one imports the other. 70: about four for each
/// module.
const MAX_IMPORTS: usize = 70;

struct Plan {
    src: &'static str,
    order: &'static [&'static [&'static str]],
}

/// A place in a file at which one module names another.
struct Import {
    place: String,
    from: String,
    to: String,
}

#[test]
fn modules_import_only_earlier_modules() -> Outcome<()> {
    let mut problems = Vec::new();
    for plan in CRATES {
        let places: BTreeMap<&str, usize> = (0..)
            .zip(plan.order)
            .flat_map(|(place, modules)| modules.iter().map(move |module| (*module, place)))
            .collect();
        let files = sources(plan.src)?;
        let modules: BTreeSet<&str> =
            files.keys().map(|path| module_of(path)).filter(|module| *module != "lib").collect();
        for module in modules.iter().filter(|module| !places.contains_key(*module)) {
            problems.push(format!("{}: the module `{module}` has no place in the order", plan.src));
        }
        for module in places.keys().filter(|module| !modules.contains(*module)) {
            problems.push(format!("{}: the order names the module `{module}`, which does not exist", plan.src));
        }
        let mut hidden = Vec::new();
        let mut pairs = BTreeSet::new();
        for Import { place, from, to } in imports(&files, &mut hidden) {
            match (places.get(&*from), places.get(&*to)) {
                (Some(from), Some(to)) if to < from => {}
                _ => problems.push(format!(
                    "{}/{place}: the module `{from}` imports `{to}`, which is not earlier in the order",
                    plan.src
                )),
            }
            pairs.insert((from, to));
        }
        problems.extend(hidden.into_iter().map(|problem| format!("{}/{problem}", plan.src)));
        println!("{}: {} modules, {} imports between them", plan.src, modules.len(), pairs.len());
        if modules.len() > MAX_MODULES {
            problems.push(format!("{}: {} modules; at most {MAX_MODULES}", plan.src, modules.len()));
        }
        if pairs.len() > MAX_IMPORTS {
            problems.push(format!("{}: {} imports between modules; at most {MAX_IMPORTS}", plan.src, pairs.len()));
        }
    }
    assert!(problems.is_empty(), "imports against the order of the modules:\n{}", problems.join("\n"));
    Ok(())
}

#[test]
fn every_way_to_name_a_module_is_found() {
    let source = "\
use crate::error::{Error, ErrorKind};
use crate::{time, http::{Transport, headers}};
// use crate::comment::Ignored;
/// [`Docs`](crate::docs::Docs)
fn call() { crate::limiter::acquire(); $crate::response::wire(); \"crate::string\" }
pub(crate) fn visible() {}
use super::super::retry::Budget;
fn quotes() -> char { let _ = \"\\\"crate::escaped \\
    crate::continued\"; '\"' }
fn emitted() { quote! { use crate::{Emitted}; mod a { crate::emitted!() } } crate::secret::wipe() }
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
        "call/send.rs:10 secret",
    ];
    assert_eq!(found, expected);
    assert_eq!(
        problems,
        [
            "call/send.rs:2: imports from the root; help: name the module, as in `crate::error::Error`",
            "call/send.rs:7: `super` leaves the module; help: name the module, as in `crate::error::Error`",
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

/// The module of a file: `call` for `call/send.rs`, `client` for `client.rs`.
fn module_of(path: &str) -> &str {
    path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

/// Every place at which a file names a module other than its own. Paths that hide the module are
/// problems.
fn imports(files: &BTreeMap<String, String>, problems: &mut Vec<String>) -> Vec<Import> {
    let mut imports = Vec::new();
    for (path, text) in files.iter().filter(|(path, _)| *path != "lib.rs") {
        let module = module_of(path);
        let code = code_of(text);
        let mut add = |at: usize, to: &str| {
            if to != module {
                let place = format!("{path}:{}", line(&code, at));
                imports.push(Import { place, from: module.to_owned(), to: to.to_owned() });
            }
        };
        for (at, rest) in paths(&code, "crate::") {
            let word = first_word(rest);
            if rest.starts_with('{') {
                problems.push(format!("{path}:{}: {ROOT}", line(&code, at)));
                names_in_braces(rest).into_iter().for_each(|name| add(at, name));
            } else if is_module_name(word) {
                // Macros and hidden items of the root belong to no module.
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

const ROOT: &str = "imports from the root; help: name the module, as in `crate::error::Error`";
const SUPER: &str = "`super` leaves the module; help: name the module, as in `crate::error::Error`";

/// The code of a file up to its unit tests: without comments, strings and the code that it emits.
/// Every line keeps its number.
fn code_of(text: &str) -> String {
    let is_end = |line: &str| line == "mod tests {" || line.starts_with("mod tests { ");
    let lines: Vec<&str> = text.lines().take_while(|line| !is_end(line)).collect();
    let code = blanked(&(lines.join("\n") + "\n"), |rest| match rest {
        _ if rest.starts_with("//") => rest.find('\n'),
        _ if rest.starts_with("'\"'") => Some(3),
        _ if rest.starts_with("r#\"") => rest.find("\"#").map(|end| end + 2),
        _ if rest.starts_with('"') => Some(string_length(rest)),
        _ => None,
    });
    blanked(&code, |rest| rest.starts_with("quote! {").then(|| block_length(rest)))
}

/// A text without the parts for which `length` returns a length; their line breaks stay.
fn blanked(text: &str, length: impl Fn(&str) -> Option<usize>) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(first) = rest.chars().next() {
        let (part, after) = rest.split_at(length(rest).unwrap_or(first.len_utf8()));
        match length(rest) {
            Some(_) => kept.extend(part.chars().filter(|c| *c == '\n')),
            None => kept.push_str(part),
        }
        rest = after;
    }
    kept
}

/// The length of the string literal at the start of a text.
fn string_length(text: &str) -> usize {
    let mut is_escaped = true;
    let end = text.find(|c| {
        let is_end = c == '"' && !is_escaped;
        is_escaped = c == '\\' && !is_escaped;
        is_end
    });
    end.map_or(text.len(), |end| end + 1)
}

/// The length of a text up to the brace that closes its first block.
fn block_length(text: &str) -> usize {
    let mut depth = 0;
    let end = text.find(|c| {
        depth += i32::from(c == '{') - i32::from(c == '}');
        c == '}' && depth == 0
    });
    end.map_or(text.len(), |end| end + 1)
}

/// Every occurrence of a path's beginning: where it is, and the text after it.
fn paths<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
    code.match_indices(start).map(|(at, found)| (at, &code[at + found.len()..]))
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// Modules are in lower case. An item of the root is in another case, or is a function.
fn is_module_name(word: &str) -> bool {
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
