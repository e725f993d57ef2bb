//! Starts an emulator, and runs `tcpurge` against it with an environment of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::Value;
use tencentcloud_emulator::{Builder, Emulator};

/// An emulator, and a folder in which the program runs. The folder is removed in the end.
pub(crate) struct Setup {
    pub(crate) emulator: Emulator,
    pub(crate) folder: PathBuf,
}

/// What a program that has ended has printed.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::with(Emulator::builder())
    }

    pub(crate) fn with(builder: Builder) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("tcpurge-{}-{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        Self { emulator: runtime.block_on(builder.start()).unwrap(), folder }
    }

    /// The program with these arguments, in a clean environment: no credentials of this machine,
    /// and a locale that shows Unicode.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", &self.folder)
            .env("LANG", "C.UTF-8")
            .env("NO_PROXY", "*")
            .env("TENCENTCLOUD_ENDPOINT", self.emulator.endpoint())
            .env("TENCENTCLOUD_SECRET_ID", self.emulator.secret_id())
            .env("TENCENTCLOUD_SECRET_KEY", self.emulator.secret_key())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// Runs the program with this text as its standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        Ran::of(child.wait_with_output().unwrap())
    }

    /// Waits until the emulator has received a number of requests.
    pub(crate) fn wait_for_requests(&self, requests: usize, child: &mut Child) {
        while self.emulator.received().len() < requests {
            assert!(child.try_wait().unwrap().is_none(), "the program has ended too early");
            std::thread::yield_now();
        }
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.folder.join(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap()
    }

    /// The targets that the emulator has accepted, in the order in which they arrived.
    pub(crate) fn purged(&self) -> Vec<String> {
        let mut tasks = self.emulator.tasks();
        tasks.reverse();
        tasks.iter().flat_map(|task| task.targets.iter().map(|target| target.address.clone())).collect()
    }

    /// The actions of the requests that have arrived.
    pub(crate) fn actions(&self) -> Vec<String> {
        self.emulator.received().iter().map(|request| request.action.clone()).collect()
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        // A folder that remains does no harm.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            // A process that a signal ended has no code.
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Checks the exit code, and shows what was printed if it is another one.
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }
}

pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_tcpurge"))
}

/// The folder of this package.
pub(crate) fn package() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("."), PathBuf::from)
}
