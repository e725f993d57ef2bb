//! Defines what a job that is being done hands out.

use std::sync::Arc;

use super::block::Block;
use super::outcome::SharedOutcome;
use super::received::Unmatched;
use super::runs::Runs;
use super::sent_at::SentAt;

/// Targets that have their outcome.
#[derive(Debug)]
pub(super) struct Decided {
    pub(super) block: Arc<Block>,
    /// Without the duplicates, which have the same outcome.
    pub(super) targets: Runs,
    pub(super) outcome: SharedOutcome,
    /// When the request was sent.
    pub(super) sent_at: Option<SentAt>,
}

/// What a job hands out, as soon as it is known.
#[derive(Debug)]
pub(super) enum Output {
    /// A block whose targets will be decided.
    Block(Arc<Block>),
    Decided(Decided),
    /// A target that failed, although no request contained it.
    Unmatched(Unmatched),
}
