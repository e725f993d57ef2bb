//! Hands out the outcomes of a job one by one, and keeps none of them.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::engine::Engine;
use super::item::Event;
use super::output::{Decided, Output};

/// Number of events after which the job is worked on, even if there are more events. 32: often
/// enough that a reader who needs 100 ms for each event does not delay responses by more than three
/// seconds, and rarely enough that a fast reader does not notice it.
const EVENTS_PER_POLL: u32 = 32;

/// The outcome of every target of a job, each once and as soon as it is known: a stream.
///
/// The stream does the work when it is polled. It keeps the targets of the requests that are in
/// flight and as many outcomes, and sends nothing more until these have been taken. A reader who
/// does something long between two events should do it in another task: the timeouts of the
/// requests that are in flight keep running.
#[must_use = "a stream does nothing until it is polled"]
pub struct Events<'j> {
    engine: Engine<'j>,
    /// Maximum number of outcomes that wait for the reader.
    capacity: usize,
    current: Option<Current>,
    /// Number of events until the engine is polled again.
    until_poll: u32,
    is_over: bool,
}

/// Outcomes that are being handed out.
struct Current {
    decided: Arc<Decided>,
    indexes: std::vec::IntoIter<u32>,
}

impl<'j> Events<'j> {
    pub(super) fn new(engine: Engine<'j>, capacity: usize) -> Self {
        Self { engine, capacity, current: None, until_poll: 0, is_over: false }
    }

    /// Sends no further request. The stream ends when the requests that are in flight have been
    /// answered; targets that were not sent are not tried, and those that were not taken from the
    /// stream of targets stay there.
    pub fn stop(&mut self) {
        self.engine.stop();
        self.until_poll = 0;
    }

    fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Some(Current { decided, indexes }) = &mut self.current
                && let Some(index) = indexes.next()
            {
                return Some(Event { decided: Arc::clone(decided), index });
            }
            match self.engine.next_output()? {
                Output::Block(_) | Output::Unmatched(_) => {}
                Output::Decided(decided) => {
                    let indexes = decided.block.with_duplicates(&decided.targets);
                    self.current = Some(Current { decided: Arc::new(decided), indexes: indexes.into_iter() });
                }
            }
        }
    }
}

impl Stream for Events<'_> {
    type Item = Event;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event>> {
        let this = &mut *self;
        loop {
            if this.until_poll == 0 && !this.is_over {
                this.is_over = this.engine.poll(context, this.capacity).is_ready();
                this.until_poll = EVENTS_PER_POLL;
            }
            if let Some(event) = this.next_event() {
                this.until_poll = this.until_poll.saturating_sub(1);
                return Poll::Ready(Some(event));
            }
            if this.is_over {
                return Poll::Ready(None);
            }
            // There was output before the last poll of the engine, and there is none now.
            if this.until_poll == EVENTS_PER_POLL {
                this.until_poll = 0;
                return Poll::Pending;
            }
            this.until_poll = 0;
        }
    }
}

impl fmt::Debug for Events<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Events").field("requests", &self.engine.requests()).finish_non_exhaustive()
    }
}
