//! Why a request is not answered: a documented code, and a message for people.

use std::borrow::Cow;
use std::fmt;

/// A refusal, as the `Error` member of an answer states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Cow<'static, str>,
    message: String,
}

impl Refusal {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into() }
    }

    /// Code and message.
    pub(crate) fn into_parts(self) -> (String, String) {
        (self.code.into_owned(), self.message)
    }

    /// The code, dots included: `AuthFailure.SignatureFailure` for example.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What is wrong and, where that can be told, what to check. The service words its messages otherwise.
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
