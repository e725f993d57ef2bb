//! Sends the jobs of a plan, and shows how far they are.

use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use tencentcloud_cdn::runtime::action::Batched;
use tencentcloud_cdn::runtime::jobs::{Batches, Counts, Report};

use super::collect::Results;
use super::tasks::Listed;
use crate::clock;
use crate::input::Targets;
use crate::output::progress::{self, Progress, TICK};
use crate::routing::Selection;
use crate::signals::Interrupts;

/// A run of a command, with what it shows and how it is interrupted.
pub(crate) struct Session {
    pub(crate) targets: Arc<Targets>,
    pub(crate) progress: Progress,
    pub(crate) interrupts: Interrupts,
    pub(crate) results: Results,
    /// What the jobs before the current one have sent.
    before: progress::Sending,
    /// How long the tasks were waited for.
    pub(super) waited: Duration,
}

impl Session {
    pub(crate) fn new(targets: Arc<Targets>, progress: Progress, interrupts: Interrupts) -> Self {
        let results = Results::new(&targets);
        let before = progress::Sending { total: targets.len(), ..progress::Sending::default() };
        Self { targets, progress, interrupts, results, before, waited: Duration::ZERO }
    }

    /// Shows the progress of a further step from now on.
    pub(super) fn begin_step(&mut self, verb: &'static str, total: usize) {
        self.before = progress::Sending { total, ..progress::Sending::default() };
        self.progress.restart(verb, total);
    }

    /// The selected targets in batches. Their list in the request is empty.
    pub(crate) fn with_targets<A: Batched>(
        &self,
        batches: Batches<'static, A>,
        selection: &Selection,
    ) -> Batches<'static, A> {
        let (targets, selection) = (Arc::clone(&self.targets), selection.clone());
        let positions = 0..selection.len(&targets);
        batches
            .from_stream(stream::iter(positions.map(move |position| targets.get(selection.index(position)).to_owned())))
    }

    /// Sends batches, whose targets are the selected ones, and records what became of them.
    ///
    /// After an interrupt, no further request is sent; after the second one, the requests that are
    /// on their way are dropped.
    pub(crate) async fn drive<A>(&mut self, batches: Batches<'static, A>, selection: &Selection)
    where
        A: Batched,
        A::List: Listed,
    {
        let report = self.report_of(batches).await;
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
                    self.progress.note(&stopping(run.on_its_way()));
                }
                report = &mut run => return report,
                () = &mut tick => {
                    self.show(run.counts(), run.on_its_way(), TICK);
                    tick = Box::pin(clock::sleep(TICK));
                }
            }
        }
    }

    fn show(&mut self, counts: Counts, on_its_way: usize, elapsed: Duration) {
        let state = progress::Sending {
            total: self.before.total,
            sent: self.before.sent + counts.accepted + counts.refused + counts.unknown + on_its_way,
            accepted: self.before.accepted + counts.accepted,
            failed: self.before.failed + counts.refused + counts.unknown + counts.not_tried,
        };
        self.progress.sending(state, on_its_way, elapsed);
    }
}

fn stopping(targets: usize) -> String {
    let noun = if targets == 1 { "target" } else { "targets" };
    match targets {
        0 => "interrupted: nothing more is sent".to_owned(),
        n => format!("interrupted: nothing more is sent; waiting for the response to {n} {noun}, ctrl-c ends at once"),
    }
}
