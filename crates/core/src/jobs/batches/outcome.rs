//! Defines what can become of a target.

use std::fmt;
use std::sync::Arc;

use crate::error::Error;

/// What became of a target.
#[derive(Clone, Copy, Debug)]
pub enum Outcome<'a> {
    /// The service has accepted it, as part of this task.
    #[non_exhaustive]
    Accepted {
        /// The id of the task.
        task: &'a str,
    },
    /// It is invalid, or the service rejected it. Sending it again does not help.
    Refused(&'a Error),
    /// It was sent, and there is no usable response, so it may have been accepted.
    /// [`Report::settle`](super::Report::settle) finds that out.
    Unknown(&'a Error),
    /// It was certainly not carried out, and the target is not known to be invalid. It can be sent
    /// again.
    NotTried(NotTried<'a>),
}

/// Why a target was not carried out.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum NotTried<'a> {
    /// Because of this error, which is not known to be about the target: the quota of the day is
    /// used up, the credentials were rejected, the service was not reached, or it rejected the
    /// target together with others and did not say which of them is invalid.
    Because(&'a Error),
    /// The run was stopped or dropped before the target was carried out.
    Stopped,
    /// It was sent, there was no usable response, and the history of tasks does not contain it.
    NotInHistory,
}

impl Outcome<'_> {
    /// The name of the class in `snake_case`, for logs and for JSON.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Refused(_) => "refused",
            Self::Unknown(_) => "unknown",
            Self::NotTried(_) => "not_tried",
        }
    }

    /// The error that led to the outcome, if there is one.
    #[must_use]
    pub const fn error(&self) -> Option<&Error> {
        match self {
            Self::Refused(error) | Self::Unknown(error) | Self::NotTried(NotTried::Because(error)) => Some(error),
            Self::Accepted { .. } | Self::NotTried(NotTried::Stopped | NotTried::NotInHistory) => None,
        }
    }
}

/// Displays the class and its reason: `refused: ...`.
impl fmt::Display for Outcome<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Accepted { task } => write!(f, "accepted: task {task}"),
            Self::Refused(error) => write!(f, "refused: {error}"),
            Self::Unknown(error) => write!(f, "unknown: {error}"),
            Self::NotTried(why) => write!(f, "not tried: {why}"),
        }
    }
}

impl fmt::Display for NotTried<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Because(error) => error.fmt(f),
            Self::Stopped => f.write_str("the run was stopped"),
            Self::NotInHistory => f.write_str("there was no response, and the history of tasks does not contain it"),
        }
    }
}

/// An outcome that several targets share.
#[derive(Clone, Debug)]
pub(crate) enum SharedOutcome {
    Accepted(Arc<str>),
    Refused(Arc<Error>),
    Unknown(Arc<Error>),
    NotTried(Reason),
}

/// The reason that several targets share why they were not carried out.
#[derive(Clone, Debug)]
pub(crate) enum Reason {
    Because(Arc<Error>),
    Stopped,
    NotInHistory,
}

impl SharedOutcome {
    pub(crate) const STOPPED: Self = Self::NotTried(Reason::Stopped);

    pub(crate) fn refused(error: Error) -> Self {
        Self::Refused(Arc::new(error))
    }

    pub(crate) fn as_outcome(&self) -> Outcome<'_> {
        match self {
            Self::Accepted(task) => Outcome::Accepted { task },
            Self::Refused(error) => Outcome::Refused(error),
            Self::Unknown(error) => Outcome::Unknown(error),
            Self::NotTried(reason) => Outcome::NotTried(reason.as_not_tried()),
        }
    }
}

impl Reason {
    pub(crate) fn as_not_tried(&self) -> NotTried<'_> {
        match self {
            Self::Because(error) => NotTried::Because(error),
            Self::Stopped => NotTried::Stopped,
            Self::NotInHistory => NotTried::NotInHistory,
        }
    }
}
