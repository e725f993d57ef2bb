//! Checks that texts and names follow the language part of `docs/style.md`, and how long lines are.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tencentcloud_tests::prose::{self, Passage};
use tencentcloud_tests::{Outcome, workspace};

/// Words of the glossary's left column, and what to write instead.
const RULES: &[Rule] = &[
    rule("nobody", "name who does not: no task, no caller"),
    rule("somebody", "name who it is: the caller, another task"),
    rule("anybody", "name who it is: a caller, a task"),
    rule("whoever", "name who it is: the caller, the user"),
    rule("told", "logged, reported, notified"),
    rule("tells of", "reports, describes"),
    rule("tell of", "report, describe"),
    rule("as a rule", "usually"),
    rule("by chance", "random, at random"),
    rule("anew", "again"),
    Rule { unless_after: &["far"], unless_before: &["from"], ..rule("apart", "separately; split, parse") },
    rule("its turn", "its permit"),
    rule("texts of others", "untrusted text"),
    rule("so many", "`n`, the given number"),
    rule("so much", "the given amount"),
    Rule { unless_before: &["as"], ..rule("so long", "the given duration") },
    Rule { unless_after: THERE, ..rule("is none", "is invalid, is not an X, is absent") },
    Rule { unless_after: THERE, ..rule("are none", "are invalid, are not X, are absent") },
    Rule { unless_after: THERE, unless_before: LONGER, ..rule("is no", "is not a") },
    Rule { unless_after: THERE, unless_before: LONGER, ..rule("are no", "are not") },
    rule("stands", "is, appears in, follows, represents"),
    rule("stand behind", "follow, represent"),
    rule("stand between", "are in between"),
    rule("stand for", "represent"),
    rule("stand in", "are in, replace"),
    rule("lies in", "is in"),
    rule("lie in", "are in"),
    rule("beside", "next to, together with"),
    rule("on its way", "in flight"),
    rule("on their way", "in flight"),
    rule("what came of", "the result, the outcome"),
    rule("comes of it", "the result, the outcome"),
    rule("comes to", "the result, the outcome"),
    rule("came to", "the result, the outcome"),
    rule("come to", "the result, the outcome"),
    rule("given up", "abandoned, cancelled"),
    rule("an answer", "a response"),
    rule("the answer", "the response"),
    rule("no answer", "no response"),
    rule("an operation", "an action"),
    rule("the operation", "the action"),
    rule("passed over", "skipped"),
    Rule { unless_after: &["one"], ..rule("pass over", "skip") },
    Rule { in_names: Only::Start, ..rule("most", "`MAX_`") },
];

/// Words around which "is no" is ordinary English.
const THERE: &[&str] = &["there", "it"];
const LONGER: &[&str] = &["longer", "more", "less", "later", "earlier"];

/// Texts that may say what the rules refuse: file, words, and the reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    ("docs/style.md", "", "quotes the words that are not to be used"),
    ("tests/tests/language.rs", "", "contains the rules"),
];

/// Folders that are not part of the source.
const SKIPPED: &[&str] = &[".git", "target", "node_modules", "corpus", "artifacts"];

const MAX_COMMENT_COLUMNS: usize = 100;
const MAX_CODE_COLUMNS: usize = 120;

struct Rule {
    not: &'static str,
    but: &'static str,
    /// The next words for which the rule does not hold.
    unless_before: &'static [&'static str],
    /// The words before for which the rule does not hold.
    unless_after: &'static [&'static str],
    in_names: Only,
}

#[derive(PartialEq)]
enum Only {
    /// The rule holds for texts and names.
    Anywhere,
    /// The rule holds for the first word of a name.
    Start,
}

const fn rule(not: &'static str, but: &'static str) -> Rule {
    Rule { not, but, unless_before: &[], unless_after: &[], in_names: Only::Anywhere }
}

impl Rule {
    /// The lines of a passage that break the rule.
    fn broken_in<'a>(&'a self, passage: &'a Passage) -> impl Iterator<Item = usize> + 'a {
        let words: Vec<&str> = self.not.split(' ').collect();
        let at = move |index: usize| passage.words.get(index).map_or("", |(_, word)| word.as_str());
        let is_here = move |start: usize| {
            let end = start + words.len();
            let same = words.iter().zip(start..end).all(|(word, index)| *word == at(index));
            let excused =
                self.unless_before.contains(&at(end)) || self.unless_after.contains(&at(start.wrapping_sub(1)));
            same && !excused && (self.in_names == Only::Anywhere || passage.is_name && start == 0)
        };
        let lines = passage.words.iter().map(|(line, _)| *line).enumerate();
        lines.filter(move |(start, _)| is_here(*start)).map(|(_, line)| line)
    }
}

