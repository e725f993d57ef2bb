//! Serves the control API below `/_emulator/`: programs in other languages read what was received,
//! inject faults and set the clock, with JSON over HTTP. Also serves the page for browsers.
//!
//! Requests to it are not signed, so it is open to this machine only, and closed to the pages of
//! other sites.

use std::net::IpAddr;
use std::time::Duration;

use hyper::body::Bytes;
use hyper::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::incoming::BodyRejected;
use super::measure::measure;
use super::outgoing::Outgoing;
use crate::fault::Fault;
use crate::memory_budget;
use crate::request::without_port;
use crate::service::{Service, report};
use crate::state::Zone;

/// The path that the API begins with.
const PREFIX: &str = "/_emulator";

/// Maximum size of a body, in bytes. 1 MiB: many faults, some of them with an HTML body.
pub(super) const MAX_BODY_BYTES: usize = 1 << 20;

/// Number of requests or tasks in a response without `?limit=`. 100: more than a person reads.
const DEFAULT_LIMIT: usize = 100;

/// Maximum size of the body of a response, in bytes. 128 MiB: half of the memory budget, so that
/// the other half serves requests meanwhile.
const MAX_RESPONSE_BYTES: usize = memory_budget::MAX_BYTES / 2;

/// The response to `GET /_emulator/`.
const CONTENTS: &str = "\
GET    /_emulator/received?limit=100  the latest requests, the oldest first, with the reason of each refusal
DELETE /_emulator/received            clear them
GET    /_emulator/events              each request when it gets its response, as server-sent events
GET    /_emulator/tasks?limit=100     the latest tasks, the latest first
GET    /_emulator/usage               the usage of rate limits and daily quotas
GET    /_emulator/faults              the faults that are still to happen
POST   /_emulator/faults              inject a fault, or a list of them:
       a fault is {\"action\": \"PurgeUrlsCache\", \"after\": 0, \"times\": 1, \"effect\": ...}
       where the effect is one of
       {\"refuse\": {\"code\": \"RequestLimitExceeded\", \"message\": null}}
       {\"http\": {\"status\": 502, \"content_type\": \"text/html\", \"body\": \"<h1>Bad Gateway</h1>\"}}
       {\"delay\": {\"milliseconds\": 1000}}
       {\"drip\": {\"bytes\": 1, \"milliseconds\": 100}}
       {\"reset\": {\"carried_out\": false}}
       {\"truncate\": {\"bytes\": 10}}
       {\"pad\": {\"bytes\": 100000000}}
       {\"skew\": {\"seconds\": -600}}
       {\"fail\": {\"matching\": \"example.com\", \"reason\": null, \"status\": null}}
       where the status is null, \"fail\", \"timeout\", \"canceled\" or \"invalid\"
DELETE /_emulator/faults              clear them
GET    /_emulator/clock               the time, in seconds since 1970
POST   /_emulator/clock               advance it: {\"advance_seconds\": 86400}
GET    /_emulator/zones               the zones of `teo`
POST   /_emulator/zones               replace them by a list; only the id and the name are required:
       [{\"id\": \"zone-2noz3g48ev6k\", \"name\": \"example.com\", \"alias\": \"shop\", \"area\": \"global\",
         \"type\": \"full\", \"status\": \"active\", \"active_status\": \"active\", \"paused\": false}]
GET    /_emulator/settings            how long new tasks take, and how long the history does not list them
POST   /_emulator/settings            change one of the two, or both: {\"purge_seconds\": 60, \"history_seconds\": 5}
";

/// The message if a clock would be set to a time that cannot be written.
const OUTSIDE: &str =
    "the clock would show a time before 1970 or after 9999-12-30; help: send a smaller number of seconds";

/// The page for browsers.
const PAGE: &str = include_str!("page.html");

/// A request to the control API, or for the page.
pub(crate) struct ControlRequest<'a> {
    pub(crate) head: &'a Parts,
    /// The address of the client.
    pub(crate) peer: IpAddr,
    pub(crate) body: Result<&'a [u8], BodyRejected>,
}

impl ControlRequest<'_> {
    /// Whether a request is one to the control API, or for the page.
    pub(crate) fn is_control_request(head: &Parts) -> bool {
        is_for_page(head)
            || head.uri.path().strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Responds, if the memory budget allows it.
    pub(crate) fn respond(&self, service: &Service) -> Response<Outgoing> {
        let mut response = self.response(service);
        if response.body_mut().reserve(service.memory().reservation()) {
            return response;
        }
        out_of_memory(service)
    }

    fn response(&self, service: &Service) -> Response<Outgoing> {
        if let Err(why) = self.check_caller() {
            return error(StatusCode::FORBIDDEN, &why);
        }
        if is_for_page(self.head) {
            return text(StatusCode::OK, "text/html; charset=utf-8", PAGE);
        }
        let path = self.head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        match (&self.head.method, path) {
            (&Method::GET, "" | "/") => text(StatusCode::OK, "text/plain; charset=utf-8", CONTENTS),
            (&Method::GET, "/received") => {
                service.read_received(|all| large(service, &report::received(all.iter(), self.limit())))
            }
            (&Method::DELETE, "/received") => {
                service.clear_received();
                ok(&json!({}))
            }
            (&Method::GET, "/events") => events(service),
            (&Method::GET, "/tasks") => {
                let now = service.now();
                service.read_tasks(|all| large(service, &report::tasks(all.latest(), self.limit(), now)))
            }
            (&Method::GET, "/usage") => ok(&report::usage(&service.usage())),
            (&Method::GET, "/faults") => large(service, &PendingFaults { faults: service.faults().pending() }),
            (&Method::POST, "/faults") => self.post(service, add_faults),
            (&Method::DELETE, "/faults") => {
                service.faults().clear();
                ok(&json!({}))
            }
            (&Method::GET, "/clock") => ok(&clock(service)),
            (&Method::POST, "/clock") => self.post(service, advance_clock),
            (&Method::GET, "/zones") => large(service, &ZonesReport { zones: service.zones() }),
            (&Method::POST, "/zones") => self.post(service, set_zones),
            (&Method::GET, "/settings") => ok(&settings(service)),
            (&Method::POST, "/settings") => self.post(service, set_settings),
            (method, path) => {
                let message = format!("there is no {method} {PREFIX}{path}; help: GET {PREFIX}/ lists what there is");
                error(StatusCode::NOT_FOUND, &message)
            }
        }
    }

    /// Refuses what pages of other sites can make a browser send. Such a page can send requests to
    /// this machine, but cannot set the content type JSON. If its own name resolves to this
    /// machine, it cannot hide that name.
    fn check_caller(&self) -> Result<(), String> {
        if !self.peer.to_canonical().is_loopback() {
            return Err("the control API is open only to the machine that the emulator runs on".to_owned());
        }
        let host = self.header(&HOST).map(without_port).unwrap_or_default().to_ascii_lowercase();
        let without_brackets = host.trim_start_matches('[').trim_end_matches(']');
        let is_address = without_brackets.parse::<IpAddr>().is_ok();
        if is_address || host == "localhost" || host.ends_with(".localhost") {
            return Ok(());
        }
        Err(format!("unexpected host `{host}`; help: use the control API at an IP address or at `localhost`"))
    }

    /// Passes a JSON body to `handle`, and responds with its result.
    fn post(
        &self,
        service: &Service,
        handle: impl FnOnce(&[u8], &Service) -> Result<Response<Outgoing>, String>,
    ) -> Response<Outgoing> {
        let media_type = self.header(&CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            let message = "unsupported content type; help: send `application/json`";
            return error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message);
        }
        match self.body {
            Ok(body) => match handle(body, service) {
                Ok(response) => response,
                Err(why) => error(StatusCode::BAD_REQUEST, &why),
            },
            Err(BodyRejected::TooLarge(max)) => {
                error(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body has more than {max} bytes"))
            }
            Err(BodyRejected::OutOfMemory) => out_of_memory(service),
        }
    }

    /// The value of `?limit=`.
    fn limit(&self) -> usize {
        let query = self.head.uri.query().unwrap_or_default().as_bytes();
        let limit = form_urlencoded::parse(query).find(|(name, _)| name == "limit");
        limit.and_then(|(_, value)| value.parse().ok()).unwrap_or(DEFAULT_LIMIT)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }
}

/// Whether a browser requests the page: it accepts HTML, and names no action.
fn is_for_page(head: &Parts) -> bool {
    let accepts = head.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    head.method == Method::GET
        && head.uri.path() == "/"
        && head.uri.query().is_none()
        && !head.headers.contains_key(AUTHORIZATION)
        && accepts.contains("text/html")
}

fn add_faults(body: &[u8], service: &Service) -> Result<Response<Outgoing>, String> {
    let invalid = |error: serde_json::Error| format!("invalid fault: {error}; help: GET {PREFIX}/ shows examples");
    let value: Value = serde_json::from_slice(body).map_err(invalid)?;
    let faults: Vec<Fault> = match value {
        Value::Array(_) => serde_json::from_value(value).map_err(invalid)?,
        _ => vec![serde_json::from_value(value).map_err(invalid)?],
    };
    if !faults.iter().filter_map(Fault::skew_seconds).all(|seconds| service.can_move_clock(seconds)) {
        return Err(OUTSIDE.to_owned());
    }
    service.faults().try_add(faults)?;
    Ok(large(service, &PendingFaults { faults: service.faults().pending() }))
}

fn advance_clock(body: &[u8], service: &Service) -> Result<Response<Outgoing>, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| format!("the body is not JSON: {error}"))?;
    let is_single = value.as_object().is_some_and(|members| members.len() == 1);
    let seconds = value.get("advance_seconds").and_then(Value::as_u64).filter(|_| is_single);
    let seconds =
        seconds.ok_or("invalid clock; help: send `{\"advance_seconds\": <n>}`, where n is an integer of at least 0")?;
    if !i64::try_from(seconds).is_ok_and(|seconds| service.can_move_clock(seconds)) {
        return Err(OUTSIDE.to_owned());
    }
    service.advance(Duration::from_secs(seconds));
    Ok(ok(&clock(service)))
}

fn clock(service: &Service) -> Value {
    json!({ "now": report::seconds(service.now()) })
}

fn set_zones(body: &[u8], service: &Service) -> Result<Response<Outgoing>, String> {
    let invalid = |error: serde_json::Error| format!("invalid zones: {error}; help: GET {PREFIX}/ shows an example");
    let zones: Vec<Zone> = serde_json::from_slice(body).map_err(invalid)?;
    service.set_zones(zones).map_err(|error| format!("invalid zones: {error}"))?;
    Ok(large(service, &ZonesReport { zones: service.zones() }))
}

/// The settings that can be changed. What is absent stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    purge_seconds: Option<u64>,
    history_seconds: Option<u64>,
}

fn settings(service: &Service) -> Value {
    let [purge, history] = service.durations().map(|duration| duration.as_secs_f64());
    json!({ "purge_seconds": purge, "history_seconds": history })
}

fn set_settings(body: &[u8], service: &Service) -> Result<Response<Outgoing>, String> {
    let Settings { purge_seconds, history_seconds } = serde_json::from_slice(body)
        .map_err(|error| format!("invalid settings: {error}; help: GET {PREFIX}/ shows an example"))?;
    let [purge, history] = service.durations();
    let set = |seconds: Option<u64>, before| seconds.map_or(before, Duration::from_secs);
    service.set_durations([set(purge_seconds, purge), set(history_seconds, history)]);
    Ok(ok(&settings(service)))
}

fn events(service: &Service) -> Response<Outgoing> {
    respond_with(StatusCode::OK, "text/event-stream", Outgoing::events(service.watch()))
}

fn ok(value: &Value) -> Response<Outgoing> {
    text(StatusCode::OK, "application/json", value.to_string())
}

/// Responds with JSON that may be large. It is measured first, so that no memory is allocated for a
/// response that does not fit.
fn large(service: &Service, value: &impl Serialize) -> Response<Outgoing> {
    let Some(length) = measure(value, MAX_RESPONSE_BYTES) else {
        let message = format!("the response has more than {MAX_RESPONSE_BYTES} bytes; help: set a smaller `?limit=`");
        return error(StatusCode::SERVICE_UNAVAILABLE, &message);
    };
    if !service.memory().reservation().resize(length) {
        return out_of_memory(service);
    }
    let mut json = Vec::with_capacity(length);
    match serde_json::to_writer(&mut json, value) {
        Ok(()) => text(StatusCode::OK, "application/json", json),
        Err(why) => error(StatusCode::INTERNAL_SERVER_ERROR, &why.to_string()),
    }
}

/// The response to a request about zones.
#[derive(Serialize)]
struct ZonesReport {
    zones: Vec<Zone>,
}

/// The response to a request about faults.
#[derive(Serialize)]
struct PendingFaults {
    faults: Vec<Fault>,
}

fn error(status: StatusCode, message: &str) -> Response<Outgoing> {
    text(status, "application/json", json!({ "error": message }).to_string())
}

fn out_of_memory(service: &Service) -> Response<Outgoing> {
    error(StatusCode::SERVICE_UNAVAILABLE, &service.memory().exhausted_message())
}

fn text(status: StatusCode, content_type: &'static str, text: impl Into<Bytes>) -> Response<Outgoing> {
    respond_with(status, content_type, Outgoing::whole(text))
}

fn respond_with(status: StatusCode, content_type: &'static str, body: Outgoing) -> Response<Outgoing> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
