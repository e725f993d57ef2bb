//! Shows the calls of the clients with `--verbose`.

use std::io::{self, Write};

use indicatif::MultiProgress;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::output::Paint;

/// Logs to the standard error: each call, and with `verbosity` of 2 or more each attempt.
pub(crate) fn start(verbosity: u8, paint: Paint, bars: &MultiProgress) {
    let level = match verbosity {
        0 => return,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_ansi(paint.has_colors())
        .with_target(false)
        .with_writer(Lines { bars: bars.clone() })
        .init();
}

/// Writes lines above the progress bars.
struct Lines {
    bars: MultiProgress,
}

/// A line that is being written.
struct Line {
    bars: MultiProgress,
    bytes: Vec<u8>,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line;

    fn make_writer(&'a self) -> Line {
        Line { bars: self.bars.clone(), bytes: Vec::new() }
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // There is no other place to report that this failed.
        self.bars.suspend(|| _ = io::stderr().lock().write_all(&self.bytes));
    }
}
