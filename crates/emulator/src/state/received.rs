//! What an emulator remembers of the requests it answered.

use std::fmt;
use std::time::SystemTime;

use crate::request::Request;
use crate::verify::Verified;

/// How many bytes of a body are remembered.
pub(crate) const MOST_BODY: usize = 1 << 20;

/// One request, and how it was answered. What it shows when it is printed leaves out the request, which may hold a token.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// When it came, by the emulator's clock.
    pub at: SystemTime,
    /// The service its credential scope names, or with signature V1 its host, or its version; empty if none of them does.
    pub service: String,
    /// The action it asked for; empty if it named none.
    pub action: String,
    /// The API version it asked for; empty if it named none.
    pub version: String,
    /// The parameters as JSON text: the body if that is where they were, else what the query or the form was read as, or
    /// its text if it could not be read.
    pub parameters: String,
    /// What its signature proved; none if it proved nothing, in which case the message tells why.
    pub verified: Option<Verified>,
    /// What went wrong on demand, as the JSON of a [`Fault`](crate::Fault) names it; none as a rule.
    pub fault: Option<String>,
    /// The code it was refused with; none if it was answered.
    pub code: Option<String>,
    /// The message it was refused with; none if it was answered.
    pub message: Option<String>,
    /// The id that the answer carries.
    pub request_id: String,
    /// The request as it came, but for the end of a body of more than a mebibyte.
    pub request: Request,
    /// How many bytes the body had; 0 if it was refused for its size before it was read.
    pub body_bytes: usize,
}

impl Received {
    /// About how much memory this takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.service, &self.action, &self.version, &self.parameters, &self.request_id];
        let optional = self.fault.iter().chain(&self.code).chain(&self.message);
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
            .field("request_id", &self.request_id)
            .field("body_bytes", &self.body_bytes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_counts() {
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
            request_id: String::new(),
            request: Request::default(),
            body_bytes: 0,
        };
        let with = Received { fault: Some("x".repeat(1000)), ..without.clone() };
        assert_eq!(with.size(), without.size() + 1000);
    }
}
