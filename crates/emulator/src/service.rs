//! From a request to its answer: verify, route, check, act, and put the result into the envelope.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::actions::{self, Members, State};
use crate::credential::Credential;
use crate::ids::Ids;
use crate::parameters::parameters;
use crate::received::Received;
use crate::recent::Recent;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::route::route;
use crate::tasks::Tasks;
use crate::verify::{claimed_service, verify};

/// How many requests are remembered, and how many bytes of them.
const MOST_RECEIVED: usize = 1_000;
const MOST_RECEIVED_BYTES: usize = 32 << 20;

/// Tells the time.
pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Is told of every request once it is answered.
pub(crate) type Observer = Box<dyn Fn(&Received) + Send + Sync>;

/// How a service is set up.
pub(crate) struct Setup {
    pub(crate) credentials: Vec<Credential>,
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Observer>,
    pub(crate) purge_duration: Duration,
    pub(crate) seed: Option<u64>,
}

/// The service: what it knows and what it keeps. It does no I/O.
pub(crate) struct Service {
    credentials: Vec<Credential>,
    clock: Clock,
    observer: Option<Observer>,
    state: Mutex<State>,
    received: Mutex<Recent<Received>>,
}

/// What goes back over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) at: SystemTime,
    /// JSON, in the envelope.
    pub(crate) body: String,
}

impl Service {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { credentials, clock, observer, purge_duration, seed } = setup;
        Self {
            credentials,
            clock,
            observer,
            state: Mutex::new(State { ids: Ids::new(seed), tasks: Tasks::new(purge_duration) }),
            received: Mutex::new(Recent::new(MOST_RECEIVED, MOST_RECEIVED_BYTES)),
        }
    }

    /// Answers a request, which `unread` says could not be read whole, if so.
    pub(crate) fn answer(&self, request: &Request, unread: Option<Refusal>) -> Answer {
        let at = (self.clock)();
        let outcome = unread.map_or_else(|| self.outcome(request, at), Err);
        let request_id = lock(&self.state).ids.request();

        let received = received(request, at, &outcome, &request_id);
        if let Some(observer) = &self.observer {
            observer(&received);
        }
        let size = received.size();
        lock(&self.received).push(received, size);

        Answer { at, body: envelope(outcome, request_id).to_string() }
    }

    /// The latest requests, the oldest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        lock(&self.received).iter().cloned().collect()
    }

    fn outcome(&self, request: &Request, now: SystemTime) -> Result<Members, Refusal> {
        check_protocol(request)?;
        let verified = verify(request, &self.credentials, now)?;
        check_content_type(request)?;
        let action = common_parameter(request, "Action")?;
        let version = common_parameter(request, "Version")?;
        let (product, action) = route(&verified.service, version, action)?;
        let parameters = parameters(action, &request.body)?;
        actions::answer(product, action, &parameters, &mut lock(&self.state), now)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// A lock outlives a panic of whoever held it: what it guards is valid after every statement.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn check_protocol(request: &Request) -> Result<(), Refusal> {
    match (request.method.as_str(), request.path.as_str()) {
        ("POST", "/") => Ok(()),
        ("POST", path) => {
            Err(Refusal::new("UnsupportedOperation", format!("there is nothing at `{path}`: every action is at `/`")))
        }
        ("GET", _) => {
            Err(Refusal::new("UnsupportedProtocol", "the emulator does not answer GET: send the action by POST"))
        }
        (method, _) => {
            Err(Refusal::new("UnsupportedProtocol", format!("the method is {method}: send the action by POST")))
        }
    }
}

fn common_parameter<'a>(request: &'a Request, name: &str) -> Result<&'a str, Refusal> {
    let header = format!("X-TC-{name}");
    request.stated(&header).ok_or_else(|| {
        Refusal::new(
            "MissingParameter",
            format!("the common parameter `{name}` is missing: send the header `{header}`"),
        )
    })
}

fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let content_type = request.header("Content-Type").unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = format!("the content type is `{content_type}`: parameters are sent as `application/json`");
    Err(Refusal::new("InvalidParameter", message))
}

fn received(request: &Request, at: SystemTime, outcome: &Result<Members, Refusal>, request_id: &str) -> Received {
    let refusal = outcome.as_ref().err();
    Received {
        at,
        service: claimed_service(request).unwrap_or_default().to_owned(),
        action: request.header("X-TC-Action").unwrap_or_default().to_owned(),
        version: request.header("X-TC-Version").unwrap_or_default().to_owned(),
        parameters: String::from_utf8_lossy(&request.body).into_owned(),
        code: refusal.map(|refusal| refusal.code().to_owned()),
        message: refusal.map(|refusal| refusal.message().to_owned()),
        request_id: request_id.to_owned(),
    }
}

fn envelope(outcome: Result<Members, Refusal>, request_id: String) -> Value {
    let mut response = outcome.unwrap_or_else(|refusal| {
        let error = json!({ "Code": refusal.code(), "Message": refusal.message() });
        Members::from_iter([("Error".to_owned(), error)])
    });
    response.insert("RequestId".to_owned(), Value::String(request_id));
    json!({ "Response": response })
}
