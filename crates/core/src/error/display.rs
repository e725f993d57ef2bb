//! Displays an error as one line.

use std::fmt;

use super::untrusted::Excerpt;
use super::{Error, Inner, SingleLine};

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `main` and `unwrap` print errors by `Debug`, so this contains the displayed line, but
        // with the whole message of the service.
        write!(f, "{:?}: ", self.kind())?;
        self.write_line(f, true)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_line(f, false)
    }
}

/// Displays an error without its hint.
pub(crate) struct WithoutHint<'a>(&'a Error);

impl fmt::Display for WithoutHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write_without_hint(f, false)
    }
}

impl Error {
    /// Displays the error without its hint.
    pub(crate) fn without_hint(&self) -> WithoutHint<'_> {
        WithoutHint(self)
    }

    fn write_line(&self, f: &mut fmt::Formatter<'_>, whole_message: bool) -> fmt::Result {
        self.write_without_hint(f, whole_message)?;
        match &self.0.hint {
            Some(hint) => write!(f, "; help: {}", SingleLine(hint)),
            None => Ok(()),
        }
    }

    /// Writes the line without the hint. The message of the service is shortened, unless the whole
    /// message is requested.
    fn write_without_hint(&self, f: &mut fmt::Formatter<'_>, whole_message: bool) -> fmt::Result {
        let Inner { action, code, message, request_id, host, attempts, not_retried_because, .. } = &*self.0;
        if let Some(action) = action {
            write!(f, "{action}: ")?;
        }
        if let Some(code) = code {
            write!(f, "{}", Excerpt(code))?;
        }
        if !message.is_empty() {
            match code {
                Some(_) if whole_message => write!(f, ": {}", SingleLine(message))?,
                Some(_) => write!(f, ": {}", Excerpt(message))?,
                None => write!(f, "{}", SingleLine(message))?,
            }
        }
        // An error of the service is identified by its request id, any other error by the host.
        let host = host.as_deref().filter(|_| code.is_none()).map(|host| format!("host {host}"));
        let request_id = request_id.as_deref().map(|id| format!("request id {}", Excerpt(id)));
        let attempts = (*attempts > 1).then(|| format!("after {attempts} attempts"));
        let circumstances: Vec<String> = [host, request_id, attempts].into_iter().flatten().collect();
        if !circumstances.is_empty() {
            write!(f, " ({})", circumstances.join(", "))?;
        }
        match not_retried_because {
            Some(why) => write!(f, "; not sent again: {}", SingleLine(why)),
            None => Ok(()),
        }
    }
}
