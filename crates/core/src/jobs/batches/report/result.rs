//! Turns a report into a result, and into a few lines for a person.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::{Counts, Report};
use crate::action::Batched;
use crate::error::{Error, ErrorKind, MAX_NAMED_TARGETS, Truncated, listed};
use crate::jobs::TaskHandle;
use crate::jobs::batches::item::Item;
use crate::jobs::batches::outcome::{Outcome, Reason, SharedOutcome};

impl<A: Batched> Report<A> {
    /// The tasks, if the service has accepted every target.
    ///
    /// # Errors
    ///
    /// If a target was not accepted: [`ErrorKind::PartialFailure`] if others were accepted, or may
    /// have been, and otherwise the kind of the first error. The error counts the targets and names
    /// the first few.
    pub fn into_result(self) -> Result<Vec<TaskHandle<A::ListedBy>>, Error> {
        let counts = self.counts();
        let first = self.first_error();
        if counts.accepted == counts.total() && self.stopped.is_none() && self.ledger.unmatched.is_empty() {
            return Ok(self.tasks());
        }
        let kind = match &first {
            Some(error) if counts.accepted == 0 && counts.unknown == 0 => error.kind(),
            _ => ErrorKind::PartialFailure,
        };
        let message = self.failure(counts, first.as_deref());
        let hint = match first.as_deref().and_then(Error::hint) {
            Some(hint) if counts.total() == 0 => hint.to_owned().into(),
            _ => Cow::Borrowed(hint(counts)),
        };
        let error = Error::new(kind, message).with_hint(hint).in_response_of(&self.facts.name);
        Err(match first {
            Some(first) => error.with_source(first),
            None => error,
        })
    }

    /// Why the first target that was not accepted was not, or why nothing was sent.
    fn first_error(&self) -> Option<Arc<Error>> {
        let errors = self.ledger.entries().filter_map(|(_, _, outcome)| match outcome {
            SharedOutcome::Refused(error)
            | SharedOutcome::Unknown(error)
            | SharedOutcome::NotTried(Reason::Because(error)) => Some(error),
            SharedOutcome::Accepted(_) | SharedOutcome::NotTried(Reason::Stopped | Reason::NotInHistory) => None,
        });
        errors.chain(&self.stopped).next().cloned()
    }

    fn failure(&self, counts: Counts, first: Option<&Error>) -> String {
        let failed = counts.total() - counts.accepted;
        if failed == 0 {
            return match (self.ledger.unmatched.first(), first) {
                (Some(unmatched), _) => format!(
                    "a response lists a target as failed that no request contained: `{}` ({})",
                    Truncated(&unmatched.target),
                    Truncated(&unmatched.reason)
                ),
                (None, Some(error)) => error.without_hint().to_string(),
                (None, None) => "the run was stopped".to_owned(),
            };
        }
        let total = counts.total();
        let targets = if total == 1 { "target was" } else { "targets were" };
        let Counts { refused, unknown, not_tried, .. } = counts;
        let classes = [(refused, "refused"), (unknown, "unknown"), (not_tried, "not tried")];
        let classes = classes.iter().filter(|(count, _)| *count > 0).map(|(count, class)| format!("{count} {class}"));
        let classes = classes.collect::<Vec<_>>().join(", ");
        let named =
            self.not_accepted().map(|item| format!("`{}` ({})", Truncated(&item.target()), why(item.outcome())));
        format!("{failed} of {total} {targets} not accepted: {classes}: {}", listed(named, failed, MAX_NAMED_TARGETS))
    }

    fn not_accepted(&self) -> impl Iterator<Item = Item<'_>> {
        self.items().filter(|item| !matches!(item.outcome(), Outcome::Accepted { .. }))
    }
}

/// Why a target was not accepted, in a few words.
fn why(outcome: Outcome<'_>) -> String {
    match (outcome, outcome.error()) {
        (Outcome::NotTried(why), None) => why.to_string(),
        (_, Some(error)) => match error.code() {
            Some(code) => Truncated(code).to_string(),
            None => Truncated(error.message()).to_string(),
        },
        (_, None) => outcome.as_str().to_owned(),
    }
}

/// What to do about the targets that were not accepted.
fn hint(counts: Counts) -> &'static str {
    match counts {
        Counts { unknown: 1.., .. } => "call `settle`, which asks the history of tasks about the unknown targets",
        Counts { refused: 1.., not_tried: 0, .. } => "correct the refused targets, and send these again",
        Counts { not_tried: 1.., .. } => "send the targets that were not tried again, when the cause is gone",
        _ => "look at the report",
    }
}

/// Displays the counts, why the run stopped, and the first targets that were not accepted.
impl<A: Batched> fmt::Display for Report<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = self.counts();
        write!(f, "{}: {counts}", self.facts.name)?;
        if let Some(error) = self.stopped_by() {
            write!(f, "\n  stopped: {error}")?;
        }
        let is_new = |item: &Item<'_>| !matches!(item.outcome(), Outcome::NotTried(_));
        let named = self.not_accepted().filter(is_new);
        for item in named.take(MAX_NAMED_TARGETS) {
            write!(f, "\n  {}: `{}`: ", item.position(), Truncated(&item.target()))?;
            match item.outcome().error() {
                Some(error) => write!(f, "{}: {}", item.outcome().as_str(), error.without_hint())?,
                None => write!(f, "{}", item.outcome())?,
            }
        }
        let others = (counts.refused + counts.unknown).saturating_sub(MAX_NAMED_TARGETS);
        if others > 0 {
            write!(f, "\n  and {others} more")?;
        }
        Ok(())
    }
}
