//! Sends the body of a response: usually whole; in pieces, cut or padded if a fault was injected.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame, SizeHint};
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{Sleep, sleep};

use crate::fault::Effect;
use crate::memory_budget::Reservation;

/// A piece of padding. 16 KiB: a padded body of any size needs little memory.
const PADDING: &[u8] = &[b' '; 16 << 10];

/// The body of a response.
pub(crate) enum Outgoing {
    Fixed(Fixed),
    Events(Events),
}

/// A body whose length is announced.
#[derive(Default)]
pub(crate) struct Fixed {
    bytes: Bytes,
    /// The number of spaces after the bytes.
    padding: u64,
    drip: Option<Drip>,
    /// The number of bytes after which the connection is closed.
    cut_after: Option<u64>,
    /// Whether hyper could flush what was sent before the cut.
    flushed: bool,
}

/// Sends a body in pieces.
struct Drip {
    piece_bytes: usize,
    pause: Duration,
    /// The current pause.
    pausing: Option<Pin<Box<Sleep>>>,
}

/// Bytes with their memory. hyper drops a body before it has sent the last bytes of it, so they own
/// the reservation.
struct ReservedBytes<B> {
    bytes: B,
    _reservation: Reservation,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for ReservedBytes<B> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

fn reserved(bytes: impl AsRef<[u8]> + Send + 'static, reservation: Reservation) -> Bytes {
    Bytes::from_owner(ReservedBytes { bytes, _reservation: reservation })
}

/// An endless body of server-sent events: every request when it gets its response.
pub(crate) struct Events(NextEvent);

/// The next request as JSON, and the receiver of those after it.
type NextEvent = Pin<Box<dyn Future<Output = (Option<Arc<str>>, broadcast::Receiver<Arc<str>>)> + Send>>;

impl Outgoing {
    /// A body without memory from the budget.
    pub(super) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Fixed(Fixed { bytes: bytes.into(), ..Fixed::default() })
    }

    /// A body with its memory, and with the injected fault.
    pub(super) fn with_effect(text: String, effect: Option<&Effect>, reservation: Reservation) -> Self {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let whole = Fixed { bytes: reserved(text, reservation), ..Fixed::default() };
        Self::Fixed(match effect {
            Some(Effect::Drip { bytes, milliseconds }) => {
                let pause = Duration::from_millis(*milliseconds);
                Fixed { drip: Some(Drip { piece_bytes: (*bytes).max(1), pause, pausing: None }), ..whole }
            }
            Some(Effect::Truncate { bytes }) => Fixed { cut_after: Some(*bytes), ..whole },
            Some(Effect::Pad { bytes }) => Fixed { padding: bytes.saturating_sub(length), ..whole },
            _ => whole,
        })
    }

    pub(super) fn events(receiver: broadcast::Receiver<Arc<str>>) -> Self {
        Self::Events(Events(next_event(receiver)))
    }

    /// Reserves the memory of this body. Returns false if the budget does not allow it.
    pub(super) fn reserve(&mut self, mut reservation: Reservation) -> bool {
        let Self::Fixed(fixed) = self else { return true };
        let fits = reservation.resize(fixed.bytes.len());
        fixed.bytes = reserved(std::mem::take(&mut fixed.bytes), reservation);
        fits
    }
}

fn next_event(mut receiver: broadcast::Receiver<Arc<str>>) -> NextEvent {
    Box::pin(async move {
        loop {
            match receiver.recv().await {
                Ok(received) => return (Some(received), receiver),
                // A watcher that reads too slowly misses events.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return (None, receiver),
            }
        }
    })
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        match self.get_mut() {
            Self::Fixed(fixed) => fixed.poll_frame(context),
            Self::Events(events) => events.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Fixed(fixed) => fixed.is_empty(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Fixed(fixed) => {
                let bytes = u64::try_from(fixed.bytes.len()).unwrap_or(u64::MAX);
                SizeHint::with_exact(fixed.padding.saturating_add(bytes))
            }
            Self::Events(_) => SizeHint::new(),
        }
    }
}

impl Fixed {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.padding == 0
    }

    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        if self.cut_after == Some(0) {
            return self.poll_cut(context);
        }
        if let Some(drip) = &mut self.drip {
            let pausing = drip.pausing.get_or_insert_with(|| Box::pin(sleep(drip.pause)));
            if pausing.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            drip.pausing = None;
        }
        let piece = self.next_piece();
        if let Some(left) = &mut self.cut_after {
            *left = left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    /// Closes the connection, after hyper has flushed what was sent before: it does that when the
    /// body is pending.
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.flushed {
            return Poll::Ready(Some(Err(io::Error::other("an injected fault: the response is truncated"))));
        }
        self.flushed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes the bytes that are sent at once.
    fn next_piece(&mut self) -> Bytes {
        let piece_bytes = self.drip.as_ref().map_or(usize::MAX, |drip| drip.piece_bytes);
        let until_cut = self.cut_after.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let max = piece_bytes.min(until_cut);
        if !self.bytes.is_empty() {
            return self.bytes.split_to(max.min(self.bytes.len()));
        }
        let spaces = max.min(PADDING.len()).min(usize::try_from(self.padding).unwrap_or(usize::MAX));
        self.padding = self.padding.saturating_sub(u64::try_from(spaces).unwrap_or(u64::MAX));
        Bytes::from_static(PADDING.get(..spaces).unwrap_or_default())
    }
}

impl Events {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let (received, receiver) = match self.0.as_mut().poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(next) => next,
        };
        let Some(received) = received else { return Poll::Ready(None) };
        self.0 = next_event(receiver);
        let event = format!("data: {received}\n\n");
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(event)))))
    }
}
