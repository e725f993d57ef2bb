//! Listens for ctrl-c and for the signal with which pipelines stop a program.

use std::io;

/// How the user, or a pipeline, interrupts a command.
pub(crate) struct Interrupts {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    count: u8,
}

impl Interrupts {
    /// Listens from now on. Until then, an interrupt ends the process.
    #[cfg(unix)]
    pub(crate) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())?, count: 0 })
    }

    /// Listens from now on. Until then, an interrupt ends the process.
    #[cfg(windows)]
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()?, count: 0 })
    }

    /// Resolves at the next interrupt to their number so far.
    pub(crate) async fn next(&mut self) -> u8 {
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        #[cfg(windows)]
        self.interrupt.recv().await;
        self.count = self.count.saturating_add(1);
        self.count
    }
}
