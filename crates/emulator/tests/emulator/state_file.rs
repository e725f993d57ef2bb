//! Tests the state file: accepted tasks survive the program, however it ends.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{env, fs, process, thread};

use serde_json::Value;
use tencentcloud_emulator::verify::Request;

use crate::calls::column;
use crate::client::{PATIENCE, V1Call, send};
use crate::program::{Running, address, now, purge, run};

/// A temporary file or folder. Dropping it deletes it.
struct Temporary(PathBuf);

impl Temporary {
    fn new(name: &str) -> Self {
        let path = env::temp_dir().join(format!("tencentcloud-emulator-{name}-{}.state", process::id()));
        let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0).or_else(|_| fs::remove_dir_all(&self.0));
    }
}

/// The id of the task. `None` if the emulator was killed before it responded.
fn submit(address: SocketAddr, url: &str) -> Option<String> {
    let request = purge(url).request();
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    let mut text = format!("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: {}\r\n", request.body.len());
    text.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    stream.write_all(text.as_bytes()).ok()?;
    stream.write_all(b"\r\n").ok()?;
    stream.write_all(&request.body).ok()?;
    let mut response = String::new();
    stream.read_to_string(&mut response).ok()?;
    let envelope: Value = serde_json::from_str(response.split_once("\r\n\r\n")?.1).ok()?;
    Some(envelope["Response"]["TaskId"].as_str().unwrap_or_else(|| panic!("{response}")).to_owned())
}

/// The log's only entry of a task.
fn logged(address: SocketAddr, id: &str) -> Value {
    let call = V1Call::new("GET", "DescribePurgeTasks", "2019-10-12", &[("TaskId", id)]);
    let response = send(address, &call.set("Timestamp", Some(&now().to_string())).request()).members();
    assert_eq!(response["TotalCount"], 1, "{id}: {response}");
    response["PurgeLogs"][0].clone()
}

#[test]
fn no_accepted_task_is_lost_when_the_program_is_killed() {
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
                            None => return assert!(killed.load(Ordering::SeqCst), "no response before the kill"),
                        }
                    }
                });
            }
            while accepted.lock().unwrap().len() < 30 * round {
                thread::yield_now();
            }
            killed.store(true, Ordering::SeqCst);
            // SIGKILL on Unix.
            running.child.kill().unwrap();
        });
    }
}

#[test]
fn the_usage_of_a_quota_survives_the_program() {
    let file = Temporary::new("quota");
    let options = ["--state", file.path(), "--quotas", "2"];
    for expected in ["", "", "LimitExceeded.CdnPurgeUrlExceedDayLimit"] {
        let mut running = Running::start(&options);
        let address = address(&running.greeting());
        assert_eq!(send(address, &purge("http://www.example.com/").request()).code(), expected);
    }
}

#[test]
fn a_task_finishes_at_the_same_time_after_a_restart() {
    let file = Temporary::new("ends");
    let options = ["--state", file.path(), "--purge-seconds", "3600"];
    let mut running = Running::start(&options);
    let id = submit(address(&running.greeting()), "http://www.example.com/").unwrap();
    drop(running);
    let mut running = Running::start(&options[..2]);
    assert_eq!(logged(address(&running.greeting()), &id)["Status"], "process");
}

/// Sends parameters, and returns the members of the response.
fn call(address: SocketAddr, action: &str, version: &str, parameters: &[(&str, &str)]) -> Value {
    let call = V1Call::new("POST", action, version, parameters);
    send(address, &call.set("Timestamp", Some(&now().to_string())).request()).members()
}

