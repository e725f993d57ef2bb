//! Defines the exit codes, which scripts depend on.

use std::process::ExitCode;

/// How a command ended. The numbers are stable.
///
/// If several apply, the first one in this order is used: interrupted, unknown, quota, nothing
/// accepted, some failed, not done, done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Done = 0,
    SomeFailed = 1,
    Usage = 2,
    NothingAccepted = 3,
    Unknown = 4,
    NotDone = 5,
    Quota = 6,
    Interrupted = 130,
}

impl Exit {
    /// All exit codes, by their number.
    pub(crate) const ALL: [Self; 8] = [
        Self::Done,
        Self::SomeFailed,
        Self::Usage,
        Self::NothingAccepted,
        Self::Unknown,
        Self::NotDone,
        Self::Quota,
        Self::Interrupted,
    ];

    pub(crate) fn number(self) -> u8 {
        self as u8
    }

    /// The name of the code in JSON and in the outputs of a pipeline.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::SomeFailed => "some_failed",
            Self::Usage => "usage",
            Self::NothingAccepted => "nothing_accepted",
            Self::Unknown => "unknown",
            Self::NotDone => "not_done",
            Self::Quota => "quota",
            Self::Interrupted => "interrupted",
        }
    }

    /// What the code means, for the help.
    pub(crate) fn meaning(self) -> &'static str {
        match self {
            Self::Done => "everything was done",
            Self::SomeFailed => "some targets were refused, or failed",
            Self::Usage => "the command line is wrong, or there is no target",
            Self::NothingAccepted => "nothing was accepted, or the service could not be asked",
            Self::Unknown => "some targets may have been accepted: there was no response",
            Self::NotDone => "all was accepted, and is not known to be done within the limit of --wait",
            Self::Quota => "the day's quota is used up",
            Self::Interrupted => "interrupted by ctrl-c; how to go on is printed",
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
