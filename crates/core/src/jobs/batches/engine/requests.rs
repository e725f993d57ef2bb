//! Makes the calls of a job, and takes them back.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use futures_util::future::{AbortHandle, abortable};

use super::Engine;
use crate::call::SendGate;
use crate::error::{Error, ErrorKind};
use crate::jobs::batches::outcome::SharedOutcome;
use crate::jobs::batches::planner::Batch;
use crate::jobs::batches::sent_at::SentAt;
use crate::jobs::journal::Log;

/// A request that is in flight, or about to be.
pub(super) struct Request {
    pub(super) batch: Batch,
    /// When it is sent, and whether it may have arrived.
    gate: Arc<SendGate>,
    /// Drops its call.
    call: AbortHandle,
    /// When its last attempt was sent.
    pub(super) at: SentAt,
    /// Whether an attempt was sent.
    was_sent: bool,
    /// Its number in the journal.
    pub(super) logged: Option<u64>,
}

impl Engine<'_> {
    /// Makes the call of a batch. Its request is sent after [`open_gates`](Self::open_gates).
    pub(super) fn send(&mut self, batch: Batch) {
        let body = self.job.template.body(&batch.block, &batch.targets);
        let number = self.next_number;
        let gate = Arc::new(SendGate::closed());
        let at = SentAt::now(&self.job.caller);
        let (caller, read, call_gate) = (self.job.caller.clone(), self.job.read, Arc::clone(&gate));
        let (result, call) = abortable(async move { caller.call(Ok(body), &call_gate, read).await });
        self.calls.push(Box::pin(async move { (number, result.await) }));
        self.requests.insert(number, Request { batch, gate, call, at, was_sent: false, logged: None });
        self.next_number += 1;
    }

    /// Records in the journal, if there is one, the requests whose calls have their permits, and
    /// lets the calls send them. Returns whether there was such a call.
    pub(super) fn open_gates(&mut self) -> bool {
        let at = SentAt::now(&self.job.caller);
        let mut any = false;
        for request in self.requests.values_mut().filter(|request| request.gate.is_waiting()) {
            any = true;
            request.at = at;
            match self.log.as_mut().map(|log| record_attempt(log, at, request)).transpose() {
                Ok(logged) => {
                    self.sent += u64::from(!mem::replace(&mut request.was_sent, true));
                    request.logged = logged;
                    request.gate.allow();
                }
                Err(error) => request.gate.refuse(error),
            }
        }
        any
    }

    /// After a stop, drops the calls that have not sent a request: they may wait long for permits.
    pub(super) fn drop_unsent(&mut self) {
        let Some(reason) = self.job.planner.stopped().cloned() else { return };
        let (sent, unsent) =
            mem::take(&mut self.requests).into_iter().partition(|(_, request)| request.gate.may_have_been_sent());
        self.requests = sent;
        let unsent: BTreeMap<u64, Request> = unsent;
        for Request { batch: Batch { block, targets, .. }, call, logged, .. } in unsent.into_values() {
            call.abort();
            let outcomes = [(targets, SharedOutcome::NotTried(reason.clone()))];
            self.record(logged, &outcomes);
            let [(targets, outcome)] = outcomes;
            self.decide(block, targets, outcome, None);
        }
    }

    /// Number of targets whose requests are in flight.
    pub(in crate::jobs::batches) fn targets_in_flight(&self) -> usize {
        let sent = self.requests.values().filter(|request| request.gate.may_have_been_sent());
        sent.map(|request| request.batch.targets.len()).sum()
    }

    /// Decides the targets of requests whose calls are gone.
    pub(super) fn lose_requests(&mut self, why: &str) {
        for (_, Request { batch, gate, at, .. }) in mem::take(&mut self.requests) {
            let outcome = if gate.may_have_been_sent() {
                let error = Error::new(ErrorKind::Interrupted, why).in_response_of(&self.job.caller.action().name);
                SharedOutcome::Unknown(Arc::new(error))
            } else {
                SharedOutcome::STOPPED
            };
            self.decide(batch.block, batch.targets, outcome, Some(at));
        }
    }
}

/// Records that an attempt of a request is about to be sent. The attempt before it, if there was
/// one, was not carried out.
fn record_attempt(log: &mut Log<'_>, at: SentAt, request: &Request) -> Result<u64, Error> {
    if let Some(before) = request.logged {
        log.settle(before, &[])?;
    }
    log.intend(at, &request.batch.targets)
}
