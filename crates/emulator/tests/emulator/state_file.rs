//! The program's state file: what was accepted outlives it, however it ends.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, process, thread};

use serde_json::Value;

use crate::client::{OldCall, PATIENCE, send};
use crate::program::{Running, address, now, purge, run};

/// A file of its own for a test, gone with it.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("tencentcloud-emulator-{name}-{}.state", process::id()));
        let _ = fs::remove_file(&path);
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// The id of the task, if the emulator lived to answer.
fn submit(address: SocketAddr, url: &str) -> Option<String> {
    let request = purge(url).request();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut text = format!("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", request.body.len());
    text.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    stream.write_all(text.as_bytes()).ok()?;
    stream.write_all(b"\r\n").ok()?;
    stream.write_all(&request.body).ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    let envelope: Value = serde_json::from_str(reply.split_once("\r\n\r\n")?.1).ok()?;
    Some(envelope["Response"]["TaskId"].as_str().unwrap_or_else(|| panic!("{reply}")).to_owned())
}

/// The log's only row of a task.
fn logged(address: SocketAddr, id: &str) -> Value {
    let call = OldCall::new("GET", "DescribePurgeTasks", "2019-10-12", &[("TaskId", id)]);
    let response = send(address, &call.set("Timestamp", Some(&now().to_string())).request()).response();
    assert_eq!(response["TotalCount"], 1, "{id}: {response}");
    response["PurgeLogs"][0].clone()
}

#[test]
fn a_kill_loses_no_accepted_task() {
    let file = Temporary::new("kill");
    let options = ["--state", file.path(), "--rates", "off"];
    let accepted = Mutex::new(BTreeMap::new());
    for round in 1..=4 {
        let mut running = Running::start(&options);
        let address = address(&running.greeting());
        let before: BTreeMap<String, String> = accepted.lock().unwrap().clone();
        for (url, id) in &before {
            assert_eq!(logged(address, id)["Url"], *url, "round {round}");
        }
        let killed = AtomicBool::new(false);
        thread::scope(|scope| {
            for client in 0..4 {
                let (accepted, killed) = (&accepted, &killed);
                scope.spawn(move || {
                    for index in 0.. {
                        let url = format!("http://www.example.com/{round}/{client}/{index}");
                        match submit(address, &url) {
                            Some(id) => drop(accepted.lock().unwrap().insert(url, id)),
                            None => return assert!(killed.load(Ordering::SeqCst), "no answer before the kill"),
                        }
                    }
                });
            }
            while accepted.lock().unwrap().len() < 30 * round {
                thread::yield_now();
            }
            killed.store(true, Ordering::SeqCst);
            // SIGKILL where there is one.
            running.child.kill().unwrap();
        });
    }
}

#[test]
fn what_today_has_used_of_a_quota_outlives_the_program() {
    let file = Temporary::new("quota");
    let options = ["--state", file.path(), "--quotas", "2"];
    for expected in ["", "", "LimitExceeded.CdnPurgeUrlExceedDayLimit"] {
        let mut running = Running::start(&options);
        let address = address(&running.greeting());
        assert_eq!(send(address, &purge("http://www.example.com/").request()).code(), expected);
    }
}

#[test]
fn a_task_ends_when_it_would_have_ended() {
    let file = Temporary::new("ends");
    let options = ["--state", file.path(), "--purge-seconds", "3600"];
    let mut running = Running::start(&options);
    let id = submit(address(&running.greeting()), "http://www.example.com/").unwrap();
    drop(running);
    let mut running = Running::start(&options[..2]);
    assert_eq!(logged(address(&running.greeting()), &id)["Status"], "process");
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let file = Temporary::new("foreign");
    fs::write(&file.0, "dear diary\n").unwrap();
    let (code, stdout, stderr) = run(&["--port", "0", "--state", file.path()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("line 1 is not a task") && stderr.contains(file.path()), "{stderr}");
    assert_eq!(fs::read_to_string(&file.0).unwrap(), "dear diary\n");
}
