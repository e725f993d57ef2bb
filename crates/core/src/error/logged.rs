//! Decides how an error appears in a log event.

use tracing::field::{DisplayValue, display};

use super::Error;
use super::untrusted::SingleLine;

/// Target of every event and span of this crate. Fixed, because a module's path changes when
/// modules move.
pub(crate) const LOG_TARGET: &str = "tencentcloud_core";

/// Untrusted text as the value of a field, in one line of limited length.
pub(crate) fn log_text(text: &str) -> DisplayValue<SingleLine<'_>> {
    display(SingleLine(text))
}

/// The value of the field `error.type`: the service's code, or the kind of an error without a code.
pub(crate) fn error_type(error: &Error) -> DisplayValue<SingleLine<'_>> {
    log_text(error.code().unwrap_or(error.kind().as_str()))
}

/// The value of the field `error.message`. `None` if the error shows a part of a response, which
/// may contain a secret.
pub(crate) fn loggable(error: &Error) -> Option<DisplayValue<&Error>> {
    Some(error).filter(|error| error.body_snippet().is_none()).map(display)
}
