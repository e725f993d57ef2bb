//! Compiles programs for one version of a crate with another version, and decodes the responses of
//! one version with another.
//!
//! All versions are modules of a few crates, and all programs are modules of one crate, so that the
//! compiler starts a few times only. The programs that do not compile are found by the places of
//! the compiler's errors. A phase of the compiler that fails hides the errors of later phases, so
//! those programs are removed, and the rest is compiled again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tencentcloud_codegen::{Artifact, Source, generate};

use crate::compiled::{self, Crates};
use crate::{Outcome, usage};

const MANIFEST: &str = "\
[package]
name = \"programs\"
version.workspace = true
edition.workspace = true

[dependencies]
serde.workspace = true
serde_json.workspace = true
";

/// The program that decodes responses: it reads a type and a response from each line.
const DECODER: &str = "\
fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (ty, json) = line.split_once(' ').unwrap();
        println!(\"{}\", decodes(ty, json));
    }
}

fn decodes(ty: &str, json: &str) -> bool {
    match ty {
ARMS        _ => panic!(\"{ty}\"),
    }
}
";

/// A version of a product.
#[derive(Clone, Debug)]
pub struct Version {
    /// The folder of the product.
    folder: String,
    artifacts: Vec<Artifact>,
    /// The path of the module that the version is.
    root: String,
}

impl Version {
    /// The folder of the product.
    #[must_use]
    pub fn folder(&self) -> &str {
        &self.folder
    }

    /// The generated files.
    #[must_use]
    pub fn artifacts(&self) -> &[Artifact] {
        &self.artifacts
    }

    /// Whether the crate has an item such as `ErrorCode::InternalError`.
    #[must_use]
    pub fn has_code(&self, item: &str) -> bool {
        let variant = item.strip_prefix("ErrorCode::").unwrap_or_default();
        let mut files = self.artifacts.iter().filter(|artifact| artifact.path.ends_with("/src/error_code.rs"));
        files.any(|file| file.text.contains(&format!("\n    {variant},\n")))
    }
}

/// Versions of products, and programs for them.
#[derive(Clone, Debug, Default)]
pub struct Versions {
    crates: Crates,
    versions: BTreeMap<(String, String), Version>,
    /// The programs, by their names.
    programs: BTreeMap<String, String>,
}

impl Versions {
    /// Adds a version of the product in this folder. The same version is added once.
    ///
    /// # Errors
    ///
    /// If the specification is refused.
    pub fn add(&mut self, folder: &str, sources: &[Source]) -> Outcome<Version> {
        let is_needed = |path: &str| path.starts_with("common/") || path.starts_with(&format!("{folder}/"));
        let sources: Vec<Source> = sources.iter().filter(|source| is_needed(&source.path)).cloned().collect();
        let key = (folder.to_owned(), sources.iter().map(|source| source.text.as_str()).collect::<String>());
        if let Some(version) = self.versions.get(&key) {
            return Ok(version.clone());
        }
        let artifacts = generate(&sources)?;
        let name = format!("version_{}", self.versions.len());
        let root = self.crates.add_module(folder, &name, artifacts.clone());
        let version = Version { folder: folder.to_owned(), artifacts, root };
        self.versions.insert(key, version.clone());
        Ok(version)
    }

    /// Adds a program that uses everything of a version, and is compiled with another one.
    ///
    /// # Errors
    ///
    /// If the generated code cannot be parsed.
    pub fn add_usage(&mut self, name: &str, of: &Version, with: &Version) -> Outcome<()> {
        let program = usage::of(&of.folder, &of.artifacts, &with.root)?;
        self.programs.insert(name.to_owned(), program);
        Ok(())
    }

    /// The names of the programs that do not compile, each with its first error.
    ///
    /// # Errors
    ///
    /// If cargo cannot be run, or fails because of something else than a program.
    pub fn failing(&self, name: &str) -> Outcome<BTreeMap<String, String>> {
        let folder = self.write(name)?;
        let mut failing = BTreeMap::new();
        loop {
            let programs = self.programs.iter().filter(|(name, _)| !failing.contains_key(*name));
            let modules: String = programs.map(|(name, _)| format!("mod {name};\n")).collect();
            let root = format!("#![allow(warnings)]\n{modules}");
            fs::write(folder.join("crates/programs/src/lib.rs"), root)?;
            let mut check = compiled::cargo(&folder)?;
            check.args(["check", "--offline", "--package", "programs", "--lib", "--message-format", "json"]);
            let output = check.output()?;
            if output.status.success() {
                return Ok(failing);
            }
            let before = failing.len();
            for line in String::from_utf8(output.stdout)?.lines() {
                if let Some((program, error)) = error(&serde_json::from_str(line)?) {
                    failing.entry(program).or_insert(error);
                }
            }
            if failing.len() == before {
                return Err(String::from_utf8_lossy(&output.stderr).into());
            }
        }
    }

    /// Whether each response can be decoded as its type, which is the name of a response type and
    /// the version that has it.
    ///
    /// # Errors
    ///
    /// If the program that decodes the responses cannot be compiled.
    pub fn decodes(&self, name: &str, responses: &[(&Version, String, String)]) -> Outcome<Vec<bool>> {
        let folder = self.write(name)?;
        let types: BTreeSet<String> =
            responses.iter().map(|(version, ty, _)| format!("{}::{ty}", version.root)).collect();
        let arms = types.iter().map(|ty| format!("        \"{ty}\" => serde_json::from_str::<{ty}>(json).is_ok(),\n"));
        let program = DECODER.replace("ARMS", &arms.collect::<String>());
        fs::write(folder.join("crates/programs/src/lib.rs"), "")?;
        fs::write(folder.join("crates/programs/src/main.rs"), program)?;
        let lines = responses.iter().map(|(version, ty, json)| format!("{}::{ty} {json}\n", version.root));
        let input = folder.join("responses");
        fs::write(&input, lines.collect::<String>())?;
        let mut run = compiled::cargo(&folder)?;
        run.args(["run", "--offline", "--quiet", "--package", "programs"]).stdin(fs::File::open(input)?);
        let output = run.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(String::from_utf8(output.stdout)?.lines().map(|line| line == "true").collect())
    }

    fn write(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.crates.write(name)?;
        let roots = self.versions.values().filter_map(|version| version.root.split("::").next());
        let crates: BTreeSet<String> = roots.map(|root| root.replace('_', "-")).collect();
        let dependencies: String = crates.iter().map(|name| format!("{name} = {{ path = \"../{name}\" }}\n")).collect();
        let programs = folder.join("crates/programs");
        fs::create_dir_all(programs.join("src"))?;
        fs::write(programs.join("Cargo.toml"), format!("{MANIFEST}{dependencies}"))?;
        for (name, program) in &self.programs {
            fs::write(programs.join("src").join(format!("{name}.rs")), program)?;
        }
        Ok(folder)
    }
}

/// The program that an error of the compiler is in, and the error.
fn error(message: &Value) -> Option<(String, String)> {
    let message = message.get("message").filter(|message| message.get("level") == Some(&Value::from("error")))?;
    let mut spans = message.get("spans")?.as_array()?.iter();
    let file = spans.find_map(|span| span.get("file_name")?.as_str().filter(|name| name.contains("programs/src/")))?;
    let program = Path::new(file).file_stem()?.to_str()?.to_owned();
    Some((program, message.get("rendered")?.as_str()?.to_owned()))
}
