//! Deserializes members that the service writes differently than it documents.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// Deserializes a member that may be `null`, and returns the default value for `null`. For an
/// absent member, add `#[serde(default)]`.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Response {
///     #[serde(default, deserialize_with = "tencentcloud_core::wire::nullable")]
///     failed: Vec<String>,
/// }
///
/// let response: Response = serde_json::from_str(r#"{"failed":null}"#)?;
/// assert!(response.failed.is_empty());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// The deserializer's error if the member is neither `null` nor a `T`.
pub fn nullable<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// A type of integers that a member can be deserialized as, such as `i64` and `u64`.
pub trait Integer: TryFrom<i64> + TryFrom<u64> + FromStr {}

impl<N: TryFrom<i64> + TryFrom<u64> + FromStr> Integer for N {}

/// Deserializes an integer that may be written as a string.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Response {
///     #[serde(deserialize_with = "tencentcloud_core::wire::number")]
///     total: u64,
/// }
///
/// let response: Response = serde_json::from_str(r#"{"total":"18446744073709551615"}"#)?;
/// assert_eq!(response.total, u64::MAX);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
///
/// The deserializer's error if the member is not an integer, or does not fit `N`.
pub fn number<'de, D, N>(deserializer: D) -> Result<N, D::Error>
where
    D: Deserializer<'de>,
    N: Integer,
{
    deserializer.deserialize_any(Number(PhantomData))
}

/// Deserializes an integer as [`number`] does, or `null` as `None`. For an absent member, add
/// `#[serde(default)]`.
///
/// # Errors
///
/// The deserializer's error if the member is neither `null` nor an integer that fits `N`.
pub fn optional_number<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: Deserializer<'de>,
    N: Integer,
{
    Option::deserialize(deserializer).map(|number| number.map(|Written(number)| number))
}

/// Deserializes a list of integers, each as [`number`] does, or `null` as an empty list. For an
/// absent member, add `#[serde(default)]`.
///
/// # Errors
///
/// The deserializer's error if the member is neither `null` nor a list of integers that fit `N`.
pub fn numbers<'de, D, N>(deserializer: D) -> Result<Vec<N>, D::Error>
where
    D: Deserializer<'de>,
    N: Integer,
{
    optional_numbers(deserializer).map(Option::unwrap_or_default)
}

/// Deserializes a list of integers, each as [`number`] does, or `null` as `None`. For an absent
/// member, add `#[serde(default)]`.
///
/// # Errors
///
/// The deserializer's error if the member is neither `null` nor a list of integers that fit `N`.
pub fn optional_numbers<'de, D, N>(deserializer: D) -> Result<Option<Vec<N>>, D::Error>
where
    D: Deserializer<'de>,
    N: Integer,
{
    let numbers: Option<Vec<Written<N>>> = Option::deserialize(deserializer)?;
    Ok(numbers.map(|numbers| numbers.into_iter().map(|Written(number)| number).collect()))
}

/// An integer that may be written as a string.
struct Written<N>(N);

impl<'de, N: Integer> Deserialize<'de> for Written<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        number(deserializer).map(Self)
    }
}

struct Number<N>(PhantomData<N>);

impl<N: Integer> Visitor<'_> for Number<N> {
    type Value = N;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer, or a string that holds one")
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<N, E> {
        N::try_from(value).map_err(|_| E::invalid_value(Unexpected::Signed(value), &self))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<N, E> {
        N::try_from(value).map_err(|_| E::invalid_value(Unexpected::Unsigned(value), &self))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<N, E> {
        value.parse().map_err(|_| E::invalid_value(Unexpected::Str(value), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<N: Integer>(json: &str) -> Option<N> {
        number(&mut serde_json::Deserializer::from_str(json)).ok()
    }

    #[test]
    fn an_integer_may_be_a_number_or_a_string() {
        assert_eq!(read::<i64>("9223372036854775807"), Some(i64::MAX));
        assert_eq!(read::<i64>(r#""-7""#), Some(-7));
        assert_eq!(read::<u64>("18446744073709551615"), Some(u64::MAX));
    }

    #[test]
    fn an_optional_integer_and_those_of_a_list_may_be_strings() {
        fn json(text: &str) -> serde_json::Deserializer<serde_json::de::StrRead<'_>> {
            serde_json::Deserializer::from_str(text)
        }
        assert_eq!(optional_number::<_, i64>(&mut json(r#""-7""#)).ok(), Some(Some(-7)));
        assert_eq!(optional_number::<_, i64>(&mut json("null")).ok(), Some(None));
        assert_eq!(optional_number::<_, u64>(&mut json(r#""-7""#)).ok(), None);
        assert_eq!(numbers::<_, u64>(&mut json(r#"["1",2]"#)).ok(), Some(vec![1, 2]));
        assert_eq!(numbers::<_, u64>(&mut json("null")).ok(), Some(vec![]));
        assert_eq!(numbers::<_, u64>(&mut json("[null]")).ok(), None);
        assert_eq!(optional_numbers::<_, u64>(&mut json(r#"["1"]"#)).ok(), Some(Some(vec![1])));
        assert_eq!(optional_numbers::<_, u64>(&mut json("null")).ok(), Some(None));
    }

    #[test]
    fn anything_but_an_integer_that_fits_is_refused() {
        for json in ["18446744073709551615", r#""""#, r#""a""#, "1.5", "null", "true", "[]"] {
            assert_eq!(read::<i64>(json), None, "{json}");
        }
        assert_eq!(read::<u64>("-1"), None);
    }
}
