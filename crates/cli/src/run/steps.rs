//! Carries out the steps of a run: send, wait, prefetch, report.

use std::time::Duration;

use tencentcloud_cdn as cdn;
use tencentcloud_teo as teo;
use tencentcloud_teo::runtime::Client;
use tencentcloud_teo::{CreatePurgeTask, CreatePurgeTaskResponse};

use super::actions::{self, What};
use super::drive::Session;
use super::tasks::{Listed, shown};
use super::wait::{self, WaitEnd, Waited};
use crate::account::Account;
use crate::journal::{Complete, Prefetch};
use crate::output::json::{ErrorText, Report};
use crate::routing::{Part, Selection};

impl Session {
    /// Sends the targets of all parts, one part after the other.
    pub(crate) async fn send_all(&mut self, account: &Account, what: What, parts: &[Part]) {
        for part in parts {
            if self.results.is_interrupted || self.results.stopped_by.is_some() {
                self.results.add_all_not_tried(&part.targets);
            } else {
                actions::send(self, account, what, part).await;
            }
        }
    }

    /// Purges everything of a zone, in one request.
    pub(super) async fn purge_all(&mut self, account: &Account, request: CreatePurgeTask, zone: &str) {
        let call = account.teo.create_purge_task(request).into_future();
        let result = tokio::select! {
            biased;
            _ = self.interrupts.next() => {
                self.results.is_interrupted = true;
                None
            }
            result = call => Some(result.and_then(CreatePurgeTaskResponse::into_result)),
        };
        self.results.add_single(result, zone);
    }

    /// Waits until the tasks are done, and records what failed. An interrupt ends the wait.
    pub(crate) async fn wait_all(&mut self, account: &Account, limit: Duration, report: &mut Report) {
        if let Some(failed) = self.past_waits.pop_front() {
            self.results.restore_wait(&failed);
            self.failed_later = failed;
            report.done = Some(self.done_text());
            return;
        }
        self.failed_later.clear();
        let mut left = limit;
        left = self.wait_for::<cdn::DescribePurgeTasks>(account.cdn.as_ref(), left, report).await;
        left = self.wait_for::<cdn::DescribePushTasks>(account.cdn.as_ref(), left, report).await;
        left = self.wait_for::<teo::DescribePurgeTasks>(account.teo.as_ref(), left, report).await;
        self.wait_for::<teo::DescribePrefetchTasks>(account.teo.as_ref(), left, report).await;
        report.done = Some(self.done_text());
    }

    /// What the tasks have done, in words.
    fn done_text(&self) -> String {
        let results = &self.results;
        let all_known = !results.is_interrupted && !results.waited_too_long && !results.could_not_wait;
        let state = if all_known { "done" } else { "not known to be done" };
        match self.waited.as_secs() {
            0 => state.to_owned(),
            seconds => format!("{state} after {seconds} s"),
        }
    }

    /// Waits for the tasks of one action, and returns the time that is left.
    async fn wait_for<L: Listed>(
        &mut self,
        client: &Client<L::Product>,
        limit: Duration,
        report: &mut Report,
    ) -> Duration {
        let tasks = std::mem::take(L::of(&mut self.results.tasks));
        if tasks.is_empty() || self.results.is_interrupted {
            return limit;
        }
        let waited = wait::wait(client, &tasks, limit, &mut self.progress, &mut self.interrupts).await;
        self.results.add_failed_later(&waited.failed);
        self.failed_later.extend_from_slice(&waited.failed);
        for task in &tasks {
            let state = state_of(task.id(), &waited);
            let shown = shown(task, None, state);
            if let Some(known) =
                self.results.shown.iter_mut().find(|known| known.id == shown.id && known.kind == shown.kind)
            {
                known.state = shown.state;
            }
        }
        self.waited += waited.waited;
        let took = waited.waited;
        match waited.end {
            WaitEnd::Done => {}
            WaitEnd::TimedOut => self.results.waited_too_long = true,
            WaitEnd::Interrupted => self.results.is_interrupted = true,
            WaitEnd::Refused(failure) => {
                self.results.could_not_wait = true;
                report.error = Some(ErrorText::from(&failure));
            }
        }
        limit.saturating_sub(took)
    }

    /// Prefetches the URLs that have been purged. `begun` is the prefetch that an earlier run has
    /// begun.
    pub(crate) async fn then_prefetch(
        &mut self,
        account: &Account,
        what: What,
        parts: &[Part],
        begun: Option<Prefetch>,
        limit: Duration,
        report: &mut Report,
    ) {
        if !self.results.is_complete() {
            self.progress.note("not prefetched: the purge is not complete");
            return;
        }
        let what = what.then_prefetch();
        let parts = match begun {
            Some(prefetch) => prefetch.parts,
            None => self.begin_prefetch(parts),
        };
        report.jobs.extend(parts.iter().map(|part| what.job(part, part.targets.len(&self.targets))));
        let total = parts.iter().map(|part| part.targets.len(&self.targets)).sum();
        self.results.begin_prefetch(total);
        self.begin_step("prefetching", total);
        self.send_all(account, what, &parts).await;
        self.wait_all(account, limit, report).await;
    }

    /// The URLs to prefetch: those that were purged. If that cannot be recorded, none is sent.
    fn begin_prefetch(&mut self, parts: &[Part]) -> Vec<Part> {
        let accepted = |part: &Part| Part {
            place: part.place.clone(),
            targets: Selection::Some(self.results.accepted_of(&part.targets)),
        };
        let parts: Vec<Part> = parts.iter().map(accepted).filter(|part| part.targets.len(&self.targets) > 0).collect();
        if let Some(journal) = &mut self.journal {
            let prefetch = Prefetch { parts: parts.clone(), failed: self.failed_later.clone() };
            if let Err(failure) = journal.begin_prefetch(prefetch) {
                self.results.stopped_by = Some(failure);
            }
        }
        parts
    }

    /// Writes the results into the report.
    pub(crate) fn finish(mut self, report: &mut Report) {
        self.progress.finish();
        self.finish_journal(report);
        report.set_exit(self.results.exit());
        (report.targets, report.prefetch) = self.results.counts();
        report.failures = self.results.failures;
        if report.error.is_none() {
            report.error = self.results.stopped_by.as_ref().map(ErrorText::from);
        }
        report.tasks = self.results.shown;
    }
}

impl Session {
    /// Records that the run is complete, or reports the command that goes on with it.
    fn finish_journal(&mut self, report: &mut Report) {
        let Some(journal) = &mut self.journal else { return };
        let waited = report.done.is_some();
        if self.results.is_complete() {
            match journal.complete(Complete { waited, failed: std::mem::take(&mut self.failed_later) }) {
                Ok(()) => return,
                Err(failure) => report.error = Some(ErrorText::from(&failure)),
            }
        }
        report.resume = Some(journal.resume_command());
    }
}

/// The state of a task after a wait.
fn state_of<L: Listed>(id: &str, waited: &Waited<L>) -> Option<&'static str> {
    if waited.left.iter().any(|task| task.id() == id) {
        None
    } else if waited.failed.iter().any(|(task, ..)| task == id) {
        Some("failed")
    } else {
        Some("done")
    }
}
