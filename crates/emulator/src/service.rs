//! From a request to its answer: verify, route, limit, check, act, and put the result into the envelope.
//!
//! The first thing that is wrong decides the code. The order is that of a gateway with the product behind it: method, path and
//! size; signature; content type; action and version; requests a second; parameters; size of the batch; and then what the
//! product looks at: each target, and the quota of the day. Nothing that is refused uses up more than a turn of the second.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::sync::broadcast;

use crate::actions::{self, Call, Members, State};
use crate::credential::Credential;
use crate::fault::{Effect, Faults};
use crate::form;
use crate::json;
use crate::limit::{Limit, Usage};
use crate::parameters::{self, Parameters};
use crate::rates::Rates;
use crate::received::{MOST_BODY, Received};
use crate::recent::Recent;
use crate::refusal::Refusal;
use crate::request::Request;
use crate::route::route;
use crate::sync::lock;
use crate::table::{Action, Product};
use crate::tasks::{Journal, Task, Tasks};
use crate::verify::{Claim, Rules, Verified, is_common, verify_by};

/// How many requests are remembered, and how many bytes of them.
const MOST_RECEIVED: usize = 1_000;
const MOST_RECEIVED_BYTES: usize = 32 << 20;

/// The documented size of a request that is sent by GET, its query above all, in bytes.
const MOST_QUERY: usize = 32 << 10;

/// How many requests whoever watches may lag behind before some are left out, and how many bytes of a body it is told.
const MOST_UNSEEN: usize = 256;
const MOST_TOLD: usize = 4 << 10;

/// Tells the time.
pub(crate) type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

/// Is told of every request once it is answered.
pub(crate) type Observer = Box<dyn Fn(&Received) + Send + Sync>;

/// How a service is set up.
pub(crate) struct Setup {
    pub(crate) credentials: Vec<Credential>,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) observer: Option<Observer>,
    pub(crate) purge_duration: Duration,
    pub(crate) requests_per_second: Limit,
    pub(crate) per_day: Limit,
    pub(crate) journal: Option<Box<dyn Journal>>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) seed: Option<u64>,
}

/// The service: what it knows and what it keeps. It does no I/O, a journal's aside.
pub(crate) struct Service {
    credentials: Vec<Credential>,
    rules: Rules,
    clock: Clock,
    /// How far the clock was turned ahead.
    ahead: Mutex<Duration>,
    observer: Option<Observer>,
    /// Tells whoever watches of every request.
    answered: broadcast::Sender<Arc<str>>,
    faults: Faults,
    rates: Mutex<Rates>,
    state: Mutex<State>,
    received: Mutex<Recent<Received>>,
}

/// What goes back over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) at: SystemTime,
    /// JSON, in the envelope.
    pub(crate) body: String,
    /// What goes wrong with it on its way.
    pub(crate) effect: Option<Effect>,
}

/// What came to light while a request was answered.
#[derive(Default)]
struct Seen {
    service: Option<&'static str>,
    verified: Option<Verified>,
    /// The parameters of a query or a form.
    parameters: Option<String>,
}

