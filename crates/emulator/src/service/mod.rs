//! From a request to its answer: verify, route, limit, check, act, and put the result into the envelope.
//!
//! The first thing that is wrong decides the code. The order is that of a gateway with the product behind it: method, path and
//! size; signature; content type; action and version; requests a second; parameters; size of the batch; and then what the
//! product looks at: each target, and the quota of the day. Nothing that is refused uses up more than a turn of the second.

mod protocol;
pub(crate) mod report;
mod route;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use serde_json::{Value, json};
use tokio::sync::{broadcast, oneshot};

use self::route::route;
use crate::actions::{self, Call, Members, Outcome, State};
use crate::credential::Credential;
use crate::fault::{Effect, Faults};
use crate::generated::COMMON_CODES;
use crate::limits::{Limit, Rates, Usage};
use crate::memory_budget::{Room, Share};
use crate::parameters::{self, Parameters, form};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::state::{MOST_BODY, Received, Recent, Recorded, Task, Tasks, Unrecorded, Writer};
use crate::sync::lock;
use crate::table::{Action, Product};
use crate::verify::{Claim, Rules, Verified, is_common, verify_by};

/// How many requests are remembered, and how many bytes of them.
const MOST_RECEIVED: usize = 1_000;
const MOST_RECEIVED_BYTES: usize = 32 << 20;

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
    pub(crate) journal: Option<Writer>,
    pub(crate) room: Arc<Room>,
    pub(crate) tasks: Vec<Task>,
    pub(crate) seed: Option<u64>,
}

/// The service: what it knows and what it keeps. It does no I/O: a journal's is done in a thread of its own.
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
    journal: Option<Writer>,
    received: Mutex<Recent<Received>>,
    room: Arc<Room>,
}

/// A request that is answered, but for whether its task could be recorded.
pub(crate) struct Begun {
    request: Request,
    claim: Claim,
    at: SystemTime,
    effect: Option<Effect>,
    seen: Seen,
    outcome: Result<Members, Refusal>,
    request_id: String,
}

/// What goes back over HTTP.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) at: SystemTime,
    /// JSON, in the envelope.
    pub(crate) body: String,
    /// What goes wrong with it on its way.
    pub(crate) effect: Option<Effect>,
    /// The room that the body has.
    pub(crate) share: Share,
}

/// What came to light while a request was answered.
#[derive(Default)]
struct Seen {
    /// How many bytes the body has.
    body_bytes: usize,
    service: Option<&'static str>,
    verified: Option<Verified>,
    /// The parameters of a query or a form.
    parameters: Option<String>,
    /// Tells what has become of the task, if a journal records one.
    recording: Option<oneshot::Receiver<Recorded>>,
}

