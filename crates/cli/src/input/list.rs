//! Keeps the targets: each once, with the place of the line that contained it.

use std::borrow::Cow;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use tencentcloud_cdn::runtime::action::TargetFormat;
use tencentcloud_cdn::runtime::request::check_target;

use super::base::Base;
use crate::failure::without_hint;

/// The name of an index file, of which `--index` adds the directory.
const INDEX: &str = "/index.html";

/// The targets in the given order, each once.
///
/// A target takes its length and 24 bytes, and 5 to 10 more while they are read.
#[derive(Debug)]
pub(crate) struct Targets {
    /// What a target has to be. `None` accepts any text.
    format: Option<TargetFormat>,
    base: Option<Base>,
    index: bool,
    /// All targets, one after the other.
    text: String,
    /// Where each target ends, and where it was given.
    entries: Vec<Entry>,
    /// The indexes of the targets, by their text.
    seen: HashTable<u32>,
    hasher: RandomState,
    sources: Vec<String>,
    duplicates: usize,
    refused: Vec<Refused>,
}

#[derive(Debug)]
struct Entry {
    end: usize,
    origin: Origin,
}

/// Where a target was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    source: Source,
    /// Number of the line, from 1.
    line: u32,
}

/// The number of a file, or of the arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Source(u32);

/// A line that cannot be a target.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) origin: Origin,
    pub(crate) target: String,
    pub(crate) reason: Cow<'static, str>,
    pub(crate) help: Cow<'static, str>,
}

impl Targets {
    /// An empty list of targets of this format. Relative paths begin with `base`; `index` adds the
    /// directories of index files.
    pub(crate) fn new(format: Option<TargetFormat>, base: Option<Base>, index: bool) -> Self {
        Self {
            format,
            base,
            index,
            text: String::new(),
            entries: Vec::new(),
            seen: HashTable::new(),
            hasher: RandomState::new(),
            sources: vec!["argument".to_owned()],
            duplicates: 0,
            refused: Vec::new(),
        }
    }

    /// The zone as the only target, for a purge of everything.
    pub(crate) fn everything(zone: &str) -> Self {
        let mut targets = Self::new(None, None, false);
        targets.add_argument(zone);
        targets.finish();
        targets
    }

    /// No targets, for a command that has none.
    pub(crate) fn empty() -> Self {
        Self::new(None, None, false)
    }

    /// The targets of an earlier run, which are added one by one. They were checked then.
    pub(crate) fn restored(sources: Vec<String>, duplicates: usize) -> Self {
        Self { sources, duplicates, ..Self::empty() }
    }

    /// Adds a target of an earlier run.
    pub(crate) fn restore(&mut self, origin: Origin, target: &str) {
        self.text.push_str(target);
        self.entries.push(Entry { end: self.text.len(), origin });
    }

    /// Adds a line that an earlier run has refused.
    pub(crate) fn restore_refused(&mut self, refused: Refused) {
        self.refused.push(refused);
    }

    /// Registers a file.
    pub(crate) fn source(&mut self, name: &str) -> Source {
        self.sources.push(name.to_owned());
        Source(u32::try_from(self.sources.len() - 1).unwrap_or(u32::MAX))
    }

    /// Adds an argument of the command line.
    pub(crate) fn add_argument(&mut self, target: &str) {
        let line = u32::try_from(self.entries.len() + 1).unwrap_or(u32::MAX);
        self.add(Source(0), line, target);
    }

    /// Adds a target as it was written.
    pub(crate) fn add(&mut self, source: Source, line: u32, written: &str) {
        let origin = Origin { source, line };
        let joined = match self.base.as_ref().map(|base| base.join(written)) {
            None => Cow::Borrowed(written),
            Some(Ok(url)) => Cow::Owned(url.into_owned()),
            Some(Err(reason)) => {
                return self.refuse(origin, written, reason.into(), "write the path as it is, without quotes".into());
            }
        };
        self.insert(origin, &joined);
        if self.index
            && let Some(directory) = joined.strip_suffix(INDEX)
        {
            self.insert(origin, &format!("{directory}/"));
        }
    }

    /// Adds a line that cannot be a target.
    pub(super) fn refuse_line(
        &mut self,
        source: Source,
        line: u32,
        text: &[u8],
        reason: &'static str,
        help: &'static str,
    ) {
        let text: String = String::from_utf8_lossy(text).chars().take(200).collect();
        self.refuse(Origin { source, line }, &text, reason.into(), help.into());
    }

    fn refuse(&mut self, origin: Origin, target: &str, reason: Cow<'static, str>, help: Cow<'static, str>) {
        self.refused.push(Refused { origin, target: target.to_owned(), reason, help });
    }

    fn insert(&mut self, origin: Origin, target: &str) {
        if let Some(Err(error)) = self.format.map(|format| check_target(format, target)) {
            let message = without_hint(&error);
            // The report names the target already.
            let named = [format!("`{target}` "), format!("`{}` ", target.escape_debug())];
            let reason = named.iter().find_map(|name| message.strip_prefix(name)).unwrap_or(&message).to_owned();
            let help = error.hint().unwrap_or_default().to_owned();
            return self.refuse(origin, target, reason.into(), help.into());
        }
        let hash = self.hasher.hash_one(target);
        let Self { text, entries, seen, hasher, .. } = self;
        let text_of = |&index: &u32| slice(text, entries, index as usize);
        if seen.find(hash, |index| text_of(index) == target).is_some() {
            self.duplicates += 1;
            return;
        }
        // 4 billion targets do not fit into the memory of any machine that purges.
        let index = u32::try_from(entries.len()).unwrap_or(u32::MAX);
        seen.insert_unique(hash, index, |index| hasher.hash_one(text_of(index)));
        self.text.push_str(target);
        self.entries.push(Entry { end: self.text.len(), origin });
    }

    /// Releases what only reading needs.
    pub(crate) fn finish(&mut self) {
        self.seen = HashTable::new();
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn get(&self, index: usize) -> &str {
        slice(&self.text, &self.entries, index)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// The targets, with the place of each.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (Origin, &str)> {
        self.entries.iter().map(|entry| entry.origin).zip(self.iter())
    }

    /// The names of the files with targets, after one for the arguments.
    pub(crate) fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Where a target was given first.
    pub(crate) fn origin(&self, index: usize) -> Option<Origin> {
        self.entries.get(index).map(|entry| entry.origin)
    }

    /// Number of targets that were given again.
    pub(crate) fn duplicates(&self) -> usize {
        self.duplicates
    }

    pub(crate) fn refused(&self) -> &[Refused] {
        &self.refused
    }

    /// The name of the file and the number of the line, if the target is from a file.
    pub(crate) fn place(&self, origin: Origin) -> Option<(&str, u32)> {
        let Source(number) = origin.source;
        let source = self.sources.get(number as usize).filter(|_| number > 0)?;
        Some((source, origin.line))
    }
}

fn slice<'a>(text: &'a str, entries: &[Entry], index: usize) -> &'a str {
    let end = |index: usize| entries.get(index).map_or(0, |entry| entry.end);
    let range = Range { start: index.checked_sub(1).map_or(0, end), end: end(index) };
    text.get(range).unwrap_or_default()
}
