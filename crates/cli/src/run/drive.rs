//! Sends the jobs of a plan, and shows how far they are.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use indicatif::HumanCount;
use tencentcloud_cdn::runtime::Call;
use tencentcloud_cdn::runtime::action::Batched;
use tencentcloud_cdn::runtime::jobs::{Batches, Counts, Report};

use super::collect::Results;
use super::tasks::Listed;
use crate::clock;
use crate::input::Targets;
use crate::journal::{FailedRow, RunJournal};
use crate::output::progress::{self, Progress, TICK};
use crate::routing::Selection;
use crate::signals::Interrupts;

/// A run of a command, with what it shows and how it is interrupted.
pub(crate) struct Session {
    pub(crate) targets: Arc<Targets>,
    pub(crate) progress: Progress,
    pub(crate) interrupts: Interrupts,
    pub(crate) results: Results,
    pub(super) journal: Option<RunJournal>,
    /// What failed according to the waits of earlier runs, which are not repeated.
    pub(super) past_waits: VecDeque<Vec<FailedRow>>,
    /// What failed according to the last wait.
    pub(super) failed_later: Vec<FailedRow>,
    /// How long the list of tasks may lack a new task.
    history_delay: Duration,
    /// What the jobs before the current one have sent.
    before: progress::Sending,
    /// How long the tasks were waited for.
    pub(super) waited: Duration,
}

impl Session {
    pub(crate) fn new(targets: Arc<Targets>, progress: Progress, interrupts: Interrupts) -> Self {
        let results = Results::new(&targets);
        let before = progress::Sending { total: targets.len(), ..progress::Sending::default() };
        Self {
            targets,
            progress,
            interrupts,
            results,
            journal: None,
            past_waits: VecDeque::new(),
            failed_later: Vec::new(),
            history_delay: Duration::ZERO,
            before,
            waited: Duration::ZERO,
        }
    }

    /// Records what is sent, if there is a journal, and does not wait again for what earlier runs
    /// have waited for. `history_delay` is how long the list of tasks may lack a new task.
    pub(crate) fn recorded(
        self,
        journal: Option<RunJournal>,
        past_waits: VecDeque<Vec<FailedRow>>,
        history_delay: Duration,
    ) -> Self {
        Self { journal, past_waits, history_delay, ..self }
    }

    /// Shows the progress of a further step from now on.
    pub(super) fn begin_step(&mut self, verb: &'static str, total: usize) {
        self.before = progress::Sending { total, ..progress::Sending::default() };
        self.progress.restart(verb, total);
    }

    /// The list of targets of a request. It is empty if there is no journal: then the targets are
    /// supplied one by one, which takes less memory. A journal needs the list as a whole.
    pub(super) fn list(&self, selection: &Selection) -> impl Iterator<Item = String> + use<> {
        let selection = if self.journal.is_some() { selection.clone() } else { Selection::Some(Vec::new()) };
        texts(&self.targets, selection)
    }

    /// Sends the targets of a call, which are the selected ones and have been taken from
    /// [`list`](Self::list), and records what became of them.
    ///
    /// After an interrupt, no further request is sent; after the second one, the requests that are
    /// in flight are dropped.
    pub(super) async fn drive<A>(&mut self, call: Call<A>, selection: &Selection)
    where
        A: Batched,
        A::ListedBy: Listed,
    {
        let batches = call.in_batches().history_delay(self.history_delay);
        let mut journal = self.journal.take();
        let mut report = match &mut journal {
            Some(journal) => self.report_of(batches.resume(&mut journal.next_job())).await,
            None => {
                let texts = texts(&self.targets, selection.clone());
                self.report_of(batches.from_stream(stream::iter(texts))).await
            }
        };
        self.journal = journal;
        self.settle(&mut report).await;
        let counts = report.counts();
        self.show(counts, 0, Duration::ZERO);
        self.before.sent += counts.accepted + counts.refused + counts.unknown;
        self.before.accepted += counts.accepted;
        self.before.failed += counts.total() - counts.accepted;
        self.results.add_report(&report, selection);
    }

    async fn report_of<A: Batched>(&mut self, batches: Batches<'_, A>) -> Report<A> {
        let mut run = batches.start();
        let mut tick = Box::pin(clock::sleep(TICK));
        loop {
            tokio::select! {
                biased;
                count = self.interrupts.next() => {
                    self.results.is_interrupted = true;
                    if count > 1 {
                        return run.into_report();
                    }
                    run.stop();
                    self.progress.note(&stopping(run.targets_in_flight()));
                }
                report = &mut run => return report,
                () = &mut tick => {
                    self.show(run.counts(), run.targets_in_flight(), TICK);
                    tick = Box::pin(clock::sleep(TICK));
                }
            }
        }
    }

    /// Looks up the targets that were sent and have no response, unless the run was interrupted.
    async fn settle<A: Batched>(&mut self, report: &mut Report<A>) {
        let unknown = report.counts().unknown;
        if unknown == 0 || self.results.is_interrupted {
            return;
        }
        self.progress.note(&looking_up(unknown, self.history_delay));
        tokio::select! {
            biased;
            _ = self.interrupts.next() => self.results.is_interrupted = true,
            _ = report.settle().history_delay(self.history_delay).into_future() => {}
        }
    }

    fn show(&mut self, counts: Counts, targets_in_flight: usize, elapsed: Duration) {
        let state = progress::Sending {
            total: self.before.total,
            sent: self.before.sent + counts.accepted + counts.refused + counts.unknown + targets_in_flight,
            accepted: self.before.accepted + counts.accepted,
            failed: self.before.failed + counts.refused + counts.unknown + counts.not_tried,
        };
        self.progress.sending(state, targets_in_flight, elapsed);
    }
}

/// The selected targets, one after the other.
fn texts(targets: &Arc<Targets>, selection: Selection) -> impl Iterator<Item = String> + use<> {
    let targets = Arc::clone(targets);
    (0..selection.len(&targets)).map(move |position| targets.get(selection.index(position)).to_owned())
}

fn looking_up(targets: usize, delay: Duration) -> String {
    let noun = if targets == 1 { "target has" } else { "targets have" };
    let targets = HumanCount(targets as u64);
    format!(
        "{targets} {noun} no response; looking in the list of tasks for what became of them, for up to {delay:?}, \
         ctrl-c skips this"
    )
}

fn stopping(targets: usize) -> String {
    let noun = if targets == 1 { "target" } else { "targets" };
    match targets {
        0 => "interrupted: nothing more is sent".to_owned(),
        n => format!(
            "interrupted: nothing more is sent; waiting for the response to {} {noun}, ctrl-c ends at once",
            HumanCount(n as u64)
        ),
    }
}
