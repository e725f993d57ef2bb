//! Turns the targets that failed, although the call succeeded, into an error.

use super::Action;
use crate::error::{ActionName, Error, ErrorKind, MAX_NAMED_TARGETS, Truncated, listed};

/// The targets that failed, according to the response of a call that succeeded.
#[derive(Clone, Debug, Default)]
pub struct Failures<'a> {
    task: &'a str,
    request_id: &'a str,
    reasons: Vec<(&'a str, &'a [String])>,
}

impl<'a> Failures<'a> {
    /// The failures in a response: the id of its task, its request id, and the targets that failed
    /// for each reason.
    #[must_use]
    pub fn new(task: &'a str, request_id: &'a str, reasons: impl IntoIterator<Item = (&'a str, &'a [String])>) -> Self {
        Self { task, request_id, reasons: reasons.into_iter().collect() }
    }

    /// The reasons, each with the targets that failed for it.
    pub(crate) fn reasons(&self) -> &[(&'a str, &'a [String])] {
        &self.reasons
    }

    pub(crate) fn request_id(&self) -> &'a str {
        self.request_id
    }

    /// The error of a call that created no task, because every target failed.
    pub(crate) fn error_if_all_failed(&self) -> Option<Error> {
        if self.reasons.is_empty() || !self.task.is_empty() {
            return None;
        }
        let message = format!("no task was created, because every target failed: {}", self.listed());
        Some(self.error(ErrorKind::Rejected, message, "correct the targets, and call again"))
    }

    /// The error for some targets that failed.
    fn of_some(&self, action: &ActionName) -> Option<Error> {
        if self.reasons.is_empty() {
            return None;
        }
        let count: usize = self.reasons.iter().map(|(_, targets)| targets.len()).sum();
        let targets = if count == 1 { "target" } else { "targets" };
        let message = format!("{count} {targets} failed: {}", self.listed());
        let hint = "correct these targets, and call again with them alone: the task contains the others";
        Some(self.error(ErrorKind::PartialFailure, message, hint).in_response_of(action))
    }

    fn error(&self, kind: ErrorKind, message: String, hint: &'static str) -> Error {
        let request_id = (!self.request_id.is_empty()).then(|| self.request_id.to_owned());
        Error::new(kind, message).with_request_id(request_id).with_hint(hint)
    }

    /// The first targets with their reasons, and the number of the others.
    fn listed(&self) -> String {
        let all = self.reasons.iter().flat_map(|(reason, targets)| targets.iter().map(move |target| (target, reason)));
        let named = all.clone().map(|(target, reason)| format!("`{}` ({})", Truncated(target), Truncated(reason)));
        listed(named, all.count(), MAX_NAMED_TARGETS)
    }
}

/// The response of an action, or an error that names the targets that failed.
///
/// # Errors
///
/// [`ErrorKind::PartialFailure`] if a target failed.
pub fn into_result<A: Action>(response: A::Response) -> Result<A::Response, Error> {
    match A::failures(&response).of_some(&super::ActionFacts::of::<A>().name) {
        Some(error) => Err(error),
        None => Ok(response),
    }
}
