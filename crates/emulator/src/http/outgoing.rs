//! The bodies that are sent: whole as a rule, in pieces, short or long where that was asked for.

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
use crate::memory_budget::Share;

/// How much of a padding is sent at a time, so that a body of any size takes little memory.
const PADDING: &[u8] = &[b' '; 16 << 10];

/// What is sent.
pub(crate) enum Outgoing {
    Answer(Answer),
    Events(Events),
}

/// A body whose length is announced, and that may go wrong.
#[derive(Default)]
pub(crate) struct Answer {
    bytes: Bytes,
    /// How many spaces follow.
    padding: u64,
    /// How many bytes a piece has, and the pause before each.
    pieces: Option<(usize, Duration)>,
    pause: Option<Pin<Box<Sleep>>>,
    /// After how many bytes the connection ends.
    cut: Option<u64>,
    /// Whether what came before the cut had the time to leave.
    left: bool,
}

/// Bytes that have room until the last of them is sent: hyper lets go of a body before that.
struct Held<B> {
    bytes: B,
    _share: Share,
}

impl<B: AsRef<[u8]>> AsRef<[u8]> for Held<B> {
    fn as_ref(&self) -> &[u8] {
        self.bytes.as_ref()
    }
}

/// Events for a browser: the requests, as they are answered.
pub(crate) struct Events(Next);

/// The next request as JSON, and where those after it come from.
type Next = Pin<Box<dyn Future<Output = (Option<Arc<str>>, broadcast::Receiver<Arc<str>>)> + Send>>;

impl Outgoing {
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self::Answer(Answer { bytes: bytes.into(), ..Answer::default() })
    }

    /// A body that has its room already, and goes wrong in the way that was asked for.
    pub(crate) fn with(text: String, effect: Option<&Effect>, share: Share) -> Self {
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        let whole = Answer { bytes: held(text, share), ..Answer::default() };
        Self::Answer(match effect {
            Some(Effect::Drip { bytes, milliseconds }) => {
                Answer { pieces: Some(((*bytes).max(1), Duration::from_millis(*milliseconds))), ..whole }
            }
            Some(Effect::Truncate { bytes }) => Answer { cut: Some(*bytes), ..whole },
            Some(Effect::Pad { bytes }) => Answer { padding: bytes.saturating_sub(length), ..whole },
            _ => whole,
        })
    }

    /// Takes the room that this needs; false if there is none.
    pub(crate) fn fit(&mut self, mut share: Share) -> bool {
        let Self::Answer(answer) = self else { return true };
        let fits = share.fit(answer.bytes.len());
        answer.bytes = held(std::mem::take(&mut answer.bytes), share);
        fits
    }

    pub(crate) fn events(receiver: broadcast::Receiver<Arc<str>>) -> Self {
        Self::Events(Events(next(receiver)))
    }
}

fn held(bytes: impl AsRef<[u8]> + Send + 'static, share: Share) -> Bytes {
    Bytes::from_owner(Held { bytes, _share: share })
}

fn next(mut receiver: broadcast::Receiver<Arc<str>>) -> Next {
    Box::pin(async move {
        loop {
            match receiver.recv().await {
                Ok(received) => return (Some(received), receiver),
                // Whoever reads too slowly misses some.
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
            Self::Answer(answer) => answer.poll_frame(context),
            Self::Events(events) => events.poll_frame(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Answer(answer) => answer.is_empty(),
            Self::Events(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Answer(answer) => SizeHint::with_exact(
                answer.padding.saturating_add(u64::try_from(answer.bytes.len()).unwrap_or(u64::MAX)),
            ),
            Self::Events(_) => SizeHint::new(),
        }
    }
}

impl Answer {
    fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.padding == 0
    }

    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.is_empty() {
            return Poll::Ready(None);
        }
        if self.cut == Some(0) {
            return self.poll_cut(context);
        }
        if let Some((_, pause)) = self.pieces {
            let pausing = self.pause.get_or_insert_with(|| Box::pin(sleep(pause)));
            if pausing.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.pause = None;
        }
        let data = self.piece();
        if let Some(left) = &mut self.cut {
            *left = left.saturating_sub(u64::try_from(data.len()).unwrap_or(u64::MAX));
        }
        Poll::Ready(Some(Ok(Frame::data(data))))
    }

    /// Ends the connection, but not before what was sent has been handed to it: hyper does that when there is nothing more
    /// for a moment.
    fn poll_cut(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.left {
            return Poll::Ready(Some(Err(io::Error::other("cut off, as a fault asked for"))));
        }
        self.left = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes as much as may be sent at once.
    fn piece(&mut self) -> Bytes {
        let piece = self.pieces.map_or(usize::MAX, |(bytes, _)| bytes);
        let until_cut = self.cut.map_or(usize::MAX, |left| usize::try_from(left).unwrap_or(usize::MAX));
        let most = piece.min(until_cut);
        if !self.bytes.is_empty() {
            return self.bytes.split_to(most.min(self.bytes.len()));
        }
        let spaces = most.min(PADDING.len()).min(usize::try_from(self.padding).unwrap_or(usize::MAX));
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
        self.0 = next(receiver);
        let event = format!("data: {received}\n\n");
        Poll::Ready(Some(Ok(Frame::data(Bytes::from(event)))))
    }
}
