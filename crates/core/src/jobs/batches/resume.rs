//! Goes on where earlier runs of a job have ended, by its journal.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use super::block::Block;
use super::history::{History, Known, Question};
use super::outcome::{Outcome, SharedOutcome};
use super::prepare::Prepared;
use super::runs::Runs;
use super::template::Template;
use crate::action::ActionFacts;
use crate::error::{Error, ErrorKind};
use crate::jobs::journal::{Doubt, Header, Journal, Recorded};
use crate::signing::HexDigest;

/// The journal of a job, and what is needed to go on with it.
pub(super) struct Resume<'j> {
    pub(super) journal: &'j mut dyn Journal,
    /// The name that the caller has given to the account.
    pub(super) account: Option<String>,
    pub(super) history: History,
}

/// What is left of a job.
pub(super) struct Rest {
    /// The targets that earlier runs have not sent.
    pub(super) unsent: Runs,
    /// The requests of which it is not known whether they were accepted, with their numbers.
    pub(super) doubts: Vec<(u64, Doubt)>,
    /// The tasks of the targets that are done.
    pub(super) known: Known,
}

/// The header of the journal of a job, with a hash of the targets as they are sent. A run that does
/// not check them may send others than one that does.
pub(super) fn header(
    action: &ActionFacts,
    account: Option<String>,
    template: &Template,
    targets: Option<&Prepared>,
) -> Header {
    let list = targets.map_or(Cow::Borrowed(&[][..]), as_sent);
    let hashes = [&list[..], &template.without_targets()].map(|bytes| HexDigest::sha256(bytes).to_string());
    Header::new(action, account, targets.map_or(0, |targets| targets.block.len()), hashes)
}

/// The elements of the list as they are sent, with nothing in the place of an invalid one. If a run
/// checks targets in another way than the first one, the same target can be another one to it.
fn as_sent(Prepared { block, invalid, .. }: &Prepared) -> Cow<'_, [u8]> {
    if block.encoded.is_empty() && invalid.is_empty() {
        return Cow::Borrowed(block.all());
    }
    let invalid: HashSet<u32> = invalid.iter().map(|(index, _)| *index).collect();
    let indexes = (0..).take(block.len());
    let elements = indexes.map(|index| if invalid.contains(&index) { "" } else { block.sent(index) });
    Cow::Owned(elements.collect::<Vec<_>>().join(",").into_bytes())
}

impl Rest {
    /// What is left of the targets to send.
    pub(super) fn new(to_send: &Runs, recorded: &Recorded) -> Self {
        let Recorded { done, doubts, dated } = recorded;
        let sent = done.iter().map(|(targets, _)| targets).chain(doubts.iter().map(|(_, doubt)| &doubt.targets));
        let sent: HashSet<u32> = sent.flat_map(Runs::iter).collect();
        let tasks = done.iter().filter_map(|(_, outcome)| match outcome.as_outcome() {
            Outcome::Accepted { task } => Some(task.to_owned()),
            Outcome::Refused(_) | Outcome::Unknown(_) | Outcome::NotTried(_) => None,
        });
        Self {
            unsent: to_send.iter().filter(|index| !sent.contains(index)).collect(),
            doubts: doubts.clone(),
            known: Known { tasks: tasks.collect(), dated: dated.clone() },
        }
    }

    /// Adds targets that are to be sent after all.
    pub(super) fn add(&mut self, targets: &Runs) {
        let mut all: Vec<u32> = self.unsent.iter().chain(targets.iter()).collect();
        all.sort_unstable();
        self.unsent = all.into_iter().collect();
    }

    /// What to ask the history.
    pub(super) fn questions(&self, block: &Block) -> Vec<Question> {
        let question = |doubt: &Doubt| Question {
            targets: doubt.targets.iter().map(|index| block.sent_text(index).into_owned()).collect(),
            sent_at: doubt.sent_at,
        };
        self.doubts.iter().map(|(_, doubt)| question(doubt)).collect()
    }
}

/// The outcome of targets about which the history was not asked.
pub(super) fn still_unknown(doubt: Doubt, action: &ActionFacts) -> SharedOutcome {
    let error = doubt.error.map(|error| error.restore(action.codes, &action.name));
    SharedOutcome::Unknown(Arc::new(error.unwrap_or_else(|| {
        let message = "an earlier run ended before the response arrived";
        Error::new(ErrorKind::Interrupted, message).in_response_of(&action.name)
    })))
}
