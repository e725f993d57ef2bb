//! Describes why a limiter cannot be created.

use std::error::Error as StdError;
use std::{fmt, io};

use redis::RedisError;

/// Why a [`RedisLimiter`](crate::RedisLimiter) cannot be created.
#[derive(Debug)]
pub struct OpenError {
    message: &'static str,
    hint: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl OpenError {
    /// The error of the client contains no part of the address, which may contain a password.
    pub(crate) fn url(source: &RedisError) -> Self {
        let source = Some(source.to_string().into());
        Self {
            message: "the URL of the store is invalid",
            hint: "write it as `redis://user:password@host:6379/0`",
            source,
        }
    }

    pub(crate) fn label() -> Self {
        Self {
            message: "the label of the account is empty, or has characters other than letters, digits and `-_.`",
            hint: "choose a name, such as `production`, and use it in all processes that share the account",
            source: None,
        }
    }

    pub(crate) fn processes() -> Self {
        Self {
            message: "the number of processes is 0",
            hint: "give the number of processes that share the account",
            source: None,
        }
    }

    pub(crate) fn thread(source: io::Error) -> Self {
        Self {
            message: "the thread of the limiter cannot be started",
            hint: "check the limits of threads and open files",
            source: Some(source.into()),
        }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        if let Some(source) = &self.source {
            write!(f, ": {source}")?;
        }
        write!(f, "; help: {}", self.hint)
    }
}

impl StdError for OpenError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