impl Service {
    pub(crate) fn new(setup: Setup) -> Self {
        let Setup { credentials, rules, clock, observer, seed, .. } = setup;
        let tasks = Tasks::new(setup.purge_duration, setup.tasks);
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
            journal: setup.journal,
            received: Mutex::new(Recent::new(MOST_RECEIVED, MOST_RECEIVED_BYTES)),
            room: setup.room,
        }
    }

    /// Finds the answer to a request, which `unread` says could not be read whole, if so.
    pub(crate) fn begin(&self, mut request: Request, unread: Option<Refusal>) -> Begun {
        let claim = Claim::of(&request);
        let effect = self.faults.take(&claim.action);
        let now = self.now();
        let mut seen = Seen { body_bytes: request.body.len(), ..Seen::default() };
        let outcome = match unread {
            Some(refusal) => Err(refusal),
            None => self.outcome(&request, &claim, effect.as_ref(), now, &mut seen),
        };
        if request.body.len() > MOST_BODY {
            request.body.truncate(MOST_BODY);
            request.body.shrink_to_fit();
        }
        let at = skewed(now, effect.as_ref());
        let request_id = lock(&self.state).ids.request();
        Begun { request, claim, at, effect, seen, outcome, request_id }
    }

    /// Answers a request, once it is known what has become of its task, if it has one.
    pub(crate) fn finish(&self, begun: Begun, recorded: Option<Recorded>) -> Answer {
        let Begun { request, claim, at, effect, seen, outcome, request_id } = begun;
        let outcome = recorded.map_or(Ok(()), |recorded| self.settle(recorded)).and(outcome);
        let mut refusal = outcome.as_ref().err().cloned();
        let mut body = envelope(outcome, request_id.clone());
        let mut share = self.room.share();
        if !share.fit(body.len()) {
            let message = format!("the request was carried out, but {}", self.room.exhausted());
            let refused = refusal.insert(Refusal::new("ResponseSizeLimitExceeded", message));
            body = envelope(Err(refused.clone()), request_id.clone());
        }

        let received = received(request, claim, at, effect.as_ref(), refusal, seen, request_id);
        if let Some(observer) = &self.observer {
            observer(&received);
        }
        if self.answered.receiver_count() > 0 {
            // It fails if whoever watched has just gone.
            let _ = self.answered.send(report::request(&received, MOST_TOLD).to_string().into());
        }
        let size = received.size();
        lock(&self.received).push(received, size);

        Answer { at, body, effect, share }
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

    /// The room for bodies.
    pub(crate) fn room(&self) -> &Arc<Room> {
        &self.room
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
        protocol::check(request)?;
        let verified = seen.verified.insert(verify_by(self.rules, request, &self.credentials, skewed(now, effect))?);
        if claim.v1.is_none() {
            protocol::check_content_type(request)?;
        }
        let action = protocol::common_parameter(&claim.action, "Action")?;
        let version = protocol::common_parameter(&claim.version, "Version")?;
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
        let mut state = lock(&self.state);
        let Outcome { members, task } = actions::answer(&call, &mut state)?;
        if let Some(task) = task {
            state.count(action, &task, now)?;
            seen.recording = self.accept(task, &mut state)?;
        }
        Ok(members)
    }

    /// Remembers a task that was counted; with a journal, hands it over to be recorded before that.
    fn accept(&self, task: Task, state: &mut State) -> Result<Option<oneshot::Receiver<Recorded>>, Refusal> {
        let Some(journal) = &self.journal else {
            state.tasks.remember(task);
            return Ok(None);
        };
        journal.record(task).map(Some).map_err(|unrecorded| state.unaccepted(&unrecorded))
    }

    /// Remembers a task that was recorded, or gives back what it took of the quota.
    fn settle(&self, recorded: Recorded) -> Result<(), Refusal> {
        let mut state = lock(&self.state);
        match recorded {
            Ok(task) => {
                state.tasks.remember(task);
                Ok(())
            }
            Err(unrecorded) => Err(state.unaccepted(&unrecorded)),
        }
    }
}

impl State {
    fn unaccepted(&mut self, Unrecorded { task, why }: &Unrecorded) -> Refusal {
        self.quotas.give_back(task);
        Refusal::new("InternalError", format!("the task could not be recorded, and was not accepted: {why}"))
    }
}

impl Begun {
    /// Tells what has become of the task, if a journal records one.
    pub(crate) fn recording(&mut self) -> Option<oneshot::Receiver<Recorded>> {
        self.seen.recording.take()
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
    let codes = product.codes.iter().chain(COMMON_CODES);
    codes.into_iter().find(|known| known.code == code).map_or("a fault that was asked for", |known| known.meaning)
}

fn received(
    request: Request,
    claim: Claim,
    at: SystemTime,
    effect: Option<&Effect>,
    refusal: Option<Refusal>,
    seen: Seen,
    request_id: String,
) -> Received {
    let unread = || match request.method.as_str() {
        "GET" => request.query.clone(),
        _ => String::from_utf8_lossy(&request.body).into_owned(),
    };
    let (code, message) = refusal.map(Refusal::into_parts).unzip();
    Received {
        at,
        service: seen.service.map_or(claim.service, str::to_owned),
        action: claim.action,
        version: claim.version,
        parameters: seen.parameters.unwrap_or_else(unread),
        verified: seen.verified,
        fault: effect.and_then(|effect| serde_json::to_string(effect).ok()),
        code,
        message,
        request_id,
        request,
        body_bytes: seen.body_bytes,
    }
}

fn envelope(outcome: Result<Members, Refusal>, request_id: String) -> String {
    let mut response = outcome.unwrap_or_else(|refusal| {
        let error = json!({ "Code": refusal.code(), "Message": refusal.message() });
        Members::from_iter([("Error".to_owned(), error)])
    });
    response.insert("RequestId".to_owned(), Value::String(request_id));
    json!({ "Response": response }).to_string()
}
