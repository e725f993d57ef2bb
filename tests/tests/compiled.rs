//! Compiles what the generator writes for specifications that it accepts, with all warnings.
//!
//! `accepted/` contains one product with everything that once became code which did not compile or
//! had warnings. The changes of an accepted specification are those of `mutations.rs`.
//!
//! `cargo test --package tencentcloud-tests --test compiled -- --ignored` runs these tests. They
//! take too long for `cargo test`.

#![expect(clippy::disallowed_methods, reason = "reads and writes files")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tencentcloud_codegen::{Artifact, Source, generate};
use tencentcloud_tests::{Outcome, workspace};

/// The dependencies that the generated crates have in the workspace.
const PATH_DEPENDENCIES: [&str; 2] = ["core", "emulator"];

#[test]
#[ignore = "compiles for half a minute"]
fn every_oddity_that_is_accepted_compiles_without_warnings() -> Outcome<()> {
    let root = workspace::root();
    let common = fs::read_to_string(root.join("spec/common/errors.json"))?;
    let mut sources = vec![Source { path: "common/errors.json".to_owned(), text: common }];
    for (path, content) in workspace::files(&root.join("tests/accepted"))? {
        sources.push(Source { path, text: String::from_utf8(content)? });
    }
    compile("accepted", &crates(generate(&sources)?))
}

/// The files of the generated crates.
fn crates(artifacts: Vec<Artifact>) -> BTreeMap<String, String> {
    let is_product = |path: &str| {
        path.strip_prefix("crates/")
            .and_then(|path| path.split('/').next())
            .is_some_and(|folder| !PATH_DEPENDENCIES.contains(&folder))
    };
    let by_path = artifacts.into_iter().map(|artifact| (artifact.path, artifact.text));
    by_path.filter(|(path, _)| is_product(path)).collect()
}

/// Compiles, lints and documents crates in a workspace of their own, with the examples of their
/// documentation. It shares the folder of this workspace's dependencies.
fn compile(name: &str, files: &BTreeMap<String, String>) -> Outcome<()> {
    let temporary = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let folder = temporary.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    for (path, text) in files {
        write(&folder.join(path), text)?;
        let package: PathBuf = path.split('/').take(2).collect();
        for (n, example) in examples(text).iter().enumerate() {
            let name = path.split('/').next_back().unwrap_or_default().replace('.', "_").to_lowercase();
            write(&folder.join(&package).join(format!("examples/{name}_{n}.rs")), example)?;
        }
    }
    let root = workspace::root().canonicalize()?;
    write(&folder.join("Cargo.toml"), &manifest(&root)?)?;
    for file in ["Cargo.lock", "clippy.toml"] {
        fs::copy(root.join(file), folder.join(file))?;
    }
    let target = temporary.parent().unwrap_or(temporary);
    let lint = ["clippy", "--offline", "--workspace", "--all-targets", "--", "--deny", "warnings"];
    for arguments in [&lint[..], &["doc", "--offline", "--workspace", "--no-deps"]] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(&folder).env("CARGO_TARGET_DIR", target);
        for (name, _) in env::vars_os() {
            // If these differ, cargo runs the build script of `ring` again.
            if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                cargo.env_remove(name);
            }
        }
        let output = cargo.env("RUSTDOCFLAGS", "--deny warnings").output()?;
        assert!(output.status.success(), "{cargo:?}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// The manifest of this workspace, with the generated crates as its members.
fn manifest(root: &Path) -> Outcome<String> {
    let text = fs::read_to_string(root.join("Cargo.toml"))?;
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let dependency = line.strip_prefix("tencentcloud-").and_then(|line| line.split(' ').next());
        match dependency {
            Some(name) if !PATH_DEPENDENCIES.contains(&name) => {}
            Some(_) => lines.push(line.replace("path = \"", &format!("path = \"{}/", root.display()))),
            None if line.starts_with("members = ") => lines.push("members = [\"crates/*\"]".to_owned()),
            None if line.starts_with("exclude = ") => {}
            None => lines.push(line.to_owned()),
        }
    }
    Ok(lines.join("\n"))
}

/// The programs in the documentation of a file.
fn examples(text: &str) -> Vec<String> {
    let mut examples = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let comment = ["//!", "///"].iter().find_map(|marker| trimmed.strip_prefix(marker));
        let line = comment.map_or(line, |line| line.strip_prefix(' ').unwrap_or(line));
        match (line.strip_prefix("```"), &mut block) {
            (Some(language), None) => block = Some((language, String::new())),
            (Some(_), Some((language, program))) => {
                if ["", "no_run", "rust", "rust,no_run"].contains(language) {
                    examples.push(format!("//! An example.\n#![allow(clippy::unwrap_used)]\n{program}"));
                }
                block = None;
            }
            (None, Some((_, program))) => {
                program.push_str(line.strip_prefix("# ").unwrap_or(line));
                program.push('\n');
            }
            (None, None) => {}
        }
    }
    examples
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    Ok(fs::write(path, text)?)
}
