//! Splits a large list of targets over several requests, and reports what became of each target.

mod block;
mod duplicates;
mod engine;
mod events;
mod history;
mod item;
mod ledger;
mod outcome;
mod outline;
mod output;
mod planner;
mod prepare;
mod received;
mod report;
mod resume;
mod run;
mod runs;
mod sent_at;
mod settle;
mod source;
mod template;
mod verdict;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;

use self::block::Place;
use self::engine::{Engine, Job};
pub use self::events::Events;
use self::history::{HISTORY_DELAY, History};
pub use self::item::{Event, Item};
pub use self::outcome::{NotTried, Outcome};
pub(crate) use self::outcome::{Reason, SharedOutcome};
pub(crate) use self::outline::Outline;
use self::planner::Planner;
pub use self::report::{Counts, Report, UnmatchedTarget};
use self::resume::Resume;
pub use self::run::Run;
pub(crate) use self::runs::Runs;
pub(crate) use self::sent_at::SentAt;
pub use self::settle::Settle;
use self::source::{Source, TargetStream};
use self::template::Template;
use crate::action::Batched;
use crate::call::{BatchList, BatchParts, Call, CallOptions, Caller, TargetError};
use crate::error::{Error, ErrorKind};
use crate::jobs::journal::Journal;
use crate::request::max_json_bytes;

/// Number of requests that are in flight at most, if not set. 4: at 20 requests per second,
/// which most actions allow, responses may take 200 ms each; and if the program is killed, no more
/// than four requests are unknown.
const IN_FLIGHT: usize = 4;

/// The targets of a request, to be sent in as many requests as they need.
///
/// Awaiting it sends them, and resolves to a [`Report`], which contains every target:
///
/// ```
/// use tencentcloud_core::action::Batched;
/// use tencentcloud_core::{Call, Error};
///
/// /// Submits a call such as `client.purge_urls_cache(request)`, with any number of targets.
/// async fn submit<A: Batched>(call: Call<A>) -> Result<(), Error> {
///     let report = call.in_batches().await;
///     println!("{report}");
///     for task in report.into_result()? {
///         println!("task {task}");
///     }
///     Ok(())
/// }
/// ```
///
/// - A target that is certainly a mistake is refused, and the others are sent.
/// - A target that is passed in several times is sent once, and reported each time. Of the targets
///   of a [stream](Self::from_stream), this applies to those that are sent in one request.
/// - If the service says that there are too many targets in a request, smaller ones are sent from
///   then on.
/// - If the service rejects a request because of a target and does not say which, the target is
///   found by sending halves, with at most 2 log₂(n) further requests for n targets. What these do
///   not separate is not tried; another run can search it again. Once the service has rejected
///   every part of a request, no other request is searched until one is accepted.
/// - If the day's quota is used up, the credentials are rejected, a permission is missing, or the
///   service rejects a request whatever its targets are, nothing more is sent. What is left of a
///   quota that is too small for a request is not used; [`ask_quota`](Self::ask_quota) says how
///   much that is.
/// - Nothing more is sent either if requests fail three times in a row without a response of the
///   service. Those that are in flight at the same time count once.
/// - A request that may have been carried out is not sent again: its targets are unknown. This
///   applies even if the call is `repeatable`, and to rejections with a code of which nothing is
///   known.
/// - The rate limit makes the requests wait, for as long as necessary.
#[must_use = "targets are sent when this is awaited"]
pub struct Batches<'j, A: Batched> {
    parts: BatchParts,
    journal: Option<&'j mut dyn Journal>,
    account: Option<String>,
    history_delay: Duration,
    size: Option<usize>,
    in_flight: usize,
    stream: Option<TargetStream>,
    action: PhantomData<fn() -> A>,
}

impl<A: Batched> Call<A> {
    /// Sends the targets in as many requests as they need, instead of one. See [`Batches`].
    pub fn in_batches(self) -> Batches<'static, A> {
        Batches {
            parts: self.into_batch_parts(),
            journal: None,
            account: None,
            history_delay: HISTORY_DELAY,
            size: None,
            in_flight: IN_FLIGHT,
            stream: None,
            action: PhantomData,
        }
    }
}

impl<'j, A: Batched> Batches<'j, A> {
    /// Sets the number of targets per request, at least 1. The documented maximum if not set; an
    /// account can have another one.
    pub fn size(mut self, targets: usize) -> Self {
        self.size = Some(targets.max(1));
        self
    }

