//! Holds a call back until its job lets the first request be sent.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::error::Error;

/// What a call passes when it has its first permit. The call and its job share it.
///
/// A call may wait long for a permit. So a job that records its requests does that when the call is
/// at the gate: a request that was never sent is then not recorded as one that may have arrived.
#[derive(Debug)]
pub(crate) struct SendGate(Mutex<State>);

#[derive(Debug)]
enum State {
    /// The call has not reached it yet.
    Closed,
    /// The call waits at it.
    Waiting(Waker),
    Open,
    /// The call fails with this error.
    Refused(Error),
    /// The first request is given to the transport. This state is the last one.
    MayHaveBeenSent,
}

impl SendGate {
    /// A gate at which the call does not wait.
    pub(crate) fn open() -> Self {
        Self(Mutex::new(State::Open))
    }

    /// A gate at which the call waits for [`allow`](Self::allow) or [`refuse`](Self::refuse).
    pub(crate) fn closed() -> Self {
        Self(Mutex::new(State::Closed))
    }

    /// Waits until the request may be sent.
    pub(super) async fn wait(&self) -> Result<(), Error> {
        poll_fn(|context| {
            let mut state = self.state();
            match mem::replace(&mut *state, State::Open) {
                State::Closed | State::Waiting(_) => {
                    *state = State::Waiting(context.waker().clone());
                    Poll::Pending
                }
                State::Refused(error) => Poll::Ready(Err(error)),
                before @ (State::Open | State::MayHaveBeenSent) => {
                    *state = before;
                    Poll::Ready(Ok(()))
                }
            }
        })
        .await
    }

    /// Records that a request is given to the transport.
    pub(super) fn set_may_have_been_sent(&self) {
        *self.state() = State::MayHaveBeenSent;
    }

    /// Whether a request may have been sent.
    pub(crate) fn may_have_been_sent(&self) -> bool {
        matches!(*self.state(), State::MayHaveBeenSent)
    }

    /// Whether the call waits.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(*self.state(), State::Waiting(_))
    }

    /// Lets the call send its request.
    pub(crate) fn allow(&self) {
        self.change(State::Open);
    }

    /// Makes the call fail with this error.
    pub(crate) fn refuse(&self, error: Error) {
        self.change(State::Refused(error));
    }

    fn change(&self, state: State) {
        let before = mem::replace(&mut *self.state(), state);
        if let State::Waiting(waker) = before {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
