//! Keeps the outcome of every target of a job.

use std::sync::Arc;

use super::block::Block;
use super::history::Question;
use super::outcome::SharedOutcome;
use super::output::{Decided, Output};
use super::received::Unmatched;
use super::runs::Runs;
use super::sent_at::SentAt;

/// The outcomes of all targets.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The targets, by their position.
    pub(super) pages: Vec<Page>,
    /// The targets of which it is not known whether they were accepted, request by request.
    pub(super) doubts: Vec<Doubt>,
    pub(super) unmatched: Vec<Unmatched>,
    /// The first task, and when its request was sent.
    pub(super) dated: Option<(String, SentAt)>,
}

/// The targets of a block, with their outcomes.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) block: Arc<Block>,
    outcomes: Vec<SharedOutcome>,
}

/// Targets that were sent in one request, of which it is not known whether they were accepted.
#[derive(Clone, Debug)]
pub(crate) struct Doubt {
    pub(super) page: usize,
    pub(super) targets: Runs,
    /// When the request was sent.
    pub(super) sent_at: SentAt,
}

impl Ledger {
    pub(super) fn record(&mut self, output: Output) {
        match output {
            // Until they are decided, they have not been tried.
            Output::Block(block) => {
                let outcomes = vec![SharedOutcome::STOPPED; block.len()];
                self.pages.push(Page { block, outcomes });
            }
            Output::Unmatched(unmatched) => self.unmatched.push(unmatched),
            Output::Decided(Decided { block, targets, outcome, sent_at }) => {
                let page = self.pages.partition_point(|page| page.block.first < block.first);
                match (&outcome, sent_at) {
                    (SharedOutcome::Unknown(_), Some(sent_at)) => {
                        self.doubts.push(Doubt { page, targets: targets.clone(), sent_at });
                    }
                    (SharedOutcome::Accepted(task), Some(sent_at)) if self.dated.is_none() => {
                        self.dated = Some((task.to_string(), sent_at));
                    }
                    _ => {}
                }
                self.set(page, &targets, &outcome);
            }
        }
    }

    /// Sets the outcome of targets and of those that repeat them. Returns how many they are.
    pub(super) fn set(&mut self, page: usize, targets: &Runs, outcome: &SharedOutcome) -> usize {
        let Some(Page { block, outcomes }) = self.pages.get_mut(page) else { return 0 };
        let mut count = 0;
        for index in block.with_duplicates(targets) {
            if let Some(entry) = outcomes.get_mut(index as usize) {
                entry.clone_from(outcome);
                count += 1;
            }
        }
        count
    }

    /// Removes the requests of which it is not known whether they were accepted.
    pub(super) fn take_doubts(&mut self) -> Vec<Doubt> {
        std::mem::take(&mut self.doubts)
    }

    /// What to ask the history about a request.
    pub(super) fn question(&self, doubt: &Doubt) -> Question {
        let block = self.pages.get(doubt.page).map(|page| &page.block);
        let targets =
            block.iter().flat_map(|block| doubt.targets.iter().map(|index| block.sent_text(index).into_owned()));
        Question { targets: targets.collect(), sent_at: doubt.sent_at }
    }

    /// Number of targets.
    pub(super) fn len(&self) -> usize {
        self.pages.last().map_or(0, |page| page.block.first + page.outcomes.len())
    }

    /// The targets in the order of their positions.
    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = (&Block, u32, &SharedOutcome)> {
        self.pages.iter().flat_map(|Page { block, outcomes }| {
            let indexes = 0..u32::try_from(outcomes.len()).unwrap_or(u32::MAX);
            indexes.zip(outcomes).map(move |(index, outcome)| (&**block, index, outcome))
        })
    }
}