    /// Sets how many requests may be in flight at the same time, at least 1. 4 if not set.
    ///
    /// The rate limit applies in any case. A larger number helps if responses are slow.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.in_flight = requests.max(1);
        self
    }

    /// Adds targets that are supplied while others are sent, after those of the request. The list
    /// of the request may be empty.
    ///
    /// No more targets are taken than [`in_flight`](Self::in_flight) requests need, so with
    /// [`events`](Self::events) any number of targets needs little memory. If the stream has no
    /// target yet and no request is in flight, those that have arrived are sent, so a stream may
    /// wait for the outcomes of its first targets. Of a target with more than 16 MiB, which no
    /// request can contain, only the start is kept.
    pub fn from_stream(mut self, targets: impl Stream<Item = impl Into<String> + 'static> + Send + 'static) -> Self {
        let targets = targets.map(Into::into);
        self.stream = Some(match self.stream.take() {
            None => Box::pin(targets),
            Some(stream) => Box::pin(stream.chain(targets)),
        });
        self
    }

    /// Goes on where the earlier runs of this job have ended, and records this one. A new journal
    /// starts the job.
    ///
    /// The list and the other parameters must be those of the first run, and the targets must be
    /// checked in the same way. Otherwise, nothing is sent. The report contains what the earlier
    /// runs have done. Requests of which they did not learn the outcome are first looked up in the
    /// history of tasks, as by [`Report::settle`]; nothing is sent before that. If the history
    /// cannot be asked, their targets stay unknown, and are not sent.
    ///
    /// Targets that were refused are not sent again; those that were not tried are. The targets of
    /// a [stream](Self::from_stream) cannot be recorded: with a stream, nothing is sent.
    pub fn resume<'k>(self, journal: &'k mut impl Journal) -> Batches<'k, A>
    where
        'j: 'k,
    {
        Batches { journal: Some(journal), ..self }
    }

    /// Sets a name for the account, which is recorded in the journal. A journal of an account with
    /// another name is refused.
    pub fn account(mut self, name: impl Into<String>) -> Self {
        self.account = Some(name.into());
        self
    }

    /// Sets how long the history may lack the task of a request, when requests of earlier runs are
    /// looked up. Two minutes if not set.
    pub fn history_delay(mut self, delay: Duration) -> Self {
        self.history_delay = delay;
        self
    }

    /// Starts a run that can be stopped, and whose report is there however it ends.
    pub fn start(self) -> Run<'j, A> {
        Run::new(self.engine())
    }

    /// Hands out the outcome of every target as soon as it is known, instead of a report at the
    /// end. Outcomes are not kept.
    pub fn events(self) -> Events<'j> {
        let capacity = self.target_size().saturating_mul(self.in_flight);
        Events::new(self.engine(), capacity)
    }

    fn target_size(&self) -> usize {
        let documented = self.parts.list.map_or(1, |list| list.batch.at_most as usize);
        self.size.unwrap_or(documented).max(1)
    }

    fn engine(self) -> Engine<'j> {
        let size = self.target_size();
        let Self { parts, journal, account, history_delay, in_flight, stream, .. } = self;
        let BatchParts { caller, body, checked, list } = parts;
        // A request that may have arrived must not be sent again: it would not be known which of
        // the two was accepted. The limiter may make a request wait for as long as it takes.
        let options = CallOptions::new().repeatable(false).permit_timeout(Duration::MAX);
        let caller = caller.with_options(options);
        let Request { template, targets, is_checked, problem } = Request::new(body, checked, list.as_ref());
        let mut planner = Planner::new(size, max_target_bytes(&caller, &template));
        let problem = problem.or_else(|| {
            (journal.is_some() && stream.is_some()).then(|| {
                Error::new(ErrorKind::InvalidRequest, "targets of a stream cannot be recorded in a journal")
                    .with_hint("pass the targets as a list, or do without a journal")
            })
        });
        // A job that cannot be done leaves its journal as it is.
        let resume = journal.filter(|_| problem.is_none()).map(|journal| {
            let history = History::new::<A>(&caller, &template, history_delay);
            Resume { journal, account, history }
        });
        if let Some(error) = problem {
            planner.stop(Reason::Because(Arc::new(error)));
        }
        let source = Source::new(list, targets, is_checked, stream);
        Engine::new(Job { resume, caller, read: received::read::<A>, template, source, planner, in_flight })
    }
}

/// Maximum number of bytes of the targets of a request.
fn max_target_bytes(caller: &Caller, template: &Template) -> usize {
    max_json_bytes(caller.config().request_settings()).saturating_sub(template.len())
}

/// A request that has been split into its targets and the rest.
#[derive(Default)]
struct Request {
    template: Template,
    /// The encoded request, and where its targets are.
    targets: (Bytes, Vec<Place>),
    /// Whether the targets are known to be valid, and to be sent as they were written.
    is_checked: bool,
    /// Why no request can be sent.
    problem: Option<Error>,
}

impl Request {
    fn new(body: Result<Bytes, Error>, checked: Result<Option<Bytes>, TargetError>, list: Option<&BatchList>) -> Self {
        let split = |body: &Bytes| Template::split(body, list.map_or("", |list| list.batch.parameter));
        let (written, (template, places)) = match body.and_then(|body| Ok((body.clone(), split(&body)?))) {
            Ok(parts) => parts,
            Err(error) => return Self { problem: Some(error), ..Self::default() },
        };
        let is_checked = matches!(checked, Ok(None));
        let (template, problem) = match checked {
            // Other parameters may be sent in another form, too.
            Ok(Some(encoded)) => match split(&encoded) {
                Ok((template, _)) => (template, None),
                Err(error) => (template, Some(error)),
            },
            Err(invalid) if !invalid.is_in_batch => (template, Some(invalid.error)),
            Ok(None) | Err(_) => (template, None),
        };
        Self { template, targets: (written, places), is_checked, problem }
    }
}

impl<'j, A: Batched> IntoFuture for Batches<'j, A> {
    type Output = Report<A>;
    type IntoFuture = Run<'j, A>;

    fn into_future(self) -> Run<'j, A> {
        self.start()
    }
}

impl<A: Batched> fmt::Debug for Batches<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batches")
            .field("action", &self.parts.caller.action().name)
            .field("size", &self.target_size())
            .field("in_flight", &self.in_flight)
            .finish_non_exhaustive()
    }
}
