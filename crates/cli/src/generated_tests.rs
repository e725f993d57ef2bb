//! Generates the completions, the manual pages and the JSON Schema, and compares them with the
//! files of this package. `UPDATE_GOLDEN=1` rewrites the files.

#![expect(clippy::disallowed_methods, reason = "reads and writes the files of the package")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use clap::CommandFactory as _;
use clap_complete::{Shell, generate};
use clap_mangen::Man;

use crate::args::Cli;
use crate::output::json::Report;

/// The folders that contain generated files and no others.
const FOLDERS: [&str; 3] = ["completions", "man", "schema"];

fn package() -> PathBuf {
    // Cargo sets the variable when it runs a test: two checkouts may share a target directory.
    env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}

/// Every generated file, by its path in the package.
fn files() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (shell, path) in [
        (Shell::Bash, "completions/tcpurge.bash"),
        (Shell::Zsh, "completions/_tcpurge"),
        (Shell::Fish, "completions/tcpurge.fish"),
        (Shell::PowerShell, "completions/_tcpurge.ps1"),
    ] {
        let mut script = Vec::new();
        generate(shell, &mut Cli::command(), "tcpurge", &mut script);
        files.insert(path.to_owned(), script);
    }
    let mut command = Cli::command();
    command.build();
    let mut pages = vec![(String::from("tcpurge"), command.clone())];
    for subcommand in command.get_subcommands().filter(|subcommand| !subcommand.is_hide_set()) {
        pages.push((format!("tcpurge-{}", subcommand.get_name()), subcommand.clone()));
    }
    for (name, command) in pages {
        let mut page = Vec::new();
        Man::new(command.display_name(name.clone())).title(&name).date("").render(&mut page).unwrap();
        files.insert(format!("man/{name}.1"), page);
    }
    let schema = format!("{:#}\n", schemars::schema_for!(Report).as_value());
    files.insert("schema/report.schema.json".to_owned(), schema.into_bytes());
    files
}

fn on_disk(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn the_generated_files_are_up_to_date() {
    let files = files();
    if env::var_os("UPDATE_GOLDEN").is_some() {
        for folder in FOLDERS {
            let _ = fs::remove_dir_all(package().join(folder));
            fs::create_dir_all(package().join(folder)).unwrap();
        }
        for (path, content) in &files {
            fs::write(package().join(path), content).unwrap();
        }
    }
    for (path, content) in &files {
        let written = fs::read(package().join(path)).unwrap_or_default();
        let is_same = String::from_utf8_lossy(&written).replace("\r\n", "\n").as_bytes() == content;
        assert!(is_same, "{path} is stale; help: UPDATE_GOLDEN=1 cargo test --package tencentcloud-purge-cli");
    }
    for folder in FOLDERS {
        let expected: Vec<String> =
            files.keys().filter_map(|path| path.strip_prefix(&format!("{folder}/")).map(str::to_owned)).collect();
        assert_eq!(on_disk(&package().join(folder)), expected, "files of the folder {folder}");
    }
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}
