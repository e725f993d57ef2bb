//! Writes modules with the Rust snippets of the READMEs, for `tests/snippets.rs`, and with the
//! examples of the product crates, for `tests/examples.rs`; and the list of all actions, for
//! `tests/every_action.rs`.

#![expect(clippy::disallowed_methods, reason = "reads the files of the workspace")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// A page whose snippets are fragments: it shows how code is written.
const FRAGMENTS: &str = "docs/style.md";

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("..");
    let mut modules = String::new();
    let (mut programs, mut others) = (String::new(), String::new());
    for page in pages(&root)? {
        println!("cargo::rerun-if-changed={}", root.join(&page).display());
        for (line, snippet) in snippets(&fs::read_to_string(root.join(&page))?) {
            let snippet = public(&snippet);
            let Some(name) = name(&snippet) else {
                return Err(format!("{page}:{line}: a snippet without items").into());
            };
            if name == "main" {
                let module = format!("program_{}", modules.matches("\npub mod ").count());
                writeln!(modules, "\npub mod {module} {{\n{snippet}}}")?;
                writeln!(programs, "(\"{page}:{line}\", || Ok({module}::main()?)),")?;
            } else {
                let module = name.to_lowercase();
                writeln!(modules, "\npub mod {module} {{\n{snippet}}}")?;
                writeln!(others, "\"{page}: {name}\",")?;
            }
        }
    }
    let tables = format!(
        "pub static PROGRAMS: &[(&str, fn() -> Outcome<()>)] = &[{programs}];\n\
         pub static OTHERS: &[&str] = &[{others}];\n"
    );
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("snippets.rs"), modules + &tables)?;
    fs::write(out.join("examples.rs"), examples(&root)?)?;
    fs::write(out.join("actions.rs"), actions(&root)?)?;
    Ok(())
}

/// The call of a macro with the actions of all products, such as `actions! { cdn tencentcloud_cdn
/// PurgeUrlsCache; }`. The file of an action has its name.
fn actions(root: &Path) -> Result<String, Box<dyn Error>> {
    let mut list = String::new();
    for product in names(root, "spec")?.into_iter().filter(|name| root.join("spec").join(name).is_dir()) {
        for file in names(root, &format!("spec/{product}"))? {
            if let Some(action) = file.strip_suffix(".json").filter(|name| name.starts_with(char::is_uppercase)) {
                writeln!(list, "{product} tencentcloud_{product} {action};")?;
            }
        }
    }
    Ok(format!("actions! {{\n{list}}}\n"))
}

/// The examples of the product crates: a module for each, and a table of their `main` functions.
fn examples(root: &Path) -> Result<String, Box<dyn Error>> {
    let (mut modules, mut programs) = (String::new(), String::new());
    for product in names(root, "spec")? {
        let folder = format!("crates/{product}/examples");
        if !root.join(&folder).is_dir() {
            continue;
        }
        for file in names(root, &folder)? {
            let path = root.join(&folder).join(&file);
            println!("cargo::rerun-if-changed={}", path.display());
            let name = file.trim_end_matches(".rs");
            writeln!(modules, "\npub mod {name} {{\n{}}}", public(&fs::read_to_string(path)?))?;
            writeln!(programs, "(\"{product}/{name}\", {name}::main),")?;
        }
    }
    Ok(format!("{modules}\npub static PROGRAMS: &[(&str, fn() -> Outcome<()>)] = &[{programs}];\n"))
}

/// The names of the files in a folder of the workspace.
fn names(root: &Path, folder: &str) -> Result<Vec<String>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", root.join(folder).display());
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(folder))? {
        names.push(entry?.file_name().into_string().map_err(|name| format!("not UTF-8: {name:?}"))?);
    }
    names.sort_unstable();
    Ok(names)
}

/// The READMEs, the pages of `docs/` and those of the guide, by their paths in the workspace.
fn pages(root: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut pages = vec!["README.md".to_owned()];
    pages.extend(names(root, "crates")?.into_iter().map(|name| format!("crates/{name}/README.md")));
    for folder in ["docs", "docs/guide"] {
        pages.extend(names(root, folder)?.into_iter().map(|name| format!("{folder}/{name}")));
    }
    pages.retain(|page| page.ends_with(".md") && page != FRAGMENTS && root.join(page).is_file());
    Ok(pages)
}

/// The Rust snippets of a page, each with the number of its first line.
fn snippets(page: &str) -> Vec<(usize, String)> {
    let mut snippets = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        if line == "```rust" || line.starts_with("```rust,") {
            let inside = lines.by_ref().map(|(line, _)| line).take_while(|line| *line != "```");
            snippets.push((number + 1, inside.map(|line| format!("{line}\n")).collect()));
        }
    }
    snippets
}

/// A snippet whose items can be used outside of it.
fn public(snippet: &str) -> String {
    let is_item = |line: &&str| ["async fn ", "fn ", "struct "].iter().any(|start| line.starts_with(start));
    snippet.lines().map(|line| format!("{}{line}\n", if is_item(&line) { "pub " } else { "" })).collect()
}

/// The name of a snippet's first item, or `main` if it is a program.
fn name(snippet: &str) -> Option<&str> {
    let items = || snippet.lines().filter_map(|line| line.strip_prefix("pub "));
    let names = || {
        items().filter_map(|item| {
            item.trim_start_matches("async ")
                .split_once(' ')?
                .1
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .next()
        })
    };
    names().find(|name| *name == "main").or_else(|| names().next())
}
