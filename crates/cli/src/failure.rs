//! Describes why a command cannot go on: what happened, what to do, and the exit code.

use std::fmt::Display;
use std::io;
use std::path::Path;

use tencentcloud_cdn::{Error, ErrorKind};

use crate::exit::Exit;

/// Why a command cannot go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Failure {
    /// The command line, or a file that it names, is wrong.
    pub(crate) fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { exit: Exit::Usage, message: message.into(), help: Some(help.into()) }
    }

    /// A file cannot be read or written.
    pub(crate) fn file(what: &str, path: impl Display, error: &io::Error) -> Self {
        let help = match error.kind() {
            io::ErrorKind::NotFound => "check the path",
            io::ErrorKind::PermissionDenied => "check the permissions of the file and its folder",
            io::ErrorKind::StorageFull => "free some space, or choose another disk",
            _ => "choose another file",
        };
        Self::usage(format!("cannot {what} `{path}`: {error}"), help)
    }
}

impl Failure {
    /// A journal cannot be used.
    pub(crate) fn journal(path: &Path, error: &io::Error) -> Self {
        let text = error.to_string();
        let path = path.display();
        // The library names the file, and sometimes says what to do.
        let text = text.strip_prefix(&format!("{path}: ")).unwrap_or(&text);
        match text.split_once("; help: ") {
            Some((what, help)) => Self::usage(format!("cannot use the journal `{path}`: {what}"), help),
            None => Self { message: format!("cannot use the journal `{path}`: {text}"), ..Self::file("", "", error) },
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::of_call(&error)
    }
}

impl Failure {
    /// The failure of a call.
    pub(crate) fn of_call(error: &Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::InvalidRequest => Exit::Usage,
            ErrorKind::Quota => Exit::Quota,
            _ => Exit::NothingAccepted,
        };
        let help = error.hint().map(str::to_owned);
        Self { exit, message: without_hint(error), help }
    }
}

/// The displayed error without its hint, which gets a line of its own.
pub(crate) fn without_hint(error: &Error) -> String {
    let mut text = error.to_string();
    if let Some(at) = error.hint().and_then(|_| text.rfind("; help: ")) {
        text.truncate(at);
    }
    text
}
