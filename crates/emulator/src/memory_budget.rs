//! How much memory the bodies under way may take together: requests as they are read, and answers as they are sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What the bodies under way may take, in bytes: all that an account may send to an action within a second (20 requests) of
/// the largest size (10 MiB), and a quarter more. With the history, the tasks and what each connection has for itself, an
/// emulator stays below half a gibibyte.
pub(crate) const MOST: usize = 256 << 20;

/// What a body may take without asking, in bytes, so that ordinary requests are served whatever the large ones take: the
/// number of connections bounds it.
const FREE: usize = 64 << 10;

/// The room for bodies.
///
/// Nobody waits for room: what does not fit is refused, so that no two clients can wait for each other, and one that sends
/// half a body holds nobody up.
#[derive(Debug)]
pub(crate) struct Room {
    used: AtomicUsize,
    most: usize,
}

/// What one body has of the room, which is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    room: Arc<Room>,
    /// Beyond what is free.
    bytes: usize,
}

impl Room {
    pub(crate) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { used: AtomicUsize::new(0), most })
    }

    /// The share of a body that takes nothing yet.
    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share { room: Arc::clone(self), bytes: 0 }
    }

    /// The message of a refusal for lack of memory.
    pub(crate) fn exhausted(&self) -> String {
        let most = self.most;
        format!(
            "the emulator keeps {most} bytes of large bodies at a time, and has no room: send fewer of them at once"
        )
    }
}

impl Share {
    /// Makes this the share of a body of so many bytes; it stays as it is, and this is false, if there is no room for them.
    pub(crate) fn fit(&mut self, bytes: usize) -> bool {
        let (room, own) = (&self.room, self.bytes);
        let bytes = bytes.saturating_sub(FREE);
        let others_and = |used: usize| used.saturating_sub(own).checked_add(bytes).filter(|used| *used <= room.most);
        let fits = room.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, others_and).is_ok();
        if fits {
            self.bytes = bytes;
        }
        fits
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.room.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
impl Room {
    /// How many bytes are used.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_take_no_more_than_there_is() {
        let room = Room::new(100);
        let (mut one, mut other) = (room.share(), room.share());
        assert!(one.fit(FREE + 60) && !other.fit(FREE + 41) && other.fit(FREE + 40));
        assert_eq!(room.used(), 100);
        assert!(!one.fit(FREE + 61) && !one.fit(usize::MAX));
        assert_eq!(room.used(), 100);
        drop(other);
        assert!(one.fit(FREE + 100));
    }

    #[test]
    fn a_share_becomes_smaller_and_is_given_back() {
        let room = Room::new(100);
        let mut share = room.share();
        assert!(share.fit(FREE + 100) && share.fit(FREE + 1));
        assert_eq!(room.used(), 1);
        drop(share);
        assert_eq!(room.used(), 0);
    }

    #[test]
    fn a_small_body_fits_where_nothing_else_does() {
        let room = Room::new(100);
        let mut large = room.share();
        assert!(large.fit(FREE + 100));
        let mut small = room.share();
        assert!(small.fit(FREE) && !small.fit(FREE + 1));
    }
}
