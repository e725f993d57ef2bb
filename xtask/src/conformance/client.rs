//! The official clients: what they are, how they are installed, and how they are made to call.

use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use super::case::{Case, Outcome};
use super::command;
use super::folder::Folder;
use crate::workspace;

/// An official client.
pub(crate) struct Client {
    pub(crate) title: &'static str,
    /// Its folder under `tests/conformance/`, and the one that it is installed into.
    folder: &'static str,
    installed: &'static str,
    kind: Kind,
    /// The packages to name in the report.
    packages: &'static str,
    /// What it reports refusals as.
    pub(crate) error: &'static str,
    /// How it can sign and send.
    pub(crate) styles: &'static [Style],
    /// The actions that it has.
    pub(crate) actions: &'static [&'static str],
}

/// A way to sign and to send.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub(crate) signature: &'static str,
    pub(crate) method: &'static str,
}

/// How a client is installed: with pip from this list, or with npm.
enum Kind {
    Python(&'static str),
    Node,
}

/// The file that the emulator writes what clients have to trust into.
pub(crate) const AUTHORITY: &str = "authority.pem";

const ALL: &[&str] = &["PurgeUrlsCache", "PurgePathCache", "CreatePurgeTask", "DescribePurgeTasks"];

const TC3_POST: Style = style("TC3-HMAC-SHA256", "POST");
const TC3_GET: Style = style("TC3-HMAC-SHA256", "GET");
const SHA1_GET: Style = style("HmacSHA1", "GET");
const SHA1_POST: Style = style("HmacSHA1", "POST");
const SHA256_GET: Style = style("HmacSHA256", "GET");
const SHA256_POST: Style = style("HmacSHA256", "POST");

/// What the SDK for Python can do as well: leave the payload unsigned.
const UNSIGNED: Style = style("TC3-HMAC-SHA256 unsigned", "POST");

/// What both do with a certificate to trust; nobody tampers with that on its way.
const TLS: Style = style("TC3-HMAC-SHA256 tls", "POST");

/// What the SDK for Node does as well: with a port in its endpoint it signs the host without it.
const WITHOUT_PORT: Style = style("TC3-HMAC-SHA256 port", "POST");

/// The clients in the order of the report.
pub(crate) const CLIENTS: [Client; 4] = [
    Client {
        title: "Python SDK",
        folder: "python",
        installed: "python",
        kind: Kind::Python("requirements.txt"),
        packages: "tencentcloud-sdk-python-",
        error: "TencentCloudSDKException",
        styles: &[TC3_POST, TC3_GET, SHA1_GET, SHA1_POST, SHA256_GET, SHA256_POST, TLS, UNSIGNED],
        actions: ALL,
    },
    Client {
        title: "Node SDK",
        folder: "node",
        installed: "node",
        kind: Kind::Node,
        packages: "tencentcloud-sdk-nodejs-",
        error: "TencentCloudSDKHttpException",
        styles: &[TC3_POST, TC3_GET, SHA1_GET, SHA1_POST, SHA256_GET, SHA256_POST, TLS, WITHOUT_PORT],
        actions: ALL,
    },
    Client {
        title: "tccli",
        folder: "tccli",
        installed: "tccli",
        kind: Kind::Python("requirements.txt"),
        packages: "tccli",
        error: "TencentCloudSDKException",
        // It signs and sends in no other way.
        styles: &[TC3_POST],
        actions: &["PurgeUrlsCache", "PurgePathCache", "CreatePurgeTask"],
    },
    Client {
        title: "tccli, before ecdn lost the action",
        folder: "tccli",
        installed: "tccli-ecdn",
        kind: Kind::Python("requirements-ecdn.txt"),
        packages: "tccli",
        error: "TencentCloudSDKException",
        // It signs in the old way, and in no other.
        styles: &[SHA256_POST],
        actions: ALL,
    },
];

const fn style(signature: &'static str, method: &'static str) -> Style {
    Style { signature, method }
}

/// Installs what is not there yet, all clients at once.
pub(crate) fn install(folder: &Folder) -> Result<(), Box<dyn Error>> {
    thread::scope(|scope| {
        let installing: Vec<_> = CLIENTS.iter().map(|client| scope.spawn(move || client.install(folder))).collect();
        for client in installing {
            client.join().map_err(|_| "an installation panicked")??;
        }
        Ok(())
    })
}

impl Client {
    /// Installs the client, unless it is there; a file beside it says so once all of it is.
    fn install(&self, folder: &Folder) -> Result<(), String> {
        let done = folder.path().join(format!("{}.installed", self.installed));
        let source = self.source();
        let target = folder.path().join(self.installed);
        let listed = fs::read(source.join(self.list())).map_err(|error| error.to_string())?;
        if fs::read(&done).is_ok_and(|installed| installed == listed) {
            return Ok(());
        }
        let _ = fs::remove_dir_all(&target);
        match self.kind {
            Kind::Python(list) => {
                command::run(Command::new("python3").args(["-m", "venv"]).arg(&target))?;
                let pip = ["-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"];
                let list = source.join(list);
                command::run(self.interpreter(folder).args(pip).arg("--requirement").arg(list))?;
            }
            Kind::Node => {
                fs::create_dir_all(&target).map_err(|error| error.to_string())?;
                for file in ["package.json", "package-lock.json"] {
                    fs::copy(source.join(file), target.join(file)).map_err(|error| error.to_string())?;
                }
                let npm = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
                command::run(Command::new("npm").args(npm).current_dir(&target))?;
            }
        }
        fs::write(&done, listed).map_err(|error| error.to_string())
    }

