//! Shows how far a run is: bars on a terminal, and a line now and then in a log.

use std::io::{self, Write as _};
use std::time::Duration;

use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tencentcloud_cdn::runtime::jobs::Snapshot;

use super::Paint;

/// Time between two lines in a log. 10 s: a run of ten minutes has 60 lines.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);
/// Time between two updates of the bars, and of the numbers behind the lines. 100 ms: it looks
/// smooth.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// How far sending is, over all jobs of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sending {
    /// Number of targets.
    pub(crate) total: usize,
    /// Number of targets that have been sent, with those on their way.
    pub(crate) sent: usize,
    /// Number of targets that the service has accepted.
    pub(crate) accepted: usize,
    /// Number of targets that were refused, are unknown, or were not tried.
    pub(crate) failed: usize,
}

/// Shows how far a run is.
pub(crate) struct Progress {
    bars: MultiProgress,
    live: Option<Live>,
    paint: Paint,
    verb: &'static str,
    /// The lines of a log.
    log: Log,
}

/// The lines of a log, of which most are left out.
#[derive(Debug, Default)]
struct Log {
    since_line: Duration,
    /// The last line that was written.
    last: Option<String>,
    /// A later one that was not.
    pending: Option<String>,
    is_waiting: bool,
}

/// The bars of a terminal.
struct Live {
    sent: ProgressBar,
    accepted: ProgressBar,
    done: Option<ProgressBar>,
}

impl Progress {
    /// `verb` is what happens to the targets: `purging`.
    pub(crate) fn new(bars: &MultiProgress, paint: Paint, verb: &'static str, total: usize, waits: bool) -> Self {
        let target = if paint.is_live { ProgressDrawTarget::stderr_with_hz(20) } else { ProgressDrawTarget::hidden() };
        bars.set_draw_target(target);
        let live = paint.is_live.then(|| Live::new(bars, paint, total, waits));
        Self { bars: bars.clone(), live, paint, verb, log: Log::default() }
    }

    /// Shows how far sending is. `elapsed` is the time since the last call.
    pub(crate) fn sending(&mut self, state: Sending, in_flight: usize, elapsed: Duration) {
        if let Some(live) = &self.live {
            live.sent.set_position(state.sent as u64);
            live.accepted.set_position(state.accepted as u64);
            live.accepted.set_message(match (in_flight, state.failed) {
                (0, 0) => String::new(),
                (0, failed) => format!("{} not accepted", HumanCount(failed as u64)),
                (targets, _) => format!("waiting for the response to {}", HumanCount(targets as u64)),
            });
            return;
        }
        let Sending { total, sent, accepted, failed } = state;
        let [total, sent, accepted, failed] = [total, sent, accepted, failed].map(|n| HumanCount(n as u64));
        self.log
            .add(format!("{}: {sent} of {total} sent, {accepted} accepted, {failed} not accepted", self.verb), elapsed);
    }

    /// Shows how far the tasks are, after a poll.
    pub(crate) fn waiting(&mut self, snapshot: &Snapshot, limit: Duration) {
        let Snapshot { tasks, tasks_left, entries_left, waited, next_poll, .. } = *snapshot;
        let left = limit.saturating_sub(waited);
        let noun = if tasks_left == 1 { "task" } else { "tasks" };
        let text = format!(
            "waiting for {tasks_left} {noun}, {} in progress; next look in {next_poll:.0?}, {left:.0?} left",
            HumanCount(entries_left),
        );
        match &self.live {
            Some(Live { done: Some(done), .. }) => {
                done.set_length(tasks as u64);
                done.set_position((tasks - tasks_left.min(tasks)) as u64);
                done.set_message(text);
            }
            Some(_) => {}
            None => {
                self.log.begin_wait();
                self.log.add(text, next_poll);
            }
        }
    }

    /// Begins again, for another step.
    pub(crate) fn restart(&mut self, verb: &'static str, total: usize) {
        self.verb = verb;
        self.log.flush();
        self.log = Log::default();
        if self.live.is_some() {
            self.finish();
            self.live = Some(Live::new(&self.bars, self.paint, total, true));
        }
    }

    /// Writes a line above the bars.
    pub(crate) fn note(&self, text: &str) {
        // There is no other place to report that this failed.
        self.bars.suspend(|| _ = writeln!(io::stderr().lock(), "{text}"));
    }

    /// Removes the bars.
    pub(crate) fn finish(&mut self) {
        self.log.flush();
        if self.live.take().is_some() {
            // There is no other place to report that this failed.
            let _ = self.bars.clear();
        }
    }
}

impl Log {
    /// Writes a line, unless one was written just now or says the same. `elapsed` is the time since
    /// the last call.
    fn add(&mut self, text: String, elapsed: Duration) {
        self.since_line += elapsed;
        self.pending = Some(text);
        if self.last.is_none() || self.since_line >= PLAIN_INTERVAL {
            self.flush();
        }
    }

    /// Writes the last line, if it was left out.
    fn flush(&mut self) {
        let Some(text) = self.pending.take().filter(|text| self.last.as_ref() != Some(text)) else { return };
        // There is no other place to report that this failed.
        let _ = writeln!(io::stderr().lock(), "{text}");
        self.since_line = Duration::ZERO;
        self.last = Some(text);
    }

    /// Writes how sending ended. The next line is written at once.
    fn begin_wait(&mut self) {
        if !self.is_waiting {
            self.flush();
            *self = Self { is_waiting: true, ..Self::default() };
        }
    }
}

impl Live {
    fn new(bars: &MultiProgress, paint: Paint, total: usize, waits: bool) -> Self {
        let bar = |name: &str, total: usize, template: &str| {
            // The templates are constants, and a test parses them.
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            let bar = bars.add(ProgressBar::new(total as u64));
            bar.set_style(style.progress_chars(paint.bar()).tick_chars(paint.spinner()));
            bar.set_prefix(name.to_owned());
            bar.tick();
            bar
        };
        let done = waits.then(|| bar("done", 0, templates::DONE));
        Self { sent: bar("sent", total, templates::SENT), accepted: bar("accepted", total, templates::ACCEPTED), done }
    }
}

/// The lines of the bars.
mod templates {
    pub(super) const SENT: &str = "{prefix:>9} {wide_bar:.cyan} {human_pos:>9}/{human_len:<9} {per_sec:<12}";
    pub(super) const ACCEPTED: &str = "{prefix:>9} {wide_bar:.green} {human_pos:>9}/{human_len:<9} {msg:<12}";
    pub(super) const DONE: &str = "{prefix:>9} {wide_bar:.green} {human_pos:>9}/{human_len:<9} {msg}";
}
