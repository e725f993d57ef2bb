//! Defines why a request is refused: a documented code, and a message for people.

use std::borrow::Cow;
use std::fmt;

/// A refusal, as in the `Error` member of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    code: Cow<'static, str>,
    message: String,
    explanation: Option<String>,
}

/// Maximum length of an explanation, in characters. 8,192: the string to sign of V1 contains the
/// whole request.
const MAX_EXPLANATION_CHARS: usize = 8 << 10;

impl Refusal {
    pub(crate) fn new(code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), explanation: None }
    }

    /// Adds an explanation for the author of the client, which the response does not contain.
    pub(crate) fn with_explanation(mut self, explanation: &str) -> Self {
        self.explanation = Some(explanation.chars().take(MAX_EXPLANATION_CHARS).collect());
        self
    }

    /// The code, the message and the explanation.
    pub(crate) fn into_parts(self) -> (String, String, Option<String>) {
        (self.code.into_owned(), self.message, self.explanation)
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

    /// What should have been signed, if the signature does not match because of a mistake that is
    /// not a common one. It is too long for a message: the log, the page and the control API show
    /// it.
    #[must_use]
    pub fn explanation(&self) -> Option<&str> {
        self.explanation.as_deref()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for Refusal {}
