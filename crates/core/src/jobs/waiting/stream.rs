//! Shows the progress of waiting, as a stream.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::outcome::WaitError;
use super::progress::Progress;
use super::watch::Watch;
use crate::action::TaskList;
use crate::time::BoxFuture;

/// A stream of the progress of tasks: an item for each poll, and at last their result or an error.
///
/// The next poll is due only when the stream is polled again, so a program that takes longer for an
/// item polls less often. The limit passes all the same.
#[must_use = "a stream does nothing unless it is polled"]
pub struct ProgressStream<L: TaskList>(State<L>);

enum State<L: TaskList> {
    Idle(Box<Watch<L>>),
    Polling(BoxFuture<'static, (Box<Watch<L>>, Step<L>)>),
    Ended,
}

type Step<L> = Result<Progress<L>, WaitError<L>>;

impl<L: TaskList> ProgressStream<L> {
    pub(super) fn new(watch: Watch<L>) -> Self {
        Self(State::Idle(Box::new(watch)))
    }

    /// Returns the next item. `None` after the result or an error.
    pub async fn next(&mut self) -> Option<Result<Progress<L>, WaitError<L>>> {
        poll_fn(|context| self.poll_step(context)).await
    }

    fn poll_step(&mut self, context: &mut Context<'_>) -> Poll<Option<Step<L>>> {
        let mut polling = match std::mem::replace(&mut self.0, State::Ended) {
            State::Idle(mut watch) => Box::pin(async move {
                let step = watch.step().await;
                (watch, step)
            }),
            State::Polling(polling) => polling,
            State::Ended => return Poll::Ready(None),
        };
        let Poll::Ready((watch, step)) = polling.as_mut().poll(context) else {
            self.0 = State::Polling(polling);
            return Poll::Pending;
        };
        if let Ok(Progress::Waiting(_)) = step {
            self.0 = State::Idle(watch);
        }
        Poll::Ready(Some(step))
    }
}

impl<L: TaskList> Stream for ProgressStream<L> {
    type Item = Result<Progress<L>, WaitError<L>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_step(context)
    }
}

impl<L: TaskList> fmt::Debug for ProgressStream<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProgressStream").field("list", &L::NAME).finish_non_exhaustive()
    }
}
