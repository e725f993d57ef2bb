//! Finds out from the history of tasks what became of targets whose requests had no usable
//! response.
//!
//! [`Fit`] says how surely a task is that of a request, by its kind, its targets and its time. With
//! this, [`assign`] gives each request its task, for all requests together. A request is accepted
//! if a task is surely its own, and absent if no task can be. In any other case it stays unknown.
//!
//! [`Fit`]: fit::Fit
//! [`assign`]: assign::assign

mod assign;
mod fit;
mod read;
mod search;
mod times;

use std::collections::HashSet;
use std::sync::Arc;

pub(super) use self::read::{HISTORY_DELAY, History};
use self::search::Search;
use super::outcome::{Reason, SharedOutcome};
use super::runs::Runs;
use super::sent_at::SentAt;
use crate::error::Error;

/// A request of which it is not known whether it was accepted.
#[derive(Clone, Debug)]
pub(super) struct Question {
    /// The targets as they were sent.
    pub(super) targets: Vec<String>,
    pub(super) sent_at: SentAt,
}

/// The tasks of the other requests of a job.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) tasks: HashSet<String>,
    /// One of them, and when its request was sent.
    pub(super) dated: Option<(String, SentAt)>,
}

/// What the history says about a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was accepted as this task, with the targets of these indexes.
    Accepted { task: String, targets: Vec<usize> },
    /// It was not accepted.
    Absent,
    /// That is not known, for this reason.
    Unknown(Arc<Error>),
}

impl History {
    /// Looks up requests. `known` are the tasks of other requests.
    pub(super) async fn ask(&self, questions: Vec<Question>, known: Known) -> Vec<Answer> {
        Search::new(self, questions, known).run().await
    }
}

/// The outcomes of the targets of a request, by what the history says about it.
pub(super) fn outcomes(answer: Answer, targets: &Runs) -> Vec<(Runs, SharedOutcome)> {
    let absent = SharedOutcome::NotTried(Reason::NotInHistory);
    match answer {
        Answer::Accepted { task, targets: found } => {
            let found: HashSet<usize> = found.into_iter().collect();
            let part = |is_in: bool| -> Runs {
                targets.iter().enumerate().filter(|(n, _)| found.contains(n) == is_in).map(|(_, index)| index).collect()
            };
            let parts = [(part(true), SharedOutcome::Accepted(task.into())), (part(false), absent)];
            parts.into_iter().filter(|(targets, _)| !targets.is_empty()).collect()
        }
        Answer::Absent => vec![(targets.clone(), absent)],
        Answer::Unknown(error) => vec![(targets.clone(), SharedOutcome::Unknown(error))],
    }
}
