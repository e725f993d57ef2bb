//! The side channel: what a program in another language asks and tells an emulator, as JSON over HTTP below `/_emulator/`.
//!
//! Nobody signs for it, so it is open to this machine alone, and closed to web pages of other sites.

use std::net::IpAddr;
use std::time::Duration;

use hyper::header::{ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{Method, Response, StatusCode, http};
use serde_json::{Value, json};

use super::incoming::Unkept;
use super::outgoing::Outgoing;
use crate::fault::Fault;
use crate::request::without_port;
use crate::service::{Service, report};

/// Where it begins.
const PREFIX: &str = "/_emulator";

/// The size of a body that it takes, in bytes: a page of faults, HTML for some of them.
pub(crate) const MOST_BODY: usize = 1 << 20;

/// How many requests are told at a time unless `?limit=` says otherwise.
const RECEIVED: usize = 100;

/// What it answers at its root.
const CONTENTS: &str = "\
GET    /_emulator/received?limit=100  the latest requests, the oldest first, and why they were refused
DELETE /_emulator/received            forget them
GET    /_emulator/events              requests as they are answered, as server-sent events
GET    /_emulator/tasks?limit=100     the latest tasks, the latest first
GET    /_emulator/usage               what is used of rates and quotas
GET    /_emulator/faults              the faults to come
POST   /_emulator/faults              add one or a list: {\"action\": \"PurgeUrlsCache\", \"after\": 0, \"times\": 1, \"effect\": ...}
                                      where the effect is one of
                                      {\"refuse\": {\"code\": \"RequestLimitExceeded\", \"message\": null}}
                                      {\"http\": {\"status\": 502, \"content_type\": \"text/html\", \"body\": \"<h1>Bad Gateway</h1>\"}}
                                      {\"delay\": {\"milliseconds\": 1000}}
                                      {\"drip\": {\"bytes\": 1, \"milliseconds\": 100}}
                                      {\"reset\": {\"carried_out\": false}}
                                      {\"truncate\": {\"bytes\": 10}}
                                      {\"pad\": {\"bytes\": 100000000}}
                                      {\"skew\": {\"seconds\": -600}}
                                      {\"fail\": {\"matching\": \"example.com\", \"reason\": null}}
DELETE /_emulator/faults              forget them
GET    /_emulator/clock               the time, in seconds since 1970
POST   /_emulator/clock               turn it ahead: {\"advance_seconds\": 86400}
";

/// The page for a browser.
const PAGE: &str = include_str!("page.html");

/// What the side channel looks at of a request.
pub(crate) struct Asked<'a> {
    pub(crate) head: &'a http::request::Parts,
    /// Where it comes from.
    pub(crate) peer: IpAddr,
}

impl Asked<'_> {
    /// Whether a request is for the side channel, or for the page.
    pub(crate) fn is_aside(head: &http::request::Parts) -> bool {
        is_for_page(head)
            || head.uri.path().strip_prefix(PREFIX).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// Answers, if there is room for it.
    pub(crate) fn answer(&self, body: Result<&[u8], Unkept>, service: &Service) -> Response<Outgoing> {
        let mut response = self.found(body, service);
        if response.body_mut().fit(service.room().share()) {
            return response;
        }
        refusal(StatusCode::SERVICE_UNAVAILABLE, &service.room().exhausted())
    }

    fn found(&self, body: Result<&[u8], Unkept>, service: &Service) -> Response<Outgoing> {
        if let Err(why) = self.check_caller() {
            return refusal(StatusCode::FORBIDDEN, &why);
        }
        if is_for_page(self.head) {
            return text(StatusCode::OK, "text/html; charset=utf-8", PAGE);
        }
        let path = self.head.uri.path().strip_prefix(PREFIX).unwrap_or_default();
        match (&self.head.method, path) {
            (&Method::GET, "" | "/") => text(StatusCode::OK, "text/plain; charset=utf-8", CONTENTS),
            (&Method::GET, "/received") => ok(&report::received(&service.received(), self.limit())),
            (&Method::DELETE, "/received") => {
                service.forget_received();
                ok(&json!({}))
            }
            (&Method::GET, "/events") => events(service),
            (&Method::GET, "/tasks") => ok(&report::tasks(&service.tasks(), self.limit(), service.now())),
            (&Method::GET, "/usage") => ok(&report::usage(&service.usage())),
            (&Method::GET, "/faults") => ok(&json!({ "faults": service.faults().pending() })),
            (&Method::POST, "/faults") => self.told(body, service, |body| add_faults(body, service)),
            (&Method::DELETE, "/faults") => {
                service.faults().clear();
                ok(&json!({}))
            }
            (&Method::GET, "/clock") => ok(&clock(service)),
            (&Method::POST, "/clock") => self.told(body, service, |body| turn_clock(body, service)),
            (method, path) => {
                let message = format!("there is no {method} {PREFIX}{path}: GET {PREFIX}/ lists what there is");
                refusal(StatusCode::NOT_FOUND, &message)
            }
        }
    }

    /// A page of another site can make a browser ask this machine, but not say that it sends JSON, nor, if its own name
    /// leads here, hide that name.
    fn check_caller(&self) -> Result<(), String> {
        if !self.peer.to_canonical().is_loopback() {
            return Err("the side channel is open to the machine alone that the emulator runs on".to_owned());
        }
        let host = self.header(&HOST).map(without_port).unwrap_or_default();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.parse::<IpAddr>().is_ok() || bare == "localhost" || bare.ends_with(".localhost") {
            return Ok(());
        }
        Err(format!("the side channel is at an IP address or at `localhost`, not at `{host}`"))
    }

    fn told(
        &self,
        body: Result<&[u8], Unkept>,
        service: &Service,
        act: impl FnOnce(&[u8]) -> Result<Value, String>,
    ) -> Response<Outgoing> {
        let media_type = self.header(&CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/json") {
            return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send JSON, and the content type `application/json`");
        }
        match body {
            Ok(body) => act(body).map_or_else(|why| refusal(StatusCode::BAD_REQUEST, &why), |answer| ok(&answer)),
            Err(Unkept::TooLarge(most)) => {
                refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("the body has more than {most} bytes"))
            }
            Err(Unkept::NoRoom) => refusal(StatusCode::SERVICE_UNAVAILABLE, &service.room().exhausted()),
        }
    }

    fn limit(&self) -> usize {
        let query = self.head.uri.query().unwrap_or_default().as_bytes();
        let limit = form_urlencoded::parse(query).find(|(name, _)| name == "limit");
        limit.and_then(|(_, value)| value.parse().ok()).unwrap_or(RECEIVED)
    }

    fn header(&self, name: &HeaderName) -> Option<&str> {
        self.head.headers.get(name)?.to_str().ok()
    }
}

/// A browser asks for HTML, and for no action.
fn is_for_page(head: &http::request::Parts) -> bool {
    let accepts = head.headers.get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    head.method == Method::GET
        && head.uri.path() == "/"
        && head.uri.query().is_none()
        && !head.headers.contains_key(AUTHORIZATION)
        && accepts.contains("text/html")
}

fn add_faults(body: &[u8], service: &Service) -> Result<Value, String> {
    let text = |error: serde_json::Error| format!("this is no fault: {error}; GET {PREFIX}/ shows some");
    let value: Value = serde_json::from_slice(body).map_err(text)?;
    let faults: Vec<Fault> = match value {
        Value::Array(_) => serde_json::from_value(value).map_err(text)?,
        _ => vec![serde_json::from_value(value).map_err(text)?],
    };
    faults.into_iter().for_each(|fault| service.faults().add(fault));
    Ok(json!({ "faults": service.faults().pending() }))
}

fn turn_clock(body: &[u8], service: &Service) -> Result<Value, String> {
    let value: Value = serde_json::from_slice(body).map_err(|error| format!("this is not JSON: {error}"))?;
    let seconds = value
        .get("advance_seconds")
        .and_then(Value::as_u64)
        .filter(|_| value.as_object().is_some_and(|all| all.len() == 1));
    let seconds = seconds.ok_or("send `{\"advance_seconds\": <a whole number, zero or more>}`")?;
    service.advance(Duration::from_secs(seconds));
    Ok(clock(service))
}

fn clock(service: &Service) -> Value {
    json!({ "now": report::seconds(service.now()) })
}

fn events(service: &Service) -> Response<Outgoing> {
    let body = Outgoing::events(service.watch());
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn ok(value: &Value) -> Response<Outgoing> {
    text(StatusCode::OK, "application/json", value.to_string())
}

fn refusal(status: StatusCode, why: &str) -> Response<Outgoing> {
    text(status, "application/json", json!({ "error": why }).to_string())
}

fn text(status: StatusCode, content_type: &'static str, text: impl Into<hyper::body::Bytes>) -> Response<Outgoing> {
    let mut response = Response::new(Outgoing::whole(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
