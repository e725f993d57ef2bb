//! Holds targets in memory as JSON, from which the body of each request is copied.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;

use super::runs::Runs;

/// Targets that follow one another in a job. A list is one block; a stream becomes many.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// Position of the first target in the job.
    pub(super) first: usize,
    /// Contains the elements of a JSON array, separated by commas.
    pub(super) json: Bytes,
    /// Where each target is in the JSON, with its quotes.
    pub(super) places: Vec<Place>,
    /// The targets that are sent in another form than they were written in: that form, as JSON.
    pub(super) encoded: BTreeMap<u32, String>,
    /// The first occurrence of a target, and an index at which it is repeated; sorted.
    pub(super) duplicates: Vec<(u32, u32)>,
}

/// The begin and the end of a target in the JSON of its block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(super) begin: u32,
    pub(super) end: u32,
}

impl Place {
    /// The place between two offsets. `None` if the JSON is larger than 4 GiB.
    pub(super) fn new(begin: usize, end: usize) -> Option<Self> {
        Some(Self { begin: u32::try_from(begin).ok()?, end: u32::try_from(end).ok()? })
    }
}

impl Block {
    /// Number of targets, with invalid ones and duplicates.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// The position of a target in the job.
    pub(crate) fn position(&self, index: u32) -> usize {
        self.first + index as usize
    }

    /// A target as it was written.
    pub(crate) fn text(&self, index: u32) -> Cow<'_, str> {
        text(self.written(index))
    }

    /// A target as it is sent.
    pub(crate) fn sent_text(&self, index: u32) -> Cow<'_, str> {
        text(self.sent(index))
    }

    /// The indexes at which a target is repeated.
    pub(crate) fn duplicates_of(&self, index: u32) -> impl Iterator<Item = u32> + '_ {
        let begin = self.duplicates.partition_point(|(first, _)| *first < index);
        let rest = self.duplicates.get(begin..).unwrap_or_default().iter();
        rest.take_while(move |(first, _)| *first == index).map(|(_, duplicate)| *duplicate)
    }

    /// The indexes of these targets and of those that repeat them.
    pub(crate) fn with_duplicates(&self, runs: &Runs) -> Vec<u32> {
        let mut indexes = Vec::with_capacity(runs.len());
        if self.duplicates.is_empty() {
            // The usual case: whole runs are copied.
            runs.runs().iter().cloned().for_each(|run| indexes.extend(run));
        } else {
            runs.iter().for_each(|index| {
                indexes.push(index);
                indexes.extend(self.duplicates_of(index));
            });
        }
        indexes
    }

    /// How many of these targets, at most `count`, have at most `max_bytes` together. At least one.
    pub(super) fn fitting(&self, runs: &Runs, count: usize, max_bytes: usize) -> usize {
        let count = count.min(runs.len()).max(1);
        if self.encoded.is_empty() && self.json.len() <= max_bytes {
            return count;
        }
        let mut left = max_bytes;
        let fits = |index: &u32| {
            let length = self.sent(*index).len() + 1;
            let fits = length <= left;
            left = left.saturating_sub(length);
            fits
        };
        runs.iter().take(count).take_while(fits).count().max(1)
    }

    /// Appends these targets, as they are sent and separated by commas.
    pub(super) fn write(&self, runs: &Runs, body: &mut Vec<u8>) {
        for (number, run) in runs.runs().iter().enumerate() {
            if number > 0 {
                body.push(b',');
            }
            if self.encoded.range(run.clone()).next().is_none() {
                body.extend_from_slice(self.span(run.start, run.end));
                continue;
            }
            for index in run.clone() {
                if index > run.start {
                    body.push(b',');
                }
                body.extend_from_slice(self.sent(index).as_bytes());
            }
        }
    }

    /// Number of bytes that these targets have at least.
    pub(super) fn bytes(&self, runs: &Runs) -> usize {
        runs.runs().iter().map(|run| self.span(run.start, run.end).len() + 1).sum()
    }

    /// The JSON from one target up to another, without that.
    fn span(&self, from: u32, to: u32) -> &[u8] {
        let begin = self.places.get(from as usize).map_or(0, |place| place.begin as usize);
        let end = self.places.get((to as usize).saturating_sub(1)).map_or(0, |place| place.end as usize);
        self.json.get(begin..end).unwrap_or_default()
    }

    /// The JSON of all targets as they were written, separated by commas.
    pub(super) fn all(&self) -> &[u8] {
        self.span(0, u32::try_from(self.len()).unwrap_or(u32::MAX))
    }

    /// A target as it was written, as JSON.
    pub(super) fn written(&self, index: u32) -> &str {
        let place = self.places.get(index as usize);
        let json = place.and_then(|place| self.json.get(place.begin as usize..place.end as usize));
        // Never falls back: the place is that of a JSON string, which is UTF-8.
        json.and_then(|json| str::from_utf8(json).ok()).unwrap_or_default()
    }

    /// The whole JSON, which is checked to be UTF-8 once and not for each target.
    pub(super) fn json(&self) -> &str {
        // Never falls back: it was written as JSON.
        str::from_utf8(&self.json).unwrap_or_default()
    }

    /// A target as it was written, as JSON. `json` is that of the block.
    pub(super) fn written_in<'a>(&self, json: &'a str, index: u32) -> &'a str {
        let place = self.places.get(index as usize);
        place.and_then(|place| json.get(place.begin as usize..place.end as usize)).unwrap_or_default()
    }

    /// A target as it is sent, as JSON.
    pub(super) fn sent(&self, index: u32) -> &str {
        self.encoded.get(&index).map_or_else(|| self.written(index), String::as_str)
    }
}

/// The text of a JSON string. Most strings contain no escape, and are not copied.
pub(super) fn text(json: &str) -> Cow<'_, str> {
    // For a short text, this is several times as fast as a search that ends at the first escape.
    let has_escape = json.bytes().fold(false, |found, byte| found | (byte == b'\\'));
    match json.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(text) if !has_escape => Cow::Borrowed(text),
        // An element that is not a string is shown as it is.
        _ => serde_json::from_str(json).map_or(Cow::Borrowed(json), Cow::Owned),
    }
}