    /// Has every case called, and reads what came of it.
    pub(crate) fn call(&self, folder: &Folder, cases: &[Case]) -> Result<Vec<Outcome>, Box<dyn Error>> {
        let conformance = workspace::root().join("tests/conformance");
        let script = match self.kind {
            Kind::Python(_) => self.source().join("calls.py"),
            Kind::Node => {
                // Node looks for packages beside the script.
                let script = folder.path().join(self.installed).join("calls.js");
                fs::copy(self.source().join("calls.js"), &script)?;
                script
            }
        };
        let mut command = self.interpreter(folder);
        command::without_surroundings(&mut command, folder.path());
        let authority = folder.path().join(AUTHORITY);
        // Node reads the variable itself, the other scripts hand the file on.
        command.env("NODE_EXTRA_CA_CERTS", authority).arg(script).arg(conformance.join("parameters.json"));
        if self.folder == "tccli" {
            command.args(self.actions);
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let lines: String = cases.iter().map(Case::line).collect();
        let mut stdin = child.stdin.take().ok_or("the script has no standard input")?;
        let writer = thread::spawn(move || stdin.write_all(lines.as_bytes()));
        let output = child.wait_with_output()?;
        if !output.status.success() {
            return Err(format!("{}: its script ended with {}", self.title, output.status).into());
        }
        writer.join().map_err(|_| "writing the cases panicked")??;
        let told = String::from_utf8(output.stdout)?;
        told.lines()
            .map(|line| Outcome::parse(line).ok_or_else(|| format!("{}: not an outcome: {line}", self.title).into()))
            .collect()
    }

    /// The packages that are installed, with their versions, as their list pins them.
    pub(crate) fn versions(&self) -> String {
        let text = fs::read_to_string(self.source().join(self.list())).unwrap_or_default();
        let versions = text.lines().filter_map(|line| {
            let line = line.trim().trim_end_matches(',').replace("\": \"", "==").replace('"', "");
            line.starts_with(self.packages).then(|| line.replace("==", " "))
        });
        versions.collect::<Vec<_>>().join(", ")
    }

    fn source(&self) -> PathBuf {
        workspace::root().join("tests/conformance").join(self.folder)
    }

    fn list(&self) -> &'static str {
        match self.kind {
            Kind::Python(list) => list,
            Kind::Node => "package.json",
        }
    }

    fn interpreter(&self, folder: &Folder) -> Command {
        match self.kind {
            Kind::Python(_) if cfg!(windows) => {
                Command::new(folder.path().join(self.installed).join("Scripts/python.exe"))
            }
            Kind::Python(_) => Command::new(folder.path().join(self.installed).join("bin/python")),
            Kind::Node => Command::new("node"),
        }
    }
}