#[test]
fn prefetches_and_failures_survive_the_program() {
    let file = Temporary::new("prefetches");
    let options = ["--state", file.path()];
    let mut running = Running::start(&options);
    let before = address(&running.greeting());
    let fault = r#"{"effect":{"fail":{"matching":"/2","status":"invalid","reason":"gone"}},"times":2}"#;
    let headers = [("Host", "127.0.0.1"), ("Content-Type", "application/json")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let (method, path) = ("POST".to_owned(), "/_emulator/faults".to_owned());
    let injected = send(before, &Request { method, path, query: String::new(), headers, body: fault.into() });
    assert_eq!(injected.status(), "200");
    let urls = [("Urls.0", "http://a.b/1"), ("Urls.1", "http://a.b/2"), ("Area", "global")];
    let push = call(before, "PushUrlsCache", "2018-06-06", &urls)["TaskId"].as_str().unwrap().to_owned();
    let targets = [("ZoneId", "zone-1"), ("Targets.0", "http://a.b/2"), ("Mode", "edge")];
    let job = call(before, "CreatePrefetchTask", "2022-09-01", &targets)["JobId"].as_str().unwrap().to_owned();
    drop(running);

    let mut running = Running::start(&options);
    let after = address(&running.greeting());
    let pushed = call(after, "DescribePushTasks", "2018-06-06", &[("TaskId", &push)]);
    assert_eq!(column(&pushed["PushLogs"], "Status"), ["Done", "Done", "invalid", "invalid"]);
    assert_eq!(column(&pushed["PushLogs"], "Area"), ["mainland", "overseas", "mainland", "overseas"]);
    let by_job = [("ZoneId", "zone-1"), ("Filters.0.Name", "job-id"), ("Filters.0.Values.0", &job)];
    let prefetched = call(after, "DescribePrefetchTasks", "2022-09-01", &by_job);
    assert_eq!(column(&prefetched["Tasks"], "FailMessage"), ["gone"]);
    assert_eq!(call(after, "DescribePushQuota", "2018-06-06", &[])["UrlPush"][1]["Available"], 998);
}

#[test]
fn a_file_that_is_not_a_state_file_is_refused_and_not_changed() {
    let file = Temporary::new("foreign");
    fs::write(&file.0, "dear diary\n").unwrap();
    let (code, stdout, stderr) = run(&["--port", "0", "--state", file.path()]);
    assert_eq!((code, stdout.as_str()), (Some(1), ""));
    assert!(stderr.contains("line 1 is not a task") && stderr.contains(file.path()), "{stderr}");
    assert_eq!(fs::read_to_string(&file.0).unwrap(), "dear diary\n");
}

#[test]
fn a_second_program_on_the_same_file_is_refused_and_loses_no_task() {
    let file = Temporary::new("second");
    let mut running = Running::start(&["--state", file.path()]);
    let address = address(&running.greeting());
    let first = submit(address, "http://www.example.com/first").unwrap();
    // As if a task were being written.
    let mut before = fs::read(&file.0).unwrap();
    before.extend(b"{\"id\":\"1");
    fs::write(&file.0, &before).unwrap();

    let port = address.port().to_string();
    for (port, says) in [("0", "is in use by another emulator; help: "), (&port, "cannot listen on 127.0.0.1:")] {
        let (code, stdout, stderr) = run(&["--port", port, "--state", file.path()]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{stderr}");
        assert!(stderr.starts_with("error: ") && stderr.contains(says), "{stderr}");
        assert_eq!(fs::read(&file.0).unwrap(), before);
    }

    fs::write(&file.0, &before[..before.len() - 8]).unwrap();
    let second = submit(address, "http://www.example.com/second").unwrap();
    drop(running);
    let mut running = Running::start(&["--state", file.path()]);
    let address = self::address(&running.greeting());
    for (id, url) in [(&first, "first"), (&second, "second")] {
        assert_eq!(logged(address, id)["Url"], format!("http://www.example.com/{url}"));
    }
}

#[test]
fn a_program_that_cannot_listen_leaves_its_files_unchanged() {
    let folder = Temporary::new("port");
    fs::create_dir(&folder.0).unwrap();
    let [state, authority] = ["state", "authority.pem"].map(|name| folder.0.join(name));
    let mut running = Running::start(&[]);
    let port = address(&running.greeting()).port().to_string();
    let (state_path, authority_path) = (state.to_str().unwrap(), authority.to_str().unwrap());
    let (code, _, stderr) = run(&["--port", &port, "--state", state_path, "--tls", authority_path]);
    assert_eq!(code, Some(1));
    assert!(stderr.starts_with("error: cannot listen on "), "{stderr}");
    assert!(!state.exists() && !authority.exists());
}

#[cfg(unix)]
#[test]
fn accepted_tasks_survive_a_signal() {
    let file = Temporary::new("clean");
    let options = ["--state", file.path()];
    let mut ids: Vec<String> = Vec::new();
    for signal in ["-INT", "-TERM", "-INT"] {
        let mut running = Running::start(&options);
        let address = address(&running.greeting());
        ids.iter().for_each(|id| assert_eq!(logged(address, id)["Status"], "Done"));
        ids.push(submit(address, "http://www.example.com/").unwrap());
        assert_eq!(running.ended_by(signal), Some(0));
    }
}

#[test]
fn a_file_that_cannot_be_written_is_an_error_at_the_start() {
    let folder = Temporary::new("folder");
    fs::create_dir(&folder.0).unwrap();
    let below = folder.0.join("none/state");
    for (path, says) in
        [(folder.path(), "is a directory, not a regular file"), (below.to_str().unwrap(), "No such file")]
    {
        let (code, stdout, stderr) = run(&["--port", "0", "--state", path]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{path}");
        assert!(stderr.starts_with(&format!("error: {path}: ")), "{stderr}");
        assert!(stderr.to_lowercase().contains(&says.to_lowercase()), "{stderr}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_not_a_regular_one_is_refused_by_name() {
    let folder = Temporary::new("special");
    fs::create_dir(&folder.0).unwrap();
    let [fifo, socket, link] = ["fifo", "socket", "link"].map(|name| folder.0.join(name).to_str().unwrap().to_owned());
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    std::os::unix::fs::symlink(&fifo, &link).unwrap();
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for (path, name) in [(&*fifo, "a FIFO"), (&link, "a FIFO"), (&socket, "a socket"), ("/dev/zero", "a device")] {
        let (code, stdout, stderr) = run(&["--port", "0", "--state", path]);
        assert_eq!((code, stdout.as_str()), (Some(1), ""), "{path}");
        assert!(stderr.starts_with(&format!("error: {path}: this is {name}, not a regular file; help: ")), "{stderr}");
    }
    let (code, _, stderr) = run(&["--port", "0", "--tls", &fifo]);
    assert_eq!(code, Some(1));
    assert!(stderr.contains("the file exists, and was not written by `--tls`"), "{stderr}");
}

#[cfg(unix)]
#[test]
fn a_file_that_becomes_unwritable_is_reported_once_and_other_requests_are_served() {
    let folder = Temporary::new("deleted");
    fs::create_dir(&folder.0).unwrap();
    let path = folder.0.join("state");
    let path = path.to_str().unwrap();
    let mut running = Running::start_with(&["--state", path], Stdio::piped());
    let mut reported = BufReader::new(running.child.stderr.take().unwrap()).lines();
    let address = address(&running.greeting());
    let before = submit(address, "http://www.example.com/before").unwrap();

    fs::remove_dir_all(&folder.0).unwrap();
    for _ in 0..3 {
        let refused = send(address, &purge("http://www.example.com/lost").request());
        assert_eq!(refused.code(), "InternalError");
        assert!(
            refused.message().contains("was not accepted, because it could not be recorded: No such file"),
            "{}",
            refused.message()
        );
        assert_eq!(logged(address, &before)["Status"], "Done");
    }
    let line = reported.next().unwrap().unwrap();
    assert!(line.starts_with(&format!("error: {path}: No such file")), "{line}");
    assert!(line.ends_with("; purges are refused until it can be written"), "{line}");

    // The next line reports the end of the failure, so its start was reported once.
    fs::create_dir(&folder.0).unwrap();
    let after = submit(address, "http://www.example.com/after").unwrap();
    assert_eq!(reported.next().unwrap().unwrap(), format!("{path}: writable again"));
    assert_eq!(running.ended_by("-TERM"), Some(0));
    assert!(reported.next().is_none());

    let mut running = Running::start(&["--state", path]);
    let address = self::address(&running.greeting());
    for (id, url) in [(&before, "before"), (&after, "after")] {
        assert_eq!(logged(address, id)["Url"], format!("http://www.example.com/{url}"));
    }
}