#[test]
fn texts_and_names_use_the_words_of_the_style_guide() -> Outcome<()> {
    let mut problems = Vec::new();
    let mut used = BTreeSet::new();
    for (path, text) in texts()? {
        let passages = passages(&path, &text);
        for rule in RULES {
            for line in passages.iter().flat_map(|passage| rule.broken_in(passage)) {
                match EXCEPTIONS.iter().find(|(file, words, _)| path == *file && rule.not.contains(words)) {
                    Some(exception) => _ = used.insert(exception),
                    None => problems.push(format!("{path}:{line}: \"{}\"; help: {}", rule.not, rule.but)),
                }
            }
        }
    }
    problems.sort();
    assert!(problems.is_empty(), "words that docs/style.md replaces:\n{}", problems.join("\n"));
    let unused: Vec<_> = EXCEPTIONS.iter().filter(|exception| !used.contains(exception)).collect();
    assert!(unused.is_empty(), "exceptions that nothing needs: {unused:?}");
    Ok(())
}

#[test]
fn lines_end_at_column_100_in_comments_and_at_120_in_code() -> Outcome<()> {
    let mut problems = Vec::new();
    for (path, text) in texts()? {
        let mut fence = None;
        // Generated code has long texts, which rustfmt leaves on one line.
        let is_generated = text.starts_with("// @generated");
        for (number, line) in (1..).zip(text.lines()) {
            let marker = text_of(line).strip_prefix("```");
            let (columns, max) = (line.chars().count(), max_columns(&path, line, fence));
            if columns > max && !(is_generated && max == MAX_CODE_COLUMNS) {
                problems.push(format!("{path}:{number}: {columns} columns; at most {max}"));
            }
            if marker.is_some() {
                fence = if fence.is_some() { None } else { marker };
            }
        }
    }
    assert!(problems.is_empty(), "lines that are too long:\n{}", problems.join("\n"));
    Ok(())
}

/// Each text file of the workspace that is checked, by its path.
fn texts() -> Outcome<Vec<(String, String)>> {
    let mut texts = Vec::new();
    collect(&workspace::root(), "", &mut texts)?;
    Ok(texts)
}

fn collect(folder: &Path, below: &str, texts: &mut Vec<(String, String)>) -> Outcome<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if SKIPPED.contains(&name.as_str()) {
            continue;
        }
        let path = format!("{below}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), texts)?;
        } else if is_checked(&path) {
            texts.push((path, fs::read_to_string(entry.path())?));
        }
    }
    Ok(())
}

fn is_checked(path: &str) -> bool {
    match extension(path) {
        "rs" | "md" | "toml" | "py" | "js" => true,
        "json" => path.starts_with("spec/"),
        "txt" => path.starts_with("tests/refusals/"),
        _ => path.starts_with(".ci/") || path == "tests/cost/measure" || path == "tests/fuzz/run",
    }
}

/// What people read in a file, its name included.
fn passages(path: &str, text: &str) -> Vec<Passage> {
    let mut passages = match extension(path) {
        "rs" => prose::in_rust(text),
        "json" => prose::in_json(text),
        "md" | "txt" => prose::in_text(text),
        "js" => prose::in_comments(text, "//"),
        _ => prose::in_comments(text, "#"),
    };
    let name = Path::new(path).file_stem().unwrap_or_default().to_string_lossy();
    passages.extend(prose::in_text(&name.replace(['_', '-'], " ")));
    passages
}

/// How long a line may be; `fence` is the language of the code block that contains it.
fn max_columns(path: &str, line: &str, fence: Option<&str>) -> usize {
    let line = line.trim_start();
    let is_comment = match extension(path) {
        "json" | "txt" => return usize::MAX,
        // What a program prints keeps its lines.
        "md" if matches!(fence, Some("text" | "console")) => return usize::MAX,
        "md" => fence.is_none(),
        "rs" | "js" => line.starts_with("//") && fence.is_none(),
        _ => line.starts_with('#'),
    };
    let text = text_of(line);
    if !is_comment {
        MAX_CODE_COLUMNS
    } else if text.starts_with('|') || text.contains("://") {
        usize::MAX
    } else {
        MAX_COMMENT_COLUMNS
    }
}

/// A line without the marker of a comment.
fn text_of(line: &str) -> &str {
    line.trim_start().trim_start_matches(['/', '!']).trim_start()
}

fn extension(path: &str) -> &str {
    Path::new(path).extension().and_then(|extension| extension.to_str()).unwrap_or_default()
}
