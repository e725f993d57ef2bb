//! Holds a call back until its job lets the request of an attempt be sent.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::error::Error;

/// Holds each attempt of a call back, after it has its permit, until the call's job allows or
/// refuses it. The call and its job share the gate.
///
/// A call may wait long for a permit. So a job records a request when it is at the gate: a request
/// that was never sent is then not recorded as one that may have arrived. The calls of a job are
/// not repeatable, so an attempt that is followed by another one was certainly not carried out.
/// Only the last attempt matters, and when that was sent.
#[derive(Debug)]
pub(crate) struct SendGate {
    /// Whether each attempt waits for the decision of a job.
    waits_for_job: bool,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    /// The call has not reached the gate, or it was refused and is over.
    Closed,
    /// The call waits for the decision of its job.
    Waiting(Waker),
    /// The call may pass.
    Open,
    /// The call will fail with this error.
    Refused(Error),
    /// The request of the last attempt was passed to the transport.
    MayHaveBeenSent,
}

impl SendGate {
    /// A gate at which the call does not wait.
    pub(crate) fn open() -> Self {
        Self { waits_for_job: false, state: Mutex::new(State::Open) }
    }

    /// A gate at which each attempt waits for [`allow`](Self::allow) or [`refuse`](Self::refuse).
    pub(crate) fn closed() -> Self {
        Self { waits_for_job: true, state: Mutex::new(State::Closed) }
    }

    /// Waits until the request may be sent.
    pub(super) async fn wait(&self) -> Result<(), Error> {
        poll_fn(|context| {
            let mut state = self.state();
            match mem::replace(&mut *state, State::Closed) {
                State::Refused(error) => Poll::Ready(Err(error)),
                State::Closed | State::Waiting(_) => wait_at(&mut state, context),
                // The next attempt waits, too.
                State::MayHaveBeenSent if self.waits_for_job => wait_at(&mut state, context),
                passable @ (State::Open | State::MayHaveBeenSent) => {
                    *state = passable;
                    Poll::Ready(Ok(()))
                }
            }
        })
        .await
    }

    /// Records that a request is passed to the transport.
    pub(super) fn set_may_have_been_sent(&self) {
        *self.state() = State::MayHaveBeenSent;
    }

    /// Whether the request of the last attempt was passed to the transport. This stays true until
    /// the next attempt waits at the gate.
    pub(crate) fn may_have_been_sent(&self) -> bool {
        matches!(*self.state(), State::MayHaveBeenSent)
    }

    /// Whether the call waits.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(*self.state(), State::Waiting(_))
    }

    /// Lets a waiting call send its request.
    pub(crate) fn allow(&self) {
        self.decide(State::Open);
    }

    /// Makes a waiting call fail with this error.
    pub(crate) fn refuse(&self, error: Error) {
        self.decide(State::Refused(error));
    }

    /// Does nothing unless the call waits: after the decision, only the call changes the state.
    fn decide(&self, decision: State) {
        let mut state = self.state();
        let State::Waiting(waker) = &*state else { return };
        let waker = waker.clone();
        *state = decision;
        drop(state);
        waker.wake();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait_at(state: &mut State, context: &Context<'_>) -> Poll<Result<(), Error>> {
    *state = State::Waiting(context.waker().clone());
    Poll::Pending
}

#[cfg(test)]
mod tests {
    use std::pin::pin;

    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn only_a_waiting_call_is_allowed_or_refused() {
        let decide = |gate: &SendGate, is_allowed| match is_allowed {
            true => gate.allow(),
            false => gate.refuse(Error::new(ErrorKind::InvalidRequest, "no journal")),
        };
        let mut context = Context::from_waker(Waker::noop());
        for is_allowed in [true, false] {
            let gate = SendGate::closed();
            gate.allow();
            let mut wait = pin!(gate.wait());
            assert!(wait.as_mut().poll(&mut context).is_pending(), "the call was not at the gate");
            decide(&gate, is_allowed);
            decide(&gate, !is_allowed);
            let Poll::Ready(result) = wait.as_mut().poll(&mut context) else { panic!("there was a decision") };
            assert_eq!(result.is_ok(), is_allowed);
        }
    }

    #[test]
    fn a_request_that_may_have_been_sent_stays_one() {
        let gate = SendGate::open();
        assert!(!gate.may_have_been_sent());
        gate.set_may_have_been_sent();
        gate.refuse(Error::new(ErrorKind::InvalidRequest, "too late"));
        assert!(gate.may_have_been_sent());
        assert!(matches!(pin!(gate.wait()).poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(Ok(()))));
    }
}
