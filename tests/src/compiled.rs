//! Compiles, lints and documents generated crates, in a workspace of their own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tencentcloud_codegen::Artifact;

use crate::{Outcome, workspace};

/// The dependencies that the generated crates have in the workspace.
const PATH_DEPENDENCIES: [&str; 2] = ["core", "emulator"];
/// Where the emulator's tables are generated.
const TABLES: &str = "crates/emulator/src/generated/";
/// The manifest of the crate `tables`, which has the emulator's tables of all specifications.
const TABLES_MANIFEST: &str = "\
[package]
name = \"tables\"
version.workspace = true
edition.workspace = true

[lints]
workspace = true
";

/// Number of specifications in a crate. Crates are compiled at the same time, and one with many
/// modules is compiled much faster than many crates.
const MODULES_PER_CRATE: usize = 50;

/// Generated crates with the programs in their documentation, and the emulator's tables.
#[derive(Clone, Debug, Default)]
pub struct Crates {
    files: BTreeMap<String, String>,
    /// The modules of the crate `tables`.
    tables: BTreeSet<String>,
    /// The number of specifications that are modules.
    modules: usize,
}

impl Crates {
    /// Adds the crates that were generated for all products.
    pub fn add_crates(&mut self, artifacts: Vec<Artifact>) {
        for Artifact { path, text } in artifacts {
            let folder = path.strip_prefix("crates/").and_then(|path| path.split('/').next()).unwrap_or_default();
            if folder.is_empty() || PATH_DEPENDENCIES.contains(&folder) {
                self.add_table("crates", &path, text);
            } else {
                self.add_programs(&format!("crates/{folder}/"), &path, &text);
                self.files.insert(path, text);
            }
        }
    }

    /// Adds what was generated for the product in this folder as a module, so that there can be
    /// many of them. The module has this name. Returns its path.
    pub fn add_module(&mut self, folder: &str, name: &str, artifacts: Vec<Artifact>) -> String {
        let (product, number) = (format!("crates/{folder}/"), self.modules / MODULES_PER_CRATE);
        let is_first = self.modules.is_multiple_of(MODULES_PER_CRATE);
        self.modules += 1;
        let (old, package) = (format!("tencentcloud-{folder}"), format!("batch-{number}"));
        let as_module = |text: &str| {
            text.replace(&old.replace('-', "_"), &format!("batch_{number}::{name}"))
                .replace("crate::", &format!("crate::{name}::"))
                .replace("../README.md", "README.md")
                .replace("pub mod runtime;", "pub use crate::runtime;")
                .replace("#![doc(test(attr(deny(warnings))))]\n", "")
        };
        let package_folder = format!("crates/{package}/");
        for Artifact { path, text } in artifacts {
            match path.strip_prefix(&product) {
                Some("Cargo.toml") if is_first => {
                    self.files.insert(format!("{package_folder}Cargo.toml"), text.replace(&old, &package));
                }
                Some("src/runtime.rs") if is_first => {
                    self.files.insert(format!("{package_folder}src/runtime.rs"), text);
                    let root = "//! Modules, each of a specification.\n\npub mod runtime;\n";
                    self.files.insert(format!("{package_folder}src/lib.rs"), root.to_owned());
                }
                Some("Cargo.toml" | "src/runtime.rs") => {}
                Some(file) => {
                    let file = file.strip_prefix("src/").unwrap_or(file).replace("lib.rs", "mod.rs");
                    let (path, text) = (format!("{package_folder}src/{name}/{file}"), as_module(&text));
                    self.add_programs(&package_folder, &path, &text);
                    self.files.insert(path, text);
                }
                None => self.add_table(name, &path, text),
            }
        }
        let root = self.files.entry(format!("{package_folder}src/lib.rs")).or_default();
        root.push_str(&format!("pub mod {name};\n"));
        format!("batch_{number}::{name}")
    }

    fn add_programs(&mut self, package_folder: &str, path: &str, text: &str) {
        let head =
            "//! The programs in the documentation.\n#![allow(clippy::unwrap_used, dead_code)]\n\nfn main() {}\n";
        let programs = self.files.entry(format!("{package_folder}examples/all.rs")).or_insert_with(|| head.to_owned());
        let path = path.strip_prefix(package_folder).unwrap_or(path);
        let is_plain = |character: char| character.is_ascii_alphanumeric();
        let stem: String = path.chars().map(|character| if is_plain(character) { character } else { '_' }).collect();
        for (n, program) in self::programs(text).iter().enumerate() {
            programs.push_str(&format!("\nmod {}_{n} {{\n{program}}}\n", stem.to_lowercase()));
        }
    }

