//! A service with tasks that move on in virtual time, as a transport.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use tencentcloud_core::testing::VirtualClock;
use tencentcloud_core::time::Clock;
use tencentcloud_core::{BoxFuture, Config, Credentials};

/// An entry of a task.
#[derive(Clone, Default)]
pub(crate) struct Entry {
    pub(crate) target: String,
    /// Time from which it is listed, in seconds.
    pub(crate) listed_at: f64,
    /// Time at which it is over, in seconds.
    pub(crate) over_at: f64,
    /// Its state from then on.
    pub(crate) state: &'static str,
}

impl Entry {
    /// An entry that is over at a time, in this state.
    pub(crate) fn ending(over_at: f64, state: &'static str) -> Self {
        Self { over_at, state, ..Self::default() }
    }
}

/// A task of a zone, or of an account.
#[derive(Clone, Default)]
pub(crate) struct Task {
    pub(crate) scope: Option<&'static str>,
    /// Time from which its entries are listed, in seconds.
    pub(crate) listed_at: f64,
    pub(crate) entries: Vec<Entry>,
}

/// A request: when it was sent, and its parameters.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) at: f64,
    pub(crate) parameters: Value,
}

/// What happens to a request instead of a response.
#[derive(Clone)]
pub(crate) enum Fault {
    Code(&'static str),
    Broken,
    Hang,
    /// A list without entries.
    Empty,
    /// A page of a gateway.
    Page,
}

#[derive(Clone)]
pub(crate) struct Service(Arc<Mutex<State>>);

pub(crate) struct State {
    clock: VirtualClock,
    pub(crate) tasks: BTreeMap<String, Task>,
    pub(crate) requests: Vec<Asked>,
    /// Faults by the number of the request, from 1; the last one stays.
    pub(crate) faults: BTreeMap<usize, Option<Fault>>,
    /// The task about which no request is answered.
    pub(crate) broken_task: Option<&'static str>,
    /// Whether the total of a list includes the entries in states that were not asked for.
    pub(crate) total_of_all_states: bool,
    /// The state of an entry that is in progress.
    pending: &'static str,
    /// How entries of tasks that are submitted end, by a part of their target.
    pub(crate) ends: Vec<(&'static str, Entry)>,
}

impl Service {
    pub(crate) fn new(clock: &VirtualClock, pending: &'static str) -> Self {
        let state = State {
            clock: clock.clone(),
            tasks: BTreeMap::new(),
            requests: vec![],
            faults: BTreeMap::new(),
            broken_task: None,
            total_of_all_states: false,
            pending,
            ends: vec![],
        };
        Self(Arc::new(Mutex::new(state)))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Adds a task with these entries.
    pub(crate) fn add(&self, id: impl Into<String>, task: Task) {
        self.state().tasks.insert(id.into(), task);
    }

    pub(crate) fn config(&self) -> Config {
        let clock = self.state().clock.clone();
        self.config_with(clock)
    }

    /// A configuration with a clock of its own.
    pub(crate) fn config_with(&self, clock: impl Clock + 'static) -> Config {
        let credentials = Credentials::new("AKIDexample", "example-key").unwrap();
        let config = Config::builder().credentials(credentials).transport(self.clone()).clock(clock).jitter(|| 0.5);
        config.build().unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.state().requests.clone()
    }
}

impl State {
    fn now(&self) -> f64 {
        self.clock.elapsed().as_secs_f64()
    }

    fn fault(&self, parameters: &Value) -> Option<Fault> {
        if self.broken_task.is_some_and(|task| parameters.to_string().contains(&format!("\"{task}\""))) {
            return Some(Fault::Broken);
        }
        let number = self.requests.len();
        self.faults.range(..=number).next_back().and_then(|(_, fault)| fault.clone())
    }

    /// Submits a task for these targets, which ends half a minute later, unless `ends` says how.
    fn submit(&mut self, targets: &Value, scope: Option<&'static str>) -> Value {
        let (over_at, state) = (self.now() + 30.0, if scope.is_some() { "success" } else { "done" });
        let entry = |target: &Value| {
            let target = target.as_str().unwrap().to_owned();
            let end = self.ends.iter().find(|(part, _)| target.contains(part));
            match end.map(|(_, entry)| entry.clone()) {
                Some(entry) if entry.target.is_empty() => Entry { target, ..entry },
                Some(entry) => entry,
                None => Entry { target, ..Entry::ending(over_at, state) },
            }
        };
        let entries = targets.as_array().unwrap().iter().map(entry).collect();
        let id = format!("task-{}", self.tasks.len());
        self.tasks.insert(id.clone(), Task { scope, listed_at: 0.0, entries });
        json!({ "TaskId": id, "JobId": id, "FailedList": [], "RequestId": "r" })
    }

