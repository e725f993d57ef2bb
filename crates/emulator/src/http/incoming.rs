//! Reads the body of a request, within its documented size and the memory budget.

use std::io;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;

use crate::memory_budget::{MemoryBudget, Reservation};
use crate::refusal::Refusal;

/// Maximum size of a JSON body, in bytes. 10 MiB: documented.
const MAX_JSON_BYTES: usize = 10 << 20;

/// Maximum size of a form, in bytes. 1 MiB: documented for signature V1, which signs forms.
const MAX_FORM_BYTES: usize = 1 << 20;

/// Maximum number of bytes that are read and discarded of a rejected body. 54 MiB: a client can
/// read the refusal only after it has sent its whole body, so this allows more than five times the
/// largest body.
const MAX_DISCARDED_BODY_BYTES: usize = 54 << 20;

/// Why a body was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyRejected {
    /// It is larger than this number of bytes.
    TooLarge(usize),
    /// The memory budget is exhausted.
    OutOfMemory,
}

impl BodyRejected {
    /// The refusal of the service. The code for lack of memory is the one for too many requests:
    /// the client is to try again later.
    pub(super) fn refusal(self, memory: &MemoryBudget) -> Refusal {
        match self {
            Self::TooLarge(max) => {
                let message = format!("the body has more than {max} bytes; help: split the batch");
                Refusal::new("RequestSizeLimitExceeded", message)
            }
            Self::OutOfMemory => Refusal::new("RequestLimitExceeded", memory.exhausted_message()),
        }
    }
}

/// The maximum size of the body of a request to the service.
pub(super) fn max_bytes(head: &Parts) -> usize {
    let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let form = b"application/x-www-form-urlencoded";
    let is_form = content_type.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form));
    if is_form { MAX_FORM_BYTES } else { MAX_JSON_BYTES }
}

/// Reads a body to its end. It is kept if it has at most `max` bytes and if the reservation can be
/// resized to it.
///
/// # Errors
///
/// If the connection breaks, or if the body does not end.
pub(super) async fn read(
    mut body: Incoming,
    max: usize,
    reservation: &mut Reservation,
) -> io::Result<Result<Vec<u8>, BodyRejected>> {
    let announced = body.size_hint().upper().map_or(max, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let mut kept = if announced > max { Err(BodyRejected::TooLarge(max)) } else { Ok(Vec::new()) };
    let mut discarded = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else { continue };
        if let Ok(bytes) = &mut kept {
            match grow(bytes, data.len(), max, announced, reservation) {
                Ok(()) => {
                    bytes.extend_from_slice(&data);
                    continue;
                }
                Err(rejected) => {
                    kept = Err(rejected);
                    // Other bodies may use the memory while the rest of this one is discarded.
                    reservation.resize(0);
                }
            }
        }
        discarded += data.len();
        if discarded > MAX_DISCARDED_BODY_BYTES {
            return Err(io::Error::other("the body does not end"));
        }
    }
    Ok(kept)
}

/// Grows the capacity for more bytes. It becomes a power of two, so that a body is not copied for
/// each frame, but not more than the announced size.
fn grow(
    bytes: &mut Vec<u8>,
    more: usize,
    max: usize,
    announced: usize,
    reservation: &mut Reservation,
) -> Result<(), BodyRejected> {
    let needed = bytes.len() + more;
    if needed > max {
        return Err(BodyRejected::TooLarge(max));
    }
    if needed > bytes.capacity() {
        let capacity = needed.next_power_of_two().min(announced).max(needed);
        if !reservation.resize(capacity) {
            return Err(BodyRejected::OutOfMemory);
        }
        bytes.reserve_exact(capacity - bytes.len());
    }
    Ok(())
}
