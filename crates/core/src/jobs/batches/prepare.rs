//! Prepares targets for sending: checks and encodes each, and finds duplicates.

use std::borrow::Cow;

use bytes::Bytes;
use serde_json::Value;

use super::block::{Block, Place, text};
use super::duplicates::duplicates;
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
    let mut block = Block { first, json, places, ..Block::default() };
    let invalid = list.map_or_else(Vec::new, |list| check(&mut block, list));
    let valid = indexes_without(block.len(), invalid.iter().map(|(index, _)| *index));
    let json = block.json();
    let sent = |index| block.encoded.get(&index).map_or_else(|| block.written_in(json, index), String::as_str);
    block.duplicates = duplicates(&valid, sent);
    let mut repeated: Vec<u32> = block.duplicates.iter().map(|(_, index)| *index).collect();
    repeated.extend(invalid.iter().map(|(index, _)| *index));
    repeated.sort_unstable();
    let to_send = indexes_without(block.len(), repeated.into_iter());
    Prepared { block, to_send, invalid }
}

/// Checks the targets of a block, and encodes those that are sent in another form. Returns the
/// invalid ones, with the reasons.
fn check(block: &mut Block, list: &BatchList) -> Vec<(u32, Error)> {
    let &BatchList { batch, format: Some(format), is_unchecked: false, encoding_is_set } = list else {
        return Vec::new();
    };
    let new_check = || TargetCheck::new(batch.parameter, format, encoding_is_set);
    let (mut encoded, mut invalid) = (Vec::new(), Vec::new());
    let (json, mut check) = (block.json(), new_check());
    for index in (0..).take(block.len()) {
        let (written, position) = (block.written_in(json, index), Some(block.position(index)));
        let checked = match text(written) {
            Cow::Borrowed(text) => check.target(position, text),
            Cow::Owned(text) => new_check().target(position, &text),
        };
        match checked {
            Ok(None) => {}
            Ok(Some(text)) => encoded.push((index, Value::from(text).to_string())),
            Err(error) => invalid.push((index, error)),
        }
    }
    block.encoded.extend(encoded);
    invalid
}

/// The first `len` indexes without those in ascending order.
fn indexes_without(len: usize, excluded: impl Iterator<Item = u32>) -> Runs {
    let (mut indexes, mut begin) = (Runs::default(), 0);
    for index in excluded {
        indexes.extend(begin..index);
        begin = index + 1;
    }
    indexes.extend(begin..u32::try_from(len).unwrap_or(u32::MAX));
    indexes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::{Batch, TargetFormat};
    use crate::jobs::batches::template::Template;

    fn prepared(targets: &[&str], format: Option<TargetFormat>) -> Prepared {
        let body = Bytes::from(format!(r#"{{"Urls":{}}}"#, Value::from(targets.to_vec())));
        let (_, places) = Template::split(&body, "Urls").unwrap();
        let list = BatchList { batch: Batch::over("Urls", 1_000), format, is_unchecked: false, encoding_is_set: false };
        prepare(100, body, places, Some(&list))
    }

    #[test]
    fn each_target_is_sent_once() {
        let Prepared { block, to_send, invalid } = prepared(&["a", "b", "a", "c", "b", "a"], None);
        assert_eq!(to_send.iter().collect::<Vec<_>>(), [0, 1, 3]);
        assert_eq!(block.with_duplicates(&to_send), [0, 2, 5, 1, 4, 3]);
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
        assert_eq!(block.with_duplicates(&to_send), [0, 1]);
        assert_eq!((block.text(0), block.sent_text(0)), (targets[0].into(), targets[1].into()));
    }
}
