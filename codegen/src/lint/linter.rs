//! Defines the context of the rules about one file.

use crate::parse::File;
use crate::problem::{Place, Problems};

/// Checks one file. Each module of this folder adds the rules of one subject.
pub(super) struct Linter<'a, T> {
    pub(super) file: &'a File<T>,
    pub(super) problems: &'a mut Problems,
}

impl<'a, T> Linter<'a, T> {
    pub(super) fn new(file: &'a File<T>, problems: &'a mut Problems) -> Self {
        Self { file, problems }
    }

    /// The file as a whole.
    pub(super) fn place(&self) -> Place {
        self.file.place()
    }
}