    /// Adds a file, if it is one of the emulator's tables.
    fn add_table(&mut self, name: &str, path: &str, text: String) {
        if let Some(path) = path.strip_prefix(TABLES) {
            let module = format!("tables_of_{}", name.replace('-', "_"));
            self.files.insert(format!("tables/src/{module}/{path}"), text);
            self.tables.insert(module);
        }
    }

    /// Writes everything to a folder with this name in the target folder, and runs clippy
    /// and rustdoc there. Returns the output of the first one that fails. The dependencies
    /// are those that this workspace has compiled.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, or a command cannot be run.
    pub fn check(&self, name: &str) -> Outcome<Option<String>> {
        let folder = self.write(name)?;
        let mut lint = cargo(&folder)?;
        lint.args(["clippy", "--offline", "--keep-going", "--workspace", "--lib", "--examples"]);
        lint.args(["--", "--deny", "warnings"]);
        let mut document = cargo(&folder)?;
        document.args(["doc", "--offline", "--keep-going", "--workspace", "--no-deps", "--lib"]);
        for mut command in [lint, document] {
            let output = command.output()?;
            if !output.status.success() {
                let streams = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
                return Ok(Some(format!("{:?} failed:\n{}", command.get_program(), streams.concat())));
            }
        }
        Ok(None)
    }

    /// Writes everything to a folder with this name in the target folder. Returns the folder.
    pub(crate) fn write(&self, name: &str) -> Outcome<PathBuf> {
        let root = workspace::root().canonicalize()?;
        let folder = target()?.join("tmp").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for (path, text) in &self.files {
            write(&folder.join(path), text)?;
        }
        write(&folder.join("tables/Cargo.toml"), TABLES_MANIFEST)?;
        write(&folder.join("tables/src/lib.rs"), &self.root_of_tables())?;
        write(&folder.join("Cargo.toml"), &manifest(&root)?)?;
        fs::copy(root.join("crates/emulator/src/table.rs"), folder.join("tables/src/table.rs"))?;
        for file in ["Cargo.lock", "clippy.toml"] {
            fs::copy(root.join(file), folder.join(file))?;
        }
        Ok(folder)
    }

    fn root_of_tables(&self) -> String {
        let modules: String = self.tables.iter().map(|module| format!("mod {module};\n")).collect();
        format!("//! The emulator's tables.\n#![allow(dead_code, unused_imports)]\n\n{modules}pub mod table;\n")
    }
}

/// The programs in the documentation of a file.
fn programs(text: &str) -> Vec<String> {
    let mut programs = Vec::new();
    let mut block: Option<(&str, String)> = None;
    for line in text.lines() {
        let trimmed = line.trim_start();
        let comment = ["//!", "///"].iter().find_map(|marker| trimmed.strip_prefix(marker));
        let line = comment.map_or(line, |line| line.strip_prefix(' ').unwrap_or(line));
        match (line.strip_prefix("```"), &mut block) {
            (Some(language), None) => block = Some((language, String::new())),
            (Some(_), Some((language, program))) => {
                if ["", "no_run", "rust", "rust,no_run"].contains(language) {
                    programs.push(std::mem::take(program));
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
    programs
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
            None if line.starts_with("members = ") => lines.push("members = [\"crates/*\", \"tables\"]".to_owned()),
            None if line.starts_with("exclude = ") => {}
            None => lines.push(line.to_owned()),
        }
    }
    Ok(lines.join("\n"))
}

/// Cargo in a folder, with the target folder of this workspace.
pub(crate) fn cargo(folder: &Path) -> Outcome<Command> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(folder).env("CARGO_TARGET_DIR", target()?).env("RUSTDOCFLAGS", "--deny warnings");
    for (name, _) in env::vars_os() {
        // If these differ, cargo runs the build script of `ring` again.
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            cargo.env_remove(name);
        }
    }
    Ok(cargo)
}

/// The target folder, in which cargo has put this program: `target/debug/deps/compiled-...` or
/// `target/debug/examples/mutations`.
fn target() -> Outcome<PathBuf> {
    let program = env::current_exe()?;
    Ok(program.ancestors().nth(3).ok_or("the program is not in a target folder")?.to_owned())
}

fn write(path: &Path, text: &str) -> Outcome<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    Ok(fs::write(path, text)?)
}