impl Service {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { credentials, rules, clock, observer, seed, .. } = setup;
        let tasks = Tasks::new(setup.purge_duration, setup.journal, setup.tasks);
        let state = State::new(seed, tasks, setup.per_day, clock());
        Self {
            credentials,
            rules,
            clock,
            ahead: Mutex::default(),
            observer,
            answered: broadcast::Sender::new(MOST_UNSEEN),
            faults: Faults::default(),
            rates: Mutex::new(Rates::new(setup.requests_per_second)),
            state: Mutex::new(state),
            received: Mutex::new(Recent::new(MOST_RECEIVED, MOST_RECEIVED_BYTES)),
        }
    }

    /// Answers a request, which `unread` says could not be read whole, if so.
    pub(crate) fn answer(&self, request: Request, unread: Option<Refusal>) -> Answer {
        let claim = Claim::of(&request);
        let effect = self.faults.take(&claim.action);
        let now = self.now();
        let at = skewed(now, effect.as_ref());
        let mut seen = Seen::default();
        let outcome = match unread {
            Some(refusal) => Err(refusal),
            None => self.outcome(&request, &claim, effect.as_ref(), now, &mut seen),
        };
        let request_id = lock(&self.state).ids.request();

        let received = received(request, claim, at, effect.as_ref(), &outcome, seen, &request_id);
        if let Some(observer) = &self.observer {
            observer(&received);
        }
        if self.answered.receiver_count() > 0 {
            // It fails if whoever watched has just gone.
            let _ = self.answered.send(json::request(&received, MOST_TOLD).to_string().into());
        }
        let size = received.size();
        lock(&self.received).push(received, size);

        Answer { at, body: envelope(outcome, request_id).to_string(), effect }
    }

    /// The time, by the service's clock.
    pub(crate) fn now(&self) -> SystemTime {
        let now = (self.clock)();
        now.checked_add(*lock(&self.ahead)).unwrap_or(now)
    }

    /// Turns the clock ahead.
    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = lock(&self.ahead);
        *ahead = ahead.saturating_add(by);
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The latest requests, the oldest first.
    pub(crate) fn received(&self) -> Vec<Received> {
        lock(&self.received).iter().cloned().collect()
    }

    pub(crate) fn forget_received(&self) {
        lock(&self.received).clear();
    }

    /// The requests from now on as JSON, as they are answered.
    pub(crate) fn watch(&self) -> broadcast::Receiver<Arc<str>> {
        self.answered.subscribe()
    }

    /// The latest tasks, the latest first.
    pub(crate) fn tasks(&self) -> Vec<Task> {
        lock(&self.state).tasks.latest().cloned().collect()
    }

    /// What is used of rates and quotas.
    pub(crate) fn usage(&self) -> Vec<Usage> {
        let now = self.now();
        let mut usage = lock(&self.rates).usage(now);
        usage.extend(lock(&self.state).quotas.usage(now));
        usage
    }

    fn outcome(
        &self,
        request: &Request,
        claim: &Claim,
        effect: Option<&Effect>,
        now: SystemTime,
        seen: &mut Seen,
    ) -> Result<Members, Refusal> {
        if let Some(Effect::Http { .. } | Effect::Reset { carried_out: false }) = effect {
            return Err(Refusal::new(
                "ServiceUnavailable",
                "a fault that was asked for: the service did not see the request",
            ));
        }
        check_protocol(request)?;
        let verified = seen.verified.insert(verify_by(self.rules, request, &self.credentials, skewed(now, effect))?);
        if claim.v1.is_none() {
            check_content_type(request)?;
        }
        let action = common_parameter(&claim.action, "Action")?;
        let version = common_parameter(&claim.version, "Version")?;
        let (product, action) = route(&verified.service, version, action)?;
        seen.service = Some(product.service);
        if let Some(Effect::Refuse { code, message }) = effect {
            let message = message.clone().unwrap_or_else(|| meaning(product, code).to_owned());
            return Err(Refusal::new(code.clone(), message));
        }
        let account = self.credentials.iter().find(|credential| credential.secret_id() == verified.secret_id);
        let account = account.map(Credential::account).unwrap_or_default();
        lock(&self.rates).take(account, product, action, now)?;

        let parameters = read(action, request, claim, seen)?;
        parameters::check(action, &parameters)?;
        let failing = match effect {
            Some(Effect::Fail(failing)) => Some(failing),
            _ => None,
        };
        let call = Call { product, action, parameters: &parameters, account, now, failing };
        actions::answer(&call, &mut lock(&self.state))
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Service").field("credentials", &self.credentials).finish_non_exhaustive()
    }
}

/// The time, as a service shows it whose clock is wrong on demand.
fn skewed(now: SystemTime, effect: Option<&Effect>) -> SystemTime {
    let Some(Effect::Skew { seconds }) = effect else { return now };
    let by = Duration::from_secs(seconds.unsigned_abs());
    let skewed = if *seconds < 0 { now.checked_sub(by) } else { now.checked_add(by) };
    skewed.unwrap_or(now)
}

