//! The emulator program: built, started, and ended with this value.

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs, thread};

use super::folder::Folder;
use crate::workspace;

/// A permanent credential and a temporary one, of the same key.
pub(crate) const PERMANENT: &str = "AKIDPERMANENT";
pub(crate) const TEMPORARY: &str = "AKIDTEMPORARY";
pub(crate) const KEY: &str = "ConformanceKeyNotASecret";
pub(crate) const TOKEN: &str = "ConformanceTokenNotASecret";

/// Options for both of them.
pub(crate) fn credentials() -> [String; 4] {
    let option = || "--credential".to_owned();
    [option(), format!("{PERMANENT}:{KEY}"), option(), format!("{TEMPORARY}:{KEY}:{TOKEN}")]
}

/// The program's name, and that of its package.
const PROGRAM: &str = "tencentcloud-emulator";

/// How many of the last lines are shown when something went wrong.
const LINES: usize = 20;

/// How much of each of them is shown, in characters.
const LENGTH: usize = 240;

/// Builds the program, and says where it is.
pub(crate) fn build() -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--quiet", "--package", PROGRAM, "--bin", PROGRAM])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace::root())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err("the emulator does not build".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    // One JSON object a line; only the program's own has this member with a value.
    let executable = messages.lines().find_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    Ok(PathBuf::from(executable.ok_or("cargo does not say where the emulator is")?.replace("\\\\", "\\")))
}

/// The running program.
pub(crate) struct Emulator {
    child: Child,
    address: SocketAddr,
    log: PathBuf,
}

impl Emulator {
    /// Starts it on a free port with these options; what it prints goes into a file of this name in the folder.
    pub(crate) fn start(program: &Path, folder: &Folder, log: &str, options: &[&str]) -> Result<Self, Box<dyn Error>> {
        let mut child = Command::new(program).args(["--port", "0"]).args(options).stdout(Stdio::piped()).spawn()?;
        let mut stdout = BufReader::new(child.stdout.take().ok_or("the emulator has no standard output")?);
        let log = folder.path().join(log);
        // The value exists before anything can fail, so that the program ends whatever happens.
        let mut emulator = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), log };
        let mut first = String::new();
        stdout.read_line(&mut first)?;
        let listens = first.trim().strip_prefix("listening on ").and_then(|endpoint| endpoint.split_once("://"));
        let (_, address) = listens.ok_or("the emulator did not start")?;
        emulator.address = address.parse()?;
        let mut log = File::create(&emulator.log)?;
        thread::spawn(move || io::copy(&mut stdout, &mut log));
        Ok(emulator)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The last that it printed.
    pub(crate) fn last_lines(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default();
        shown.iter().map(|line| format!("  {}\n", line.chars().take(LENGTH).collect::<String>())).collect()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
