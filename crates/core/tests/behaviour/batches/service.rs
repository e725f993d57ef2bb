//! A service in memory that keeps what it has accepted, and fails as a test says.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tencentcloud_core::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportErrorKind};
use tencentcloud_core::testing::{ScriptedTransport, VirtualClock};
use tencentcloud_core::time::{Clock, DateTime, UtcOffset};
use tencentcloud_core::{BoxFuture, Call, Client, Config, ConfigBuilder};

use super::sample::PurgeList;
use crate::sample::{self, Cdn, NOW};

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The service rejects it with this code.
    Code(&'static str),
    /// It is carried out, and the response is this code.
    CarriedOut(&'static str),
    /// No connection can be opened.
    Connect,
    /// The connection breaks. The request is carried out if `true`.
    Reset(bool),
    /// There is no response. The request is carried out if `true`.
    Hang(bool),
    /// It is carried out, and the response breaks off.
    Truncated,
    /// A gateway responds. The request is carried out if `true`.
    Gateway(u16, bool),
    /// It is carried out, and the time of the response is wrong by this number of seconds.
    Date(i64),
}

/// Decides the fate of a request by its number, from 0, and its targets.
type Faults = Box<dyn FnMut(usize, &[String]) -> Option<Fault> + Send>;

#[derive(Clone)]
pub(crate) struct Service {
    pub(crate) clock: VirtualClock,
    state: Arc<Mutex<State>>,
}

struct State {
    faults: Faults,
    /// How long a response takes, by the number of the request.
    delay: Box<dyn FnMut(usize) -> Duration + Send>,
    /// Maximum number of targets in a request.
    max_size: usize,
    /// Number of targets that are left today.
    quota: usize,
    tasks: Vec<Task>,
    /// The targets of every request, in the order of arrival.
    requests: Vec<Vec<String>>,
    arrivals: Vec<SystemTime>,
    in_flight: usize,
    max_in_flight: usize,
    /// How long after it was accepted the first target of a task is listed, and how long after that
    /// each further one.
    lag: Duration,
    target_lag: Duration,
    /// The service's time zone, of which its texts do not tell.
    offset: UtcOffset,
    /// Number of seconds by which the service's clock is ahead of the client's.
    ahead: i64,
    /// Number of requests for the list of tasks, and which of them fail, from 1.
    listings: usize,
    failing_listings: RangeInclusive<usize>,
    /// The largest total that a list states, whatever it contains.
    max_total: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) targets: Vec<String>,
    pub(crate) created: SystemTime,
}

impl Service {
    pub(crate) fn new() -> Self {
        let state = State {
            faults: Box::new(|_, _| None),
            delay: Box::new(|_| Duration::from_millis(100)),
            max_size: usize::MAX,
            quota: usize::MAX,
            tasks: Vec::new(),
            requests: Vec::new(),
            arrivals: Vec::new(),
            in_flight: 0,
            max_in_flight: 0,
            lag: Duration::ZERO,
            target_lag: Duration::ZERO,
            offset: UtcOffset::CHINA,
            ahead: 0,
            listings: 0,
            failing_listings: 0..=0,
            max_total: usize::MAX,
        };
        Self { clock: VirtualClock::at_unix(NOW), state: Arc::new(Mutex::new(state)) }
    }

    pub(crate) fn faults(self, faults: impl FnMut(usize, &[String]) -> Option<Fault> + Send + 'static) -> Self {
        self.state().faults = Box::new(faults);
        self
    }

    /// The requests with these numbers, from 0, fail.
    pub(crate) fn fault_at(self, numbers: impl IntoIterator<Item = usize>, fault: Fault) -> Self {
        let numbers: Vec<usize> = numbers.into_iter().collect();
        self.faults(move |number, _| numbers.contains(&number).then_some(fault))
    }

    pub(crate) fn delays(self, delay: impl FnMut(usize) -> Duration + Send + 'static) -> Self {
        self.state().delay = Box::new(delay);
        self
    }

    pub(crate) fn max_size(self, targets: usize) -> Self {
        self.state().max_size = targets;
        self
    }

    pub(crate) fn quota(self, targets: usize) -> Self {
        self.state().quota = targets;
        self
    }

    pub(crate) fn lag(self, lag: Duration) -> Self {
        self.state().lag = lag;
        self
    }

    pub(crate) fn target_lag(self, lag: Duration) -> Self {
        self.state().target_lag = lag;
        self
    }

    pub(crate) fn offset(self, offset: UtcOffset) -> Self {
        self.state().offset = offset;
        self
    }

    /// Sets by how many seconds the service's clock is ahead of the client's.
    pub(crate) fn ahead(self, seconds: i64) -> Self {
        self.state().ahead = seconds;
        self
    }

    pub(crate) fn failing_listings(self, requests: usize) -> Self {
        self.state().failing_listings = 1..=requests;
        self
    }

