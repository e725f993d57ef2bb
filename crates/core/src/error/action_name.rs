//! Names an action: its service, its version and the action itself.

use std::borrow::Cow;
use std::fmt;

use super::untrusted::{SingleLine, is_name};

/// The names that a call sends, and that errors and traces show.
#[derive(Clone)]
pub(crate) struct ActionName {
    pub(crate) service: Cow<'static, str>,
    pub(crate) version: Cow<'static, str>,
    pub(crate) action: Cow<'static, str>,
}

impl ActionName {
    /// The name for an error. `None` if it is invalid: the error's message shows it already.
    pub(super) fn printable(&self) -> Option<Self> {
        let is_valid = |name| is_name(name, |c| c.is_ascii_alphanumeric() || "-_".contains(c));
        (is_valid(&self.service) && is_valid(&self.action)).then(|| self.clone())
    }
}

impl fmt::Display for ActionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", SingleLine(&self.service), SingleLine(&self.action))
    }
}

impl fmt::Debug for ActionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
