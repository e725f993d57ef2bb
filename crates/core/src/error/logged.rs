//! Decides how an error appears in a log event.

use tracing::field::{DisplayValue, display};

use super::Error;

/// Target of every event and span of this crate. Fixed, because a module's path changes when
/// modules move.
pub(crate) const LOG_TARGET: &str = "tencentcloud_core";

/// The value of the field `error.type`: the service's code, or the kind of an error without a code.
pub(crate) fn error_type(error: &Error) -> &str {
    error.code().unwrap_or(error.kind().as_str())
}

/// The value of the field `error.message`. `None` if the error shows a part of a response, which
/// may contain a secret.
pub(crate) fn loggable(error: &Error) -> Option<DisplayValue<&Error>> {
    Some(error).filter(|error| error.body_snippet().is_none()).map(display)
}