    fn respond(&mut self, parameters: &Value) -> Value {
        if parameters["Urls"].is_array() {
            return self.submit(&parameters["Urls"], None);
        }
        if parameters["Targets"].is_array() {
            assert_eq!(parameters["ZoneId"], "zone-1");
            return self.submit(&parameters["Targets"], Some("zone-1"));
        }
        let filter = |name: &str| {
            let filters = parameters["Filters"].as_array()?;
            let filter = filters.iter().find(|filter| filter["Name"] == name)?;
            filter["Values"].as_array().cloned()
        };
        let task = parameters["TaskId"].as_str().map(str::to_owned);
        let task = task.or_else(|| Some(filter("job-id")?[0].as_str()?.to_owned()));
        let states = filter("statuses").or_else(|| Some(vec![parameters["Status"].as_str()?.into()]));
        let scope = parameters["ZoneId"].as_str();
        assert!(task.is_some() || parameters["StartTime"].is_string(), "neither a task nor a time: {parameters}");
        let now = self.now();
        let (mut rows, mut other_states) = (Vec::new(), 0);
        for (id, listed) in self.tasks.iter().rev().filter(|(id, _)| task.as_ref().is_none_or(|task| task == *id)) {
            let is_listed = |entry: &&Entry| listed.scope == scope && listed.listed_at.max(entry.listed_at) <= now;
            for entry in listed.entries.iter().filter(is_listed) {
                let state = if entry.over_at <= now { entry.state } else { self.pending };
                if states.as_ref().is_none_or(|states| states.contains(&state.into())) {
                    rows.push((id, entry, state));
                } else {
                    other_states += 1;
                }
            }
        }
        let number = |name: &str| parameters[name].as_u64();
        let (offset, limit) = (number("Offset").unwrap_or(0) as usize, number("Limit").unwrap_or(20) as usize);
        assert!(limit <= 1_000, "{parameters}");
        let total = rows.len() + if self.total_of_all_states { other_states } else { 0 };
        let page = rows.into_iter().skip(offset).take(limit);
        if scope.is_some() {
            let page = page.map(|(id, entry, state)| {
                json!({
                    "JobId": id, "Target": entry.target, "Type": "purge_url", "Status": state,
                    "CreateTime": "2023-11-14T22:13:20Z", "UpdateTime": "2023-11-14T22:13:20Z",
                    "FailMessage": if state == "failed" { "origin" } else { "" },
                })
            });
            return json!({ "Tasks": page.collect::<Value>(), "TotalCount": total, "RequestId": "r" });
        }
        let page = page.map(|(id, entry, state)| {
            json!({
                "TaskId": id, "Url": entry.target, "Status": state, "PurgeType": "url", "FlushType": "flush",
                "CreateTime": "2023-11-15 06:13:20", "Percent": 0, "Area": "mainland", "UpdateTime": null,
            })
        });
        let page: Value = page.collect();
        json!({ "PurgeLogs": page, "PushLogs": page, "TotalCount": total, "RequestId": "r" })
    }
}

impl Transport for Service {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let parameters: Value = serde_json::from_slice(request.body()).unwrap();
            let clock = self.state().clock.clone();
            let fault = {
                let mut state = self.state();
                let at = state.now();
                state.requests.push(Asked { at, parameters: parameters.clone() });
                state.fault(&parameters)
            };
            clock.sleep(Duration::from_millis(50)).await;
            let response = match fault {
                Some(Fault::Hang) => std::future::pending().await,
                Some(Fault::Broken) => return Err(TransportError::new(TransportErrorKind::Read, "cut")),
                Some(Fault::Code(code)) => json!({ "Error": { "Code": code, "Message": "no" }, "RequestId": "r" }),
                Some(Fault::Empty) => {
                    json!({ "PurgeLogs": [], "PushLogs": [], "Tasks": [], "TotalCount": 0, "RequestId": "r" })
                }
                Some(Fault::Page) => return Ok(HttpResponse::new(200, "<html>sign in</html>")),
                None => self.state().respond(&parameters),
            };
            let body = json!({ "Response": response }).to_string();
            Ok(HttpResponse::new(200, body).with_header("Content-Type", "application/json"))
        })
    }
}
