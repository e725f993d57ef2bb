//! Builds and runs the emulator program.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use crate::folder::Folder;
use crate::workspace;

/// A permanent credential and a temporary one, with the same key.
pub(crate) const PERMANENT: &str = "AKIDPERMANENT";
pub(crate) const TEMPORARY: &str = "AKIDTEMPORARY";
pub(crate) const KEY: &str = "ConformanceKeyNotASecret";
pub(crate) const TOKEN: &str = "ConformanceTokenNotASecret";

/// The options that configure both credentials.
pub(crate) fn credentials() -> [String; 4] {
    let option = || "--credential".to_owned();
    [option(), format!("{PERMANENT}:{KEY}"), option(), format!("{TEMPORARY}:{KEY}:{TOKEN}")]
}

/// The name of the program and of its package.
const PROGRAM: &str = "tencentcloud-emulator";

/// Number of log lines that are shown after a failure.
const SHOWN_LINES: usize = 20;

/// Maximum length of a shown log line, in characters.
const MAX_LINE_CHARS: usize = 240;

/// Builds the program, and returns its path.
pub(crate) fn build() -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    for (name, _) in env::vars_os() {
        // If these differ, cargo runs the build script of `ring` again.
        if ["CARGO_MANIFEST_", "CARGO_PKG_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    let output = command
        // The features of `cargo emulator`, so that both use the same build.
        .args(["build", "--package", PROGRAM, "--bin", PROGRAM, "--features", "testing"])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace::root()?)
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the emulator does not compile".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    // One JSON object per line. Only the one of the program has this member with a string.
    let executable = messages.lines().find_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    Ok(PathBuf::from(executable.ok_or("cargo does not report the path of the emulator")?.replace("\\\\", "\\")))
}

/// The running program. Dropping this value ends it.
pub(crate) struct Emulator {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Emulator {
    /// Starts the program on a free port with these options. Its output is written to a file with
    /// the name `log` in the folder.
    pub(crate) fn start(program: &Path, folder: &Folder, log: &str, options: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program).args(["--port", "0"]).args(options).stdout(Stdio::piped()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("the emulator has no standard output")?);
        let log = folder.path().join(log);
        // Created before anything can fail, because dropping it ends the program.
        let mut emulator = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        let mut first = String::new();
        stdout.read_line(&mut first)?;
        let endpoint = first.trim().strip_prefix("listening on ").and_then(|endpoint| endpoint.split_once("://"));
        let (_, address) = endpoint.ok_or("the emulator did not start")?;
        emulator.address = address.parse()?;
        let mut log = File::create(&emulator.log)?;
        thread::spawn(move || io::copy(&mut stdout, &mut log));
        Ok(emulator)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The last lines of its output.
    pub(crate) fn last_lines(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default();
        shown.iter().map(|line| format!("  {}\n", line.chars().take(MAX_LINE_CHARS).collect::<String>())).collect()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