    /// Sets the number of the request for the list of tasks that fails, from 1.
    pub(crate) fn failing_listing(self, number: usize) -> Self {
        self.state().failing_listings = number..=number;
        self
    }

    pub(crate) fn max_total(self, total: usize) -> Self {
        self.state().max_total = total;
        self
    }

    pub(crate) fn listings(&self) -> usize {
        self.state().listings
    }

    /// Adds a task that another program has submitted now.
    pub(crate) fn foreign_task(&self, targets: &[String]) {
        let mut state = self.state();
        let (id, created) = (format!("foreign-{}", state.tasks.len()), state.now(self.clock.now()));
        state.tasks.push(Task { id, targets: targets.to_vec(), created });
    }

    pub(crate) fn tasks(&self) -> Vec<Task> {
        self.state().tasks.clone()
    }

    /// The number of targets of every request.
    pub(crate) fn sizes(&self) -> Vec<usize> {
        self.state().requests.iter().map(Vec::len).collect()
    }

    pub(crate) fn requests(&self) -> Vec<Vec<String>> {
        self.state().requests.clone()
    }

    pub(crate) fn max_in_flight(&self) -> usize {
        self.state().max_in_flight
    }

    pub(crate) fn arrivals(&self) -> Vec<SystemTime> {
        self.state().arrivals.clone()
    }

    /// How often each target was accepted.
    pub(crate) fn accepted(&self) -> BTreeMap<String, usize> {
        let mut accepted = BTreeMap::new();
        for target in self.tasks().into_iter().flat_map(|task| task.targets) {
            *accepted.entry(target).or_default() += 1;
        }
        accepted
    }

    pub(crate) fn config(&self) -> ConfigBuilder {
        sample::config(&ScriptedTransport::new(), &self.clock).transport(self.clone())
    }

    pub(crate) fn client(&self) -> Client<Cdn> {
        Client::new(&self.build(self.config().without_limits()))
    }

    pub(crate) fn build(&self, config: ConfigBuilder) -> Config {
        config.build().unwrap()
    }

    pub(crate) fn purge(&self, targets: impl IntoIterator<Item = impl Into<String>>) -> Call<PurgeList> {
        self.client().call(&PurgeList::new(targets))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides what to respond, and how late.
    fn handle(&self, request: &HttpRequest) -> (Duration, Option<Result<HttpResponse, TransportError>>) {
        let members: Value = serde_json::from_slice(request.body()).unwrap();
        let now = self.state().now(self.clock.now());
        let respond = move |body: String| HttpResponse::new(200, body).with_header("Date", date(now));
        let signed: u64 = request.header("X-TC-Timestamp").unwrap().parse().unwrap();
        if seconds(now).abs_diff(signed) > 300 {
            return (Duration::from_millis(50), Some(Ok(respond(refusal("AuthFailure.SignatureExpire")))));
        }
        if members.get("Urls").is_none() {
            let body = self.state().list(&members, now);
            return (Duration::from_millis(50), Some(Ok(respond(body))));
        }
        let targets: Vec<String> = serde_json::from_value(members["Urls"].clone()).unwrap();
        let mut state = self.state();
        let number = state.requests.len();
        let fault = (state.faults)(number, &targets);
        let delay = (state.delay)(number);
        state.requests.push(targets.clone());
        state.arrivals.push(self.clock.now());
        let carry_out = |state: &mut State| state.carry_out(&targets, now);
        let broken = |kind| Err(TransportError::new(kind, "cut"));
        let outcome = match fault {
            None => Some(Ok(respond(carry_out(&mut state)))),
            Some(Fault::Code(code)) => Some(Ok(respond(refusal(code)))),
            Some(Fault::CarriedOut(code)) => {
                carry_out(&mut state);
                Some(Ok(respond(refusal(code))))
            }
            Some(Fault::Connect) => Some(broken(TransportErrorKind::Connect)),
            Some(Fault::Reset(carried_out)) => {
                carried_out.then(|| carry_out(&mut state));
                Some(broken(TransportErrorKind::Send))
            }
            Some(Fault::Hang(carried_out)) => {
                carried_out.then(|| carry_out(&mut state));
                None
            }
            Some(Fault::Truncated) => {
                let body = carry_out(&mut state);
                Some(Ok(respond(body[..body.len() / 2].to_owned())))
            }
            Some(Fault::Date(seconds)) => {
                let body = carry_out(&mut state);
                Some(Ok(HttpResponse::new(200, body).with_header("Date", date(later(now, seconds)))))
            }
            Some(Fault::Gateway(status, carried_out)) => {
                carried_out.then(|| carry_out(&mut state));
                Some(Ok(HttpResponse::new(status, "<p>gateway</p>")))
            }
        };
        (delay, outcome)
    }
}

impl State {
    /// The time by the service's clock.
    fn now(&self, clients: SystemTime) -> SystemTime {
        later(clients, self.ahead)
    }

