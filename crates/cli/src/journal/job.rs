//! Keeps the journal of a job among those of the others.

use std::io;

use serde_json::value::RawValue;
use tencentcloud_cdn::runtime::jobs::Journal;

use super::file::RunJournal;
use super::line::{JobLine, Line, encode};

/// The journal of a job, which is a part of that of the run.
pub(crate) struct JobJournal<'a> {
    run: &'a mut RunJournal,
    number: usize,
}

impl<'a> JobJournal<'a> {
    pub(super) fn new(run: &'a mut RunJournal, number: usize) -> Self {
        Self { run, number }
    }

    fn wrap(&self, line: &str) -> io::Result<String> {
        let number = self.number;
        let line: &RawValue = serde_json::from_str(line)?;
        Ok(encode(&Line::Job(JobLine { number, line })))
    }
}

impl Journal for JobJournal<'_> {
    fn read(&mut self) -> io::Result<String> {
        Ok(self.run.lines_of(self.number).clone())
    }

    fn intend(&mut self, line: &str) -> io::Result<()> {
        let wrapped = self.wrap(line)?;
        self.run.file.intend(&wrapped)?;
        self.run.add_line(self.number, line);
        Ok(())
    }

    fn settle(&mut self, line: &str) -> io::Result<()> {
        let wrapped = self.wrap(line)?;
        self.run.file.settle(&wrapped)?;
        self.run.add_line(self.number, line);
        Ok(())
    }

    fn replace(&mut self, lines: &str) -> io::Result<()> {
        let text = self.run.file.read()?;
        let is_other = |line: &&str| match serde_json::from_str(line) {
            Ok(Line::Job(job)) => job.number != self.number,
            _ => true,
        };
        let mut replaced = String::new();
        for line in text.lines().filter(is_other) {
            replaced.push_str(line);
            replaced.push('\n');
        }
        for line in lines.lines() {
            replaced.push_str(&self.wrap(line)?);
            replaced.push('\n');
        }
        self.run.file.replace(&replaced)?;
        lines.clone_into(self.run.lines_of(self.number));
        Ok(())
    }
}
