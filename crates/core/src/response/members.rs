//! Reads some members of a JSON object, and leaves the others unparsed.

use std::fmt;

use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::value::RawValue;

/// A member of an object.
#[derive(Clone, Copy, Default)]
pub(super) struct Member<'a> {
    /// The first value that is not `null`, as JSON.
    pub(super) value: Option<&'a str>,
    /// How often the member occurs.
    pub(super) count: u32,
}

impl Member<'_> {
    /// The text of a value of any type. A value that is neither a string nor a number remains JSON.
    pub(super) fn any_text(self) -> String {
        let json = self.value.unwrap_or_default();
        text(json).unwrap_or_else(|| json.to_owned())
    }
}

/// Parses the named members of an object. The error is `None` for JSON that is not an object.
pub(super) fn members<'a, const N: usize>(
    json: &'a [u8],
    names: [&str; N],
) -> Result<[Member<'a>; N], Option<Category>> {
    let Some(b'{') = json.trim_ascii_start().first() else { return Err(None) };
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let members = deserializer.deserialize_map(Members(names));
    members.and_then(|members| deserializer.end().map(|()| members)).map_err(|error| Some(error.classify()))
}

/// Collects the members with the given names.
struct Members<'n, const N: usize>([&'n str; N]);

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Member<'de>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = [Member::default(); N];
        while let Some(index) = map.next_key_seed(Index(&self.0))? {
            let Some(member) = index.and_then(|index| members.get_mut(index)) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<&RawValue>()?.get();
            member.count += 1;
            if value != "null" {
                member.value.get_or_insert(value);
            }
        }
        Ok(members)
    }
}

/// Finds the index of a member's name.
struct Index<'n>(&'n [&'n str]);

impl<'de> DeserializeSeed<'de> for Index<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<Self::Value, D::Error> {
        name.deserialize_bytes(self)
    }
}

impl Visitor<'_> for Index<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_bytes<E>(self, name: &[u8]) -> Result<Self::Value, E> {
        Ok(self.0.iter().position(|known| known.as_bytes() == name))
    }
}

/// The members of an object, with their names and values as JSON.
pub(super) struct Pairs<'a>(pub(super) Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Pairs<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Pairs(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}

/// The text of a string or a number. Invalid Unicode, such as a lone surrogate, is replaced.
pub(super) fn text(json: &str) -> Option<String> {
    match json.as_bytes() {
        [b'"', ..] => serde_json::Deserializer::from_str(json).deserialize_bytes(LossyText).ok(),
        [b'-' | b'0'..=b'9', ..] => Some(json.to_owned()),
        _ => None,
    }
}

struct LossyText;

impl Visitor<'_> for LossyText {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, text: &[u8]) -> Result<String, E> {
        Ok(String::from_utf8_lossy(text).into_owned())
    }
}
