//! Defines why a request is refused: a documented code, and a message for people.

use std::borrow::Cow;
use std::fmt;

/// A refusal, as in the `Error` member of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Cow<'static, str>,
    message: String,
}

impl Refusal {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// The code and the message.
    pub(crate) fn into_parts(self) -> (String, String) {
        (self.code.into_owned(), self.message)
    }

    /// The code, including dots: `AuthFailure.SignatureFailure` for example.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What is wrong and, where possible, what to check. The service words its messages
    /// differently.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
