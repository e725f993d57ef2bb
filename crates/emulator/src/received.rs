//! What an emulator remembers of the requests it answered.

use std::time::SystemTime;

/// One request, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// When it came, by the emulator's clock.
    pub at: SystemTime,
    /// The service its credential scope names; empty if there is none to read.
    pub service: String,
    /// The action it asked for, `X-TC-Action`; empty if it named none.
    pub action: String,
    /// The API version it asked for, `X-TC-Version`; empty if it named none.
    pub version: String,
    /// The parameters, the JSON text that was sent.
    pub parameters: String,
    /// The code it was refused with; none if it was answered.
    pub code: Option<String>,
    /// The message it was refused with; none if it was answered.
    pub message: Option<String>,
    /// The id that the answer carries.
    pub request_id: String,
}

impl Received {
    /// About how much memory this takes, in bytes.
    pub(crate) fn size(&self) -> usize {
        let texts = [&self.service, &self.action, &self.version, &self.parameters, &self.request_id];
        let refusal = self.code.iter().chain(&self.message);
        size_of::<Self>() + texts.into_iter().chain(refusal).map(String::len).sum::<usize>()
    }
}
