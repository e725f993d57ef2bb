//! Writes and reads the file of a run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tencentcloud_cdn::runtime::jobs::{FileJournal, Journal as _};

use super::job::JobJournal;
use super::line::{
    AnyHeader, AnyVersion, Header, JobLine, Line, StoredRefusal, StoredTarget, TARGETS_PER_LINE, VERSION, encode,
};
use super::plan::{Complete, Plan, Prefetch, Recorded};
use crate::failure::Failure;
use crate::input::{Refused, Targets};

/// The journal of a run: its plan, its targets, and the journals of its jobs, in one file.
///
/// As long as it exists, no other run can use the file.
pub(crate) struct RunJournal {
    path: PathBuf,
    pub(super) file: FileJournal,
    /// The lines of each job.
    jobs: BTreeMap<usize, String>,
    next_job: usize,
}

impl RunJournal {
    /// Opens the file of a new run. It may contain a run that is complete.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, or contains a run that is not complete.
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let mut journal = Self::open_file(path)?;
        let text = journal.read()?;
        if text.is_empty() || journal.parse(&text)?.complete.is_some() {
            journal.jobs.clear();
            return Ok(journal);
        }
        Err(Failure::usage(
            format!("`{}` is the journal of a run that is not complete", path.display()),
            format!("go on with `{}`, or delete the file, or name another one", journal.resume_command()),
        ))
    }

    /// Opens the file of a run to go on with it.
    ///
    /// # Errors
    ///
    /// If the file cannot be used, is not a journal of this program, or is damaged.
    pub(crate) fn open(path: &Path) -> Result<(Self, Recorded), Failure> {
        // Opening would create it.
        path.metadata().map_err(|error| Failure::file("read", path.display(), &error))?;
        let mut journal = Self::open_file(path)?;
        let text = journal.read()?;
        if text.is_empty() {
            return Err(Failure::usage(
                format!("the journal `{}` is empty: the run ended before it sent anything", path.display()),
                "run the command again that has begun it",
            ));
        }
        let recorded = journal.parse(&text)?;
        Ok((journal, recorded))
    }

    fn open_file(path: &Path) -> Result<Self, Failure> {
        let file = FileJournal::open(path).map_err(|error| Failure::journal(path, &error))?;
        Ok(Self { path: path.to_owned(), file, jobs: BTreeMap::new(), next_job: 0 })
    }

    fn read(&mut self) -> Result<String, Failure> {
        self.file.read().map_err(|error| Failure::journal(&self.path, &error))
    }

    /// Writes the plan and the targets of a new run. Afterwards, they are in the file as a whole.
    pub(crate) fn begin(&mut self, plan: Plan, targets: &Targets) -> Result<(), Failure> {
        let header = Header {
            tcpurge: VERSION,
            targets: targets.len(),
            refused: targets.refused().len(),
            duplicates: targets.duplicates(),
            sources: targets.sources().to_vec(),
            plan,
        };
        let mut text = encode(&Line::Journal(header));
        text.push('\n');
        let mut add = |line: &Line<'_>| {
            text.push_str(&encode(line));
            text.push('\n');
        };
        let mut entries = targets.entries().map(|(origin, target)| StoredTarget(origin, target.into())).peekable();
        while entries.peek().is_some() {
            add(&Line::Targets(entries.by_ref().take(TARGETS_PER_LINE).collect()));
        }
        for refused in targets.refused().chunks(TARGETS_PER_LINE) {
            add(&Line::Refused(refused.iter().map(stored).collect()));
        }
        self.file.replace(&text).map_err(|error| Failure::journal(&self.path, &error))
    }

    /// The journal of the next job. The jobs of every run have the same order.
    pub(crate) fn next_job(&mut self) -> JobJournal<'_> {
        let number = self.next_job;
        self.next_job += 1;
        JobJournal::new(self, number)
    }

    /// Records that the purge is done, and which prefetch follows.
    pub(crate) fn begin_prefetch(&mut self, prefetch: Prefetch) -> Result<(), Failure> {
        let line = encode(&Line::Prefetch(prefetch));
        self.file.intend(&line).map_err(|error| Failure::journal(&self.path, &error))
    }

    /// Records that nothing is left to do.
    pub(crate) fn complete(&mut self, complete: Complete) -> Result<(), Failure> {
        let line = encode(&Line::Complete(complete));
        self.file.intend(&line).map_err(|error| Failure::journal(&self.path, &error))
    }

    /// The command that goes on with this run.
    pub(crate) fn resume_command(&self) -> String {
        format!("tcpurge resume {}", quoted(&self.path.display().to_string()))
    }

    pub(super) fn lines_of(&mut self, job: usize) -> &mut String {
        self.jobs.entry(job).or_default()
    }

    pub(super) fn add_line(&mut self, job: usize, line: &str) {
        let lines = self.lines_of(job);
        lines.push_str(line);
        lines.push('\n');
    }

    fn parse(&mut self, text: &str) -> Result<Recorded, Failure> {
        let mut lines = text.lines();
        let header = self.header(lines.next().unwrap_or_default())?;
        let mut targets = Targets::restored(header.sources, header.duplicates);
        let (mut prefetch, mut complete) = (None, None);
        for (number, line) in (2_usize..).zip(lines) {
            let line = serde_json::from_str(line).map_err(|error| self.damaged(number, &error.to_string()))?;
            match line {
                Line::Journal(_) => return Err(self.damaged(number, "it is a second header")),
                Line::Targets(stored) => {
                    stored.into_iter().for_each(|StoredTarget(origin, text)| targets.restore(origin, &text));
                }
                Line::Refused(stored) => stored.into_iter().for_each(|it| targets.restore_refused(refused(it))),
                Line::Job(JobLine { number, line }) => self.add_line(number, line.get()),
                Line::Prefetch(begun) => prefetch = Some(begun),
                Line::Complete(end) => complete = Some(end),
            }
        }
        if (targets.len(), targets.refused().len()) != (header.targets, header.refused) {
            return Err(self.damaged(1, "the file has not as many targets as the header says"));
        }
        let mut parts = header.plan.parts.iter().chain(prefetch.iter().flat_map(|it: &Prefetch| &it.parts));
        let unplaced = header.plan.unplaced.iter().all(|(index, _)| *index < targets.len());
        if !unplaced || !parts.all(|part| part.targets.is_within(targets.len())) {
            return Err(self.damaged(1, "it names a target that is not in the file"));
        }
        targets.finish();
        Ok(Recorded { plan: header.plan, targets, prefetch, complete })
    }

    fn header(&self, line: &str) -> Result<Header, Failure> {
        let path = self.path.display();
        let AnyHeader { journal: AnyVersion { tcpurge } } =
            serde_json::from_str(line).map_err(|error| self.damaged(1, &error.to_string()))?;
        match tcpurge {
            Some(VERSION) => {}
            Some(other) => {
                return Err(Failure::usage(
                    format!("the journal `{path}` has the version {other}, and this program writes {VERSION}"),
                    "go on with the version of tcpurge that wrote it",
                ));
            }
            None => {
                return Err(Failure::usage(
                    format!("`{path}` is the journal of another program, and not of tcpurge"),
                    "go on with that program, or name another file",
                ));
            }
        }
        match serde_json::from_str(line) {
            Ok(Line::Journal(header)) => Ok(header),
            Ok(_) => Err(self.damaged(1, "it is not a header")),
            Err(error) => Err(self.damaged(1, &error.to_string())),
        }
    }

    fn damaged(&self, number: usize, what: &str) -> Failure {
        Failure::usage(
            format!("line {number} of the journal `{}` is damaged: {what}", self.path.display()),
            "restore the file, or move it away and find out with `tcpurge tasks` what was sent",
        )
    }
}

fn stored(refused: &Refused) -> StoredRefusal<'_> {
    StoredRefusal {
        origin: refused.origin,
        target: refused.target.as_str().into(),
        reason: refused.reason.as_ref().into(),
        help: refused.help.as_ref().into(),
    }
}

fn refused(stored: StoredRefusal<'_>) -> Refused {
    let StoredRefusal { origin, target, reason, help } = stored;
    Refused { origin, target: target.into_owned(), reason: reason.into_owned().into(), help: help.into_owned().into() }
}

/// A path as an argument of a shell.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:,@".contains(c);
    match path.chars().all(is_plain) && !path.starts_with('-') {
        true => path.to_owned(),
        false if path.starts_with('-') => format!("-- '{}'", path.replace('\'', r"'\''")),
        false => format!("'{}'", path.replace('\'', r"'\''")),
    }
}
