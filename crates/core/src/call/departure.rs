//! Holds a call back until its job allows the first attempt.

use std::future::poll_fn;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use crate::error::Error;

/// The moment at which the first request of a call is sent. The call and its job share it.
///
/// A call may wait long for a permit. So a job that records its requests does that when the permit
/// is there: a request that was never sent is then not recorded as one that may have arrived.
#[derive(Debug)]
pub(crate) struct Departure(Mutex<State>);

#[derive(Debug)]
enum State {
    /// The call has to ask, and has not yet.
    Held,
    /// The call has asked.
    Waiting(Waker),
    Allowed,
    Refused(Error),
    /// A request may have been sent.
    Sent,
}

impl Departure {
    /// The request is sent without asking.
    pub(crate) fn allowed() -> Self {
        Self(Mutex::new(State::Allowed))
    }

    /// The request is not sent before [`allow`](Self::allow).
    pub(crate) fn held() -> Self {
        Self(Mutex::new(State::Held))
    }

    /// Waits until the request may be sent.
    pub(super) async fn wait(&self) -> Result<(), Error> {
        poll_fn(|context| {
            let mut state = self.state();
            match mem::replace(&mut *state, State::Allowed) {
                State::Held | State::Waiting(_) => {
                    *state = State::Waiting(context.waker().clone());
                    Poll::Pending
                }
                State::Refused(error) => Poll::Ready(Err(error)),
                before @ (State::Allowed | State::Sent) => {
                    *state = before;
                    Poll::Ready(Ok(()))
                }
            }
        })
        .await
    }

    /// Records that a request is given to the transport.
    pub(super) fn set_sent(&self) {
        *self.state() = State::Sent;
    }

    /// Whether a request may have been sent.
    pub(crate) fn was_sent(&self) -> bool {
        matches!(*self.state(), State::Sent)
    }

    /// Whether the call has asked, and was neither allowed nor refused.
    pub(crate) fn is_waiting(&self) -> bool {
        matches!(*self.state(), State::Waiting(_))
    }

    /// Lets a call that has asked send its request.
    pub(crate) fn allow(&self) {
        self.answer(State::Allowed);
    }

    /// Makes a call that has asked fail with this error.
    pub(crate) fn refuse(&self, error: Error) {
        self.answer(State::Refused(error));
    }

    fn answer(&self, answer: State) {
        let before = mem::replace(&mut *self.state(), answer);
        if let State::Waiting(waker) = before {
            waker.wake();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
