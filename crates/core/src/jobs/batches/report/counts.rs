//! Counts the targets of a report.

use std::fmt;

use crate::jobs::batches::outcome::Outcome;

/// How many targets are in each class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// The service has accepted them.
    pub accepted: usize,
    /// They are invalid, or the service rejected them.
    pub refused: usize,
    /// They may have been accepted.
    pub unknown: usize,
    /// They were certainly not carried out.
    pub not_tried: usize,
}

impl Counts {
    /// Number of targets.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.accepted + self.refused + self.unknown + self.not_tried
    }

    /// Counts targets with this outcome.
    pub(in crate::jobs::batches) fn add(&mut self, outcome: &Outcome<'_>, targets: usize) {
        let count = match outcome {
            Outcome::Accepted { .. } => &mut self.accepted,
            Outcome::Refused(_) => &mut self.refused,
            Outcome::Unknown(_) => &mut self.unknown,
            Outcome::NotTried(_) => &mut self.not_tried,
        };
        *count += targets;
    }
}

impl<'a> FromIterator<Outcome<'a>> for Counts {
    fn from_iter<I: IntoIterator<Item = Outcome<'a>>>(outcomes: I) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            counts.add(&outcome, 1);
        }
        counts
    }
}

/// Displays the counts: `10 targets: 8 accepted, 1 refused, 0 unknown, 1 not tried`.
impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, refused, unknown, not_tried } = self;
        let (total, targets) = (self.total(), if self.total() == 1 { "target" } else { "targets" });
        write!(f, "{total} {targets}: {accepted} accepted, {refused} refused, {unknown} unknown, {not_tried} not tried")
    }
}