    /// Lists the entries of tasks, the latest first.
    fn list(&mut self, members: &Value, now: SystemTime) -> String {
        self.listings += 1;
        if self.failing_listings.contains(&self.listings) {
            return refusal("UnauthorizedOperation.CdnCamUnauthorized");
        }
        let time = |name: &str| members[name].as_str()?.parse::<DateTime>().unwrap().to_system_time(self.offset).ok();
        let (id, keyword) = (members["TaskId"].as_str(), members["Keyword"].as_str().unwrap_or_default());
        let period = match (time("StartTime"), time("EndTime")) {
            (Some(start), Some(end)) if start <= end && start <= now => start..=end,
            (None, None) if id.is_some() => SystemTime::UNIX_EPOCH..=later(now, 1_000_000),
            _ => return refusal("InvalidParameter.CdnStatInvalidDate"),
        };
        let listed = |task: &&Task| {
            let is_asked_for = period.contains(&task.created) && id.is_none_or(|id| task.id == id);
            let rest = now.duration_since(task.created + self.lag).ok().filter(|_| is_asked_for);
            let further = |rest: Duration| rest.as_nanos().checked_div(self.target_lag.as_nanos());
            rest.map_or(0, |rest| further(rest).map_or(usize::MAX, |count| 1 + usize::try_from(count).unwrap()))
        };
        let entries: Vec<Value> = self
            .tasks
            .iter()
            .rev()
            .flat_map(|task| task.targets.iter().take(listed(&task)).map(move |target| (task, target)))
            .filter(|(_, target)| target.contains(keyword))
            .map(|(task, target)| {
                let created = DateTime::at_offset(task.created, self.offset);
                json!({ "Task": task.id, "Url": target, "Status": "process", "Created": created.as_str() })
            })
            .collect();
        let number = |name: &str| usize::try_from(members[name].as_u64().unwrap()).unwrap();
        let page: Vec<_> = entries.iter().skip(number("Offset")).take(number("Limit")).collect();
        json!({ "Response": { "Entries": page, "Total": entries.len().min(self.max_total), "RequestId": "r" } })
            .to_string()
    }

    /// Handles a request as the service would, and returns the body of the response.
    fn carry_out(&mut self, targets: &[String], now: SystemTime) -> String {
        if targets.len() > self.max_size {
            return refusal("LimitExceeded.CdnPurgeUrlExceedBatchLimit");
        }
        if targets.len() > self.quota {
            return refusal("LimitExceeded.CdnPurgeUrlExceedDayLimit");
        }
        if targets.iter().any(|target| target.contains("refused")) {
            return refusal("InvalidParameter.CdnParamError");
        }
        let (failed, accepted): (Vec<&String>, Vec<&String>) =
            targets.iter().partition(|target| target.contains("failed"));
        self.quota -= accepted.len();
        let id = if accepted.is_empty() { String::new() } else { format!("task-{}", self.tasks.len()) };
        if !accepted.is_empty() {
            let targets = accepted.into_iter().cloned().collect();
            self.tasks.push(Task { id: id.clone(), targets, created: now });
        }
        let failed = if failed.is_empty() { json!([]) } else { json!([{ "Reason": "not yours", "Targets": failed }]) };
        json!({ "Response": { "TaskId": id, "FailedList": failed, "RequestId": "r" } }).to_string()
    }
}

fn later(time: SystemTime, seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { time - by } else { time + by }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// A time as the header `Date` has it. No client reads the day of the week.
fn date(time: SystemTime) -> String {
    let text = DateTime::at_offset(time, UtcOffset::UTC);
    let (date, time) = text.as_str().split_once(' ').unwrap();
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = months[date[5..7].parse::<usize>().unwrap() - 1];
    format!("Mon, {} {month} {} {time} GMT", &date[8..], &date[..4])
}

fn refusal(code: &str) -> String {
    json!({ "Response": { "Error": { "Code": code, "Message": "no" }, "RequestId": "r" } }).to_string()
}

impl Transport for Service {
    fn send(&self, request: HttpRequest) -> BoxFuture<'_, Result<HttpResponse, TransportError>> {
        Box::pin(async move {
            let _in_flight = InFlight::new(self);
            let (delay, outcome) = self.handle(&request);
            self.clock.sleep(delay).await;
            match outcome {
                Some(outcome) => outcome,
                None => std::future::pending().await,
            }
        })
    }
}

/// Counts a request while it is in flight.
struct InFlight<'a>(&'a Service);

impl<'a> InFlight<'a> {
    fn new(service: &'a Service) -> Self {
        let mut state = service.state();
        state.in_flight += 1;
        state.max_in_flight = state.max_in_flight.max(state.in_flight);
        drop(state);
        Self(service)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.state().in_flight -= 1;
    }
}
