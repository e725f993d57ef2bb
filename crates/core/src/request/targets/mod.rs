//! Checks the targets of a request, and encodes characters outside ASCII.
//!
//! The service accepts a target that matches nothing that is cached, and the purge then does
//! nothing. So a target that is certainly a mistake is refused before it is sent.
//!
//! Nodes cache content under the URL that a browser requests, which is in ASCII: the path and the
//! query are UTF-8 with `%XX` (RFC 3986), and the host name is Punycode. The service encodes a
//! target only if a parameter of the action says so, and some actions have no such parameter. So
//! the client encodes the targets; only the host names, if the request sets that parameter. Setting
//! the parameter instead would affect the whole list, and the documentation does not say whether a
//! `%` would be encoded again. A target in ASCII is never changed.

mod fast;
mod host;
mod problem;
mod tag;
mod text;
mod url;
mod zone_id;

use std::borrow::Cow;

use self::fast::FastCheck;
use self::problem::TargetProblem;
use crate::action::{TargetFormat, Targets};
use crate::error::Error;

/// Checks a target as a client does before it sends a request. A program can use this to report an
/// invalid target before anything is sent, for example with its line in a file.
///
/// ```
/// use tencentcloud_core::action::TargetFormat;
/// use tencentcloud_core::request::check_target;
///
/// let error = check_target(TargetFormat::Url, "www.example.com/logo.png").unwrap_err();
/// assert_eq!(error.message(), "`www.example.com/logo.png` has no scheme");
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the target is certainly a
/// mistake.
pub fn check_target(format: TargetFormat, target: &str) -> Result<(), Error> {
    if FastCheck::new(format).is_some_and(|mut fast| fast.recognizes(target)) {
        return Ok(());
    }
    checked(format, target, false).map(drop).map_err(|problem| problem.into_error(target))
}

/// A host name in ASCII: Punycode if it contains other characters. `None` if it is invalid.
pub(crate) fn ascii_host(host: &str) -> Option<Cow<'_, str>> {
    host::encoded(host).ok()
}

/// A target that is sent in another form than it was written in.
#[derive(Debug, PartialEq)]
pub(crate) struct Encoded {
    pub(crate) parameter: &'static str,
    /// `None` if the parameter is not a list.
    pub(crate) index: Option<usize>,
    pub(crate) text: String,
}

/// Checks the targets of a parameter. Adds those to `encoded` that are sent in another form.
pub(crate) fn check(targets: &Targets<'_>, encoded: &mut Vec<Encoded>) -> Result<(), Error> {
    let &Targets { parameter, texts, is_list, format, encoding_is_set } = targets;
    let Some(format) = format else { return Ok(()) };
    let mut check = TargetCheck::new(parameter, format, encoding_is_set);
    for (index, text) in texts.iter().enumerate() {
        let index = is_list.then_some(index);
        if let Some(text) = check.target(index, text)? {
            encoded.push(Encoded { parameter, index, text });
        }
    }
    Ok(())
}

/// Checks targets of one parameter, one after another.
pub(crate) struct TargetCheck<'a> {
    parameter: &'static str,
    format: TargetFormat,
    encoding_is_set: bool,
    fast: Option<FastCheck<'a>>,
}

impl<'a> TargetCheck<'a> {
    pub(crate) fn new(parameter: &'static str, format: TargetFormat, encoding_is_set: bool) -> Self {
        Self { parameter, format, encoding_is_set, fast: FastCheck::new(format) }
    }

    /// Checks a target. Returns the form in which it is sent, if that is another one.
    pub(crate) fn target(&mut self, index: Option<usize>, text: &'a str) -> Result<Option<String>, Error> {
        if self.fast.as_mut().is_some_and(|fast| fast.recognizes(text)) {
            return Ok(None);
        }
        match checked(self.format, text, self.encoding_is_set) {
            Ok(Cow::Borrowed(_)) => Ok(None),
            Ok(Cow::Owned(text)) => Ok(Some(text)),
            Err(problem) => Err(problem.into_error_in(self.parameter, index, text)),
        }
    }
}

/// The target as it is sent.
fn checked(format: TargetFormat, text: &str, encoding_is_set: bool) -> Result<Cow<'_, str>, TargetProblem> {
    match format {
        TargetFormat::Url => url::checked(text, encoding_is_set),
        TargetFormat::Directory => url::checked_directory(text, encoding_is_set),
        TargetFormat::Host => host::checked(text),
        TargetFormat::Tag => tag::check(text).map(|()| Cow::Borrowed(text)),
        TargetFormat::ZoneId => zone_id::check(text).map(|()| Cow::Borrowed(text)),
    }
}

#[cfg(test)]
mod tests;
