//! Defines a target of a job together with its outcome.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::block::Block;
use super::outcome::{Outcome, SharedOutcome};
use super::output::Decided;

/// A target of a [`Report`](super::Report), and what became of it.
#[derive(Clone, Copy)]
pub struct Item<'a> {
    pub(super) block: &'a Block,
    pub(super) index: u32,
    pub(super) outcome: &'a SharedOutcome,
}

impl<'a> Item<'a> {
    /// The position of the target among those that were passed in, from 0.
    #[must_use]
    pub fn position(&self) -> usize {
        self.block.position(self.index)
    }

    /// The target as it was passed in.
    #[must_use]
    pub fn target(&self) -> Cow<'a, str> {
        self.block.text(self.index)
    }

    /// The target as it is sent.
    pub(crate) fn sent(&self) -> Cow<'a, str> {
        self.block.sent_text(self.index)
    }

    /// What became of the target.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'a> {
        self.outcome.as_outcome()
    }
}

/// The outcome of a target, as [`Events`](super::Events) yields it.
#[derive(Clone)]
pub struct Event {
    pub(super) decided: Arc<Decided>,
    pub(super) index: u32,
}

impl Event {
    /// The position of the target among those that were passed in, from 0.
    #[must_use]
    pub fn position(&self) -> usize {
        self.decided.block.position(self.index)
    }

    /// The target as it was passed in.
    #[must_use]
    pub fn target(&self) -> Cow<'_, str> {
        self.decided.block.text(self.index)
    }

    /// What became of the target.
    #[must_use]
    pub fn outcome(&self) -> Outcome<'_> {
        self.decided.outcome.as_outcome()
    }
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (position, target) = (self.position(), self.target());
        f.debug_struct("Item")
            .field("position", &position)
            .field("target", &target)
            .field("outcome", &self.outcome())
            .finish()
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (position, target) = (self.position(), self.target());
        f.debug_struct("Event")
            .field("position", &position)
            .field("target", &target)
            .field("outcome", &self.outcome())
            .finish()
    }
}
