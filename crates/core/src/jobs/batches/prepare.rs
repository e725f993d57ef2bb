//! Prepares targets for sending: checks and encodes each, and finds duplicates.

use std::borrow::Cow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use bytes::Bytes;
use serde_json::Value;

use super::block::{Block, Place};
use super::runs::Runs;
use crate::call::BatchList;
use crate::error::Error;
use crate::request::TargetCheck;

/// Targets, and what to do with each.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    pub(super) block: Block,
    /// The targets to send: valid, and each once.
    pub(super) to_send: Runs,
    /// The targets that are invalid, with the reasons.
    pub(super) invalid: Vec<(u32, Error)>,
}

/// Prepares the targets at these places. `first` is the position of the first one in the job.
/// Without a list to check them for, any text is valid.
pub(super) fn prepare(first: usize, json: Bytes, places: Vec<Place>, list: Option<&BatchList>) -> Prepared {
    let mut prepared = Prepared { block: Block { first, json, places, ..Block::default() }, ..Prepared::default() };
    if let Some(list) = list {
        check(&mut prepared, list);
    }
    prepared.to_send = find_duplicates(&mut prepared);
    prepared
}

fn check(prepared: &mut Prepared, list: &BatchList) {
    let &BatchList { batch, format: Some(format), encoded_by_service } = list else { return };
    let block = &prepared.block;
    let new_check = || TargetCheck::new(batch.parameter, format, encoded_by_service);
    let (mut encoded, mut invalid) = (Vec::new(), Vec::new());
    let mut check = new_check();
    for index in (0..).take(block.len()) {
        let position = Some(block.position(index));
        let checked = match block.text(index) {
            Cow::Borrowed(text) => check.target(position, text),
            Cow::Owned(text) => new_check().target(position, &text),
        };
        match checked {
            Ok(None) => {}
            Ok(Some(text)) => encoded.push((index, Value::from(text).to_string())),
            Err(error) => invalid.push((index, error)),
        }
    }
    prepared.block.encoded.extend(encoded);
    prepared.invalid = invalid;
}

/// Records the duplicates of the block, and returns the first occurrences of its valid targets.
fn find_duplicates(prepared: &mut Prepared) -> Runs {
    let mut invalid = prepared.invalid.iter().map(|(index, _)| *index).peekable();
    let block = &prepared.block;
    let mut seen: HashMap<&str, u32> = HashMap::with_capacity(block.len());
    let mut to_send = Runs::default();
    let mut duplicates = Vec::new();
    for index in (0..).take(block.len()) {
        if invalid.next_if_eq(&index).is_some() {
            continue;
        }
        match seen.entry(block.sent(index)) {
            Entry::Occupied(first) => duplicates.push((*first.get(), index)),
            Entry::Vacant(entry) => {
                entry.insert(index);
                to_send.push(index);
            }
        }
    }
    duplicates.sort_unstable();
    prepared.block.duplicates = duplicates;
    to_send
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Batch, TargetFormat};
    use crate::jobs::batches::template::Template;

    fn prepared(targets: &[&str], format: Option<TargetFormat>) -> Prepared {
        let body = Bytes::from(format!(r#"{{"Urls":{}}}"#, Value::from(targets.to_vec())));
        let (_, places) = Template::split(&body, "Urls").unwrap();
        let list = BatchList { batch: Batch::over("Urls", 1_000), format, encoded_by_service: false };
        prepare(100, body, places, Some(&list))
    }

    #[test]
    fn each_target_is_sent_once() {
        let Prepared { block, to_send, invalid } = prepared(&["a", "b", "a", "c", "b", "a"], None);
        assert_eq!(to_send.iter().collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(block.with_duplicates(&to_send).collect::<Vec<_>>(), [0, 2, 5, 1, 4, 3]);
        assert!(invalid.is_empty());
    }

    #[test]
    fn an_invalid_target_is_refused_and_the_others_are_sent() {
        let targets = ["https://a.example/1", "b.example/2", "https://a.example/x y", "https://a.example/\"a\" b"];
        let Prepared { to_send, invalid, .. } = prepared(&targets, Some(TargetFormat::Url));
        assert_eq!(to_send.iter().collect::<Vec<_>>(), [0]);
        let indexes: Vec<_> = invalid.iter().map(|(index, _)| *index).collect();
        assert_eq!(indexes, [1, 2, 3]);
        assert!(invalid[0].1.message().starts_with("`Urls[101]` "), "{}", invalid[0].1);
    }

    #[test]
    fn two_targets_that_are_sent_in_the_same_form_are_duplicates() {
        let targets = ["https://a.example/é", "https://a.example/%C3%A9"];
        let Prepared { block, to_send, .. } = prepared(&targets, Some(TargetFormat::Url));
        assert_eq!(block.with_duplicates(&to_send).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((block.text(0), block.sent_text(0)), (targets[0].into(), targets[1].into()));
    }
}
