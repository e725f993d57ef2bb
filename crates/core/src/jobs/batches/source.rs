//! Takes the targets of a job from its request and from a stream, block by block.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;

use super::block::Place;
use super::prepare::{Prepared, prepare};
use crate::call::BatchList;

/// Targets that the caller supplies while the job runs.
pub(crate) type TargetStream = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Maximum number of bytes of the targets of a block that come from a stream. 8 MiB: a request has
/// at most 10.
const MAX_BLOCK_BYTES: usize = 8 * 1024 * 1024;

/// Number of bytes after which a target of a stream is cut off. 16 MiB: no request can contain such
/// a target, so it is refused, and need not be kept.
const MAX_TARGET_BYTES: usize = 16 * 1024 * 1024;

/// Where the targets of a job come from: first its request, then a stream, if there is one.
pub(super) struct Source {
    /// `None` if the request has no list. Then no target is sent.
    list: Option<BatchList>,
    /// The list of the request, until it is taken.
    given: Option<Prepared>,
    stream: Option<TargetStream>,
    /// Targets of the stream that are not in a block yet.
    pending: Pending,
    /// Position of the next target.
    next: usize,
}

/// Targets as the elements of a JSON array.
#[derive(Default)]
struct Pending {
    json: Vec<u8>,
    places: Vec<Place>,
}

impl Source {
    pub(super) fn new(
        list: Option<BatchList>,
        given: (Bytes, Vec<Place>),
        is_checked: bool,
        stream: Option<TargetStream>,
    ) -> Self {
        let mut source = Self { list, given: None, stream, pending: Pending::default(), next: 0 };
        let (json, places) = given;
        source.given = (!places.is_empty()).then(|| source.block(json, places, list.filter(|_| !is_checked)));
        source
    }

    /// The next block; `None` after the last one. A block of the stream has `size` targets, or
    /// those that have arrived if `is_idle`: then nothing else would happen, and the stream might
    /// wait for the outcomes of its first targets.
    pub(super) fn poll_block(
        &mut self,
        context: &mut Context<'_>,
        size: usize,
        is_idle: bool,
    ) -> Poll<Option<Prepared>> {
        if let Some(prepared) = self.take_given() {
            return Poll::Ready(Some(prepared));
        }
        while let Some(stream) = &mut self.stream {
            if self.pending.places.len() >= size || self.pending.json.len() >= MAX_BLOCK_BYTES {
                break;
            }
            match stream.as_mut().poll_next(context) {
                Poll::Ready(Some(target)) => self.pending.push(&target),
                Poll::Ready(None) => self.stream = None,
                Poll::Pending if is_idle && !self.pending.places.is_empty() => break,
                Poll::Pending => return Poll::Pending,
            }
        }
        Poll::Ready(self.take_pending())
    }

    /// The list of the request, unless it is empty or has been taken.
    pub(super) fn given(&self) -> Option<&Prepared> {
        self.given.as_ref()
    }

    /// Takes the list of the request, unless it is empty or has been taken.
    pub(super) fn take_given(&mut self) -> Option<Prepared> {
        self.given.take()
    }

    /// Takes no further targets from the stream. The next block has those that were taken.
    pub(super) fn close(&mut self) {
        self.stream = None;
    }

    fn take_pending(&mut self) -> Option<Prepared> {
        // The next block is probably as large.
        let next = Pending::with_capacity(self.pending.json.len(), self.pending.places.len());
        let Pending { json, places } = std::mem::replace(&mut self.pending, next);
        (!places.is_empty()).then(|| self.block(json.into(), places, self.list))
    }

    fn block(&mut self, json: Bytes, places: Vec<Place>, check: Option<BatchList>) -> Prepared {
        let first = self.next;
        self.next += places.len();
        prepare(first, json, places, check.as_ref())
    }
}

impl Pending {
    fn with_capacity(bytes: usize, targets: usize) -> Self {
        Self { json: Vec::with_capacity(bytes), places: Vec::with_capacity(targets) }
    }

    fn push(&mut self, target: &str) {
        if !self.places.is_empty() {
            self.json.push(b',');
        }
        let begin = self.json.len();
        let target = start_of(target, MAX_TARGET_BYTES);
        if needs_escapes(target) {
            // Writing text to memory cannot fail.
            let _ = serde_json::to_writer(&mut self.json, target);
        } else {
            self.json.push(b'"');
            self.json.extend_from_slice(target.as_bytes());
            self.json.push(b'"');
        }
        // Nor is a block larger than 4 GiB.
        self.places.extend(Place::new(begin, self.json.len()));
    }
}

/// The start of a text, at most this number of bytes.
fn start_of(text: &str, max_bytes: usize) -> &str {
    let ends = (0..=max_bytes.min(text.len())).rev();
    ends.into_iter().find_map(|end| text.get(..end)).unwrap_or_default()
}

/// Whether a text contains characters that must be escaped in JSON. Without a branch for each byte,
/// this and a copy take a tenth of the time of an encoder.
fn needs_escapes(text: &str) -> bool {
    text.bytes().fold(false, |found, byte| found | (byte < b' ') | (byte == b'"') | (byte == b'\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_no_request_can_contain_is_cut_off() {
        let mut pending = Pending::default();
        pending.push(&"x".repeat(3 * MAX_TARGET_BYTES));
        assert_eq!((pending.json.len(), pending.places.len()), (MAX_TARGET_BYTES + 2, 1));
        assert_eq!(
            [start_of("aéb", 0), start_of("aéb", 2), start_of("aéb", 3), start_of("aéb", 9)],
            ["", "a", "aé", "aéb"]
        );
    }

    #[test]
    fn targets_are_written_as_an_encoder_writes_them() {
        let targets: Vec<String> = (0..=0x100_u32)
            .filter_map(char::from_u32)
            .map(|character| format!("https://a.example/{character}"))
            .chain([String::new(), "\u{2028}\u{1F600}".to_owned()])
            .collect();
        let mut pending = Pending::default();
        targets.iter().for_each(|target| pending.push(target));
        let expected = serde_json::to_string(&targets).unwrap();
        assert_eq!(format!("[{}]", String::from_utf8(pending.json).unwrap()), expected);
        assert_eq!(pending.places.len(), targets.len());
    }
}
