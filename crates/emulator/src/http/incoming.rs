//! The bodies that are received: as large as is documented, and as there is room for.

use std::io;

use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::http;

use crate::memory_budget::{Room, Share};
use crate::refusal::Refusal;

/// The documented size of a signed JSON request, in bytes.
const MOST_JSON: usize = 10 << 20;

/// The documented size of a form, which is signed with V1, in bytes.
const MOST_FORM: usize = 1 << 20;

/// How much of a body that is not kept is read and thrown away, in bytes, so that the client has sent all and gets to read
/// its refusal.
const MOST_OVERFLOW: usize = 54 << 20;

/// Why a body was not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unkept {
    /// It has more than so many bytes.
    TooLarge(usize),
    /// It does not fit beside those that are under way.
    NoRoom,
}

impl Unkept {
    /// As the service refuses it. What has no room is to be sent again later, as what comes too fast is.
    pub(crate) fn refusal(self, room: &Room) -> Refusal {
        match self {
            Self::TooLarge(most) => {
                let message = format!("the body has more than {most} bytes: split the batch");
                Refusal::new("RequestSizeLimitExceeded", message)
            }
            Self::NoRoom => Refusal::new("RequestLimitExceeded", room.exhausted()),
        }
    }
}

/// How large the body of a request to the service may be.
pub(crate) fn most(head: &http::request::Parts) -> usize {
    let content_type = head.headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes).unwrap_or_default();
    let form = b"application/x-www-form-urlencoded";
    let is_form = content_type.get(..form.len()).is_some_and(|start| start.eq_ignore_ascii_case(form));
    if is_form { MOST_FORM } else { MOST_JSON }
}

/// Reads a body to its end, and keeps it if it has at most so many bytes and if the share can be made large enough.
///
/// # Errors
///
/// If the client does not send all of it, or does not come to an end.
pub(crate) async fn read(mut body: Incoming, most: usize, share: &mut Share) -> io::Result<Result<Vec<u8>, Unkept>> {
    let announced = body.size_hint().upper().map_or(most, |bytes| usize::try_from(bytes).unwrap_or(usize::MAX));
    let mut kept = if announced > most { Err(Unkept::TooLarge(most)) } else { Ok(Vec::new()) };
    let mut overflow = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(io::Error::other)?.into_data() else { continue };
        if let Ok(bytes) = &mut kept {
            match make_room(bytes, data.len(), most, announced, share) {
                Ok(()) => {
                    bytes.extend_from_slice(&data);
                    continue;
                }
                Err(why) => {
                    kept = Err(why);
                    // Others have it while the rest of this one is thrown away.
                    share.fit(0);
                }
            }
        }
        overflow += data.len();
        if overflow > MOST_OVERFLOW {
            return Err(io::Error::other("the body does not end"));
        }
    }
    Ok(kept)
}

/// Makes room for more bytes, up to a power of two, so that a body is not moved each time; but for no more than are
/// announced.
fn make_room(bytes: &mut Vec<u8>, more: usize, most: usize, announced: usize, share: &mut Share) -> Result<(), Unkept> {
    let needed = bytes.len() + more;
    if needed > most {
        return Err(Unkept::TooLarge(most));
    }
    if needed > bytes.capacity() {
        let capacity = needed.next_power_of_two().min(announced).max(needed);
        if !share.fit(capacity) {
            return Err(Unkept::NoRoom);
        }
        bytes.reserve_exact(capacity - bytes.len());
    }
    Ok(())
}
