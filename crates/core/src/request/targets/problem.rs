//! Reports what is wrong with a target.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Truncated};

/// What is wrong with a target, and what to write instead.
#[derive(Debug, PartialEq)]
pub(super) struct TargetProblem {
    /// A verb phrase, whose subject is the target.
    pub(super) what: Cow<'static, str>,
    pub(super) help: Cow<'static, str>,
}

impl TargetProblem {
    pub(super) fn new(what: impl Into<Cow<'static, str>>, help: impl Into<Cow<'static, str>>) -> Self {
        Self { what: what.into(), help: help.into() }
    }

    /// The error for this problem of a target of a request.
    pub(super) fn into_error_in(self, parameter: &str, index: Option<usize>, target: &str) -> Error {
        let Self { what, help } = self;
        let place = match index {
            Some(index) => format!("{parameter}[{index}]"),
            None => parameter.to_owned(),
        };
        let shown = shown(target);
        Error::new(ErrorKind::InvalidRequest, format!("`{place}` {what}: `{}`", Truncated(&shown)))
            .with_hint(format!("{help}, or send it as it is with `.unchecked_targets()`"))
    }

    /// The error for this problem of a target outside of any request.
    pub(super) fn into_error(self, target: &str) -> Error {
        let Self { what, help } = self;
        Error::new(ErrorKind::InvalidRequest, format!("`{}` {what}", Truncated(&shown(target)))).with_hint(help)
    }
}

/// A target without what may be secret: a user name with a password, and a query.
///
/// A password may contain any character, so everything up to the last `@` is hidden.
fn shown(target: &str) -> Cow<'_, str> {
    let (start, rest) = match target.rsplit_once('@') {
        Some((before, rest)) => {
            (before.split_once("://").map_or("***@".to_owned(), |(scheme, _)| format!("{scheme}://***@")), rest)
        }
        None => (String::new(), target),
    };
    match rest.split_once('?') {
        Some((path, _)) => format!("{start}{path}?…").into(),
        None if start.is_empty() => rest.into(),
        None => format!("{start}{rest}").into(),
    }
}
