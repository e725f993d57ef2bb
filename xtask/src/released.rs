//! Reads the specifications of a released version, from git or from a folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use tencentcloud_codegen::Source;
use tencentcloud_codegen::diff::Version;

use crate::spec_diff;
use crate::workspace::Workspace;

/// The tags of releases.
const TAGS: &str = "v[0-9]*";

/// The specifications of a released version.
pub(crate) struct Released {
    /// What they are, for messages.
    pub(crate) name: String,
    pub(crate) sources: Vec<Source>,
    /// The version of the crates, if it is known.
    pub(crate) version: Option<Version>,
}

impl Released {
    /// The last release before the current commit.
    pub(crate) fn last(root: &Path) -> Result<Self, String> {
        let tag = git(root, &["describe", "--tags", "--abbrev=0", "--match", TAGS]).map_err(|error| {
            format!(
                "no release was found: {error}; help: fetch the tags `v...`, or name a revision or a folder with \
                 `--from`"
            )
        })?;
        Self::of_revision(root, tag.trim())
    }

    /// The specifications in a folder, or else of a revision.
    pub(crate) fn find(root: &Path, from: &str) -> Result<Self, String> {
        match Path::new(from) {
            folder if folder.is_dir() => Self::of_folder(folder),
            _ => Self::of_revision(root, from),
        }
    }

    fn of_revision(root: &Path, revision: &str) -> Result<Self, String> {
        let commit = format!("{revision}^{{commit}}");
        let hash = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
            .map_err(|_| format!("`{revision}` is neither a folder nor a revision; help: check its name"))?;
        let hash = hash.trim();
        let paths = git(root, &["ls-tree", "-r", "-z", "--name-only", hash, "--", "spec/"])?;
        let mut sources = Vec::new();
        for path in paths.split('\0').filter(|path| is_specification(path)) {
            let text = git(root, &["show", &format!("{hash}:{path}")])?;
            sources.push(Source { path: path.trim_start_matches("spec/").to_owned(), text });
        }
        let version = git(root, &["show", &format!("{hash}:Cargo.toml")]).ok();
        let version = version.and_then(|manifest| spec_diff::version(&manifest));
        let short = hash.get(..7).unwrap_or(hash);
        Self { name: format!("{revision} ({short})"), sources, version }.not_empty()
    }

    /// A checkout, or its folder `spec`.
    fn of_folder(folder: &Path) -> Result<Self, String> {
        let inner = folder.join("spec");
        let spec = if inner.is_dir() { inner.as_path() } else { folder };
        let files = Workspace::at(spec).files(".").map_err(|error| error.to_string())?;
        let mut sources = Vec::new();
        for (path, content) in files {
            let path = path.trim_start_matches("./");
            if is_specification(&format!("spec/{path}")) {
                let text = String::from_utf8(content).map_err(|_| format!("{path} is not UTF-8"))?;
                sources.push(Source { path: path.to_owned(), text });
            }
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).ok();
        let version = manifest.and_then(|manifest| spec_diff::version(&manifest));
        Self { name: folder.display().to_string(), sources, version }.not_empty()
    }

    fn not_empty(self) -> Result<Self, String> {
        match self.sources.is_empty() {
            true => {
                Err(format!("{} has no specifications; help: name a version that has the folder `spec`", self.name))
            }
            false => Ok(self),
        }
    }
}

/// Whether a file is in the folder of a product, or in that of the common codes.
fn is_specification(path: &str) -> bool {
    path.ends_with(".json") && path.starts_with("spec/") && path.matches('/').count() == 2
}

/// The output of git.
fn git(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git").current_dir(root).args(arguments).output();
    let output = output.map_err(|error| format!("git cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).trim().to_owned());
    }
    String::from_utf8(output.stdout).map_err(|_| "git printed text that is not UTF-8".to_owned())
}
