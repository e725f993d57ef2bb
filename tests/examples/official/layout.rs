//! Writes generated crates to a workspace of their own, and runs cargo there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use tencentcloud_codegen::Artifact;
use tencentcloud_tests::{Outcome, workspace};

use crate::calls;

/// The manifest of the crate that makes the calls, up to its dependencies on products.
const MANIFEST: &str = "\
[package]
name = \"official\"
version.workspace = true
edition.workspace = true

[dependencies]
serde.workspace = true
serde_json.workspace = true
tencentcloud-core.workspace = true
tokio = { workspace = true, features = [\"macros\", \"rt\"] }
";

/// A workspace.
pub(crate) struct Layout {
    root: PathBuf,
}

/// What cargo has printed.
pub(crate) struct Output {
    pub(crate) is_successful: bool,
    pub(crate) text: String,
}

impl Layout {
    /// Writes the crates, an emulator with their tables, and the crate that makes the calls, in the
    /// target folder.
    pub(crate) fn write(name: &str, artifacts: &[Artifact], programs: &BTreeMap<String, String>) -> Outcome<Self> {
        let ours = workspace::root().canonicalize()?;
        let root = ours.join("target").join(name);
        for folder in ["crates", "official"] {
            let folder = root.join(folder);
            if folder.exists() {
                fs::remove_dir_all(folder)?;
            }
        }
        for crate_of_ours in ["core", "emulator"] {
            let from = ours.join("crates").join(crate_of_ours);
            for (path, content) in workspace::files(&from)? {
                if !path.contains("generated/") || crate_of_ours == "core" {
                    write(&root.join("crates").join(crate_of_ours).join(path), &content)?;
                }
            }
        }
        let mut folders = BTreeSet::new();
        for Artifact { path, text } in artifacts.iter().filter(|artifact| artifact.path.starts_with("crates/")) {
            let folder = path.split('/').nth(1).unwrap_or_default();
            if folder != "core" {
                write(&root.join(path), text.as_bytes())?;
            }
            if !["core", "emulator"].contains(&folder) {
                folders.insert(folder);
            }
        }
        let products: String = folders.iter().map(|folder| dependency(folder)).collect();
        write(&root.join("Cargo.toml"), manifest(&ours, &products)?.as_bytes())?;
        let used: String = folders.iter().map(|folder| format!("tencentcloud-{folder}.workspace = true\n")).collect();
        write(&root.join("official/Cargo.toml"), format!("{MANIFEST}{used}").as_bytes())?;
        write(&root.join("official/src/main.rs"), main(programs).as_bytes())?;
        write(&root.join("official/src/support.rs"), calls::SUPPORT.as_bytes())?;
        for (name, program) in programs {
            write(&root.join(format!("official/src/{name}.rs")), program.as_bytes())?;
        }
        for file in ["Cargo.lock", "clippy.toml", "rustfmt.toml"] {
            fs::copy(ours.join(file), root.join(file))?;
        }
        Ok(Self { root })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Outcome<Output> {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&self.root).args(arguments).env("RUSTDOCFLAGS", "--deny warnings");
        for (name, _) in env::vars_os() {
            if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                cargo.env_remove(name);
            }
        }
        let output = cargo.output()?;
        let streams = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Output { is_successful: output.status.success(), text: streams.concat() })
    }
}

/// The crates that cargo could not compile.
pub(crate) fn failed_crates(text: &str) -> BTreeSet<String> {
    let names = text.lines().filter_map(|line| line.strip_prefix("error: could not compile `")?.split('`').next());
    names.map(str::to_owned).collect()
}

fn dependency(folder: &str) -> String {
    format!("tencentcloud-{folder} = {{ path = \"crates/{folder}\" }}\n")
}

/// The manifest of this workspace, with these products instead of its own.
fn manifest(ours: &Path, products: &str) -> Outcome<String> {
    let text = fs::read_to_string(ours.join("Cargo.toml"))?;
    let mut lines = Vec::new();
    for line in text.lines() {
        let dependency = line.strip_prefix("tencentcloud-").and_then(|line| line.split(' ').next());
        match dependency {
            Some("core") => lines.push(format!("{line}\n{products}")),
            Some("emulator") => lines.push(line.to_owned()),
            Some(_) => {}
            None if line.starts_with("members = ") => lines.push("members = [\"crates/*\", \"official\"]".to_owned()),
            None if line.starts_with("exclude = ") => {}
            None => lines.push(line.to_owned()),
        }
    }
    Ok(lines.join("\n"))
}

/// The program that runs all others.
fn main(programs: &BTreeMap<String, String>) -> String {
    let modules: String = programs.keys().map(|name| format!("mod {name};\n")).collect();
    let run = |name: &String| {
        let report = format!("println!(\"official: {name}: {{error}}\");");
        format!("    if let Err(error) = {name}::run().await {{\n        {report}\n    }}\n")
    };
    let runs: String = programs.keys().map(run).collect();
    format!(
        "mod support;\n{modules}\n#[tokio::main(flavor = \"current_thread\")]\nasync fn main() {{\n{runs}    \
         support::report();\n}}\n"
    )
}

fn write(path: &Path, content: &[u8]) -> Outcome<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    Ok(fs::write(path, content)?)
}