fn check_protocol(request: &Request) -> Result<(), Refusal> {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") if request.query.len() > MOST_QUERY => {
            let message = format!("the query has more than {MOST_QUERY} bytes: split the batch, or send it by POST");
            Err(Refusal::new("RequestSizeLimitExceeded", message))
        }
        ("GET" | "POST", "/") => Ok(()),
        ("GET" | "POST", path) => {
            Err(Refusal::new("UnsupportedOperation", format!("there is nothing at `{path}`: every action is at `/`")))
        }
        (method, _) => {
            Err(Refusal::new("UnsupportedProtocol", format!("the method is {method}: send the action by POST or GET")))
        }
    }
}

fn common_parameter<'a>(value: &'a str, name: &str) -> Result<&'a str, Refusal> {
    if value.is_empty() {
        let message = format!("the common parameter `{name}` is missing: send the header `X-TC-{name}`");
        return Err(Refusal::new("MissingParameter", message));
    }
    Ok(value)
}

/// Checks that parameters are where the method puts them; V1 is another matter.
fn check_content_type(request: &Request) -> Result<(), Refusal> {
    let content_type = request.header("Content-Type").unwrap_or_default();
    let message = match request.method.as_str() {
        "GET" if request.is_form() => return Ok(()),
        "GET" => format!("the content type is `{content_type}`: a GET has `application/x-www-form-urlencoded`"),
        _ if request.media_type().eq_ignore_ascii_case("application/json") => return Ok(()),
        _ if request.is_form() => format!(
            "the content type is `{content_type}`: forms are signed with V1; with TC3, parameters are sent as \
             `application/json`"
        ),
        _ => format!("the content type is `{content_type}`: parameters are sent as `application/json`"),
    };
    Err(Refusal::new("InvalidParameter", message))
}

/// Reads the parameters from where they are: query, form, or JSON.
fn read(action: &Action, request: &Request, claim: &Claim, seen: &mut Seen) -> Result<Parameters, Refusal> {
    let parameters = match &claim.v1 {
        Some(pairs) => parameters::of_pairs(action, pairs.iter().filter(|(name, _)| !is_common(name)))?,
        None if request.method == "GET" => parameters::of_pairs(action, form::pairs(request.query.as_bytes())?.iter())?,
        None => return parameters::of_json(&request.body),
    };
    Ok(seen.insert(parameters))
}

impl Seen {
    fn insert(&mut self, parameters: Parameters) -> Parameters {
        self.parameters = serde_json::to_string(&parameters).ok();
        parameters
    }
}

fn meaning(product: &Product, code: &str) -> &'static str {
    let codes = product.codes.iter().chain(crate::common_codes());
    codes.into_iter().find(|known| known.code == code).map_or("a fault that was asked for", |known| known.meaning)
}

fn received(
    mut request: Request,
    claim: Claim,
    at: SystemTime,
    effect: Option<&Effect>,
    outcome: &Result<Members, Refusal>,
    seen: Seen,
    request_id: &str,
) -> Received {
    let body_bytes = request.body.len();
    if body_bytes > MOST_BODY {
        request.body.truncate(MOST_BODY);
        request.body.shrink_to_fit();
    }
    let unread = || match request.method.as_str() {
        "GET" => request.query.clone(),
        _ => String::from_utf8_lossy(&request.body).into_owned(),
    };
    let refusal = outcome.as_ref().err();
    Received {
        at,
        service: seen.service.map_or(claim.service, str::to_owned),
        action: claim.action,
        version: claim.version,
        parameters: seen.parameters.unwrap_or_else(unread),
        verified: seen.verified,
        fault: effect.and_then(|effect| serde_json::to_string(effect).ok()),
        code: refusal.map(|refusal| refusal.code().to_owned()),
        message: refusal.map(|refusal| refusal.message().to_owned()),
        request_id: request_id.to_owned(),
        request,
        body_bytes,
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
