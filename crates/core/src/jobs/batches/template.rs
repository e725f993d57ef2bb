//! Splits an encoded request into its list of targets, and what is before and after the list.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use serde_json::value::RawValue;

use super::block::{Block, Place};
use super::runs::Runs;
use crate::error::{Error, ErrorKind};
use crate::response::range_in;

/// A request without the elements of its list.
#[derive(Clone, Debug, Default)]
pub(crate) struct Template {
    /// Ends with the bracket that opens the list.
    head: Bytes,
    /// Begins with the bracket that closes the list.
    tail: Bytes,
}

impl Template {
    /// Splits a request in two at its list. Also returns where the elements are.
    pub(super) fn split(body: &Bytes, parameter: &str) -> Result<(Self, Vec<Place>), Error> {
        let members: BTreeMap<&str, &RawValue> = serde_json::from_slice(body).map_err(not_split)?;
        let list = members.get(parameter).filter(|list| list.get().starts_with('['));
        let Some(list) = list else {
            return Err(Error::new(ErrorKind::InvalidRequest, format!("there is no `{parameter}` to split"))
                .with_hint("make the call without `in_batches`"));
        };
        let elements: Vec<&RawValue> = serde_json::from_str(list.get()).map_err(not_split)?;
        let Range { start: begin, end } = range_in(body, list.get());
        let places = elements.iter().map(|element| {
            let Range { start: begin, end } = range_in(body, element.get());
            Place::new(begin, end).ok_or_else(|| {
                Error::new(ErrorKind::InvalidRequest, "the targets have more than 4 GiB")
                    .with_hint("pass them with `from_stream`")
            })
        });
        let places = places.collect::<Result<_, _>>()?;
        Ok((Self { head: body.slice(..begin + 1), tail: body.slice(end - 1..) }, places))
    }

    /// The body of a request with these targets.
    pub(super) fn body(&self, block: &Block, runs: &Runs) -> Bytes {
        let mut body = Vec::with_capacity(self.head.len() + block.bytes(runs) + self.tail.len());
        body.extend_from_slice(&self.head);
        block.write(runs, &mut body);
        body.extend_from_slice(&self.tail);
        body.into()
    }

    /// The request without targets.
    pub(super) fn without_targets(&self) -> Bytes {
        [&self.head[..], &self.tail[..]].concat().into()
    }

    /// The text of another member of the request, if it has one.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        let body = self.without_targets();
        let members: BTreeMap<&str, &RawValue> = serde_json::from_slice(&body).ok()?;
        serde_json::from_str(members.get(name)?.get()).ok()
    }

    /// Number of bytes besides the targets.
    pub(super) fn len(&self) -> usize {
        self.head.len() + self.tail.len()
    }
}

fn not_split(error: serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidRequest, format!("the request cannot be split: {error}")).with_source(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(body: &'static str) -> (Template, Block) {
        let body = Bytes::from_static(body.as_bytes());
        let (template, places) = Template::split(&body, "Urls").unwrap();
        (template, Block { json: body, places, ..Block::default() })
    }

    fn runs(indexes: &[u32]) -> Runs {
        indexes.iter().copied().collect()
    }

    #[test]
    fn a_body_contains_the_chosen_targets_and_every_other_member() {
        let (template, block) = split(r#"{"A":[1,{"Urls":["x"]}],"Urls":["a", "b\"" ,"c","d"],"Area":"x"}"#);
        let body = |indexes| String::from_utf8(template.body(&block, &runs(indexes)).to_vec()).unwrap();
        assert_eq!(body(&[0, 1]), r#"{"A":[1,{"Urls":["x"]}],"Urls":["a", "b\""],"Area":"x"}"#);
        assert_eq!(body(&[1, 3]), r#"{"A":[1,{"Urls":["x"]}],"Urls":["b\"","d"],"Area":"x"}"#);
        assert_eq!(&template.without_targets()[..], br#"{"A":[1,{"Urls":["x"]}],"Urls":[],"Area":"x"}"#);
        assert_eq!((block.text(0), block.text(1)), ("a".into(), "b\"".into()));
    }

    #[test]
    fn a_target_is_sent_in_its_encoded_form() {
        let (template, mut block) = split(r#"{"Urls":["a","b","c","d"]}"#);
        block.encoded.insert(1, r#""%62""#.to_owned());
        let body = |indexes| String::from_utf8(template.body(&block, &runs(indexes)).to_vec()).unwrap();
        assert_eq!(body(&[0, 1, 2, 3]), r#"{"Urls":["a","%62","c","d"]}"#);
        assert_eq!(body(&[0, 2, 3]), r#"{"Urls":["a","c","d"]}"#);
    }

    #[test]
    fn a_batch_ends_before_its_body_is_too_large() {
        let (_, mut block) = split(r#"{"Urls":["aaaa","bbbb","c","d"]}"#);
        block.encoded.insert(2, r#""%63%63""#.to_owned());
        let all = runs(&[0, 1, 2, 3]);
        let fitting = |count, max_bytes| block.fitting(&all, count, max_bytes);
        assert_eq!([fitting(4, 27), fitting(4, 26), fitting(4, 14), fitting(4, 13)], [4, 3, 2, 1]);
        assert_eq!([fitting(2, 100), fitting(9, 100), fitting(4, 0)], [2, 4, 1]);
    }

    #[test]
    fn a_request_without_the_list_is_refused() {
        for body in [r#"{"Type":"purge_all"}"#, r#"{"Urls":null}"#, r#"{"Urls":"a"}"#] {
            let error = Template::split(&Bytes::from_static(body.as_bytes()), "Urls").unwrap_err();
            assert_eq!(
                error.to_string(),
                "there is no `Urls` to split; help: make the call without `in_batches`",
                "{body}"
            );
        }
    }
}
