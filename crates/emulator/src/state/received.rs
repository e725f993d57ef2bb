//! Records a received request and its outcome.

use std::fmt;
use std::time::SystemTime;

use crate::request::Request;
use crate::verify::Verified;

/// Maximum number of bytes that are kept of a body. 1 MiB: a thousand large bodies would otherwise
/// take gigabytes, and the documented maximum of 1,000 URLs usually fits.
pub(crate) const MAX_BODY_BYTES: usize = 1 << 20;

/// A received request and its outcome. Its `Debug` output does not contain the request, which may
/// contain a token.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The time of arrival, by the emulator's clock.
    pub at: SystemTime,
    /// The service in the credential scope. With signature V1 it is the one that the host or the
    /// version names. Empty if there is none.
    pub service: String,
    /// The action that the request names. Empty if it names none.
    pub action: String,
    /// The API version that the request names. Empty if it names none.
    pub version: String,
    /// The parameters as JSON. Those of a query or a form have been converted; if that failed, this
    /// is their text.
    pub parameters: String,
    /// What the signature proves. `None` if it proves nothing; then the message says why.
    pub verified: Option<Verified>,
    /// The injected fault, as in the JSON of a [`Fault`](crate::Fault). Usually `None`.
    pub fault: Option<String>,
    /// The code of the refusal. `None` if the request succeeded.
    pub code: Option<String>,
    /// The message of the refusal. `None` if the request succeeded.
    pub message: Option<String>,
    /// What should have been signed, if the signature does not match because of a mistake that is
    /// not a common one. Usually `None`.
    pub explanation: Option<String>,
    /// The request id of the response.
    pub request_id: String,
    /// The request. A body of more than 1 MiB is cut there.
    pub request: Request,
    /// The number of bytes in the body. 0 if it was refused for its size before it was read.
    pub body_bytes: usize,
}

impl Received {
    /// The approximate memory usage, in bytes.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.service, &self.action, &self.version, &self.parameters, &self.request_id];
        let optional = self.fault.iter().chain(&self.code).chain(&self.message).chain(&self.explanation);
        let request = &self.request;
        let headers: usize =
            request.headers.iter().map(|(name, value)| name.len() + value.len() + 2 * size_of::<String>()).sum();
        size_of::<Self>()
            + texts.into_iter().chain(optional).map(String::len).sum::<usize>()
            + headers
            + request.query.len()
            + request.path.len()
            + request.body.len()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("at", &self.at)
            .field("service", &self.service)
            .field("action", &self.action)
            .field("version", &self.version)
            .field("verified", &self.verified)
            .field("fault", &self.fault)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("explanation", &self.explanation)
            .field("request_id", &self.request_id)
            .field("body_bytes", &self.body_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_includes_the_fault() {
        let without = Received {
            at: SystemTime::UNIX_EPOCH,
            service: String::new(),
            action: String::new(),
            version: String::new(),
            parameters: String::new(),
            verified: None,
            fault: None,
            code: None,
            message: None,
            explanation: None,
            request_id: String::new(),
            request: Request::default(),
            body_bytes: 0,
        };
        let with = Received { fault: Some("x".repeat(1000)), ..without.clone() };
        assert_eq!(with.size(), without.size() + 1000);
    }
}
