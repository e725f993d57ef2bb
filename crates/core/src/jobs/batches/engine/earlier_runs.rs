//! Takes over what earlier runs of a job have done, before anything is sent.

use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::Engine;
use crate::jobs::batches::block::Block;
use crate::jobs::batches::history::{Answer, outcomes};
use crate::jobs::batches::outcome::{Reason, SharedOutcome};
use crate::jobs::batches::resume::{Rest, Resume, header, still_unknown};
use crate::jobs::journal::Log;
use crate::time::BoxFuture;

/// Requests of earlier runs that are being looked up in the history of tasks.
pub(super) struct Settling {
    block: Arc<Block>,
    rest: Rest,
    answers: BoxFuture<'static, Vec<Answer>>,
}

impl Engine<'_> {
    /// Opens the journal, if there is one, and hands out what earlier runs have done. If that
    /// fails, nothing is sent.
    pub(super) fn open_journal(&mut self) {
        let Some(Resume { journal, account, history }) = self.job.resume.take() else { return };
        let action = self.job.caller.action();
        let header = header(action, account, &self.job.template, self.job.source.given());
        let recorded = match Log::open(journal, &header, action) {
            Ok((log, recorded)) => {
                self.log = Some(log);
                recorded
            }
            Err(error) => return self.job.planner.stop(Reason::Because(Arc::new(error))),
        };
        let Some(prepared) = self.job.source.take_given() else { return };
        let (block, to_send) = self.accept(prepared);
        let mut rest = Rest::new(&to_send, &recorded);
        for (targets, outcome) in recorded.done {
            self.decide(Arc::clone(&block), targets, outcome, None);
        }
        if rest.doubts.is_empty() {
            return self.job.planner.add(block, rest.unsent);
        }
        let (questions, known) = (rest.questions(&block), mem::take(&mut rest.known));
        let answers = Box::pin(async move { history.ask(questions, known).await });
        self.settling = Some(Settling { block, rest, answers });
        if self.job.planner.stopped().is_some() {
            self.abandon_settling();
        }
    }

    /// Waits for what the history says about requests of earlier runs. Those that were not accepted
    /// are sent again.
    pub(super) fn poll_settling(&mut self, context: &mut Context<'_>) -> Poll<()> {
        let Some(Settling { answers, .. }) = &mut self.settling else { return Poll::Ready(()) };
        let answers = ready!(answers.as_mut().poll(context));
        let Some(Settling { block, mut rest, .. }) = self.settling.take() else { return Poll::Ready(()) };
        for ((number, doubt), answer) in mem::take(&mut rest.doubts).into_iter().zip(answers) {
            let outcomes = outcomes(answer, &doubt.targets);
            for (targets, outcome) in &outcomes {
                match outcome {
                    SharedOutcome::NotTried(_) => rest.add(targets),
                    _ => self.decide(Arc::clone(&block), targets.clone(), outcome.clone(), Some(doubt.sent_at)),
                }
            }
            if !matches!(outcomes[..], [(_, SharedOutcome::Unknown(_))]) {
                self.record(Some(number), &outcomes);
            }
        }
        self.job.planner.add(block, rest.unsent);
        Poll::Ready(())
    }

    /// Decides the requests of earlier runs that have not been looked up. A later run can do that.
    pub(super) fn abandon_settling(&mut self) {
        let Some(Settling { block, rest, .. }) = self.settling.take() else { return };
        for (_, doubt) in rest.doubts {
            let (targets, sent_at) = (doubt.targets.clone(), doubt.sent_at);
            let outcome = still_unknown(doubt, self.job.caller.action());
            self.decide(Arc::clone(&block), targets, outcome, Some(sent_at));
        }
        self.job.planner.add(block, rest.unsent);
    }
}
