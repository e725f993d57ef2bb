//! Processes a request up to the point where only the journal decides about its response.

use std::io;
use std::time::SystemTime;

use tokio::sync::oneshot;

use super::{Service, protocol, route};
use crate::actions::{self, Call, Members, Outcome};
use crate::credential::Credential;
use crate::fault::Effect;
use crate::generated::COMMON_CODES;
use crate::parameters::{self, Parameters, form};
use crate::refusal::Refusal;
use crate::request::Request;
use crate::state::{MAX_BODY_BYTES, Recorded};
use crate::sync::lock;
use crate::table::{Action, Product};
use crate::time;
use crate::verify::{Claim, Verified, is_common, verify_with};

/// A processed request. It gets its response once it is known whether its task was recorded.
pub(crate) struct Pending {
    pub(super) request: Request,
    pub(super) claim: Claim,
    pub(super) at: SystemTime,
    pub(super) effect: Option<Effect>,
    pub(super) observations: Observations,
    pub(super) outcome: Result<Members, Refusal>,
    pub(super) request_id: String,
    pub(super) recorded: Option<Recorded>,
}

/// What was found out about a request while it was processed.
#[derive(Default)]
pub(super) struct Observations {
    /// The number of bytes in the body.
    pub(super) body_bytes: usize,
    pub(super) service: Option<&'static str>,
    pub(super) verified: Option<Verified>,
    /// The parameters of a query or a form, as JSON.
    pub(super) parameters: Option<String>,
    /// Receives the task, and whether it was recorded.
    recording: Option<oneshot::Receiver<Recorded>>,
}

impl Service {
    /// Processes a request. `rejected` is the refusal of a request whose body was not read.
    pub(crate) fn process(&self, mut request: Request, rejected: Option<Refusal>) -> Pending {
        let claim = Claim::of(&request);
        let effect = self.faults.take(&claim.action);
        let now = self.now();
        let mut observations = Observations { body_bytes: request.body.len(), ..Observations::default() };
        let outcome = match rejected {
            Some(refusal) => Err(refusal),
            None => self.outcome(&request, &claim, effect.as_ref(), now, &mut observations),
        };
        if request.body.len() > MAX_BODY_BYTES {
            request.body.truncate(MAX_BODY_BYTES);
            request.body.shrink_to_fit();
        }
        let at = skewed(now, effect.as_ref());
        let request_id = lock(&self.state).ids.request();
        Pending { request, claim, at, effect, observations, outcome, request_id, recorded: None }
    }

    fn outcome(
        &self,
        request: &Request,
        claim: &Claim,
        effect: Option<&Effect>,
        now: SystemTime,
        observations: &mut Observations,
    ) -> Result<Members, Refusal> {
        if let Some(Effect::Http { .. } | Effect::Reset { carried_out: false }) = effect {
            let message = "an injected fault: the request did not reach the service";
            return Err(Refusal::new("ServiceUnavailable", message));
        }
        protocol::check(request)?;
        let verified = verify_with(self.verify_options, request, &self.credentials, skewed(now, effect))?;
        let verified = observations.verified.insert(verified);
        if claim.v1_pairs.is_none() {
            protocol::check_content_type(request)?;
        }
        let (product, action) = route::find(&verified.service, claim)?;
        observations.service = Some(product.service);
        if let Some(Effect::Refuse { code, message }) = effect {
            let message = message.clone().unwrap_or_else(|| meaning(product, code).to_owned());
            return Err(Refusal::new(code.clone(), message));
        }
        let account = self.account(&verified.secret_id);
        lock(&self.rates).acquire(account, product, action, now)?;

        let parameters = read_parameters(action, request, claim, observations)?;
        parameters::check(action, &parameters)?;
        let failing = match effect {
            Some(Effect::Fail(failing)) => Some(failing),
            _ => None,
        };
        self.perform(&Call { product, action, parameters: &parameters, account, now, failing }, observations)
    }

    /// The account of a verified secret id.
    fn account(&self, secret_id: &str) -> &str {
        let credential = self.credentials.iter().find(|credential| credential.secret_id() == secret_id);
        credential.map(Credential::account).unwrap_or_default()
    }

    /// Performs the action, counts its task, and adds it; with a journal, `respond` adds it once it
    /// has been recorded.
    fn perform(&self, call: &Call<'_>, observations: &mut Observations) -> Result<Members, Refusal> {
        let mut state = lock(&self.state);
        let Outcome { members, task } = actions::perform(call, &mut state)?;
        if let Some(task) = task {
            state.count(call.action, &task, call.now)?;
            match &self.journal {
                Some(journal) => observations.recording = Some(journal.record(task)),
                None => state.tasks.add(task),
            }
        }
        Ok(members)
    }
}

impl Pending {
    /// Waits until it is known whether the task was recorded, if the request has one and the
    /// service has a journal.
    pub(crate) async fn wait_for_journal(&mut self) -> io::Result<()> {
        if let Some(recording) = self.observations.recording.take() {
            self.recorded = Some(recording.await.map_err(|_| io::Error::other("the journal has failed"))?);
        }
        Ok(())
    }
}

/// Reads the parameters from the query, the form, or the JSON body.
fn read_parameters(
    action: &Action,
    request: &Request,
    claim: &Claim,
    observations: &mut Observations,
) -> Result<Parameters, Refusal> {
    let parameters = match &claim.v1_pairs {
        Some(pairs) => parameters::from_pairs(action, pairs.iter().filter(|(name, _)| !is_common(name)))?,
        None if request.method == "GET" => {
            parameters::from_pairs(action, form::pairs(request.query.as_bytes())?.iter())?
        }
        None => return parameters::from_json(&request.body),
    };
    observations.parameters = serde_json::to_string(&parameters).ok();
    Ok(parameters)
}

/// The time, by the clock of a service that an injected fault may have set wrong. A clock that is
/// too far ahead or behind stops at the latest or at the earliest time.
fn skewed(now: SystemTime, effect: Option<&Effect>) -> SystemTime {
    let Some(Effect::Skew { seconds }) = effect else { return now };
    let limit = if *seconds < 0 { SystemTime::UNIX_EPOCH } else { time::latest() };
    time::moved(now, *seconds).unwrap_or(limit)
}

/// The documented meaning of a code.
fn meaning(product: &Product, code: &str) -> &'static str {
    let mut codes = product.codes.iter().chain(COMMON_CODES);
    codes.find(|known| known.code == code).map_or("an injected fault", |known| known.meaning)
}
