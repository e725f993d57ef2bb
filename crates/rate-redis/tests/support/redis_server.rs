//! Starts a real store for a test: `redis-server` or `valkey-server`, on a free port of loopback.

#![allow(dead_code, reason = "each program that includes this file uses a part of it")]
#![expect(clippy::disallowed_methods, reason = "starts a program, and waits for it in real time")]

use std::io::{self, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

/// Programs of Debian's packages of the same names.
const PROGRAMS: [&str; 2] = ["redis-server", "valkey-server"];
/// With this variable, a missing program is an error. Without it, a test is skipped.
const REQUIRED: &str = "TEST_STORE_REQUIRED";
/// Time limit for a server to start. 10 s: it takes a few milliseconds on an idle machine.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// A running server, which ends when this is dropped. It stores nothing on the disk.
pub(crate) struct RedisServer {
    program: &'static str,
    port: u16,
    process: Child,
}

impl RedisServer {
    /// Starts a server. `None` if no program is installed; that is printed.
    ///
    /// # Errors
    ///
    /// If the server does not start, or if no program is installed although one is required.
    pub(crate) fn start() -> io::Result<Option<Self>> {
        let Some(program) = PROGRAMS.into_iter().find(|program| is_installed(program)) else {
            let missing = "no store: neither `redis-server` nor `valkey-server` is installed; \
                           help: install one of the two, as with `apt-get install redis-server`";
            if env::var_os(REQUIRED).is_some() {
                return Err(io::Error::other(missing));
            }
            // Not with `println!`, which prints nothing if the test passes.
            writeln!(io::stderr(), "skipped, {missing}")?;
            return Ok(None);
        };
        // Another program may take the port in between. Then the server does not start, and
        // another port is tried.
        let mut outcome = Err(io::Error::other("no free port"));
        for _ in 0..3 {
            let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
            outcome = run(program, port).map(|process| Some(Self { program, port, process }));
            if outcome.is_ok() {
                break;
            }
        }
        outcome
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills the server, which loses everything.
    pub(crate) fn kill(&mut self) -> io::Result<()> {
        self.process.kill()?;
        self.process.wait().map(drop)
    }

    /// Stops the server without closing its connections, as a network does that loses everything.
    pub(crate) fn hang(&self) -> io::Result<()> {
        let status = Command::new("kill").args(["-STOP", &self.process.id().to_string()]).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("`kill -STOP` has failed")) }
    }

    /// Starts the server again, empty, at the same port.
    pub(crate) fn restart(&mut self) -> io::Result<()> {
        self.process = run(self.program, self.port)?;
        Ok(())
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // A server that was killed before has ended.
        let _ = self.kill();
    }
}

fn is_installed(program: &str) -> bool {
    Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

/// Starts a server, and waits until it accepts connections.
fn run(program: &str, port: u16) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"]).arg(port.to_string());
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let deadline = Instant::now() + START_TIMEOUT;
    while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
        if process.try_wait()?.is_some() || Instant::now() > deadline {
            let _ = process.kill();
            process.wait()?;
            return Err(io::Error::other(format!("{program} does not start on port {port}")));
        }
        thread::sleep(Duration::from_millis(5));
    }
    Ok(process)
}
