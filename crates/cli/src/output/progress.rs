//! Shows how far a run is: bars on a terminal, and a line now and then in a log.

use std::fmt;
use std::io::{self, Write as _};
use std::time::Duration;

use console::truncate_str;
use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
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
    /// Number of targets that have been sent, including those in flight.
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
    widths: Widths,
}

impl Progress {
    /// `verb` is what happens to the targets: `purging`.
    pub(crate) fn new(bars: &MultiProgress, paint: Paint, verb: &'static str, total: usize) -> Self {
        let target = if paint.is_live { ProgressDrawTarget::stderr_with_hz(20) } else { ProgressDrawTarget::hidden() };
        bars.set_draw_target(target);
        let live = paint.is_live.then(|| Live::new(bars, paint, total));
        Self { bars: bars.clone(), live, paint, verb, log: Log::default() }
    }

    /// Shows how far sending is. `elapsed` is the time since the last call.
    pub(crate) fn sending(&mut self, state: Sending, targets_in_flight: usize, elapsed: Duration) {
        if let Some(live) = &self.live {
            live.sent.set_position(state.sent as u64);
            live.accepted.set_position(state.accepted as u64);
            let message = match (targets_in_flight, state.failed) {
                (0, 0) => String::new(),
                (0, failed) => format!("{} not accepted", HumanCount(failed as u64)),
                (targets, _) => format!("response to {} awaited", HumanCount(targets as u64)),
            };
            live.accepted.set_message(truncated(&message, live.widths.message, self.paint));
            return;
        }
        let Sending { total, sent, accepted, failed } = state;
        let [total, sent, accepted, failed] = [total, sent, accepted, failed].map(|n| HumanCount(n as u64));
        self.log
            .add(format!("{}: {sent} of {total} sent, {accepted} accepted, {failed} not accepted", self.verb), elapsed);
    }

    /// Shows that tasks are waited for, before the first poll has a result.
    pub(crate) fn begin_wait(&mut self, tasks: usize) {
        let noun = if tasks == 1 { "task" } else { "tasks" };
        let text = format!("asking for the state of {} {noun}", HumanCount(tasks as u64));
        match &mut self.live {
            Some(live) => {
                let done = live.done(&self.bars, self.paint, tasks);
                done.set_length(tasks as u64);
                done.set_position(0);
                done.set_message(text);
            }
            None => self.log.begin_wait(),
        }
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
        match &mut self.live {
            Some(live) => {
                let text = truncated(&text, live.widths.line, self.paint);
                let done = live.done(&self.bars, self.paint, tasks);
                done.set_length(tasks as u64);
                done.set_position((tasks - tasks_left.min(tasks)) as u64);
                done.set_message(text);
            }
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
            self.live = Some(Live::new(&self.bars, self.paint, total));
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
    fn new(bars: &MultiProgress, paint: Paint, total: usize) -> Self {
        let widths = Widths::of(paint.columns);
        let sent = bar(bars, paint, "sent", total, &widths.template("cyan", "{rate}"));
        let accepted = bar(bars, paint, "accepted", total, &widths.template("green", "{msg}"));
        Self { sent, accepted, done: None, widths }
    }

    /// The bar of the tasks, which is added by the first poll.
    fn done(&mut self, bars: &MultiProgress, paint: Paint, tasks: usize) -> &ProgressBar {
        let template = self.widths.template("green", "\n          {msg}");
        self.done.get_or_insert_with(|| bar(bars, paint, "done", tasks, &template))
    }
}

fn truncated(text: &str, columns: usize, paint: Paint) -> String {
    truncate_str(text, columns, paint.ellipsis()).into_owned()
}

fn bar(bars: &MultiProgress, paint: Paint, name: &str, total: usize, template: &str) -> ProgressBar {
    // A test shows all templates.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let rate = |state: &ProgressState, to: &mut dyn fmt::Write| {
        // There is no other place to report that this failed.
        let _ = write!(to, "{}/s", HumanCount(state.per_sec() as u64));
    };
    let bar = bars.add(ProgressBar::new(total as u64));
    bar.set_style(style.progress_chars(paint.bar()).with_key("rate", rate));
    bar.set_prefix(name.to_owned());
    bar.tick();
    bar
}

/// How many columns the parts of a line have.
#[derive(Clone, Copy, Debug)]
struct Widths {
    bar: usize,
    message: usize,
    /// A line for the message only.
    line: usize,
}

impl Widths {
    /// The columns of the name and of the numbers, with spaces around them.
    const FIXED: usize = 31;
    /// Columns that stay empty at the right.
    const MARGIN: usize = 1;

    fn of(columns: usize) -> Self {
        let left = columns.saturating_sub(Self::FIXED + Self::MARGIN);
        let bar = (left / 3).clamp(5, 40);
        let line = columns.saturating_sub(10 + Self::MARGIN);
        Self { bar, message: left.saturating_sub(bar), line }
    }

    fn template(&self, color: &str, end: &str) -> String {
        format!("{{prefix:>9}} {{bar:{}.{color}}} {{human_pos:>9}}/{{human_len:<9}} {end}", self.bar)
    }
}
